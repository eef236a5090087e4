/** Which rows a query is about and in which order things come: conditions, joins that keep what has no partner, sorting. */
import { ancestors, type SyntaxNode } from '../../syntax/node.ts';
import {
  argumentsOf,
  calleeName,
  compact,
  oneLine,
  receiverOf,
  stripQuotes,
  unwrap,
} from '../../syntax/shape.ts';
import type { Observation } from './control.ts';
import { symbolsIn } from './control.ts';

const SORTING =
  /^(sort|sorted|sortBy|sort_by|sortedBy|sortedWith|sortedByDescending|sorted_by|OrderBy|OrderByDescending|ThenBy|orderBy|order_by|usort|uasort|uksort|ksort|asort|rsort|sort_unstable|sort_unstable_by|sort_unstable_by_key|sort_by_key|Sort|SortFunc|SortStableFunc|Slice|SliceStable|Strings|Ints|toSorted|sort!|sort_by!)$/;
/** Calls of query builders that say which rows are meant. */
const FILTERING = /^(where|Where|andWhere|whereIn|filter_by|whereEqualTo|whereKey)$/;
const STATEMENT = /^\s*(select|update|delete|with)\b/i;
const CONDITIONS =
  /\bwhere\b([\s\S]*?)(?:\bgroup by\b|\border by\b|\blimit\b|\breturning\b|\bfor (?:update|share)\b|$)/i;
const OUTER = /\b(?:left|full)\s+(?:outer\s+)?join\s+([\w."]+)/gi;
const INNER = /(?<!left |full |outer |right |cross )\b(?:inner\s+)?join\s+([\w."]+)/gi;
const MAX_CONDITIONS = 20;

function sorting(node: SyntaxNode): Observation[] {
  const name = calleeName(node);
  if (!SORTING.test(name)) return [];
  const receiver = receiverOf(node)?.text ?? '';
  // `sort.Slice` sorts; `bytes.Slice` and a set of strings do not.
  if (/^(Slice|SliceStable|Strings|Ints)$/.test(name) && receiver !== 'sort') return [];
  return [
    {
      kind: 'order',
      key: `${name} ${compact(
        argumentsOf(node)
          .map((each) => each.text)
          .join(', '),
      ).slice(0, 120)}`,
      label: `the order "${oneLine(
        `${name}(${argumentsOf(node)
          .map((each) => each.text)
          .join(', ')})`,
        60,
      )}"`,
      symbols: symbolsIn(node).slice(0, 6),
    },
  ];
}

/** A list; PHP writes its maps alike. */
function isList(node: SyntaxNode | undefined): node is SyntaxNode {
  return node?.role === 'array' || node?.type === 'array_creation_expression';
}

/** `a < b ? [a, b] : [b, a]`: the same things, put in an order of their own. */
function ordering(node: SyntaxNode): Observation[] {
  const [condition, first, second] = node.namedChildren;
  if (condition === undefined || !isList(first) || !isList(second)) return [];
  const parts = (list: SyntaxNode) => list.namedChildren.map(({ text }) => compact(text));
  const [one, other] = [parts(first), parts(second)];
  const isTurned =
    one.length > 1 && one.join() !== other.join() && [...one].sort().join() === [...other].sort().join();
  if (!isTurned) return [];
  const text = oneLine(node.text, 60);
  return [
    {
      kind: 'order',
      key: compact(node.text).slice(0, 120),
      label: `the order "${text}"`,
      symbols: symbolsIn(condition).slice(0, 6),
    },
  ];
}

/** `c.town = :town` → `town`: the column that a condition is about, without the name of its table. */
function columnOf(condition: string): string | null {
  const name = /^[\s(]*(?:not\s+)?(?:\w+\()?["`]?(?:\w+["`]?\.)?["`]?([A-Za-z_]\w*)/i.exec(condition)?.[1];
  return name === undefined ? null : name.toLowerCase();
}

function filter(column: string, text: string): Observation {
  return {
    kind: 'row-filter',
    key: column,
    label: `the condition "${oneLine(text, 60)}"`,
    symbols: [column],
  };
}

function statementFacts(node: SyntaxNode): Observation[] {
  if (ancestors(node).some((up) => up.role === 'import')) return [];
  const text = stripQuotes(node.text).replace(/\s+/g, ' ');
  if (!STATEMENT.test(text) || !/\b(from|set|join)\b/i.test(text)) return [];
  const where = CONDITIONS.exec(text)?.[1] ?? '';
  const conditions = where.split(/\band\b/i).slice(0, MAX_CONDITIONS);
  const outer = [...text.matchAll(OUTER)].map((match) => match[1] ?? '');
  const inner = [...text.matchAll(INNER)].map((match) => match[1] ?? '');
  const join = (kind: 'outer' | 'inner', table: string): Observation => ({
    kind: 'outer-join',
    key: `${kind} ${table}`,
    label: kind === 'outer' ? `rows without a partner in ${table}` : `only rows with a partner in ${table}`,
    symbols: [table],
  });
  return [
    ...conditions.flatMap((condition) => {
      const column = columnOf(condition);
      return column === null ? [] : [filter(column, condition.trim())];
    }),
    ...outer.map((table) => join('outer', table)),
    ...inner.map((table) => join('inner', table)),
  ];
}

/** `where('code', $code)`, `.Where(o => o.Code == code)`, `filter_by(code=code)`. */
function builderFacts(node: SyntaxNode): Observation[] {
  if (!FILTERING.test(calleeName(node)) || receiverOf(node) === null) return [];
  const [first] = argumentsOf(node);
  const text = compact(first === undefined ? '' : first.text);
  const bare = first === undefined ? '' : stripQuotes(unwrap(first).text);
  const column =
    /=>\s*\w+\.(\w+)/.exec(text)?.[1] ?? /^:?(\w+)\s*(?:[=:]|$)/.exec(bare)?.[1] ?? columnOf(bare);
  return column === null || column === undefined
    ? []
    : [filter(column.toLowerCase(), `${calleeName(node)}(${oneLine(text, 50)})`)];
}

const ISOLATION = /^:?(serializable|repeatable.?read|read.?(un)?committed|snapshot)$/i;

/** `snapshot`, and the longest with its prefix and quotes; most nodes are neither. */
const SHORTEST_LEVEL = 8;
const LONGEST_LEVEL = 60;

/** How far transactions are kept apart: the stricter, the more of them are refused or wait. */
function isolation(node: SyntaxNode): Observation[] {
  const length = node.end - node.start;
  if (length < SHORTEST_LEVEL || length > LONGEST_LEVEL) return [];
  const text = stripQuotes(node.text).replace(/^(Isolation|IsolationLevel|Level|TRANSACTION)_?/i, '');
  if (!ISOLATION.test(text)) return [];
  const statement = [node, ...ancestors(node)]
    .slice(0, 7)
    .some((up) => /isolation|transaction/i.test(up.text));
  return statement
    ? [
        {
          kind: 'transaction',
          key: `isolation_${text.toLowerCase().replace(/\W/g, '')}`,
          label: `the isolation "${text}"`,
          symbols: [],
        },
      ]
    : [];
}

/** What a node says about rows and their order; empty for most nodes. */
export function rowFacts(node: SyntaxNode): Observation[] {
  if (node.children.length === 0 || node.role === 'string') {
    const level = isolation(node);
    if (level.length > 0) return level;
  }
  if (node.role === 'string' || node.role === 'concat')
    return node.parent?.role === 'concat' ? [] : statementFacts(node);
  if (node.role === 'ternary') return ordering(node);
  return node.role === 'call' ? [...sorting(node), ...builderFacts(node)] : [];
}
