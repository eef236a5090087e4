/** Columns that a statement compares through a function: an index on the column alone does not find such rows, and every row is looked at. */
import { isLogCall } from '../../syntax/log-call.ts';
import { ancestors, type SyntaxNode } from '../../syntax/node.ts';
import { argumentsOf, calleeText, compact, oneLine, stripQuotes } from '../../syntax/shape.ts';
import type { Observation } from './control.ts';

const FUNCTIONS =
  'lower|upper|l?trim|rtrim|date|date_trunc|trunc|year|month|cast|convert|coalesce|ifnull|nvl|substr|substring|to_char|to_date|replace|concat|unaccent|md5|abs|round';
/** `lower(c.ref) = ?`, `CAST(day AS date) >= $1`; in a fragment of a statement as well. */
const WRAPPED = new RegExp(
  `(?:^|[\\s(])(${FUNCTIONS})\\s*\\(\\s*["\`]?(?:\\w{1,60}["\`]?\\.["\`]?)?([a-z_]\\w{0,60})["\`]?\\s*(?:(?:,|::| as )[^()]{0,60})?\\)\\s*(?:=|<>|!=|<|>|i?like\\b|in\\s*\\(|between\\b)`,
  'i',
);
/** A pattern that begins with anything: no index is read from its middle. */
const FROM_THE_MIDDLE = /([a-z_]\w{0,60})["`]?\s+i?like\s+'%\S/i;
/** SQLAlchemy: `func.lower(Item.ref)`; Sequelize and TypeORM: `fn('lower', col('ref'))`. */
const BUILDERS = new RegExp(`^(?:\\w+\\.)?func\\.(${FUNCTIONS})$`, 'i');

function observation(by: string, column: string, text: string): Observation {
  return {
    kind: 'wrapped-column',
    key: `${by} ${column}`.toLowerCase(),
    label: `"${oneLine(text, 60)}"`,
    symbols: [column],
  };
}

function inText(node: SyntaxNode): Observation[] {
  const text = stripQuotes(node.text).slice(0, 4000);
  const wrapped = WRAPPED.exec(text);
  const middle = FROM_THE_MIDDLE.exec(text);
  if (wrapped === null && middle === null) return [];
  if (ancestors(node).some((up) => up.role === 'import' || isLogCall(up))) return [];
  if (wrapped !== null) return [observation(wrapped[1] ?? '', wrapped[2] ?? '', wrapped[0].trim())];
  return [observation('like', middle?.[1] ?? '', middle?.[0] ?? '')];
}

export function wrappedColumns(node: SyntaxNode): Observation[] {
  if (node.role === 'string') return inText(node);
  const by = BUILDERS.exec(calleeText(node))?.[1];
  const column = /^(?:\w+\.)+(\w+)$/.exec(compact(argumentsOf(node)[0]?.text ?? ''))?.[1];
  return by === undefined || column === undefined ? [] : [observation(by, column, node.text)];
}
