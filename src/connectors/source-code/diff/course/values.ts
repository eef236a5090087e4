/** Expressions as texts in which names of the function's own values are replaced by what they stand for; calls are steps on the way. */
import { descend, type SyntaxNode } from '../../syntax/node.ts';
import {
  calleeName,
  compact,
  enclosingClass,
  identifierName,
  memberName,
  memberObject,
  stripQuotes,
  unwrap,
} from '../../syntax/shape.ts';
import { assign, update } from './assignments.ts';
import { callValue, isOptional, orFail } from './calls.ts';
import { filledIn } from './formatted.ts';
import { bodyOf, defaultOf, isAsync, opened, parametersOf } from './functions.ts';
import { collected, eachOf, isSequence } from './sequences.ts';
import {
  assumed,
  compared,
  concatenated,
  conditional,
  defaulted,
  type Frame,
  joined,
  negate,
  short,
} from './state.ts';
import { under, type Walk } from './walk.ts';

const WRAPPER =
  /^(parenthesized_expression|parenthesized_statements|satisfies_expression|non_null_expression|type_assertion|value_argument|argument|literal_element|expression_list|interpolation|template_substitution|expression_statement|annotated_lambda|arrow_expression_clause|argument_list|then|else|else_clause|block_body)$/;
export function expressionOf(node: SyntaxNode, frame: Frame, walk: Walk): string {
  walk.course.visit();
  return short(valueByRole(node, frame, walk));
}

function valueByRole(node: SyntaxNode, frame: Frame, walk: Walk): string {
  switch (node.role) {
    case 'comment':
      return '';
    case 'type':
      return compact(node.text);
    case 'identifier':
      return named(node, frame, walk);
    case 'string':
      return text(node, frame, walk);
    case 'concat':
      return concatenated(
        node.namedChildren.map((child) => walk.value(child, frame)),
        walk.course,
      );
    case 'number':
      return node.text.replaceAll('_', '');
    case 'null':
      return node.text === 'undefined' ? 'undefined' : 'null';
    case 'boolean':
      return node.text.toLowerCase();
    case 'await':
      return awaited(node, frame, walk);
    case 'member':
      return member(node, frame, walk);
    case 'call':
    case 'new':
      return callValue(node, frame, walk);
    case 'binary':
      return binary(node, frame, walk);
    case 'unary':
      return unary(node, frame, walk);
    case 'ternary':
    case 'if':
      return choice(node, frame, walk);
    case 'function':
      return lambda(node, frame, walk);
    case 'assign':
    case 'declare':
      return assign(node, frame, walk);
    case 'pair':
      return pair(node, frame, walk);
    case 'loop':
      return isSequence(node) ? collected(node, frame, walk) : generic(node, frame, walk);
    case 'block':
      return STATEMENTS.test(node.type) ? blockValue(node, frame, walk) : generic(node, frame, walk);
    default:
      return other(node, frame, walk);
  }
}

function other(node: SyntaxNode, frame: Frame, walk: Walk): string {
  const [inner, ...more] = node.namedChildren.filter(({ role }) => role !== 'type');
  if (WRAPPER.test(node.type) && inner !== undefined && more.length === 0) return walk.value(inner, frame);
  if (node.type === 'as_expression' && /typescript|tsx/.test(node.source.languageId) && inner !== undefined)
    return walk.value(inner, frame);
  if (/^(callable_reference|method_reference)$/.test(node.type)) return reference(node, frame, walk);
  if (/^(simple_symbol|hash_key_symbol)$/.test(node.type)) return `"${node.text.replace(/:/g, '')}"`;
  return generic(node, frame, walk);
}

/** That it is waited for is a step of its own, but where the answer is handed on. */
function awaited(node: SyntaxNode, frame: Frame, walk: Walk): string {
  const inner = node.namedChildren.at(0);
  if (inner === undefined) return node.text;
  if (inner.role === 'call') walk.course.answers.add(inner);
  const before = walk.course.used.size;
  const value = walk.value(inner, frame);
  const isHelper =
    inner.role === 'call' && walk.course.helpers.has(calleeName(inner)) && walk.course.used.size >= before;
  if (!walk.course.answers.has(node) && !isHelper) walk.course.step(`wait ${value}`, frame);
  return value;
}

const MARK = /^[;,]$/;

/** What no rule knows stands for itself, with its parts. */
function generic(node: SyntaxNode, frame: Frame, walk: Walk): string {
  if (node.children.length === 0) return node.text;
  const item = node.role === 'index' ? itemAt(node, frame, walk) : null;
  if (item !== null) return item;
  const parts = node.children
    .filter((child) => child.role !== 'comment' && !MARK.test(child.type))
    .map((child) => (child.named ? walk.value(child, frame) : child.text));
  const later = node.role === 'index' ? walk.course.since('[]') : '';
  return `${node.type.replace(/_(expression|statement)$/, '')}[${parts.join(' ')}]${later}`;
}

/** `rows[i]` within `for i := range rows` */
function itemAt(node: SyntaxNode, frame: Frame, walk: Walk): string | null {
  const [list, place, ...more] = node.namedChildren;
  if (list === undefined || place?.role !== 'identifier' || more.length > 0) return null;
  const mark = frame.names.get(place.text) ?? '';
  const source = walk.course.places.get(mark);
  return source !== undefined && source === short(walk.value(list, frame)) && walk.course.since('[]') === ''
    ? mark.replace('κ', 'ε')
    : null;
}

/** Blocks of statements; other things in braces hold values. */
const STATEMENTS =
  /^(block|statement_block|compound_statement|body_statement|block_body|then|do|statement_list)$/;

function blockValue(node: SyntaxNode, frame: Frame, walk: Walk): string {
  return walk.run(node.namedChildren, frame, true).value ?? walk.course.nothing;
}

function named(node: SyntaxNode, frame: Frame, walk: Walk): string {
  const name = identifierName(node);
  if (/^(this|self)$/.test(name)) return frame.self;
  const value = valueOfName(name, frame, walk);
  return node.type === 'shorthand_property_identifier' ? `${name}:${value}` : value;
}

function valueOfName(name: string, frame: Frame, walk: Walk): string {
  const known = frame.names.get(name);
  if (known !== undefined) return known;
  if (frame.implicit !== null && /^[a-z]/.test(name)) return `${frame.implicit}.${name}`;
  const helper = referredTo(name, frame, walk);
  if (helper !== null) return lambda(helper, { ...frame, names: new Map(), depth: frame.depth + 1 }, walk);
  const constant = walk.course.constants.get(name);
  return constant === undefined ? name : walk.value(constant, { ...frame, names: new Map() });
}

/** A function of its own that is handed on by its name, as if it were written there. */
function referredTo(name: string, frame: Frame, walk: Walk): SyntaxNode | null {
  const helper = walk.course.helpers.get(name);
  if (helper === undefined || frame.depth >= MAX_REFERENCES) return null;
  walk.course.used.add(helper);
  return helper;
}

/** Kotlin `::f`, `this::f`, Java `C::f`. */
function reference(node: SyntaxNode, frame: Frame, walk: Walk): string {
  const [owner, ...rest] = node.namedChildren;
  const name = (rest.at(-1) ?? owner)?.text ?? '';
  const isOwn =
    rest.length === 0 || owner?.text === 'this' || owner?.text === enclosingClass(node)?.child('name')?.text;
  const helper = isOwn ? referredTo(name, frame, walk) : null;
  return helper === null
    ? generic(node, frame, walk)
    : lambda(helper, { ...frame, names: new Map(), depth: frame.depth + 1 }, walk);
}

const MAX_REFERENCES = 4;

function text(node: SyntaxNode, frame: Frame, walk: Walk): string {
  const holes = descend(node).filter(
    (each) =>
      each !== node &&
      (each.role === 'interpolation' ||
        (/encapsed|heredoc/.test(node.type) &&
          each.parent === node &&
          /identifier|member|index|call/.test(each.role))),
  );
  if (holes.length === 0 && !(node.source.languageId === 'kotlin' && node.text.includes('$')))
    return plainString(node);
  const parts: string[] = [];
  let at = node.start;
  const whole = node.source.text;
  for (const hole of holes) {
    if (hole.start < at) continue;
    parts.push(...plainText(whole.slice(at, hole.start), node, frame, walk));
    const inner = hole.role === 'interpolation' ? hole.namedChildren : [hole];
    parts.push(inner.map((child) => walk.value(child, frame)).join(' '));
    at = hole.end;
  }
  parts.push(...plainText(whole.slice(at, node.end), node, frame, walk));
  const first = parts[0]?.replace(/^"[rbfu$@]*(\\"|'|`){1,3}/i, '"') ?? '';
  const last = parts.at(-1)?.replace(/(\\"|'|`){1,3}"$/, '"') ?? '';
  return concatenated([first, ...parts.slice(1, -1), last], walk.course);
}

/** Without its quotes, but where they decide what a backslash is, and whether it is text at all. */
function plainString(node: SyntaxNode): string {
  const prefix = /^[rbfu$@]+(?=["'])/i.exec(node.text)?.[0] ?? '';
  const bare = node.text.slice(prefix.length);
  const raw = bare.includes('\\') && (/[r@]/i.test(prefix) || /ruby|php/.test(node.source.languageId));
  const mark = `${/b/i.test(prefix) ? 'b' : ''}${raw ? `${prefix}${bare[0] ?? ''}` : ''}`;
  return JSON.stringify(`${mark}${stripQuotes(bare)}`);
}

/** Kotlin's `"… $name …"`: the grammar does not tell the name from the text. */
function plainText(piece: string, node: SyntaxNode, frame: Frame, walk: Walk): string[] {
  if (node.source.languageId !== 'kotlin') return [JSON.stringify(piece)];
  return piece.split(/\$(?=[A-Za-z_])/).flatMap((part, index) => {
    if (index === 0) return [JSON.stringify(part)];
    const [name = ''] = /^\w+/.exec(part) ?? [];
    return [valueOfName(name, frame, walk), JSON.stringify(part.slice(name.length))];
  });
}

function member(node: SyntaxNode, frame: Frame, walk: Walk): string {
  const object = memberObject(node);
  if (object === null) return compact(node.text);
  const held = walk.value(object, frame);
  const constant = walk.course.constants.get(memberName(node));
  if (constant !== undefined && (held === frame.self || /^[A-Z]\w*$|^relative_scope/.test(held)))
    return walk.value(constant, { ...frame, names: new Map() });
  const name =
    node.type === 'conditional_access_expression'
      ? (node.namedChildren.at(-1)?.text.replace(/^\./, '') ?? '')
      : memberName(node);
  const own = held === frame.self ? walk.course.since('()') : '';
  return `${held}${isOptional(node) ? '?.' : '.'}${name}${walk.course.since(name)}${own}`;
}

const OPERATORS = /^(&&|\|\||and|or|\?\?|\?:|[<>]=?|[!=]==?)$/;

function binary(node: SyntaxNode, frame: Frame, walk: Walk): string {
  const operands = node.namedChildren.filter((child) => child.field !== 'operator');
  const [left, right] = [node.child('left') ?? operands.at(0), node.child('right') ?? operands.at(-1)];
  if (left === undefined || right === undefined || operands.length !== 2) return generic(node, frame, walk);
  const operator = node.source.text.slice(left.end, right.start).replace(/\s+/g, ' ').trim();
  const first = walk.value(left, frame);
  if (operator === '<<' || !OPERATORS.test(operator)) {
    const second = walk.value(right, frame);
    if (operator === '<<')
      return (
        eachOf(`(${first} << ${second})`, '<<', first, [second], frame, walk) ??
        shifted(first, second, frame, walk)
      );
    const filled =
      operator === '%' && first.startsWith('"') ? filledText(right, first, second, frame, walk) : null;
    if (filled !== null) return filled;
    const isText = [first, second].some((part) => part.startsWith('"') || part.startsWith('text('));
    if (
      (operator === '+' || (operator === '.' && node.source.languageId === 'php')) &&
      (isText || operator === '.')
    )
      return concatenated([first, second], walk.course);
    if (/^is( not)?$/.test(operator))
      return compared(operator === 'is' ? '==' : '!=', first, second, walk.course);
    return `(${first} ${operator} ${second})`;
  }
  if (/^(&&|and)$/.test(operator)) {
    const second = walk.value(right, under(frame, assumed(first, walk.course)));
    return joined('and', [first, second], walk.course);
  }
  if (/^(\|\||or)$/.test(operator)) {
    const second = walk.value(right, under(frame, assumed(negate(first, walk.course), walk.course)));
    return joined('or', [first, second], walk.course);
  }
  if ((operator === '??' || operator === '?:') && unwrap(right).role === 'throw')
    return orFail(first, unwrap(right), frame, walk);
  if (operator === '??' || operator === '?:')
    return defaulted(first, walk.value(right, under(frame, [compared('==', first, 'null', walk.course)])));
  return compared(operator, first, walk.value(right, frame), walk.course);
}

/** Python: `"… %s" % a`, `"… %s" % (a, b)`. */
function filledText(
  right: SyntaxNode,
  format: string,
  value: string,
  frame: Frame,
  walk: Walk,
): string | null {
  const given = right.type === 'tuple' ? right.namedChildren.map((part) => walk.value(part, frame)) : [value];
  return filledIn(format, given, walk.course);
}

function shifted(first: string, second: string, frame: Frame, walk: Walk): string {
  walk.course.step(`shift ${first} ${second}`, frame);
  return `(${first} << ${second})`;
}

function unary(node: SyntaxNode, frame: Frame, walk: Walk): string {
  const operand = node.child('argument', 'operand') ?? node.namedChildren.at(-1);
  if (operand === undefined || operand === null) return compact(node.text);
  const operator = node.source.text
    .slice(node.start, node.end)
    .replace(operand.text, ' ')
    .replace(/\s+/g, '');
  if (operator === '!' || operator === 'not') return negate(walk.value(operand, frame), walk.course);
  if (operator === '++' || operator === '--') return update(operand, operator, frame, walk);
  return `${operator}${walk.value(operand, frame)}`;
}

/** A ternary, or an `if` that stands for a value. */
function choice(node: SyntaxNode, frame: Frame, walk: Walk): string {
  const parts = node.namedChildren.filter(({ role }) => role !== 'type');
  const isPython = node.source.languageId === 'python' && node.role === 'ternary';
  const condition = node.child('condition') ?? (isPython ? parts[1] : parts[0]);
  const then =
    node.child('consequence', 'body') ??
    (isPython ? parts[0] : parts.find((part) => part.start > (condition?.end ?? 0)));
  const otherwise = node.child('alternative') ?? (parts.length > 2 ? parts.at(-1) : undefined);
  if (condition === undefined || condition === null || then === undefined || then === null)
    return generic(node, frame, walk);
  const raw = walk.value(condition, frame);
  const tested = /^unless/.test(node.type) ? negate(raw, walk.course) : raw;
  const turned = negate(tested, walk.course);
  const way = (part: SyntaxNode | null | undefined, test: string) =>
    walk.course.apart(() =>
      part === undefined || part === null
        ? walk.course.nothing
        : walk.value(part, under(frame, assumed(test, walk.course))),
    );
  const yesFirst = tested <= turned;
  const [first, second] = walk.course.either(
    () => (yesFirst ? way(then, tested) : way(otherwise, turned)),
    () => (yesFirst ? way(otherwise, turned) : way(then, tested)),
  );
  walk.course.ways({ steps: first.steps, fails: false }, { steps: second.steps, fails: false });
  const [yes, no] = yesFirst ? [first, second] : [second, first];
  return conditional(tested, yes.result, no.result, walk.course);
}

/** A function without a name is what it does, its parameters by their place. */
function lambda(node: SyntaxNode, frame: Frame, walk: Walk): string {
  const level = frame.level + 1;
  const names = new Map(frame.names);
  const given = parametersOf(node).map((parameter, index) => {
    const stands = `λ${level}.${index + 1}`;
    if (parameter.name !== null) names.set(parameter.name, stands);
    return parameter.name === null ? parameter.text : `${stands}${defaultOf(parameter, frame, walk)}`;
  });
  if (node.source.languageId === 'kotlin' && given.length === 0) names.set('it', `λ${level}.1`);
  const inner = opened(node, { ...frame, names, conditions: [], level }, frame, walk);
  const { result, steps } = walk.course.apart(() => bodyOf(node, inner, walk));
  const params = given.filter((each) => !/^λ[\d.]+$/.test(each));
  return short(
    `${isAsync(node) ? 'async ' : ''}λ${params.join(', ')}{${[...steps, `→ ${result.value ?? walk.course.nothing}`].join('\n')}}`,
  );
}

function pair(node: SyntaxNode, frame: Frame, walk: Walk): string {
  const key = node.child('key', 'name', 'field') ?? node.namedChildren.at(0);
  const value = node.child('value') ?? node.namedChildren.at(-1);
  if (key === undefined || key === null || value === undefined || value === null)
    return generic(node, frame, walk);
  const plain =
    /^(identifier|property_identifier|string|symbol|hash_key_symbol|field_identifier|simple_symbol|name|keyword)$/.test(
      key.type,
    ) || key.role === 'string';
  if (key === value) return walk.value(value, frame);
  const title = plain ? stripQuotes(key.text).replace(/^:|:$/g, '') : walk.value(key, frame);
  return `${title}:${walk.value(value, frame)}`;
}
