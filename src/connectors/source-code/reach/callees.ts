/** Which functions of the repository a call can mean: by name in its own file, across imports and what modules hand on, and by the class of what it is called on. */
import { append } from '../../../domain/append.ts';
import { defaultExport } from '../definitions/expressions.ts';
import { type ImportedName, importsOf } from '../definitions/imports.ts';
import { ModuleLookup } from '../definitions/lookup.ts';
import { ecmaScript, filesOfImport, joinPath } from '../definitions/modules.ts';
import { bindingOf, rootOf } from '../definitions/scope.ts';
import { folderOf, profileOf } from '../languages/detect.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { descend, findRoles, type SyntaxNode } from '../syntax/node.ts';
import {
  argumentsOf,
  calleeName,
  calleeOf,
  calleeText,
  chainOf,
  functionName,
  nameOf,
  stripQuotes,
} from '../syntax/shape.ts';
import { declaredType } from './declared-type.ts';
import type { FunctionAt } from './function-at.ts';
import { gives, mainOf } from './handed-on.ts';
import { hasBody, Implementors } from './implementors.ts';

/** More of one name are methods of unrelated classes: the name says nothing then. */
const MAX_OF_A_NAME = 3;
/** `index.js` hands on what another file hands on. */
const MAX_HAND_ONS = 4;
/** A module that is called as a whole and says in no known way what it is. */
const SMALL_MODULE = 12;
const TYPE_NAME = /\b[A-Z][A-Za-z0-9]{2,60}\b/g;
const MAX_TYPES = 12;
const HOLDERS = /^(declare|pair|field|assign)$/;
const SELF = /^(this|self|super|cls|Self)$/;
const CONSTRUCTOR = /^(constructor|__init__|initialize|init)$/;

const byName = new WeakMap<SyntaxNode, ReadonlyMap<string, readonly SyntaxNode[]>>();

/** Functions of a file by the last part of their name: `P.pow = function …` is `pow`. */
function functionsOf(root: SyntaxNode): ReadonlyMap<string, readonly SyntaxNode[]> {
  const known = byName.get(root);
  if (known !== undefined) return known;
  const found = new Map<string, SyntaxNode[]>();
  for (const node of findRoles(root, 'function')) {
    // `var parseValues = function parseQueryValues() …` is called by the one name and tells the other.
    const holder = node.parent !== null && HOLDERS.test(node.parent.role) ? nameOf(node.parent) : null;
    for (const name of new Set([functionName(node) ?? '', holder ?? ''].map(lastName)))
      if (name !== '') append(found, name, node);
  }
  byName.set(root, found);
  return found;
}

function lastName(name: string): string {
  return name.split(/[.:#]/).at(-1) ?? name;
}

function named(root: SyntaxNode, path: string, name: string): readonly FunctionAt[] {
  const nodes = functionsOf(root).get(name) ?? [];
  return nodes.length > MAX_OF_A_NAME ? [] : nodes.map((node) => ({ path, node }));
}

export class Callees {
  private readonly reader: RepositoryReader;
  private readonly lookup: ModuleLookup;
  private readonly implementors: Implementors;
  private files: ReadonlySet<string> | null = null;

  constructor(reader: RepositoryReader) {
    this.reader = reader;
    this.lookup = new ModuleLookup(reader);
    this.implementors = new Implementors(reader);
  }

  /** Functions that the calls within `part` can mean, each with the call as it is written; functions that are handed over count too. */
  async within(part: SyntaxNode, path: string): Promise<readonly (FunctionAt & { readonly via: string })[]> {
    const found: (FunctionAt & { via: string })[] = [];
    for (const node of descend(part)) {
      if (node.role !== 'call' && node.role !== 'new') continue;
      const via = calleeText(node);
      for (const target of await this.ofCall(node, path)) found.push({ ...target, via });
      for (const argument of argumentsOf(node))
        if (argument.role === 'identifier')
          for (const target of await this.ofChain([argument.text], argument, path))
            found.push({ ...target, via: madeBy(argument) });
    }
    return found;
  }

  /** Types that a function names, as they are declared: what it answers has their fields. */
  async typesNamed(node: SyntaxNode, path: string): Promise<readonly FunctionAt[]> {
    const names = new Set(node.text.match(TYPE_NAME) ?? []);
    const found: FunctionAt[] = [];
    for (const name of [...names].slice(0, MAX_TYPES)) {
      const owner = await this.lookup.classOf(name, { path, node });
      if (owner !== null) found.push({ path: owner.path, node: owner.node });
    }
    return found;
  }

  private async ofCall(call: SyntaxNode, path: string): Promise<readonly FunctionAt[]> {
    const callee = calleeOf(call);
    const written = callee === null ? null : chainOf(callee);
    const chain = written ?? [calleeName(call)];
    // `a().b()` and PHP's `$this->a->b()`: only a name is left of what `b` belongs to.
    const text = calleeText(call)
      .replaceAll('$', '')
      .split(/\??->|::|\./);
    const receivers = text.slice(0, -1);
    const isPlain =
      written?.length === 1 && receivers.length > 0 && receivers.every((name) => /^\w+$/.test(name));
    return this.ofChain(isPlain ? [...receivers, ...chain] : chain, call, path);
  }

  private async ofChain(
    chain: readonly string[],
    at: SyntaxNode,
    path: string,
  ): Promise<readonly FunctionAt[]> {
    const [first = '', ...rest] = chain;
    const root = rootOf(at);
    const last = rest.at(-1) ?? first;
    if (SELF.test(first)) {
      const given = rest.length > 1 ? await this.methodOfField(rest[0] ?? '', last, at, path) : [];
      return given.length > 0 ? given : named(root, path, last);
    }
    // what is bound here, and not what it is called on, is no name of a file beside it
    const isBound = rest.length === 0 && bindingOf(at, first) !== null;
    const known = await this.importedAs(first, at, path);
    const imported = known?.isBeside === true && isBound ? null : known;
    if (imported !== null) {
      const name = imported.name === '*' ? rest[0] : imported.name;
      for (const file of imported.files) {
        const targets = await this.exported(file, name ?? 'default', 0);
        const found = targets.length > 0 || rest.length === 0 ? targets : await this.exported(file, last, 0);
        if (found.length > 0) return found;
      }
      if (!imported.isBeside) return [];
    }
    if (rest.length === 0) {
      const own = named(root, path, first);
      if (own.length > 0) return own;
      const made = await this.constructed(first, at, path);
      // `const head = press.compile('…')`: what is called was made by another call.
      const value = made.length > 0 ? null : (bindingOf(at, first)?.value ?? null);
      return value?.role === 'call' && value !== at ? this.ofCall(value, path) : made;
    }
    const made = await this.methodOf(first, last, at, path);
    if (made.length > 0) return made;
    // `stock.find()`, and in Go `p.stock.Find()`: a field that the class or struct declares with its type
    const given = await this.methodOfField(rest.length > 1 ? (rest[0] ?? '') : first, last, at, path);
    if (given.length > 0) return given;
    const own = named(root, path, last);
    return own.length > 0 || imported === null ? own : this.methodBeside(last, imported.files);
  }

  /** A method of that name in the one file of the package that has it. */
  private async methodBeside(method: string, files: readonly string[]): Promise<readonly FunctionAt[]> {
    const found: FunctionAt[] = [];
    for (const file of files) {
      const root = await this.reader.tree(file);
      if (root !== null) found.push(...named(root, file, method));
    }
    return found.length > MAX_OF_A_NAME ? [] : found;
  }

  /** Files and name behind a local name that comes from another module, null where it does not; `isBeside` where it only may stand in a file of the same package. */
  private async importedAs(
    name: string,
    at: SyntaxNode,
    path: string,
  ): Promise<{
    readonly files: readonly string[];
    readonly name: string;
    readonly isBeside: boolean;
  } | null> {
    const root = rootOf(at);
    const plain = importsOf(root).find(({ local }) => local === name);
    if (plain !== undefined) {
      const files = await this.filesOf(plain, path);
      return files.length === 0 ? null : { files, name: plain.imported, isBeside: false };
    }
    const value = bindingOf(at, name)?.value ?? null;
    const required = value === null ? [] : await this.requiredIn(value, path);
    if (required.length > 0) return { files: required, name: '*', isBeside: false };
    const target =
      root.source.languageId === 'go' ? await this.lookup.importTargets(name, { path, node: at }) : null;
    return target === null || target.paths.length === 0
      ? null
      : { files: target.paths, name: target.imported, isBeside: true };
  }

  /** Files of a module; a folder with a `package.json` stands for the file that it names as its main one. */
  private async filesOf(name: ImportedName, path: string): Promise<readonly string[]> {
    const plain = filesOfImport(name, rootOf(name.node), path, await this.allFiles());
    return plain.length > 0 || !name.module.startsWith('.') ? plain : this.filesNamed(name.module, path);
  }

  /** Files of a relative module of ECMAScript, as a file names it. */
  async filesNamed(module: string, path: string): Promise<readonly string[]> {
    const files = await this.allFiles();
    const plain = ecmaScript(module, path, files);
    if (plain.length > 0) return plain;
    const folder = joinPath(folderOf(path), module);
    const described = files.has(`${folder}/package.json`)
      ? await this.reader.file(`${folder}/package.json`)
      : null;
    const main = described === null ? null : mainOf(described.text);
    return main === null ? [] : ecmaScript(`./${main}`, `${folder}/package.json`, files);
  }

  private async allFiles(): Promise<ReadonlySet<string>> {
    this.files ??= new Set(await this.reader.paths());
    return this.files;
  }

  /** Files that `require('…')` and `import('…')` within an expression name. */
  private async requiredIn(part: SyntaxNode, path: string): Promise<readonly string[]> {
    const found: string[] = [];
    for (const node of descend(part)) {
      if (node.role !== 'call' || !/^(require|import)$/.test(calleeText(node))) continue;
      const module = stripQuotes(argumentsOf(node)[0]?.text ?? '');
      if (module !== '')
        found.push(...(await this.filesOf({ local: '', module, imported: '*', node }, path)));
    }
    return found;
  }

  /** What a module gives under a name, through modules that hand it on. */
  private async exported(path: string, name: string, handOns: number): Promise<readonly FunctionAt[]> {
    const root = profileOf(path) === null || handOns > MAX_HAND_ONS ? null : await this.reader.tree(path);
    if (root === null) return [];
    if (name !== 'default' && name !== '*') {
      const own = named(root, path, name);
      if (own.length > 0) return own;
      const made = await this.constructorOf(name, root, path);
      if (made.length > 0) return made;
      return this.handedOn(root, path, name, handOns);
    }
    const whole = defaultExport(root);
    if (typeof whole === 'string') return this.exported(path, whole, handOns + 1);
    if (whole?.role === 'function') return [{ path, node: whole }];
    if (whole !== null) {
      const names = descend(whole).filter(({ role }) => role === 'identifier');
      const own = names.flatMap((node) => named(root, path, node.text));
      if (own.length > 0) return own;
    }
    const given = await this.handedOn(root, path, 'default', handOns);
    if (given.length > 0) return given;
    const all = findRoles(root, 'function').filter((node) => functionName(node) !== null);
    return all.length <= SMALL_MODULE ? all.map((node) => ({ path, node })) : [];
  }

  /** `module.exports = { isURL: _isURL.default }`, `exports.parse = require('./parse')`, `export { parse } from './parse'`. */
  private async handedOn(
    root: SyntaxNode,
    path: string,
    name: string,
    handOns: number,
  ): Promise<readonly FunctionAt[]> {
    for (const node of descend(root)) {
      const source = node.type === 'export_statement' ? node.child('source') : null;
      const isOne =
        source !== null
          ? /\*|^default$/.test(name) || node.text.includes(name) || node.text.includes('*')
          : gives(node, name);
      if (!isOne) continue;
      const own = source !== null ? [] : ownIn(node, root, path, name);
      if (own.length > 0) return own;
      const module = source === null ? '' : stripQuotes(source.text);
      const files =
        source !== null
          ? await this.filesOf({ local: '', module, imported: '*', node }, path)
          : await this.filesBehind(node, path);
      for (const file of files) {
        if (file === path) continue;
        const found = await this.exported(file, name, handOns + 1);
        const again =
          found.length > 0 || name === 'default' ? found : await this.exported(file, 'default', handOns + 1);
        if (again.length > 0) return again;
      }
    }
    return [];
  }

  /** Modules that an expression takes something of, by `require` in it or by the imported names in it. */
  private async filesBehind(node: SyntaxNode, path: string): Promise<readonly string[]> {
    const required = await this.requiredIn(node, path);
    if (required.length > 0) return required;
    const files: string[] = [];
    for (const part of descend(node)) {
      if (part.role !== 'identifier' || files.length >= MAX_OF_A_NAME) continue;
      const imported = await this.importedAs(part.text, part, path);
      // any name may stand in a file beside it
      if (imported?.isBeside === false) files.push(...imported.files);
    }
    return files;
  }

  private async constructed(name: string, at: SyntaxNode, path: string): Promise<readonly FunctionAt[]> {
    const owner = await this.lookup.classOf(name, { path, node: at });
    return owner === null ? [] : constructorsIn(owner.node, owner.path);
  }

  private async constructorOf(name: string, root: SyntaxNode, path: string): Promise<readonly FunctionAt[]> {
    const owner = findRoles(root, 'class').find(
      (node) => (node.child('name', 'type')?.text ?? nameOf(node)) === name,
    );
    return owner === undefined ? [] : constructorsIn(owner, path);
  }

  /** A method of what a variable was made as: `new Limiter(…)`, or the type that it is declared with. */
  private async methodOf(
    variable: string,
    method: string,
    at: SyntaxNode,
    path: string,
  ): Promise<readonly FunctionAt[]> {
    const binding = bindingOf(at, variable);
    if (binding === null) return [];
    const made =
      binding.value?.role === 'new' || binding.value?.role === 'call' ? calleeName(binding.value) : null;
    const type = made ?? /^[A-Z]\w*/.exec(binding.node.child('type')?.text ?? '')?.[0] ?? null;
    return type === null ? [] : this.methodOfType(type, method, at, path);
  }

  /** A method of what a field, or a parameter that becomes one, is declared as. */
  private async methodOfField(
    field: string,
    method: string,
    at: SyntaxNode,
    path: string,
  ): Promise<readonly FunctionAt[]> {
    const declared = declaredType(rootOf(at), field);
    if (declared === null) return [];
    if (declared.module === null) return this.methodOfType(declared.type, method, at, path);
    const imported = await this.importedAs(declared.module, at, path);
    return imported === null ? [] : this.methodBeside(method, imported.files);
  }

  private async methodOfType(
    type: string,
    method: string,
    at: SyntaxNode,
    path: string,
  ): Promise<readonly FunctionAt[]> {
    const owner = await this.lookup.classOf(type, { path, node: at });
    if (owner !== null) {
      const own = findRoles(owner.node, 'function').filter(
        (node) => lastName(functionName(node) ?? '') === method,
      );
      const promised = own.length > 0 && !own.some(hasBody);
      const done = promised ? await this.implementors.methodsOf(type, method) : [];
      if (own.length > 0) return [...own.map((node) => ({ path: owner.path, node })), ...done];
    }
    // an interface of TypeScript and of Go holds no functions
    const done = await this.implementors.methodsOf(type, method);
    if (done.length > 0) return done;
    const imported = await this.importedAs(type, at, path);
    for (const file of imported?.files ?? []) {
      const found = await this.exported(file, method, 0);
      if (found.length > 0) return found;
    }
    for (const file of imported?.files ?? []) {
      const makers = await this.exported(
        file,
        imported?.name === '*' ? 'default' : (imported?.name ?? 'default'),
        0,
      );
      for (const maker of makers) {
        const found = named(rootOf(maker.node), maker.path, method);
        if (found.length > 0) return found;
      }
    }
    return [];
  }
}

/** The call that gave a variable its value, else its name: a function that is handed over. */
function madeBy(variable: SyntaxNode): string {
  const value = bindingOf(variable, variable.text)?.value ?? null;
  return value?.role === 'call' ? calleeText(value) : variable.text;
}

/** Functions of the file that an expression names. */
function ownIn(node: SyntaxNode, root: SyntaxNode, path: string, besides: string): readonly FunctionAt[] {
  const names = new Set(descend(node).flatMap((part) => (part.role === 'identifier' ? [part.text] : [])));
  names.delete(besides);
  return [...names].slice(0, MAX_OF_A_NAME).flatMap((name) => named(root, path, name));
}

function constructorsIn(owner: SyntaxNode, path: string): readonly FunctionAt[] {
  return findRoles(owner, 'function')
    .filter((node) => CONSTRUCTOR.test(functionName(node) ?? ''))
    .map((node) => ({ path, node }));
}
