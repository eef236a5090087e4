/** Calls: a function whose body is at hand stands for what it does, a loop in disguise for the loop; any other is a step. */
import type { SyntaxNode } from '../../syntax/node.ts';
import { argumentsOf, calleeName, calleeOf, compact, receiverOf, unwrap } from '../../syntax/shape.ts';
import { extendsType, isAsync, isBareName } from './functions.ts';
import { eachOf, isEmptyList, iterated } from './sequences.ts';
import { type Frame, negate, short } from './state.ts';
import type { Walk } from './walk.ts';

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
  const receiver = receiverOf(node);
  const callee = calleeOf(node);
  const name = calleeName(node);
  const held = receiver === null ? null : walk.value(receiver, frame);
  const list = argumentsOf(node);
  const block = node.children.filter(
    (child) =>
      child.named &&
      child !== receiver &&
      child !== callee &&
      child.role !== 'arguments' &&
      child.role !== 'type',
  );
  const lambdas = [...list, ...block].filter(
    (each) => each.role === 'function' || /lambda|^(do_)?block$/.test(each.type),
  );
  const mapped = mappedArray(name, list, frame, walk);
  if (mapped !== null) return mapped;
  const sequence =
    held === null ? null : iterated(name, held, lambdas, list.length + block.length, frame, walk);
  if (sequence !== null) return sequence;
  // Rust: what a macro is given is no list of arguments.
  const tokens =
    node.type === 'macro_invocation' ? node.children.filter(({ role }) => role === 'arguments') : list;
  const given = tokens.map((argument) => walk.value(argument, frame));
  const written = isGivenByName(list) ? null : helperValue(node, name, held, given, frame, walk);
  if (written !== null) return written;
  const rest = block.filter(({ role }) => role !== 'identifier').map((child) => walk.value(child, frame));
  const target = targetOf(node, held, frame, walk);
  const said = short(
    `${node.role === 'new' ? 'new ' : ''}${target}${typesGiven(node)}(${given.join(', ')})${rest.join(' ')}`,
  );
  const kept = eachOf(said, name, held, given, frame, walk);
  if (kept !== null) return kept;
  if (READ.test(name) && !TAKES.test(name) && given.length + rest.length <= (held === null ? 1 : 0))
    return said;
  // Ruby: whatever was found is true.
  if (name === 'nil?' && held !== null) return negate(held, walk.course);
  const one = walk.course.another(said);
  if (!isEmptyList(said)) walk.course.step(`call ${one}`, frame);
  return one;
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

function targetOf(node: SyntaxNode, held: string | null, frame: Frame, walk: Walk): string {
  if (held !== null) return `${held}${isOptional(node) ? '?.' : '.'}${calleeName(node)}`;
  const callee = calleeOf(node);
  if (callee === null || isBareName(callee)) return calleeName(node);
  return node.role === 'new' ? compact(callee.text).replace(/<.*>$/, '') : walk.value(callee, frame);
}

function helperValue(
  node: SyntaxNode,
  name: string,
  held: string | null,
  given: readonly string[],
  frame: Frame,
  walk: Walk,
): string | null {
  const helper = walk.course.helpers.get(name);
  const callee = calleeOf(node);
  const isOwn =
    held === null
      ? callee === null || isBareName(callee) || callee.role === 'member'
      : held === frame.self || /^[A-Z]\w*$/.test(held);
  const extended = helper !== undefined && held !== null && extendsType(helper) ? held : null;
  if (
    helper === undefined ||
    !(isOwn || extended !== null) ||
    frame.depth >= MAX_HELPERS ||
    frame.names.has(name)
  )
    return null;
  walk.course.used.add(helper);
  if (isAsync(helper) && !walk.course.answers.has(node)) walk.course.step(`not waited for ${name}`, frame);
  const inner: Frame = {
    names: new Map(),
    // The same list: where the helper fails, its caller does not go on.
    conditions: frame.conditions,
    self: extended ?? frame.self,
    implicit: extended,
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
