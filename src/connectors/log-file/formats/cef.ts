/** Security appliances' two event formats: ArcSight's CEF and IBM's LEEF, alone or behind syslog. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { stampOfValue } from '../time/parse-stamp.ts';
import { MAX_SCANNED, parsedLine, timeOf } from './parsed.ts';

const HEAD = /^(CEF|LEEF):\d(?:\.\d)?\|/;
const MAX_COLUMNS = 8;

/** Columns between bars, of which a backslash makes a plain sign; the last one is all the rest. */
function columnsOf(text: string, count: number): readonly string[] {
  const columns: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length && columns.length < count - 1; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '|') {
      columns.push(text.slice(start, at).replaceAll('\\|', '|'));
      start = at + 1;
    }
  }
  return [...columns, text.slice(start)];
}

/** The value of one key: up to the next ` key=`, or to the separator of LEEF. */
function textOf(pairs: string, keys: readonly string[]): string | null {
  for (const key of keys) {
    const at = new RegExp(`(?:^|[\\s^|])${key}=`).exec(pairs);
    if (at === null) continue;
    const rest = pairs.slice(at.index + at[0].length);
    const end = rest.search(/[\t^]|\s[\w.]{1,40}=/);
    return (end < 0 ? rest : rest.slice(0, end)).trim();
  }
  return null;
}

function parse(line: string, context: FormatContext): ParsedLine | null {
  const text = line.slice(0, MAX_SCANNED);
  const isCef = HEAD.exec(text.slice(0, 12))?.[1] === 'CEF';
  if (!HEAD.test(text.slice(0, 12))) return null;
  const columns = columnsOf(text, isCef ? MAX_COLUMNS : 6);
  const [, , product = '', version = '', id = ''] = columns;
  if (columns.length < 5) return null;
  const pairs = columns.at(-1) ?? '';
  const said = textOf(pairs, ['msg']);
  const name = isCef ? (columns[5] ?? '') : (said ?? pairs.trim());
  return parsedLine({
    ...timeOf(stampOfValue(textOf(pairs, ['rt', 'devTime', 'end', 'start']), context.yearHint)),
    service: product === '' ? null : product,
    version: /^v?\d+\.\d/.test(version) ? version : null,
    message: name,
    attributes: { 'event.id': id, ...(isCef && said !== null ? { msg: said.slice(0, 160) } : {}) },
  });
}

export const format: LogFormat = {
  id: 'cef',
  role: 'record',
  sniff: (line) => (HEAD.test(line.slice(0, 12)) ? 1 : 0),
  parse,
  samples: [
    {
      line: 'CEF:0|Shop|Cart Guard|9.5|123|Cart \\| lost|10|rt=1709367330250 src=10.0.0.1 msg=no store left act=blocked',
      expect: {
        wallMs: 1709367330250,
        severity: 'unknown',
        service: 'Cart Guard',
        version: '9.5',
        message: 'Cart | lost',
        attributes: { 'event.id': '123', msg: 'no store left' },
      },
    },
    {
      line: 'LEEF:2.0|Shop|CartWatch|1.0|41|^|src=10.0.1.8^sev=5^msg=Cart lost',
      expect: { service: 'CartWatch', message: 'Cart lost' },
    },
  ],
};
