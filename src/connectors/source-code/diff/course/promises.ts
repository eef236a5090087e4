/** Chains of promises as the waits that they are: what `then` is given runs once the promise is kept, as what stands behind an `await` does. */
import { descend, type SyntaxNode } from '../../syntax/node.ts';
import { unwrap } from '../../syntax/shape.ts';
import { takenApart } from './assignments.ts';
import { bodyOf, parametersOf } from './functions.ts';
import { CHAINS, isChain, isKept, LANGUAGES } from './promise-shapes.ts';
import type { Frame } from './state.ts';
import { under, type Walk } from './walk.ts';

/** The value of a chain whose end is waited for; null for any other call. */
export function chained(
  node: SyntaxNode,
  name: string,
  receiver: SyntaxNode | null,
  list: readonly SyntaxNode[],
  frame: Frame,
  walk: Walk,
): string | null {
  if (!LANGUAGES.test(node.source.languageId) || !walk.course.answers.has(node)) return null;
  const [fn, ...more] = list;
  if (receiver === null || fn === undefined || more.length > 0) return null;
  if (isKept(node)) return walk.value(fn, frame);
  if (!CHAINS.test(name)) return null;
  if (name === 'then') return applied(fn, waited(receiver, frame, walk), frame, walk);
  const value = waited(receiver, under(frame, ['try']), walk);
  const met = under(frame, ['catch ']);
  const answer = applied(fn, 'caught', met, walk);
  walk.course.step(`catch → ${fn.role === 'function' ? answer : ''}`, met);
  return value;
}

function waited(receiver: SyntaxNode, frame: Frame, walk: Walk): string {
  const bare = unwrap(receiver);
  walk.course.answers.add(bare);
  const value = walk.value(bare, frame);
  // What a link of the chain answers is waited for where it may be a promise.
  if (!isChain(bare) || walk.course.steps.some((step) => step.endsWith(` ⊢ call ${value}`) && !isSent(value)))
    walk.course.step(`wait ${value}`, frame);
  return value;
}

/** What is handed to whoever asked, as web frameworks do: done when it is called. */
function isSent(value: string): boolean {
  return /\.(json|send|render|redirect|sendStatus)\((?!\)).*\)$/s.test(value);
}

/** What is given to the chain, with the value that it is called with. */
function applied(fn: SyntaxNode, given: string, frame: Frame, walk: Walk): string {
  const bare = unwrap(fn);
  if (bare.role !== 'function') {
    const helper = walk.course.helpers.get(bare.text);
    if (helper !== undefined) {
      walk.course.used.add(helper);
      return walk.enter(helper, [given], frame).value ?? walk.course.nothing;
    }
    const said = walk.course.another(`${walk.value(bare, frame)}(${given})`);
    walk.course.step(`call ${said}`, frame);
    walk.course.wrote('()');
    return said;
  }
  const [parameter] = parametersOf(bare);
  const names = new Map(frame.names);
  if (parameter !== undefined && parameter.name !== null) frame.names.set(parameter.name, given);
  else if (parameter !== undefined) {
    const pattern = descend(bare.child('parameters', 'parameter') ?? bare).find(({ type }) =>
      /^(object|array)_pattern$/.test(type),
    );
    if (pattern !== undefined) takenApart(pattern, given, frame);
  }
  const { value } = bodyOf(bare, frame, walk);
  // What the function calls its own is nobody's afterwards.
  for (const [name, held] of names) frame.names.set(name, held);
  return value ?? walk.course.nothing;
}
