/** Whether a file does the same in other words: values that were given names, names that changed, layout. It says so only where nothing speaks against it. */
import { ancestors, descend, type SyntaxNode } from '../syntax/node.ts';
import { calleeName, memberObject, unwrap } from '../syntax/shape.ts';
import type { FactDifference } from './facts/fact.ts';
import type { OwnNames } from './own-names.ts';
import { isDocstring } from './tokens.ts';

const PUNCTUATION = /^([(){}[\],;:.=]|=>|->|:=|\?\.|["'`]+)$/;
const DECLARING =
  /^(const|let|var|val|final|mut|auto|readonly|local|my|int|long|double|float|boolean|bool|string|char|void)$/;
const NESTING = /^(if|loop|try|catch|finally|switch|case|with|lock|defer|function|await)$/;

/** A tag of a field or an annotation stands beside a type and is read at run time. */
function inType(node: SyntaxNode): boolean {
  for (const up of [node, ...ancestors(node)]) {
    if (up.field === 'tag' || up.role === 'annotation') return false;
    if (up.field === 'type' || up.role === 'type') return true;
    if (/^(block|function|call|assign|declare|class)$/.test(up.role)) return false;
  }
  return false;
}

function isMember(node: SyntaxNode): boolean {
  const { parent } = node;
  return parent !== null && parent.role === 'member' && memberObject(parent) !== node;
}

/** Words, literals and operators of a tree, each once, without the names in `own`. */
function vocabulary(root: SyntaxNode, own: ReadonlySet<string>): Set<string> {
  const words = new Set<string>();
  for (const node of descend(root)) {
    if (node.children.length > 0 && node.role !== 'string') continue;
    if (node.role === 'comment' || node.parent?.role === 'string') continue;
    if (node.role === 'string' && node.parent !== null && isDocstring(node.parent)) continue;
    const text = node.text.trim();
    if (text === '' || PUNCTUATION.test(text) || DECLARING.test(text) || inType(node)) continue;
    if (node.role === 'identifier' && own.has(text.replace(/^\$/, '')) && !isMember(node)) continue;
    words.add(text);
  }
  return words;
}

function nestingOf(node: SyntaxNode): string {
  return [...ancestors(node)]
    .filter((up) => NESTING.test(up.role))
    .map((up) => up.role)
    .join('<');
}

/** What is done, in the order in which it is done: calls once their arguments are known, answers, errors, and what outlives the function. */
function deeds(root: SyntaxNode, own: ReadonlySet<string>): string[] {
  const found: { readonly end: number; readonly text: string }[] = [];
  for (const node of descend(root)) {
    if (node.role === 'call' || node.role === 'new')
      found.push({ end: node.end, text: `${nestingOf(node)} ${calleeName(node)}` });
    if (node.role === 'return' || node.role === 'throw')
      found.push({ end: node.end, text: `${nestingOf(node)} ${node.role}` });
    if (node.role !== 'assign') continue;
    const target = unwrap(node.child('left', 'name') ?? node).text.replace(/^\$/, '');
    if (!own.has(target)) found.push({ end: node.end, text: `${nestingOf(node)} =` });
  }
  return found.sort((a, b) => a.end - b.end).map(({ text }) => text);
}

function union(names: OwnNames): ReadonlySet<string> {
  return new Set([...names.values()].flatMap((each) => [...each]));
}

function same(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((each, index) => each === right[index]);
}

function retyped({ removed, added }: FactDifference): boolean {
  return removed.some((before) => added.some((after) => before.symbols[0] === after.symbols[0]));
}

/** `kept`: what is left of the difference once the same in other words was taken away. */
export function isRephrased(
  kept: FactDifference,
  oldTree: SyntaxNode,
  newTree: SyntaxNode,
  before: OwnNames,
  after: OwnNames,
): boolean {
  const left = [...kept.removed, ...kept.added];
  // What a value of its own is declared to be follows from the value; what stayed and is of another type does not.
  if (left.some(({ kind }) => kind !== 'type') || retyped(kept)) return false;
  const [old, now] = [union(before), union(after)];
  const [words, others] = [vocabulary(oldTree, old), vocabulary(newTree, now)];
  return (
    words.size === others.size &&
    [...words].every((word) => others.has(word)) &&
    same(deeds(oldTree, old), deeds(newTree, now))
  );
}
