/** Edits too small to be the same in other words: one token that became another, values that changed places, a value no longer set that is still read. */
import { isLogCall } from '../syntax/log-call.ts';
import { ancestors, descend, type SyntaxNode } from '../syntax/node.ts';
import { calleeName, calleeText, nameOf, oneLine, qualifiedFunctionName, unwrap } from '../syntax/shape.ts';
import type { FeatureDraft } from './feature-draft.ts';
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
  return onStatement(left, right, from, behind);
}

/**
 * What came or went may begin as what stands behind it does (`this.a = a; this.b = b;`): of the places where it can be cut out with the
 * same rest, the one at which it is a statement.
 */
function onStatement(left: readonly Token[], right: readonly Token[], from: number, behind: number): Edit {
  const cut = (back: number): Edit => ({
    removed: left.slice(from - back, left.length - behind - back),
    added: right.slice(from - back, right.length - behind - back),
  });
  const asIs = cut(0);
  const [longer, shorter] = left.length > right.length ? [left, right] : [right, left];
  const end = longer.length - behind;
  if (shorter.length - behind !== from || end === from) return asIs;
  for (let back = 0; back <= from && back < end - from; back += 1) {
    const edit = cut(back);
    if (statementOf(longer === left ? edit.removed : edit.added) !== null) return edit;
    if (longer[from - back - 1]?.text !== longer[end - back - 1]?.text) break;
  }
  return asIs;
}

/** Python and Ruby have words for a statement that does nothing. */
function withoutNothing(tokens: readonly Token[]): readonly Token[] {
  const [only] = tokens;
  const isWord = tokens.length === 1 && only !== undefined && /^(\d+:)?(pass|nil)$/.test(only.text);
  return isWord && isStatement(only.node) ? [] : tokens;
}

function isStatement({ parent, type }: SyntaxNode): boolean {
  return (
    /statement/.test(type) || parent === null || /block|body|program|then|else|statement/.test(parent.type)
  );
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

/** A value more or less within what one call is given or one answer lists, at its end or before it. */
function isShorter({ removed, added }: Edit): boolean {
  if (removed.length > 0 && added.length > 0) return false;
  const tokens = removed.length > 0 ? removed : added;
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (first === undefined || last === undefined || (first.text !== ',' && last.text !== ',')) return false;
  const holder = ancestors(first.node).find((up) => up.end >= last.node.end);
  return (
    holder !== undefined &&
    /^(arguments|array|return)$/.test(holder.role) &&
    !ancestors(first.node).some(isLogCall)
  );
}

const NO_VALUE = /^(\d+:)?(null|nil|None|undefined)$/;

/** What was answered is nothing now. */
function isAnswerEmptied({ removed, added }: Edit): boolean {
  const [after] = added;
  if (added.length !== 1 || after === undefined || !NO_VALUE.test(after.text) || removed.length < 2)
    return false;
  const answers = [after, ...removed].map(({ node }) => ancestors(node).find(isAnswer));
  return answers[0]?.role === 'return' && answers.every((answer) => answer?.role === 'return');
}

function isAnswer({ role }: SyntaxNode): boolean {
  return role === 'return' || role === 'function';
}

const STATEMENT = /^(assign|declare|call|await|loop|if)$/;
const COUNTED = /^(?:\+\+|--)?([\w.$@>-]*?\w)(?:\+\+|--)?;?$/;

/** The statement that these tokens are, from the first to the last; null where they are none or several. */
function statementOf(tokens: readonly Token[]): SyntaxNode | null {
  const [first, last] = [tokens[0]?.node, tokens.at(-1)?.node];
  if (first === undefined || last === undefined) return null;
  const whole = ancestors(first).find((up) => up.start === first.start && up.end >= last.end);
  if (whole === undefined || whole.text.length > 2_000) return null;
  const inner = whole.role === 'other' && !isEnd(whole) ? (whole.namedChildren.at(0) ?? whole) : whole;
  return (STATEMENT.test(inner.role) || isCounting(inner) || isEnd(inner)) &&
    tokens.every(({ node }) => node.start >= whole.start && node.end <= whole.end)
    ? inner
    : null;
}

/** What ends a function, a turn of a loop or the loop; or hands out one of many values. */
function isEnd({ role, type }: SyntaxNode): boolean {
  return (
    /^(return|throw)$/.test(role) ||
    /^(?:(?:continue|break|yield)(?:_statement|_expression)?|next)$/.test(type)
  );
}

/** `count++`. */
function isCounting({ text }: SyntaxNode): boolean {
  return /\+\+|--/.test(text) && COUNTED.test(text);
}

/** What an assignment sets, by its last name: `order.total` is `total`. */
function targetOf(statement: SyntaxNode): string | null {
  if (isCounting(statement)) return /\w+(?=\W*$)/.exec(statement.text)?.[0] ?? null;
  if (statement.role !== 'assign' && statement.role !== 'declare') return null;
  const target = statement.child('left', 'name', 'pattern', 'declarator');
  const text = target === null ? nameOf(statement) : unwrap(target).text;
  return /[\p{L}_$@][\w$]*(?=\W*$)/u.exec(text ?? '')?.[0]?.replace(/^[$@]+/, '') ?? null;
}

/** `this.total = …`, `headers['Age'] = …`: others may read it, wherever they are. */
function setsField(statement: SyntaxNode): boolean {
  const target = statement.child('left');
  if (!/^(assign|declare)$/.test(statement.role) || target === null) return false;
  const { role, type, text } = unwrap(target);
  return /^(member|index)$/.test(role) || /subscript|element_reference/.test(type) || text.startsWith('@');
}

/** One statement came or went, and what it sets is read on both sides, or a field. */
function isSettingLess(edit: Edit, left: readonly Token[], right: readonly Token[]): boolean {
  const { removed, added } = edit;
  if (removed.length > 0 && added.length > 0) return false;
  const statement = statementOf(removed.length > 0 ? removed : added);
  const target = statement === null ? null : targetOf(statement);
  if (statement === null || target === null) return false;
  if (setsField(statement)) return true;
  const outside = removed.length > 0 ? right : left;
  return outside.some(
    (token) => isWord(token) && token.text.replace(/^\d+:/, '').replace(/^[$@]+/, '') === target,
  );
}

/** The end that came or went; null where it is no such statement. */
function endIn({ removed, added }: Edit): SyntaxNode | null {
  if (removed.length > 0 && added.length > 0) return null;
  const statement = statementOf(removed.length > 0 ? removed : added);
  return statement !== null && isEnd(statement) ? statement : null;
}

export interface PlainEdit {
  /** Functions in which the edit stands, those around it too; empty outside of all. */
  readonly scopes: ReadonlySet<string>;
  /** What it is, for where no rule says more. */
  readonly feature: FeatureDraft;
}

const LOGICAL = /^(\d+:)?([<>]=?|[!=]==?|&&|\|\||!|and|or|not|in|is)$/;
const SHOWN = 70;

const LANGUAGE_WORD = /^(?:this|self|true|false|null|nil|none|undefined|return|const|let|var|new|await)$/i;

/** Names that a part of the code speaks of. */
function namesIn(node: SyntaxNode): readonly string[] {
  const words = node.text.match(/[A-Za-z_]\w{2,}/g) ?? [];
  return [...new Set(words)].filter((word) => !LANGUAGE_WORD.test(word)).slice(0, 8);
}

/** Names, with what they belong to, that one text speaks of and the other does not; those of the first come first. */
function differing(now: SyntaxNode, old: SyntaxNode): readonly string[] {
  const names = (node: SyntaxNode): readonly string[] => node.text.match(/[A-Za-z_][\w.]*\w/g) ?? [];
  const [came, went] = [names(now), names(old)];
  return [...came.filter((name) => !went.includes(name)), ...went.filter((name) => !came.includes(name))];
}

/** The expression around a token, no longer than a line can tell. */
function expressionAround({ node }: Token): SyntaxNode {
  const up = ancestors(node).find(({ text }) => text.length > node.text.length + 2);
  return up !== undefined && up.text.length <= SHOWN ? up : node;
}

const IS_SQL =
  /\b(?:select|where|from|join|order by|group by|insert into|update|delete|values|having|limit)\b/i;

function kindOf({ text, node }: Token): FeatureDraft['kind'] {
  if (node.parent?.role === 'string') return IS_SQL.test(text) ? 'query-changed' : 'logic-changed';
  if (LOGICAL.test(text)) return 'condition-changed';
  if (node.role !== 'identifier') return 'arithmetic-changed';
  return node.parent?.role === 'member' ? 'field-renamed' : 'logic-changed';
}

function replaced(before: Token, after: Token): Pick<FeatureDraft, 'kind' | 'detail' | 'symbols'> {
  const [old, now] = [expressionAround(before), expressionAround(after)];
  const kind = kindOf(after);
  const detail = `"${oneLine(old.text, SHOWN)}" became "${oneLine(now.text, SHOWN)}"`;
  const symbols = [
    ...differing(after.node, before.node),
    ...namesIn(after.node),
    ...namesIn(old),
    ...namesIn(now),
  ];
  return { kind, detail, symbols: [...new Set(symbols)].slice(0, 12) };
}

function emptied(before: Token, after: Token): Pick<FeatureDraft, 'kind' | 'detail' | 'symbols'> {
  const answer = ancestors(before.node).find(isAnswer) ?? before.node;
  const nothing = after.text.replace(/^\d+:/, '');
  return {
    kind: 'value-emptied',
    detail: `"${oneLine(answer.text, SHOWN)}" returns ${nothing} now`,
    symbols: namesIn(answer),
  };
}

/** What stands below runs in more cases, or in fewer. */
function ended(end: SyntaxNode, isGone: boolean): Pick<FeatureDraft, 'kind' | 'detail' | 'symbols'> {
  const hasValue = (end.role === 'return' || end.type.startsWith('yield')) && end.namedChildren.length > 0;
  const text = oneLine(end.text, SHOWN);
  return {
    kind: isGone && hasValue ? 'value-emptied' : 'condition-changed',
    detail: isGone ? `"${text}" is gone` : `"${text}" ends it now`,
    symbols: namesIn(end),
  };
}

function describe(edit: Edit): Pick<FeatureDraft, 'kind' | 'detail' | 'symbols'> {
  const [before, after] = [edit.removed[0], edit.added[0]];
  if (before !== undefined && after !== undefined && isAnswerEmptied(edit)) return emptied(before, after);
  if (before !== undefined && after !== undefined && edit.added.length === 1) return replaced(before, after);
  const tokens = edit.removed.length > 0 ? edit.removed : edit.added;
  if (isShorter(edit)) {
    const what = oneLine(
      tokens
        .map(({ node }) => node.text)
        .filter((text) => text !== ',')
        .join(' '),
      SHOWN,
    );
    const names = [...new Set(tokens.flatMap(({ node }) => namesIn(node)))].slice(0, 8);
    return edit.removed.length > 0
      ? { kind: 'argument-dropped', detail: `"${what}" is no longer given`, symbols: names }
      : { kind: 'arguments-changed', detail: `"${what}" is given now`, symbols: names };
  }
  const end = endIn(edit);
  if (end !== null) return ended(end, edit.removed.length > 0);
  const call = callIn(edit);
  if (call !== null) {
    const [kind, what] =
      edit.removed.length > 0 ? (['call-removed', 'no longer'] as const) : (['call-added', 'now'] as const);
    return {
      kind,
      detail: `${oneLine(calleeText(call), SHOWN)}() is ${what} called`,
      symbols: [...new Set([calleeName(call), ...namesIn(call)])],
    };
  }
  const statement = statementOf(tokens);
  if (statement === null) {
    const turned = after === undefined ? [] : namesIn(ancestors(after.node)[0] ?? after.node);
    return {
      kind: 'arguments-swapped',
      detail: 'the same values are given in another order',
      symbols: turned,
    };
  }
  const target = targetOf(statement) ?? '';
  const text = oneLine(statement.text, SHOWN);
  return edit.removed.length > 0
    ? {
        kind: 'value-emptied',
        detail: `${target} is no longer set ("${text}")`,
        symbols: [...new Set([target, ...namesIn(statement)])],
      }
    : {
        kind: 'logic-changed',
        detail: `${target} is set now ("${text}")`,
        symbols: [...new Set([target, ...namesIn(statement)])],
      };
}

/** One statement that calls something came or went; one that only reads may. */
function isCallLess(edit: Edit): boolean {
  return callIn(edit) !== null;
}

const READS = /^(?:get|is|has|len|size|count)(?:[A-Z_]\w*)?$/;

function callIn({ removed, added }: Edit): SyntaxNode | null {
  if (removed.length > 0 && added.length > 0) return null;
  const statement = statementOf(removed.length > 0 ? removed : added);
  if (statement === null || /^(assign|declare)$/.test(statement.role)) return null;
  const calls = descend(statement).filter(({ role }) => role === 'call');
  return calls.find((call) => !isLogCall(call) && !READS.test(calleeName(call))) ?? null;
}

/** The one small way in which two versions of a file differ that no rewriting has; null where it is no such way. */
export function plainEdit(oldRoot: SyntaxNode, newRoot: SyntaxNode): PlainEdit | null {
  const [left, right] = [tokensOf(oldRoot), tokensOf(newRoot)];
  const found = editOf(left, right);
  const edit = { removed: withoutNothing(found.removed), added: withoutNothing(found.added) };
  const isPlain =
    isOneForAnother(edit) ||
    isAnswerEmptied(edit) ||
    isTurned(edit) ||
    isShorter(edit) ||
    isSettingLess(edit, left, right) ||
    endIn(edit) !== null ||
    isCallLess(edit);
  if (!isPlain) return null;
  const places = [edit.added[0], edit.removed[0]].flatMap((token) =>
    token === undefined ? [] : [token.node],
  );
  const around = places.flatMap((node) => ancestors(node).filter(({ role }) => role === 'function'));
  const { kind, detail, symbols } = describe(edit);
  const [place] = places;
  const names = around.map((fn) => qualifiedFunctionName(fn) ?? '');
  const scope = names.find((name) => name !== '');
  return {
    scopes: new Set(around.length === 0 ? [''] : names),
    feature: {
      kind,
      detail: scope === undefined ? detail : `${detail} in ${scope}`,
      symbols,
      line: place?.line ?? 1,
      old: edit.added.length === 0,
    },
  };
}
