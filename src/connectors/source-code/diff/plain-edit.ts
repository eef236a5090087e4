/** Edits too small to be the same in other words: one token that became another, values that changed places, a value no longer set that is still read. */
import { ancestors, type SyntaxNode } from '../syntax/node.ts';
import { nameOf, qualifiedFunctionName, unwrap } from '../syntax/shape.ts';
import { inLogText, type Token, tokensOf } from './tokens.ts';

interface Edit {
  readonly removed: readonly Token[];
  readonly added: readonly Token[];
}

/** What differs between two lists of tokens, from the first to the last that does. */
function editOf(left: readonly Token[], right: readonly Token[]): Edit {
  let from = 0;
  while (from < left.length && from < right.length && left[from]?.text === right[from]?.text) from += 1;
  let behind = 0;
  const most = Math.min(left.length, right.length) - from;
  while (behind < most && left.at(-1 - behind)?.text === right.at(-1 - behind)?.text) behind += 1;
  return {
    removed: left.slice(from, left.length - behind),
    added: right.slice(from, right.length - behind),
  };
}

/** Python and Ruby have words for a statement that does nothing. */
function withoutNothing(tokens: readonly Token[]): readonly Token[] {
  return tokens.length === 1 && /^(\d+:)?(pass|nil)$/.test(tokens[0]?.text ?? '') ? [] : tokens;
}

function isWord({ text }: Token): boolean {
  return /^(\d+:)?[\p{L}_$@]/u.test(text);
}

/** One name, number, operator or literal that stands once where another stood once; names of types are for the compiler. */
function isOneForAnother({ removed, added }: Edit): boolean {
  const [before, after] = [removed[0], added[0]];
  if (removed.length !== 1 || added.length !== 1 || before === undefined || after === undefined) return false;
  if (inLogText(before) && inLogText(after)) return false;
  return !isType(before.node) && !isType(after.node) && !isBoundOnce(before) && !isBoundOnce(after);
}

function isType(node: SyntaxNode): boolean {
  for (const up of [node, ...ancestors(node)]) {
    if (up.role === 'type' || up.field === 'type' || /type/.test(up.type)) return true;
    if (/^(block|function|call|assign|class)$/.test(up.role)) return false;
  }
  return false;
}

/** A variable or parameter that is called otherwise where it is declared, and is used nowhere. */
function isBoundOnce({ node }: Token): boolean {
  const holder = node.parent;
  return (
    node.role === 'identifier' &&
    holder !== null &&
    (holder.role === 'parameter' || holder.role === 'declare' || /parameters|pattern/.test(holder.type))
  );
}

/** The same words in another order within what one call is given or one answer lists. */
function isTurned({ removed, added }: Edit): boolean {
  if (removed.length < 2 || removed.length !== added.length) return false;
  const texts = (tokens: readonly Token[]) => tokens.map(({ text }) => text).sort();
  const [before, after] = [texts(removed), texts(added)];
  if (!before.every((text, index) => text === after[index])) return false;
  const [first, last] = [removed[0]?.node, removed.at(-1)?.node];
  const holder =
    first === undefined ? undefined : ancestors(first).find((up) => last !== undefined && up.end >= last.end);
  return holder !== undefined && /^(arguments|array)$/.test(holder.role);
}

const STATEMENT = /^(assign|declare|call|await)$/;

/** The statement that these tokens are, from the first to the last; null where they are none or several. */
function statementOf(tokens: readonly Token[]): SyntaxNode | null {
  const [first, last] = [tokens[0]?.node, tokens.at(-1)?.node];
  if (first === undefined || last === undefined) return null;
  const whole = ancestors(first).find((up) => up.start === first.start && up.end >= last.end);
  if (whole === undefined || whole.text.length > 2_000) return null;
  const inner = whole.role === 'other' ? (whole.namedChildren.at(0) ?? whole) : whole;
  return STATEMENT.test(inner.role) &&
    tokens.every(({ node }) => node.start >= whole.start && node.end <= whole.end)
    ? inner
    : null;
}

/** What an assignment sets, by its last name: `order.total` is `total`. */
function targetOf(statement: SyntaxNode): string | null {
  if (statement.role !== 'assign' && statement.role !== 'declare') return null;
  const target = statement.child('left', 'name', 'pattern', 'declarator');
  const text = target === null ? nameOf(statement) : unwrap(target).text;
  return /[\p{L}_$@][\w$]*(?=\W*$)/u.exec(text ?? '')?.[0]?.replace(/^[$@]+/, '') ?? null;
}

/** One statement came or went, and what it sets is read on both sides. */
function isSettingLess(edit: Edit, left: readonly Token[], right: readonly Token[]): boolean {
  const { removed, added } = edit;
  if (removed.length > 0 && added.length > 0) return false;
  const statement = statementOf(removed.length > 0 ? removed : added);
  const target = statement === null ? null : targetOf(statement);
  if (target === null) return false;
  const outside = removed.length > 0 ? right : left;
  return outside.some(
    (token) => isWord(token) && token.text.replace(/^\d+:/, '').replace(/^[$@]+/, '') === target,
  );
}

/**
 * Functions in which two versions of a file differ in one small way that no rewriting has, those around it too (empty outside of all);
 * null where they do not, or where it is no such way.
 */
export function plainEdit(oldRoot: SyntaxNode, newRoot: SyntaxNode): ReadonlySet<string> | null {
  const [left, right] = [tokensOf(oldRoot), tokensOf(newRoot)];
  const found = editOf(left, right);
  const edit = { removed: withoutNothing(found.removed), added: withoutNothing(found.added) };
  if (!isOneForAnother(edit) && !isTurned(edit) && !isSettingLess(edit, left, right)) return null;
  const places = [edit.removed[0], edit.added[0]].flatMap((token) =>
    token === undefined ? [] : [token.node],
  );
  const around = places.flatMap((node) => ancestors(node).filter(({ role }) => role === 'function'));
  return new Set(around.length === 0 ? [''] : around.map((fn) => qualifiedFunctionName(fn) ?? ''));
}
