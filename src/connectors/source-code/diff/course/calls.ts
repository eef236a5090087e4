/** Calls: a function whose body is at hand stands for what it does, a loop in disguise for the loop; any other is a step. */
import { descend, type SyntaxNode } from '../../syntax/node.ts';
import {
  argumentsOf,
  calleeName,
  calleeOf,
  compact,
  enclosingClass,
  memberObject,
  receiverOf,
  unwrap,
} from '../../syntax/shape.ts';
import { formatted } from './formatted.ts';
import { extendsType, isAsync, isBareName } from './functions.ts';
import { chained } from './promises.ts';
import { eachOf, isEmptyList, iterated } from './sequences.ts';
import { assumed, compared, defaulted, type Frame, negate, short } from './state.ts';
import { under, type Walk } from './walk.ts';

/** Reads that nobody can tell from a field: asked for once more or in another order they change nothing. */
const READ =
  /^(get[A-Z]\w*|is[A-Z]\w*|has[A-Z]\w*|length|size|len|count|name|id|key|value|toString|to_s|to_string|String|str|int|float|Number|parseInt|trim|strip|isEmpty|is_empty|isBlank|toUpperCase|toLowerCase|upcase|downcase|upper|lower|lower_case|stream|iter|into_iter|to_owned|clone|as_str|as_ref|unwrap_or_default|entries|keys|values)$/;
/** Reads in name alone. */
const TAKES = /connection|session|lock|channel|client|transaction|next|token|lease/i;
const MAX_HELPERS = 4;

export function isOptional(node: SyntaxNode): boolean {
  return (
    node.type === 'conditional_access_expression' ||
    node.type.startsWith('nullsafe_') ||
    node.children.some((child) => /^(optional_chain|\?\.|&\.|\?->)$/.test(child.type))
  );
}

/** A call of a function whose body is at hand stands for what that does; any other is a step. */
export function callValue(node: SyntaxNode, frame: Frame, walk: Walk): string {
  const inside = waitsInside(node);
  if (inside === null) return plainCall(node, receiverOf(node), calleeOf(node), frame, walk);
  const isHandedOn = walk.course.answers.has(node);
  walk.course.answers.add(node);
  const receiver = inside.role === 'member' ? memberObject(inside) : null;
  const value = plainCall(node, receiver, inside, frame, walk);
  if (!isHandedOn && !walk.course.helpers.has(calleeName(node))) walk.course.step(`wait ${value}`, frame);
  return value;
}

/** `await store.get<Row>(key)`: the grammar of TypeScript takes the wait for a part of what is called. */
function waitsInside(node: SyntaxNode): SyntaxNode | null {
  const callee = node.child('function');
  return callee?.role === 'await' ? (callee.namedChildren.at(0) ?? null) : null;
}

function plainCall(
  node: SyntaxNode,
  receiver: SyntaxNode | null,
  callee: SyntaxNode | null,
  frame: Frame,
  walk: Walk,
): string {
  const name = calleeName(node);
  const list = argumentsOf(node);
  const chain = chained(node, name, receiver, list, frame, walk);
  if (chain !== null) return chain;
  const held = receiver === null ? null : walk.value(receiver, frame);
  const block = node.children.filter(
    (child) =>
      child.named &&
      child !== receiver &&
      child !== callee &&
      child.role !== 'await' &&
      child.role !== 'arguments' &&
      child.role !== 'type',
  );
  const lambdas = [...list, ...block].flatMap((each) => functionGiven(each, frame, walk) ?? []);
  const optional = held === null ? null : optionalValue(name, held, list, frame, walk);
  if (optional !== null) return optional;
  const mapped = mappedArray(name, list, frame, walk);
  if (mapped !== null) return mapped;
  const sequence =
    held === null ? null : iterated(name, held, lambdas, list.length + block.length, frame, walk);
  if (sequence !== null) return sequence;
  // Rust: what a macro is given is no list of arguments.
  const tokens =
    node.type === 'macro_invocation' ? node.children.filter(({ role }) => role === 'arguments') : list;
  const all = tokens.map((argument) => walk.value(argument, frame));
  // Go: for how many there is room at first changes nothing that is done.
  const given = name === 'make' && /^map\[/.test(all[0] ?? '') ? all.slice(0, 1) : all;
  const text = formatted(node, name, held, given, walk.course);
  if (text !== null) return text;
  const written = isGivenByName(list) ? null : helperValue(node, callee, name, held, given, frame, walk);
  if (written !== null) return written;
  const rest = block.filter(({ role }) => role !== 'identifier').map((child) => walk.value(child, frame));
  const target = targetOf(node, callee, held, frame, walk);
  // Kotlin: the function behind the parentheses is the last argument.
  const [inside, behind] = node.source.languageId === 'kotlin' ? [[...given, ...rest], []] : [given, rest];
  const said = short(
    `${node.role === 'new' ? 'new ' : ''}${target}${typesGiven(node)}(${inside.join(', ')})${behind.join(' ')}`,
  );
  const kept = eachOf(said, name, held, given, frame, walk);
  if (kept !== null) return kept;
  // `getRates((rates) => …)` has what it is given do something
  const isRead = READ.test(name) && !TAKES.test(name) && lambdas.length === 0;
  if (isRead && given.length + rest.length <= (held === null ? 1 : 0)) return said;
  // Ruby: whatever was found is true.
  if (name === 'nil?' && held !== null) return negate(held, walk.course);
  const one = walk.course.another(said);
  if (!isEmptyList(said)) walk.course.step(`call ${one}`, frame);
  // What is called on the object itself may change what it holds.
  if ((held === null && node.role === 'call') || held === frame.self) walk.course.wrote('()');
  return one;
}

/** A function without a name, or one of the file's own by its name. */
function functionGiven(each: SyntaxNode, frame: Frame, walk: Walk): SyntaxNode | null {
  if (each.role === 'function' || /lambda|^(do_)?block$/.test(each.type)) return each;
  const isReference = /^(callable_reference|method_reference)$/.test(each.type);
  const name = isReference ? (each.namedChildren.at(-1)?.text ?? '') : each.text;
  if (!(isReference || isBareName(each)) || frame.names.has(name)) return null;
  const helper = walk.course.helpers.get(name) ?? null;
  if (helper !== null) walk.course.used.add(helper);
  return helper;
}

/** Java: `Optional.ofNullable(x).orElseThrow(…)`, `.orElse(y)`. */
function optionalValue(
  name: string,
  held: string,
  list: readonly SyntaxNode[],
  frame: Frame,
  walk: Walk,
): string | null {
  const [first] = list;
  if (held === 'Optional' && name === 'ofNullable' && first !== undefined)
    return `Optional(${walk.value(first, frame)})`;
  const inner = /^Optional\((.*)\)$/s.exec(held)?.[1];
  if (inner === undefined || first === undefined) return null;
  if (name === 'orElse') return defaulted(inner, walk.value(first, frame));
  return name === 'orElseThrow' ? orFail(inner, unwrap(first), frame, walk) : null;
}

/** The value, or an error where there is none: from here on there is one. */
export function orFail(value: string, error: SyntaxNode, frame: Frame, walk: Walk): string {
  const missing = compared('==', value, 'null', walk.course);
  const there = under(frame, [missing]);
  const made = error.role === 'function' ? (error.child('body') ?? error) : error;
  const parts = made.role === 'throw' ? made.namedChildren : [made];
  walk.course.step(`fail ${parts.map((part) => walk.value(part, there)).join(' ')}`, there);
  frame.conditions.push(...assumed(negate(missing, walk.course), walk.course));
  return value;
}

/** PHP: `array_map($f, $xs)`, `array_filter($xs, $f)`. */
function mappedArray(name: string, list: readonly SyntaxNode[], frame: Frame, walk: Walk): string | null {
  if (!/^array_(map|filter)$/.test(name) || list.length !== 2) return null;
  const [source, fn] = name === 'array_map' ? [list[1], list[0]] : [list[0], list[1]];
  const made = fn === undefined ? null : unwrap(fn);
  if (source === undefined || made?.role !== 'function') return null;
  return iterated(name.slice(6), walk.value(source, frame), [made], 1, frame, walk);
}

/** Which parameter such an argument is for, its place does not tell. */
function isGivenByName(list: readonly SyntaxNode[]): boolean {
  return list.some(
    (each) =>
      each.role === 'pair' ||
      (each.role === 'cast' && each.namedChildren.length > 1) ||
      /splat|spread/.test(each.type),
  );
}

function targetOf(
  node: SyntaxNode,
  callee: SyntaxNode | null,
  held: string | null,
  frame: Frame,
  walk: Walk,
): string {
  if (held !== null) return `${held}${isOptional(node) ? '?.' : '.'}${calleeName(node)}`;
  if (callee === null || isBareName(callee)) {
    // A parameter that is called: what it is called is its own affair.
    const known = frame.names.get(calleeName(node)) ?? '';
    return /^[λ§][\w.]+$/.test(known) ? known : calleeName(node);
  }
  return node.role === 'new' ? compact(callee.text).replace(/<.*>$/, '') : walk.value(callee, frame);
}

function isClassOf(held: string, helper: SyntaxNode | undefined): boolean {
  const owner = helper === undefined ? null : enclosingClass(helper);
  return owner !== null && owner.child('name', 'type')?.text === held;
}

function helperValue(
  node: SyntaxNode,
  callee: SyntaxNode | null,
  name: string,
  held: string | null,
  given: readonly string[],
  frame: Frame,
  walk: Walk,
): string | null {
  const helper = walk.course.helpers.get(name);
  const isOwn =
    held === null
      ? callee === null || isBareName(callee) || callee.role === 'member'
      : held === frame.self || isClassOf(held, helper);
  const extended = helper !== undefined && held !== null && extendsType(helper) ? held : null;
  if (
    helper === undefined ||
    !(isOwn || extended !== null) ||
    frame.depth >= MAX_HELPERS ||
    frame.names.has(name)
  )
    return null;
  // What is made bit by bit is not done where it is called.
  if (descend(helper).some(({ type }) => /^yield/.test(type))) return null;
  walk.course.used.add(helper);
  if (isAsync(helper) && !walk.course.answers.has(node)) walk.course.step(`not waited for ${name}`, frame);
  const inner: Frame = {
    names: new Map(),
    // The same list: where the helper fails, its caller does not go on.
    conditions: frame.conditions,
    self: extended ?? frame.self,
    implicit: extended,
    foreign: new Set(),
    level: frame.level,
    depth: frame.depth + 1,
  };
  return walk.enter(helper, given, inner).value ?? walk.course.nothing;
}

/** Types that a call is given, which decide what it does; those of TypeScript are gone when it runs. */
function typesGiven(node: SyntaxNode): string {
  if (/typescript|tsx|javascript/.test(node.source.languageId) || node.role === 'new') return '';
  const own = node.children.find((child) => child.type === 'type_arguments');
  const callee = calleeOf(node);
  const text = own?.text ?? /<.*>$/s.exec(callee?.text ?? '')?.[0] ?? '';
  return compact(text);
}
