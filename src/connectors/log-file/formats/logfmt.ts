/** logfmt (`time=… level=info msg="…" key=value`) of logrus, slog, Grafana, Heroku's router, lograge. */
import type { LogFormat } from '../format.ts';
import { recordOfFields } from './field-record.ts';
import { type Fields, normalName } from './fields.ts';
import { MAX_SCANNED } from './parsed.ts';

const PAIR = /([A-Za-z_@][\w.@/-]{0,79})=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))/y;
const MAX_PAIRS = 128;

/** The pairs from the start of the text on; null when it does not begin with one, has fewer than `least`, or when less than half of it is pairs. */
export function readPairs(line: string, least = 2): Fields | null {
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
  return values.size < least || covered < text.length / 2 ? null : { values, names };
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
      : recordOfFields(fields, context, { messageNames: ['msg', 'message', 'event', 'ev', 'error', 'err'] });
  },
  samples: [
    {
      line: 'order=17 event="save failed" level=error timestamp=2026-11-24T01:33:34.548091Z',
      expect: {
        wallMs: Date.UTC(2026, 10, 24, 1, 33, 34, 548),
        offsetMinutes: 0,
        severity: 'error',
        message: 'save failed',
        attributes: { order: '17' },
      },
    },
    {
      line: 'time=2024-03-02T08:15:30.250+01:00 level=ERROR msg="GET /carts/17 503 12ms" service=cart pod=cart-6d4cf56db6-x7k2p request_id=0f1e2d3c',
      expect: {
        offsetMinutes: 60,
        severity: 'error',
        service: 'cart',
        pod: 'cart-6d4cf56db6-x7k2p',
        requestId: '0f1e2d3c',
        request: { method: 'GET', route: '/carts/{id}', status: 503, durationMs: 12, upstream: null },
      },
    },
    {
      line: 'method=GET path=/carts/17 format=json controller=CartsController action=show status=500 duration=41.2 view=0.0 db=12.1',
      expect: {
        severity: 'error',
        logger: 'CartsController',
        message: 'GET /carts/17',
        request: { method: 'GET', route: '/carts/{id}', status: 500, durationMs: 41.2, upstream: null },
      },
    },
  ],
};
