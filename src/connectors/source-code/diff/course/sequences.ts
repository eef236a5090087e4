/** Loops over something, comprehensions and `map` and `filter` alike: what is taken, which of it, and what is made of each. */
import type { SyntaxNode } from '../../syntax/node.ts';
import { compact } from '../../syntax/shape.ts';
import { bodyOf, loopName, opened, parametersOf } from './functions.ts';
import { assumed, type Frame, short } from './state.ts';
import { under, type Walk } from './walk.ts';

/** A list to which nothing was added yet. */
const EMPTY =
  /^(array\[\[ \]\]|list\[\[ \]\]|array_creation\[\[ \]\]|list\(\)|new (Array|Linked)?List(<[^>]*>)?\(\)|new List<?\w*>?\(\)|mutableListOf\(\)|ArrayList\(\)|Vec\.new\(\)|vec!\[\]|collection_literal\[\[ \]\]|array\(\))$/;
const ADDS = /^(push|append|add|Add|<<|push_back|addLast)$/;
/** Makes a list of what is one already. */
const MAKES_LIST = /^(toList|ToList|ToArray|toArray|collect|to_a|asSequence|stream|iter|into_iter|boxed)$/;

export function isEmptyList(value: string): boolean {
  return EMPTY.test(value.replace(/#\d+$/, ''));
}

/** A comprehension. */
export function isSequence(node: SyntaxNode): boolean {
  return /comprehension$|^generator_expression$/.test(node.type) && node.type !== 'dictionary_comprehension';
}

function item(frame: Frame): string {
  return `ε${frame.level}`;
}

function made(source: string, tests: readonly string[], each: string, walk: Walk): string {
  const text = `each(${source} | ${tests.join(' & ')} | ${each})`;
  return walk.course.shaped(text, { op: 'each', source, tests, item: each });
}

export function collected(node: SyntaxNode, frame: Frame, walk: Walk): string {
  const clauses = node.namedChildren.filter((child) => child.type === 'for_in_clause');
  const [clause] = clauses;
  const body = node.child('body') ?? node.namedChildren.at(0);
  const [left, right] = [clause?.child('left') ?? null, clause?.child('right') ?? null];
  const name = left === null ? null : loopName(left);
  if (clauses.length !== 1 || body === undefined || body === null || right === null || name === null)
    return compact(node.text);
  const source = walk.value(right, frame);
  const inner: Frame = { ...under(frame, [`each(${source})`]), level: frame.level + 1 };
  inner.names.set(name, item(inner));
  const tests = node.namedChildren
    .filter((child) => child.type === 'if_clause')
    .flatMap((child) =>
      child.namedChildren.flatMap((test) => [...assumed(walk.value(test, inner), walk.course)]),
    );
  const deeper = under(inner, tests);
  return made(source, tests, walk.value(body, deeper), walk);
}

/** `xs.map(f)`, `xs.filter(f)`, `xs.forEach(f)` as the loops that they are; null for any other call. */
export function iterated(
  name: string,
  held: string,
  lambdas: readonly SyntaxNode[],
  given: number,
  frame: Frame,
  walk: Walk,
): string | null {
  const known = walk.course.shapes.get(held);
  if (MAKES_LIST.test(name) && given === 0)
    return known?.op === 'each' || /^(stream|iter|into_iter|asSequence)$/.test(name) ? held : null;
  const [fn] = lambdas;
  if (
    fn === undefined ||
    given !== 1 ||
    !/^(map|Select|collect|filter|select|Where|forEach|each)$/.test(name)
  )
    return null;
  const parameters = parametersOf(fn);
  const [first] = parameters;
  if (parameters.length > 1 || (first !== undefined && first.name === null)) return null;
  const base = known?.op === 'each' ? known : { source: held, tests: [], item: null };
  const outer = under(frame, [`each(${base.source})`, ...base.tests]);
  const inner: Frame = { ...outer, level: frame.level + 1 };
  const each = base.item ?? item(inner);
  inner.names.set(first?.name ?? 'it', each);
  const { value, fails } = bodyOf(fn, opened(fn, inner, frame, walk), walk);
  if (fails) return null;
  if (/^(forEach|each)$/.test(name)) return 'nothing';
  if (value === null) return null;
  if (/^(filter|select|Where)$/.test(name))
    return made(base.source, [...base.tests, ...assumed(value, walk.course)], each, walk);
  return made(base.source, base.tests, value, walk);
}

/** Adding to a list that a loop around fills: no step, but a part of what the list will be. */
export function eachOf(
  said: string,
  name: string,
  held: string | null,
  given: readonly string[],
  frame: Frame,
  walk: Walk,
): string | null {
  if (!ADDS.test(name)) return null;
  const isGo = name === 'append' && held === null && given.length === 2;
  const list = isGo ? (given[0] ?? '') : held;
  const added = isGo ? given[1] : given[0];
  if (list === null || !list.startsWith('filled') || added === undefined) return null;
  walk.course.step(`fill ${list} ${added}`, frame);
  return isGo ? list : said;
}

/** What a list is after the loop: `each` where every round added one thing under the same tests. Takes the steps that filled it away. */
export function filled(list: string, source: string, from: number, outer: Frame, walk: Walk): string | null {
  const marks = walk.course.steps
    .map((step, index) => ({ step, index }))
    .filter(({ step, index }) => index >= from && step.includes(` ⊢ fill ${list} `));
  const [only] = marks;
  if (only === undefined || marks.length !== 1) return null;
  const [before, added] = only.step.split(` ⊢ fill ${list} `);
  const prefix = [...outer.conditions, `each(${source})`];
  const conditions = (before ?? '').split(' & ');
  if (added === undefined || prefix.some((condition, index) => conditions[index] !== condition)) return null;
  walk.course.steps.splice(only.index, 1);
  return made(source, conditions.slice(prefix.length), short(added), walk);
}
