/** SQL statements of both sides of a file, put together from the texts and constants that they are made of, and what of their clauses went or came. */
import { ancestors, descend, type SyntaxNode } from '../syntax/node.ts';
import { givenValue, nameOf, oneLine, stripQuotes } from '../syntax/shape.ts';
import type { Fact, FactDifference } from './facts/fact.ts';
import type { FeatureDraft } from './feature-draft.ts';

interface Statement {
  /** In one line, lower case. */
  readonly text: string;
  readonly line: number;
}

const SQL = /^\s*(select|update|delete|insert|with)\b[\s\S]*\b(from|set|into|join)\b/i;
const MAX_STATEMENTS = 60;
/** Share of words that two statements must have in common to be one that was changed. */
const LIKE = 0.6;

function constantTexts(root: SyntaxNode): ReadonlyMap<string, SyntaxNode> {
  const found = new Map<string, SyntaxNode>();
  for (const node of descend(root)) {
    if (node.role !== 'declare' && node.role !== 'field' && node.role !== 'assign') continue;
    const name = nameOf(node);
    const value = givenValue(node) ?? node.child('right');
    if (name !== null && (value?.role === 'string' || value?.role === 'concat' || value?.role === 'binary'))
      found.set(name, value);
  }
  return found;
}

/** The text that a node comes to; what is not known is `?`. */
function folded(node: SyntaxNode, constants: ReadonlyMap<string, SyntaxNode>, depth: number): string {
  if (node.role === 'string')
    return stripQuotes(node.text).replace(/\$?\{(\w+)\}/g, (whole, name: string) => {
      const value = constants.get(name);
      return value === undefined || depth > 4 ? whole : folded(value, constants, depth + 1);
    });
  if (node.role === 'concat' || node.role === 'binary')
    return node.namedChildren
      .filter(({ role }) => role !== 'comment')
      .map((child) => folded(child, constants, depth))
      .join('');
  const value = node.role === 'identifier' ? constants.get(node.text) : undefined;
  if (value !== undefined && depth <= 4) return folded(value, constants, depth + 1);
  const [inner, ...more] = node.namedChildren;
  return inner !== undefined && more.length === 0 && node.role !== 'call'
    ? folded(inner, constants, depth)
    : '?';
}

const JOINS = /^(concat|binary)$/;

function statementsIn(root: SyntaxNode): readonly Statement[] {
  const constants = constantTexts(root);
  const found: Statement[] = [];
  for (const node of descend(root)) {
    if (found.length >= MAX_STATEMENTS) break;
    if (!/^(string|concat|binary)$/.test(node.role) || JOINS.test(node.parent?.role ?? '')) continue;
    if (node.role === 'binary' && !/["'`]/.test(node.text)) continue;
    const text = folded(node, constants, 0).replace(/\s+/g, ' ').trim();
    if (!SQL.test(text) || [...ancestors(node)].some(({ role }) => role === 'import')) continue;
    found.push({ text: text.toLowerCase(), line: node.line });
  }
  return found;
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.match(/[a-z_]\w*/g) ?? []);
}

function likeness(left: string, right: string): number {
  const [a, b] = [wordsOf(left), wordsOf(right)];
  return [...a].filter((word) => b.has(word)).length / Math.max(1, a.size, b.size);
}

function withoutThose(statements: readonly Statement[], others: readonly Statement[]): Statement[] {
  const known = new Set(others.map(({ text }) => text));
  return statements.filter(({ text }) => !known.has(text));
}

/** Statements that differ, each old one with the new one that is most like it. */
function pairsOf(before: readonly Statement[], after: readonly Statement[]) {
  const rest = withoutThose(after, before);
  return withoutThose(before, after).flatMap((old) => {
    const ranked = rest
      .map((now) => ({ now, share: likeness(old.text, now.text) }))
      .filter(({ share }) => share >= LIKE)
      .sort((a, b) => b.share - a.share || a.now.line - b.now.line);
    const [best] = ranked;
    if (best === undefined) return [];
    rest.splice(rest.indexOf(best.now), 1);
    return [{ old, now: best.now }];
  });
}

const ORDER = /\border by ((?:(?!\b(?:limit|offset|fetch|for update|for share|returning)\b)[^;)])*)/;
const PAGED = /\b(limit|offset|fetch (next|first))\b/;

function orderOf(text: string): readonly string[] {
  return (ORDER.exec(text)?.[1] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function changes(old: Statement, now: Statement): FeatureDraft[] {
  const features: FeatureDraft[] = [];
  const tables = [...now.text.matchAll(/\b(?:from|join|into|update) ([\w."]+)/g)].map(
    ([, name = '']) => name,
  );
  const about = tables[0] === undefined ? '' : ` of ${tables[0]}`;
  const add = (kind: FeatureDraft['kind'], detail: string, symbols: readonly string[]) =>
    features.push({ kind, detail, symbols: [...symbols, ...tables], line: now.line, old: false });
  const [was, is] = [orderOf(old.text), orderOf(now.text)];
  const lost = was.filter((column) => !is.includes(column));
  if (lost.length > 0 && PAGED.test(now.text))
    add(
      'order-changed',
      `rows${about} are no longer sorted by ${lost.join(', ')}${is.length === 0 ? '' : `, only by ${is.join(', ')}`}: what is equal in that comes in any order, so that pages overlap and leave rows out`,
      lost,
    );
  else if (was.join() !== is.join() && was.length > 0)
    add(
      'order-changed',
      `rows${about} are sorted by ${is.join(', ') || 'nothing'} instead of ${was.join(', ')}`,
      lost,
    );
  if (
    /\blimit\b|\bfetch (next|first)\b|\btop\b/.test(old.text) &&
    !/\blimit\b|\bfetch (next|first)\b|\btop\b/.test(now.text)
  )
    add(
      'limit-removed',
      `the query on ${tables[0] ?? 'the table'} has no limit any more: it answers with every row`,
      [],
    );
  return features;
}

/** Of the key of a limit. */
function tablesOf(key: string): readonly string[] {
  return key.replace(/^limit /, '').split(' ');
}

export interface StatementChanges {
  readonly features: readonly FeatureDraft[];
  /** The facts without those that only say that these statements differ, or stand elsewhere. */
  readonly difference: FactDifference;
}

/** Facts of single texts are left to the comparison of whole statements where that says what is otherwise. */
export function statementChanges(
  difference: FactDifference,
  before: SyntaxNode,
  after: SyntaxNode,
): StatementChanges {
  const [old, now] = [statementsIn(before), statementsIn(after)];
  const pairs = pairsOf(old, now);
  const told = pairs.map((pair) => ({ ...pair, features: changes(pair.old, pair.now) }));
  const whole = new Set([...old, ...now].map(({ text }) => text));
  const kept = withoutThose(old, now).length === 0;
  const isTold = (fact: Fact) => {
    if (fact.kind !== 'query' && fact.kind !== 'limit') return false;
    const key = fact.key.toLowerCase();
    // Put together otherwise, it is the statement that it was.
    if (kept && fact.kind === 'query') return whole.has(key) || old.some(({ text }) => text.includes(key));
    return told.some(({ old: was, now: is, features: found }) => {
      if (fact.kind === 'limit') return tablesOf(key).every((table) => is.text.includes(table));
      // One that is put together of parts is seen as gone by whoever looks at texts alone.
      const isSeen = difference.added.some(
        (other) => other.kind === 'query' && other.key.toLowerCase() === is.text,
      );
      return found.length > 0 && !isSeen && (was.text.includes(key) || is.text.includes(key));
    });
  };
  return {
    features: told.flatMap(({ features }) => features),
    difference: {
      removed: difference.removed.filter((fact) => !isTold(fact)),
      added: difference.added.filter((fact) => !isTold(fact)),
    },
  };
}

/** A statement that is given by a name now: what it says is compared for itself. */
export function isStatementNamed(was: string, is: string): boolean {
  const bare = stripQuotes(was.trim());
  return SQL.test(bare) && /^[\w.$]+$/.test(oneLine(is.trim(), 200));
}
