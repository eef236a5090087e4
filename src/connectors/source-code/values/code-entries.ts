/** Keys and values that stand in source code: object and struct literals, constants, fields, defaults, annotations, literal arguments. */
import { commentsBeside } from '../syntax/comments.ts';
import { ancestors, descend, type SyntaxNode } from '../syntax/node.ts';
import {
  argumentsOf,
  calleeName,
  calleeText,
  enclosingFunction,
  givenValue,
  nameOf,
  qualifiedFunctionName,
  unwrap,
} from '../syntax/shape.ts';
import type { KeyEntry } from './entry.ts';
import { environmentRead } from './environment.ts';
import { foldNumber, literalValue } from './literal.ts';
import { textValue } from './text-value.ts';

/** Calls that only build an object around their fields: they add nothing to the key. */
const TRANSPARENT = /^(Object\.freeze|defineConfig|freeze|Map\.of|dict|NewConfig|Settings|Config|Options)$/;

function rootOf(node: SyntaxNode): SyntaxNode {
  let root = node;
  for (const up of ancestors(node)) root = up;
  return root;
}

/** Name of the call or annotation that a labelled argument belongs to. */
function holderName(holder: SyntaxNode): string | null {
  if (holder.role === 'annotation') return nameOf(holder) ?? holder.child('name')?.text ?? null;
  if (holder.role !== 'call' && holder.role !== 'new') return null;
  return TRANSPARENT.test(calleeText(holder)) ? null : calleeName(holder);
}

/** Keys of enclosing pairs, calls and local declarations, outermost first; module-level names are left out. */
function pathTo(node: SyntaxNode): string[] {
  const path: string[] = [];
  let below = node;
  for (const up of ancestors(node)) {
    if (up.role === 'function' || up.role === 'class') break;
    if (up.role === 'pair' && givenValue(up) !== null && nameOf(up) !== below.text)
      path.unshift(nameOf(up) ?? '');
    if (up.role === 'call' || up.role === 'new' || up.role === 'annotation') {
      const name = holderName(up);
      if (name !== null) path.unshift(name);
    }
    below = up;
  }
  return path.filter((part) => part !== '');
}

function scopeOf(node: SyntaxNode): string {
  const owner = enclosingFunction(node);
  return owner === null ? '' : (qualifiedFunctionName(owner) ?? '');
}

function entryFor(
  node: SyntaxNode,
  key: string,
  value: SyntaxNode,
  kind: KeyEntry['kind'],
  root: SyntaxNode,
): KeyEntry {
  return {
    key,
    scope: scopeOf(node),
    kind,
    value: literalValue(value, key),
    env: environmentRead(value)?.name ?? null,
    line: node.line,
    endLine: value.endLine,
    comments: commentsBeside(root, node.line, value.endLine),
  };
}

/** Values that are containers are described by what stands in them. */
function isContainer(value: SyntaxNode): boolean {
  if (
    value.role === 'object' ||
    value.role === 'function' ||
    value.role === 'class' ||
    value.role === 'array'
  )
    return true;
  if (foldNumber(value) !== null) return false;
  const list = value.role === 'call' || value.role === 'new' ? argumentsOf(value) : [];
  return list.some((argument) => {
    const bare = unwrap(argument);
    return bare.role === 'object' || bare.role === 'pair' || bare.role === 'function';
  });
}

function declared(node: SyntaxNode, root: SyntaxNode): KeyEntry[] {
  if (node.type === 'const_spec' || node.type === 'var_spec' || node.type === 'short_var_declaration') {
    const names = node.children.filter((child) => child.field === 'name').map((child) => child.text);
    const left = node.child('left');
    const targets = left === null ? names : left.namedChildren.map((child) => child.text);
    const right = node.child('value', 'right');
    const values = right === null ? [] : right.namedChildren;
    return targets.flatMap((name, index) => {
      const value = values[index];
      if (value === undefined || isContainer(unwrap(value))) return [];
      return [entryFor(node, name, unwrap(value), 'constant', root)];
    });
  }
  const value = givenValue(node);
  const name = nameOf(node);
  if (value === null || name === null || isContainer(value) || !/^[\w$@.:-]+$/.test(name)) return [];
  const kind = node.role === 'parameter' ? 'default' : 'constant';
  return [
    entryFor(node, [...pathTo(node), name.replace(/^(this|self)\.|^@/, '')].join('.'), value, kind, root),
  ];
}

function paired(node: SyntaxNode, root: SyntaxNode): KeyEntry[] {
  const value = givenValue(node);
  const name = nameOf(node);
  const call = node.parent?.role === 'arguments' ? node.parent.parent : null;
  // `timedelta(seconds=5)` is one value, not a setting named `seconds`.
  if (value === null || name === null || isContainer(value) || (call !== null && foldNumber(call) !== null))
    return [];
  return [entryFor(node, [...pathTo(node), name].join('.'), value, 'config-value', root)];
}

/** Numbers and switches passed without a label: `pool.SetMaxOpenConns(5)` is the key `SetMaxOpenConns`. */
function passed(node: SyntaxNode, root: SyntaxNode): KeyEntry[] {
  const name = calleeName(node);
  if (name === '' || /^(Number|parseInt|String|int|float|len|range|ofMillis|ofSeconds|timedelta)$/.test(name))
    return [];
  return argumentsOf(node).flatMap((argument, index) => {
    const value = unwrap(argument);
    if (value.role !== 'number' && value.role !== 'boolean') return [];
    const key = [...pathTo(node), index === 0 ? name : `${name}[${index}]`].join('.');
    return [entryFor(node, key, value, 'argument', root)];
  });
}

/** `@Retry(maxAttempts = 3)` is covered by pairs; `@Value("${a.b:5}")` names a key of another file with a default. */
function annotated(node: SyntaxNode, root: SyntaxNode): KeyEntry[] {
  const placeholder = /\$\{([\w.-]+):([^}]*)\}/.exec(node.text);
  if (placeholder === null) return [];
  const literal = descend(node).find((each) => each.role === 'string');
  if (literal === undefined) return [];
  const entry = entryFor(node, placeholder[1] ?? '', literal, 'default', root);
  return [{ ...entry, value: textValue(placeholder[2] ?? '', entry.key, true) }];
}

/** Every key of a tree in source order. Not constant values come too, as expressions. */
export function codeEntries(tree: SyntaxNode): KeyEntry[] {
  const root = rootOf(tree);
  const entries: KeyEntry[] = [];
  for (const node of descend(tree)) {
    if (node.role === 'declare' || node.role === 'field' || node.role === 'parameter')
      entries.push(...declared(node, root));
    else if (node.role === 'pair') entries.push(...paired(node, root));
    else if (node.role === 'call' || node.role === 'new') entries.push(...passed(node, root));
    else if (node.role === 'annotation') entries.push(...annotated(node, root));
  }
  return entries;
}
