/** What calls, declarations and functions are called and hold, read alike in every grammar. */
import type { SyntaxNode } from './node.ts';

/** Without wrappers that do not change the value: parentheses, casts, `await`, single-element lists. */
export function unwrap(node: SyntaxNode): SyntaxNode {
  let current = node;
  for (let steps = 0; steps < 12; steps += 1) {
    if (current.role !== 'cast' && current.role !== 'await') return current;
    const inner = current.child('value', 'expression', 'operand') ?? current.namedChildren.at(0) ?? null;
    if (inner === null) return current;
    if (current.type === 'expression_list' && current.namedChildren.length > 1) return current;
    // `timeout = 5` in a call: the value stands behind the name.
    if (current.type === 'value_argument') current = current.namedChildren.at(-1) ?? inner;
    else if (current.type === 'cast_expression' || current.type === 'type_cast_expression') {
      const value = current.child('value') ?? current.namedChildren.at(-1) ?? inner;
      current = value;
    } else current = inner;
  }
  return current;
}

/** The expression that is called: `payment.charge`; for `new X()` the type; null where there is none. */
export function calleeOf(call: SyntaxNode): SyntaxNode | null {
  const named = call.child('function', 'constructor', 'type', 'macro', 'method', 'name');
  if (named !== null) return named;
  const first = call.namedChildren.at(0) ?? null;
  // `synchronized(lock) { … }`: the block is given to what was called with the arguments.
  return first?.role === 'call' && isKotlin(call) ? calleeOf(first) : first;
}

function isKotlin(node: SyntaxNode): boolean {
  return node.source.languageId === 'kotlin';
}

/** Source text of the callee with its receiver, white space removed, without `new`, arguments and optional-chain marks. */
export function calleeText(call: SyntaxNode): string {
  call.callee ??= { text: readCallee(call), name: null };
  return call.callee.text;
}

function readCallee(call: SyntaxNode): string {
  const receiver = call.child('object', 'receiver', 'scope');
  const callee = calleeOf(call);
  if (callee === null) return '';
  const name = compact(callee.text);
  return (receiver === null || receiver === callee ? name : `${compact(receiver.text)}.${name}`).replace(
    /[?!]\./g,
    '.',
  );
}

/** The last segment of the callee: `charge`. */
export function calleeName(call: SyntaxNode): string {
  call.callee ??= { text: readCallee(call), name: null };
  const { callee } = call;
  if (callee.name === null) {
    const text = callee.text.replace(/<[^<>()]*>$/, '');
    callee.name = /([\p{L}\p{N}_$?!]+)$/u.exec(text)?.[1] ?? text;
  }
  return callee.name;
}

/** The expression before the last segment of the callee: `payment` of `payment.charge()`. */
export function receiverOf(call: SyntaxNode): SyntaxNode | null {
  const direct = call.child('object', 'receiver', 'scope');
  if (direct !== null) return direct;
  const callee = call.child('function') ?? (isKotlin(call) ? calleeOf(call) : null);
  if (callee === null || callee.role !== 'member') return null;
  return memberObject(callee);
}

export function memberObject(member: SyntaxNode): SyntaxNode | null {
  return (
    member.child('object', 'operand', 'value', 'expression', 'path', 'condition', 'scope') ??
    member.namedChildren.at(0) ??
    null
  );
}

export function memberName(member: SyntaxNode): string {
  const node = member.child('property', 'attribute', 'field', 'name') ?? member.namedChildren.at(-1);
  return node === undefined ? '' : node.text.replace(/^\$/, '');
}

/** Arguments in order, labels kept as `pair` nodes where the language has them. */
export function argumentsOf(call: SyntaxNode): SyntaxNode[] {
  const list = call.child('arguments') ?? call.children.find((child) => child.role === 'arguments');
  return list === undefined || list === null ? [] : list.namedChildren;
}

/** `['config', 'paymentTimeout']` for a chain of members that starts at an identifier; null for anything else. */
export function chainOf(node: SyntaxNode): string[] | null {
  const bare = unwrap(node);
  if (bare.role === 'identifier') return [identifierName(bare)];
  if (bare.role === 'member') {
    const object = memberObject(bare);
    if (object === null) return null;
    const head = chainOf(object);
    return head === null ? null : [...head, memberName(bare)];
  }
  if (bare.role === 'index') {
    const parts = bare.namedChildren;
    const object = parts.at(0);
    const key = parts.at(-1);
    if (object === undefined || key === undefined || key.role !== 'string') return null;
    const head = chainOf(object);
    return head === null ? null : [...head, stripQuotes(key.text)];
  }
  return null;
}

export function identifierName(node: SyntaxNode): string {
  return node.text.replace(/^\$/, '');
}

export function nameOf(node: SyntaxNode): string | null {
  const name = node.child('name', 'pattern', 'left', 'key');
  if (name !== null) return stripQuotes(unwrap(name).text.replace(/^\$/, ''));
  // PHP: `'status' => $status`, a pair whose halves have no names in the grammar.
  const [key, value] = node.namedChildren;
  if (node.type === 'array_element_initializer' && key !== undefined && value !== undefined)
    return key.role === 'string' ? stripQuotes(key.text) : null;
  const declared = node.namedChildren.find((child) => child.type === 'variable_declaration') ?? node;
  const first = declared.namedChildren.find((child) => child.role === 'identifier');
  return first === undefined ? null : identifierName(first);
}

/** Name of a function: its own, or that of the variable, field or key that it is assigned to; null for an anonymous one. */
export function functionName(node: SyntaxNode): string | null {
  const own = node.child('name');
  if (own !== null) return own.text;
  const holder = node.parent;
  if (holder === null || !['declare', 'pair', 'field', 'assign', 'cast'].includes(holder.role)) return null;
  const target = holder.role === 'cast' ? holder.parent : holder;
  return target === null ? null : nameOf(target);
}

/** The innermost enclosing function that has a name; null at the top level. */
export function enclosingFunction(node: SyntaxNode): SyntaxNode | null {
  for (let up = node.parent; up !== null; up = up.parent)
    if (up.role === 'function' && functionName(up) !== null) return up;
  return null;
}

/** Callbacks that a module runs once: when it listens, when it is loaded, when it ends. */
const RUNS_ONCE = /^(listen|then|catch|finally|once|on|ready|setTimeout|setImmediate|nextTick)$/;

/** The innermost enclosing function that runs again and again: one with a name, else a handler, which has none and is handed over; null elsewhere. */
export function servingFunction(node: SyntaxNode): SyntaxNode | null {
  const named = enclosingFunction(node);
  if (named !== null) return named;
  for (let up = node.parent; up !== null; up = up.parent)
    if (up.role === 'function') {
      const call = handedTo(up);
      if (call !== null && !RUNS_ONCE.test(calleeName(call))) return up;
    }
  return null;
}

/** The call that the function is an argument of. */
function handedTo(node: SyntaxNode): SyntaxNode | null {
  const holder = node.parent;
  const call = holder?.role === 'call' || holder?.role === 'new' ? holder : (holder?.parent ?? null);
  if (call === null || (call.role !== 'call' && call.role !== 'new')) return null;
  return argumentsOf(call).includes(node) ? call : null;
}

export function enclosingClass(node: SyntaxNode): SyntaxNode | null {
  for (let up = node.parent; up !== null; up = up.parent) if (up.role === 'class') return up;
  return null;
}

/** `Class.method`, `method` or null; Go methods take the type of their receiver. */
export function qualifiedFunctionName(node: SyntaxNode): string | null {
  const name = functionName(node);
  if (name === null) return null;
  const receiver = node.child('receiver');
  const receiverType =
    receiver === null
      ? null
      : (/([\p{L}_][\p{L}\p{N}_]*)\s*(?:\[[^\]]*\])?\s*\)?$/u.exec(receiver.text)?.[1] ?? null);
  if (receiverType !== null) return `${receiverType}.${name}`;
  const owner = enclosingClass(node);
  const ownerName = owner === null ? null : (owner.child('name', 'type')?.text ?? null);
  return ownerName === null ? name : `${ownerName}.${name}`;
}

/** The condition of an if, ternary, loop or switch; null where the statement has none. */
export function conditionOf(node: SyntaxNode): SyntaxNode | null {
  return node.child('condition', 'value', 'subject');
}

/** The value that a declaration, field, pair, parameter or assignment gives; null where it gives none. */
export function givenValue(node: SyntaxNode): SyntaxNode | null {
  const named = node.child('value', 'right', 'default_value');
  if (named !== null) return unwrap(named);
  const name = node.child('name', 'key', 'left', 'pattern', 'declarator');
  const rest = node.namedChildren.filter(
    (child) => child !== name && child.role !== 'type' && child.field !== 'type',
  );
  if (node.role === 'pair' || node.role === 'declare' || node.role === 'parameter') {
    const last = rest.at(-1);
    return last === undefined || (name === null && rest.length < 2) ? null : unwrap(last);
  }
  return null;
}

export function stripQuotes(text: string): string {
  const inner = /^[a-zA-Z$@]*("""|'''|"|'|`)([\s\S]*)\1$/.exec(text);
  return inner === null ? text.replace(/^:|:$/g, '') : (inner[2] ?? '');
}

/** Source text on one line without white space around punctuation. */
export function compact(text: string): string {
  if (!/\s/.test(text)) return text;
  return text
    .replace(/\s+/g, ' ')
    .replace(/ ?([.,()[\]{}]) ?/g, '$1')
    .trim();
}

/** Source text on one line, at most `limit` characters, an ellipsis where it was cut. */
export function oneLine(text: string, limit = 80): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
}
