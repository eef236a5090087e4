/** One line in the last, quoted column of a table that was exported as comma separated values: `stamp,"line"`, `stamp,stream,"line"`, `"stamp","program","line"`. */
import type { FormatContext, LogFormat, Unwrapped } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { csvFields } from './csv.ts';
import { timeOf } from './parsed.ts';
import { parseUnwrapped } from './wrapped.ts';

const BETWEEN = /^"?,(?:([^",]{1,200}),|"([A-Za-z][\w .-]{1,80})",)?(?=")/;
/** Behind a column of another kind the last one is a line only where it begins like one. */
const LINE_START = /^(?:\{|\[|\d{4}-\d\d|[A-Z]{4,8}\b)/;

function unwrap(line: string, context: FormatContext): Unwrapped | null {
  const start = line[0] === '"' ? 1 : 0;
  const stamp = readStamp(line, start, context.yearHint);
  if (stamp === null || stamp.wallMs === null) return null;
  if ((line[stamp.end] === '"') !== (start === 1)) return null;
  const found = BETWEEN.exec(line.slice(stamp.end, stamp.end + 256));
  if (found === null) return null;
  const fields = csvFields(line.slice(stamp.end + found[0].length));
  const [payload = ''] = fields;
  if (fields.length !== 1 || !line.trimEnd().endsWith('"')) return null;
  if (found[1] !== undefined && !LINE_START.test(payload)) return null;
  const program = found[2];
  if (program === undefined) return { payload, outer: timeOf(stamp) };
  return /\w \w/.test(payload) ? { payload, outer: { ...timeOf(stamp), logger: program } } : null;
}

export const format: LogFormat = {
  id: 'csv-line',
  role: 'wrapper',
  sniff: (line) =>
    /^"?\d[^",]{9,40}(?:[.,]\d{1,9})?"?,(?:[^",]{1,200},|"[A-Za-z][\w .-]{1,80}",)?"/.test(
      line.slice(0, 300),
    ) && unwrap(line, { yearHint: 2000 }) !== null
      ? 0.96
      : 0,
  parse: (line, context) => parseUnwrapped(format, line, context),
  unwrap,
  samples: [
    {
      line: '1709367330250,"cart ""17"" lost, retrying"',
      expect: { wallMs: 1709367330250, message: 'cart "17" lost, retrying' },
    },
    {
      line: '"3/2/2024 8:15:30 AM","cartd","cart 17 lost, retrying"',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30),
        logger: 'cartd',
        message: 'cart 17 lost, retrying',
      },
    },
    {
      line: '2024-03-02 08:15:30.250,cart/0f1e,"{""level"":""error"",""msg"":""cart lost""}"',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        message: '{"level":"error","msg":"cart lost"}',
      },
    },
  ],
};
