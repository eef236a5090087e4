/** Shapes of expressions that resolution looks into. Pure. */
import { descend, type SyntaxNode } from '../syntax/node.ts';
import {
  argumentsOf,
  calleeName,
  enclosingFunction,
  functionName,
  nameOf,
  stripQuotes,
  unwrap,
} from '../syntax/shape.ts';
import { rootOf } from './scope.ts';

/** What a module exports as default: the name of it, or the expression itself; null where there is none. */
export function defaultExport(root: SyntaxNode): SyntaxNode | string | null {
  for (const node of root.children) {
    const assigned = node.namedChildren.find((child) => child.role === 'assign');
    if (assigned !== undefined && /^(module\.)?exports$/.test(assigned.child('left')?.text ?? ''))
      return assigned.child('right');
    if (node.type !== 'export_statement' || !node.children.some((child) => child.type === 'default'))
      continue;
    const value = node.child('value', 'declaration');
    if (value === null) return null;
    return value.role === 'identifier' ? value.text : value;
  }
  return null;
}

/** The object literal that a value is or wraps: `Object.freeze({…})`, `&Values{…}`, `defineConfig({…})`. */
export function objectIn(node: SyntaxNode): SyntaxNode | null {
  const bare = unwrap(node);
  if (bare.role === 'object') return bare;
  if (bare.role === 'unary') return bare.namedChildren.find((child) => child.role === 'object') ?? null;
  if (bare.role !== 'call' && bare.role !== 'new') return null;
  const only = argumentsOf(bare).map(unwrap);
  if (only.length > 0 && only.every((argument) => argument.role === 'pair')) return bare;
  return only.length === 1 && only[0]?.role === 'object' ? only[0] : null;
}

/** The pair of a key directly in an object literal, shorthand included. */
export function pairOf(object: SyntaxNode, key: string): SyntaxNode | null {
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
export function onlyArgument(parameter: SyntaxNode): SyntaxNode | null {
  const owner = enclosingFunction(parameter);
  const name = owner === null ? null : functionName(owner);
  const list = owner?.child('parameters');
  if (owner === null || name === null || list == null) return null;
  const index = list.namedChildren.findIndex(
    (child) => child.start <= parameter.start && child.end >= parameter.end,
  );
  const calls = descend(rootOf(parameter)).filter(
    (node) => node.role === 'call' && calleeName(node) === name,
  );
  const argument = calls.length === 1 && calls[0] !== undefined ? argumentsOf(calls[0]).at(index) : undefined;
  return argument === undefined ? null : unwrap(argument);
}
