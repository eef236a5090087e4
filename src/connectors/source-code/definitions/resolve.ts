/** From an identifier to the place that gives it its value: across variables, fields, imports, environment and configuration files. */

import { baseName, profileOf } from '../languages/detect.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { commentsBeside } from '../syntax/comments.ts';
import { descend, type SyntaxNode } from '../syntax/node.ts';
import {
  calleeName,
  chainOf,
  enclosingClass,
  givenValue,
  identifierName,
  nameOf,
  unwrap,
} from '../syntax/shape.ts';
import { environmentRead } from '../values/environment.ts';
import { isConstant, literalValue } from '../values/literal.ts';
import { findSetting } from './config-files.ts';
import { defaultExport, objectIn, onlyArgument, pairOf } from './expressions.ts';
import type { FoundDefinition } from './found.ts';
import { importsOf } from './imports.ts';
import { injectedSetting, settingDefinition } from './injected.ts';
import { ModuleLookup, type Place } from './lookup.ts';
import { type Binding, bindingOf, classNamed, fieldOf, moduleBinding, rootOf } from './scope.ts';

/** Longer chains of names lose the reader before they find the value. */
export const MAX_HOPS = 4;

const SELF = /^(this|self|@|Self|cls)$/;

export class Resolver {
  private readonly reader: RepositoryReader;
  readonly lookup: ModuleLookup;

  constructor(reader: RepositoryReader) {
    this.reader = reader;
    this.lookup = new ModuleLookup(reader);
  }

  /** Null where the name is bound nowhere that can be read. */
  async resolve(chain: readonly string[], at: Place, hops = 0): Promise<FoundDefinition | null> {
    const [first, ...rest] = chain;
    if (first === undefined || hops > MAX_HOPS) return null;
    const identifier = chain.join('.');
    if (SELF.test(first) || first.startsWith('@')) {
      const owner = enclosingClass(at.node);
      const name = first.startsWith('@') && first.length > 1 ? first.slice(1) : rest.shift();
      const field = owner === null || name === undefined ? null : fieldOf(owner, name);
      return field === null
        ? null
        : this.follow(field, rest, { path: at.path, node: field.node }, identifier, hops);
    }
    const binding = bindingOf(at.node, first);
    // `const { a } = require('./b')` is a declaration and an import at once.
    const isImport =
      binding !== null && importsOf(rootOf(at.node)).some((each) => each.node === binding.node);
    if (binding !== null && !isImport)
      return this.follow(binding, rest, { path: at.path, node: binding.node }, identifier, hops);
    const owner = enclosingClass(at.node);
    const field = owner === null ? null : fieldOf(owner, first);
    if (field !== null)
      return this.follow(field, rest, { path: at.path, node: field.node }, identifier, hops);
    return this.imported(first, rest, at, identifier, hops);
  }

  private async imported(
    first: string,
    rest: string[],
    at: Place,
    identifier: string,
    hops: number,
  ): Promise<FoundDefinition | null> {
    const target = await this.lookup.importTargets(first, at);
    if (target === null) return null;
    const inModule = target.imported === '*';
    const name = inModule ? rest.shift() : target.imported;
    if (name === undefined) return null;
    for (const path of target.paths) {
      if (profileOf(path) === null) continue;
      const root = await this.reader.tree(path);
      if (root === null) continue;
      const found = await this.exported(name, rest, { path, node: root }, identifier, hops + 1);
      if (found !== null) return found;
    }
    return null;
  }

  private async exported(
    name: string,
    rest: readonly string[],
    module: Place,
    identifier: string,
    hops: number,
  ): Promise<FoundDefinition | null> {
    const local = name === 'default' ? defaultExport(module.node) : name;
    if (local instanceof Object)
      return this.value(local, rest, { path: module.path, node: local }, identifier, name, hops);
    const binding = local === null ? null : moduleBinding(module.node, local);
    if (binding !== null)
      return this.follow(binding, rest, { path: module.path, node: binding.node }, identifier, hops);
    const owner = classNamed(module.node, local ?? name);
    const key = rest.at(0);
    const field = owner === null || key === undefined ? null : fieldOf(owner, key);
    if (field !== null)
      return this.follow(field, rest.slice(1), { path: module.path, node: field.node }, identifier, hops);
    const whole = name !== 'default' && owner === null ? defaultExport(module.node) : null;
    if (whole instanceof Object)
      return this.value(whole, [name, ...rest], { path: module.path, node: whole }, identifier, name, hops);
    const again = importsOf(module.node).find((each) => each.local === local);
    return again === undefined
      ? null
      : this.imported(
          local ?? name,
          [...rest],
          { path: module.path, node: again.node },
          identifier,
          hops + 1,
        );
  }

  private async follow(
    binding: Binding,
    rest: readonly string[],
    at: Place,
    identifier: string,
    hops: number,
  ): Promise<FoundDefinition | null> {
    const keys = [...binding.path, ...rest];
    const injected = await injectedSetting(this.reader, binding, at, identifier);
    if (injected !== null) return injected;
    const name = nameOf(binding.node) ?? identifierName(binding.node);
    if (binding.value === null) return this.unbound(binding, keys, at, identifier, hops);
    const found = await this.value(
      binding.value,
      keys,
      at,
      identifier,
      name.replace(/^(this|self)\.|^@/, ''),
      hops,
    );
    if (found === null || binding.kind !== 'parameter' || found.kind !== 'constant') return found;
    return { ...found, kind: 'default' };
  }

  private async unbound(
    binding: Binding,
    keys: readonly string[],
    at: Place,
    identifier: string,
    hops: number,
  ): Promise<FoundDefinition | null> {
    const last = keys.at(-1);
    if (last !== undefined && hops < MAX_HOPS && plainEnough(last)) {
      const setting = await findSetting(this.reader, at.path, last);
      if (setting !== null) return settingDefinition(identifier, setting);
    }
    const argument = binding.kind === 'parameter' && keys.length === 0 ? onlyArgument(binding.node) : null;
    if (argument !== null) {
      const chain = chainOf(argument);
      const found =
        chain === null
          ? await this.value(
              argument,
              [],
              { path: at.path, node: argument },
              identifier,
              identifier,
              hops + 1,
            )
          : await this.resolve(chain, { path: at.path, node: argument }, hops + 1);
      if (found !== null && found.value !== null) return { ...found, identifier };
    }
    const kind = binding.kind === 'parameter' ? 'parameter' : 'unresolved';
    return {
      ...this.at(binding.node, at.path, identifier, nameOf(binding.node) ?? identifierName(binding.node)),
      kind,
      value: null,
    };
  }

  private async value(
    expression: SyntaxNode,
    keys: readonly string[],
    at: Place,
    identifier: string,
    name: string,
    hops: number,
  ): Promise<FoundDefinition | null> {
    if (hops > MAX_HOPS) return null;
    const node = unwrap(expression);
    if (keys.length > 0) return this.member(node, keys, at, identifier, hops);
    const chain = chainOf(node);
    if (chain !== null && environmentRead(node) === null) {
      const found = await this.resolve(chain, { path: at.path, node }, hops + 1);
      if (found !== null) return { ...found, identifier };
    }
    const value = literalValue(node, name);
    const env = environmentRead(node)?.name ?? null;
    const declaration = at.node.role === 'other' ? node : at.node;
    const base = this.at(declaration, at.path, identifier, name);
    if (env !== null) return { ...base, kind: 'env', env, value: isConstant(value) ? value : null };
    if (isConstant(value))
      return { ...base, kind: isSetting(declaration, at.path) ? 'config-value' : 'constant', value };
    const inner = await this.inner(node, at, identifier, hops);
    if (inner !== null) return inner;
    const kind = node.role === 'function' ? 'function' : 'unresolved';
    return { ...base, kind, value: null };
  }

  /** The first name inside an expression that leads to a value: `Number(config.timeout)`, `time.Duration(cfg.Ms) * time.Millisecond`. */
  private async inner(
    node: SyntaxNode,
    at: Place,
    identifier: string,
    hops: number,
  ): Promise<FoundDefinition | null> {
    if (node.end - node.start > 200 || node.role === 'function' || node.role === 'object') return null;
    for (const each of descend(node)) {
      if (each.role !== 'member' || each.parent?.role === 'member') continue;
      const chain = chainOf(each);
      const found =
        chain === null ? null : await this.resolve(chain, { path: at.path, node: each }, hops + 1);
      if (found !== null && found.value !== null) return { ...found, identifier };
    }
    return null;
  }

  private async member(
    node: SyntaxNode,
    keys: readonly string[],
    at: Place,
    identifier: string,
    hops: number,
  ): Promise<FoundDefinition | null> {
    const [key, ...rest] = keys;
    if (key === undefined) return null;
    const object = objectIn(node);
    const pair = object === null ? null : pairOf(object, key);
    if (pair !== null) {
      const value = givenValue(pair);
      const place = { path: at.path, node: pair };
      if (value === null || value === pair) {
        const binding = bindingOf(pair, key) ?? moduleBinding(rootOf(pair), key);
        return binding === null ? null : this.follow(binding, rest, place, identifier, hops + 1);
      }
      const found = await this.value(value, rest, place, identifier, key, hops);
      return found === null || rest.length === 0
        ? found
        : {
            ...found,
            key:
              found.key.startsWith(`${key}.`) || found.path !== at.path ? found.key : `${key}.${found.key}`,
          };
    }
    if (node.role === 'call' || node.role === 'new') {
      const owner = await this.lookup.classOf(calleeName(node), { path: at.path, node });
      const field = owner === null ? null : fieldOf(owner.node, key);
      if (owner !== null && field !== null)
        return this.follow(field, rest, { path: owner.path, node: field.node }, identifier, hops + 1);
    }
    const chain = chainOf(node);
    return chain === null ? null : this.resolve([...chain, ...keys], { path: at.path, node }, hops + 1);
  }

  private at(
    node: SyntaxNode,
    path: string,
    identifier: string,
    key: string,
  ): Omit<FoundDefinition, 'kind' | 'value'> {
    const endLine = Math.min(node.endLine, node.line + 5);
    return {
      identifier,
      key,
      text: '',
      env: null,
      path,
      line: node.line,
      endLine,
      comments: commentsBeside(rootOf(node), node.line, endLine),
    };
  }
}

/** Values in objects are settings, and so are fields and constants of files or classes that are named for them. */
function isSetting(node: SyntaxNode, path: string): boolean {
  if (node.role === 'pair') return true;
  const owner = enclosingClass(node)?.child('name', 'type')?.text ?? '';
  return /config|settings|options|properties|defaults/i.test(`${baseName(path)} ${owner}`);
}

/** Names that say enough to look them up in configuration files: at least two words. */
function plainEnough(name: string): boolean {
  return /[a-z][A-Z]|[_-]/.test(name);
}
