/** From an identifier to the place that gives it its value: across variables, fields, imports, environment and configuration files. */
import type { Definition } from '../../../domain/code.ts';
import { baseName, profileOf } from '../languages/detect.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { commentsBeside } from '../syntax/comments.ts';
import { descend, type SyntaxNode } from '../syntax/node.ts';
import {
  argumentsOf,
  calleeName,
  chainOf,
  enclosingClass,
  enclosingFunction,
  functionName,
  givenValue,
  identifierName,
  nameOf,
  stripQuotes,
  unwrap,
} from '../syntax/shape.ts';
import type { CommentText } from '../values/entry.ts';
import { environmentRead } from '../values/environment.ts';
import { isConstant, literalValue } from '../values/literal.ts';
import { findSetting } from './config-files.ts';
import { importsOf } from './imports.ts';
import { filesOfImport } from './modules.ts';
import { type Binding, bindingOf, classNamed, fieldOf, moduleBinding, rootOf } from './scope.ts';

/** Longer chains of names lose the reader before they find the value. */
export const MAX_HOPS = 4;

export interface FoundDefinition extends Omit<Definition, 'location' | 'claims' | 'evidence'> {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  readonly comments: readonly CommentText[];
}

interface Place {
  readonly path: string;
  readonly node: SyntaxNode;
}

const SELF = /^(this|self|@|Self|cls)$/;

export class Resolver {
  private readonly reader: RepositoryReader;
  private files: ReadonlySet<string> | null = null;

  constructor(reader: RepositoryReader) {
    this.reader = reader;
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
    if (binding !== null)
      return this.follow(binding, rest, { path: at.path, node: binding.node }, identifier, hops);
    const owner = enclosingClass(at.node);
    const field = owner === null ? null : fieldOf(owner, first);
    if (field !== null)
      return this.follow(field, rest, { path: at.path, node: field.node }, identifier, hops);
    return this.imported(first, rest, at, identifier, hops);
  }

  /** Files that an imported name may be defined in, with the name it has there. */
  async importTargets(
    name: string,
    at: Place,
  ): Promise<{ readonly paths: readonly string[]; readonly imported: string } | null> {
    this.files ??= new Set(await this.reader.paths());
    const root = rootOf(at.node);
    const found = importsOf(root).find((each) => each.local === name);
    if (found !== undefined)
      return { paths: filesOfImport(found, root, at.path, this.files), imported: found.imported };
    // Packages of Go and Java see their neighbours without an import.
    const language = root.source.languageId;
    if (!['go', 'java', 'csharp'].includes(language)) return null;
    const folder = at.path.slice(0, at.path.lastIndexOf('/') + 1);
    const extension = at.path.slice(at.path.lastIndexOf('.'));
    const neighbours = [...this.files].filter(
      (file) =>
        file.startsWith(folder) &&
        !file.slice(folder.length).includes('/') &&
        file.endsWith(extension) &&
        file !== at.path,
    );
    return { paths: neighbours.slice(0, 12), imported: name };
  }

  private async imported(
    first: string,
    rest: string[],
    at: Place,
    identifier: string,
    hops: number,
  ): Promise<FoundDefinition | null> {
    const target = await this.importTargets(first, at);
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
    const injected = await this.injected(binding, at, identifier);
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

  /** `@Value("${payment.timeout:500}")` and struct tags `env:"X" envDefault:"5s"`. */
  private async injected(binding: Binding, at: Place, identifier: string): Promise<FoundDefinition | null> {
    const holder = binding.node.role === 'declare' ? binding.node.parent : binding.node;
    const match =
      /@(?:Value|ConfigProperty|Property)\s*\(\s*(?:name\s*=\s*)?"(?:[$#]\{)?([\w.-]+)(?::([^}"]*))?\}?"/.exec(
        holder?.text ?? '',
      );
    const key = match?.[1];
    if (key === undefined || holder === null) return null;
    const setting = await findSetting(this.reader, at.path, key);
    if (setting !== null)
      return {
        identifier,
        key: setting.entry.key,
        kind: 'config-value',
        text: '',
        value: setting.entry.value,
        env: setting.entry.env,
        path: setting.path,
        line: setting.entry.line,
        endLine: setting.entry.endLine,
        comments: setting.entry.comments,
      };
    const fallback = match?.[2];
    const value =
      fallback === undefined
        ? null
        : {
            raw: fallback,
            number: Number.isFinite(Number(fallback)) && fallback !== '' ? Number(fallback) : null,
            unit: 'none' as const,
            kind: 'string' as const,
          };
    return {
      ...this.at(holder, at.path, identifier, key),
      kind: value === null ? 'unresolved' : 'default',
      value,
    };
  }

  private async unbound(
    binding: Binding,
    keys: readonly string[],
    at: Place,
    identifier: string,
    hops: number,
  ): Promise<FoundDefinition | null> {
    const last = keys.at(-1);
    if (last !== undefined && hops < MAX_HOPS) {
      const setting = await findSetting(this.reader, at.path, last);
      if (setting !== null && plainEnough(last)) {
        const { entry, path } = setting;
        return {
          identifier,
          key: entry.key,
          kind: 'config-value',
          text: '',
          value: entry.value,
          env: entry.env,
          path,
          line: entry.line,
          endLine: entry.endLine,
          comments: entry.comments,
        };
      }
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
      const owner = await this.classOf(calleeName(node), { path: at.path, node });
      const field = owner === null ? null : fieldOf(owner.node, key);
      if (owner !== null && field !== null)
        return this.follow(field, rest, { path: owner.path, node: field.node }, identifier, hops + 1);
    }
    const chain = chainOf(node);
    return chain === null ? null : this.resolve([...chain, ...keys], { path: at.path, node }, hops + 1);
  }

  /** The class that a name stands for in a file. */
  async classOf(name: string, at: Place): Promise<Place | null> {
    const here = classNamed(rootOf(at.node), name);
    if (here !== null) return { path: at.path, node: here };
    const target = await this.importTargets(name, at);
    for (const path of target?.paths ?? []) {
      const root = await this.reader.tree(path);
      const owner =
        root === null
          ? null
          : classNamed(
              root,
              target?.imported === '*' || target?.imported === 'default' ? name : (target?.imported ?? name),
            );
      if (owner !== null) return { path, node: owner };
    }
    return null;
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

function defaultExport(root: SyntaxNode): SyntaxNode | string | null {
  for (const node of root.children) {
    if (node.type !== 'export_statement' || !node.children.some((child) => child.type === 'default'))
      continue;
    const value = node.child('value', 'declaration');
    if (value === null) return null;
    return value.role === 'identifier' ? value.text : value;
  }
  return null;
}

/** The object literal that a value is or wraps: `Object.freeze({…})`, `&Values{…}`, `defineConfig({…})`. */
function objectIn(node: SyntaxNode): SyntaxNode | null {
  const bare = unwrap(node);
  if (bare.role === 'object') return bare;
  if (bare.role === 'unary') return bare.namedChildren.find((child) => child.role === 'object') ?? null;
  if (bare.role !== 'call' && bare.role !== 'new') return null;
  const only = argumentsOf(bare).map(unwrap);
  if (only.length > 0 && only.every((argument) => argument.role === 'pair')) return bare;
  return only.length === 1 && only[0]?.role === 'object' ? only[0] : null;
}

/** The pair of a key directly in an object literal, shorthand included. */
function pairOf(object: SyntaxNode, key: string): SyntaxNode | null {
  const items =
    object.role === 'object'
      ? object.namedChildren.flatMap((child) => (child.role === 'block' ? child.namedChildren : [child]))
      : argumentsOf(object);
  for (const item of items) {
    if (item.role === 'pair' && nameOf(item) === key) return item;
    if (
      (item.role === 'assign' || item.role === 'identifier') &&
      stripQuotes(nameOf(item) ?? item.text) === key
    )
      return item;
  }
  return null;
}

/** The argument for a parameter where the file calls its function exactly once. */
function onlyArgument(parameter: SyntaxNode): SyntaxNode | null {
  const owner = enclosingFunction(parameter);
  const name = owner === null ? null : functionName(owner);
  const list = owner?.child('parameters');
  if (owner === null || name === null || list == null) return null;
  const index = list.namedChildren.findIndex(
    (child) => child.start <= parameter.start && child.end >= parameter.end,
  );
  const calls = [...descend(rootOf(parameter))].filter(
    (node) => node.role === 'call' && calleeName(node) === name,
  );
  const argument = calls.length === 1 && calls[0] !== undefined ? argumentsOf(calls[0]).at(index) : undefined;
  return argument === undefined ? null : unwrap(argument);
}
