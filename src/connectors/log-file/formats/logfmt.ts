/** logfmt (`time=… level=info msg="…" key=value`) of logrus, slog, Grafana, Heroku's router, lograge. */
import type { LogFormat } from '../format.ts';
import { recordOfFields } from './field-record.ts';
import { type Fields, normalName } from './fields.ts';
import { MAX_SCANNED } from './parsed.ts';

const PAIR = /([A-Za-z_@][\w.@/-]{0,79})=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))/y;
const MAX_PAIRS = 128;

/** The pairs from the start of the text on; null when it does not begin with one or when less than half of it is pairs. */
export function readPairs(line: string): Fields | null {
  const text = line.slice(0, MAX_SCANNED);
  const values = new Map<string, unknown>();
  const names = new Map<string, string>();
  let at = 0;
  let covered = 0;
  while (at < text.length && values.size < MAX_PAIRS) {
    PAIR.lastIndex = at;
    const found = PAIR.exec(text);
    if (found === null) {
      if (at === 0) return null;
      const space = text.indexOf(' ', at);
      if (space < 0) break;
      at = space + 1;
      continue;
    }
    const name = found[1] ?? '';
    const normal = normalName(name);
    if (!values.has(normal)) {
      values.set(
        normal,
        found[2] === undefined
          ? (found[3] ?? '')
          : found[2].replaceAll(/\\(["\\])/g, '$1').replaceAll('\\n', '\n'),
      );
      names.set(normal, name);
    }
    covered += found[0].length + 1;
    at = PAIR.lastIndex;
    while (text[at] === ' ' || text[at] === '\t' || text[at] === ',') at++;
  }
  return values.size < 2 || covered < text.length / 2 ? null : { values, names };
}

export const format: LogFormat = {
  id: 'logfmt',
  role: 'record',
  sniff: (line) =>
    /^\s{0,8}[A-Za-z_@][\w.@/-]{0,79}=(?:"[^"]*"|\S*)\s+[A-Za-z_@][\w.@/-]{0,79}=/.test(line.slice(0, 400))
      ? 0.75
      : 0,
  parse: (line, context) => {
    const fields = readPairs(line.trim());
    return fields === null
      ? null
      : recordOfFields(fields, context, { messageNames: ['msg', 'message', 'event', 'error', 'err'] });
  },
  samples: [],
};
