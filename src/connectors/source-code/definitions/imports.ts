/** Names that a file takes from elsewhere: local name, module as written, and the name it has there. */
import { descend, type SyntaxNode } from '../syntax/node.ts';
import { argumentsOf, calleeText, stripQuotes, unwrap } from '../syntax/shape.ts';

export interface ImportedName {
  readonly local: string;
  /** The module as the source writes it: `./config`, `shop.settings`, `example.com/app/internal/config`, `com.shop.Config`. */
  readonly module: string;
  /** Name within the module; `*` for the module itself, `default` for a default export. */
  readonly imported: string;
  readonly node: SyntaxNode;
}

function ecmaScript(node: SyntaxNode, out: ImportedName[]): void {
  const source = node.child('source');
  if (source === null) return;
  const module = stripQuotes(source.text);
  const add = (local: string, imported: string) => out.push({ local, module, imported, node });
  for (const each of descend(node)) {
    if (each.type === 'import_specifier') {
      const name = each.child('name')?.text ?? '';
      add(each.child('alias')?.text ?? name, name);
    } else if (each.type === 'namespace_import') add(each.namedChildren.at(0)?.text ?? '', '*');
    else if (each.type === 'import_clause')
      for (const child of each.namedChildren) if (child.role === 'identifier') add(child.text, 'default');
  }
}

/** `const { a, b: c } = require('./x')`, `const x = require('./x')`. */
function required(node: SyntaxNode, out: ImportedName[]): void {
  const call = node.role === 'declare' ? node.child('value') : null;
  if (call === null || unwrap(call).role !== 'call' || calleeText(unwrap(call)) !== 'require') return;
  const argument = argumentsOf(unwrap(call)).at(0);
  const target = node.child('name');
  if (argument === undefined || argument.role !== 'string' || target === null) return;
  const module = stripQuotes(argument.text);
  if (target.role === 'identifier') out.push({ local: target.text, module, imported: '*', node });
  else
    for (const child of target.namedChildren) {
      const key = child.child('key')?.text ?? child.text;
      out.push({ local: child.child('value')?.text ?? key, module, imported: key, node });
    }
}

function python(node: SyntaxNode, out: ImportedName[]): void {
  const module = node.child('module_name')?.text ?? null;
  for (const child of node.children) {
    if (child.field !== 'name') continue;
    const name = child.child('name')?.text ?? child.text;
    const alias = child.child('alias')?.text ?? null;
    if (module === null)
      out.push({
        local: alias ?? name.split('.').at(0) ?? name,
        module: alias === null ? (name.split('.').at(0) ?? name) : name,
        imported: '*',
        node,
      });
    else out.push({ local: alias ?? name, module, imported: name, node });
  }
}

function go(node: SyntaxNode, out: ImportedName[]): void {
  const path = stripQuotes(node.child('path')?.text ?? '');
  const alias = node.child('name')?.text ?? null;
  const last =
    path
      .split('/')
      .filter((part) => !/^v\d+$/.test(part))
      .at(-1) ?? path;
  out.push({ local: alias ?? last.replace(/^go-|-go$/g, ''), module: path, imported: '*', node });
}

/** Last part of a dotted path is the name: Java, C#, PHP. */
function dotted(node: SyntaxNode, out: ImportedName[]): void {
  const path = node.text
    .replace(/^(import|using|use)\s+(static\s+)?/, '')
    .replace(/[;\s]+$/, '')
    .replace(/\\/g, '.');
  const [whole, alias] = path.split(/\s+as\s+/);
  const name = (whole ?? '').split('.').at(-1) ?? '';
  if (name !== '') out.push({ local: alias ?? name, module: whole ?? '', imported: name, node });
}

function rust(node: SyntaxNode, out: ImportedName[]): void {
  const path = node.text
    .replace(/^(pub\s+)?use\s+/, '')
    .replace(/;$/, '')
    .replace(/\s+/g, '');
  const group = /^(.*)::\{(.*)\}$/.exec(path);
  const names = group === null ? [path] : (group[2] ?? '').split(',').map((name) => `${group[1]}::${name}`);
  for (const name of names) {
    const [target = '', alias] = name.split(/\bas\b/);
    const parts = target.split('::');
    const imported = parts.at(-1) ?? '';
    out.push({ local: alias ?? imported, module: parts.slice(0, -1).join('::'), imported, node });
  }
}

const cache = new WeakMap<SyntaxNode, readonly ImportedName[]>();

/** Imports of a file in source order. */
export function importsOf(root: SyntaxNode): readonly ImportedName[] {
  const known = cache.get(root);
  if (known !== undefined) return known;
  const out: ImportedName[] = [];
  const language = root.source.languageId;
  for (const node of descend(root)) {
    if (node.role === 'declare') required(node, out);
    if (node.role !== 'import') continue;
    if (language === 'python') python(node, out);
    else if (language === 'go') go(node, out);
    else if (language === 'rust') rust(node, out);
    else if (language === 'java' || language === 'kotlin' || language === 'csharp' || language === 'php')
      dotted(node, out);
    else ecmaScript(node, out);
  }
  cache.set(root, out);
  return out;
}
