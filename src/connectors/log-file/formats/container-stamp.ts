/** The stamp that `docker logs -t`, `kubectl logs --timestamps` and `aws logs tail` put before each line, whatever the line is. */
import type { LogFormat, Unwrapped } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { timeOf } from './parsed.ts';
import { parseUnwrapped } from './wrapped.ts';

const FINE_STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7,9}(?:Z|[+-]\d\d:\d\d) /;
const STREAM =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d) ([\w.-]{1,120}(?:\/[\w.[\]$-]{1,120}){1,4}) (?=\S)/;
const TWO_STAMPS = /^\d{4}-\d\d-\d\dT\S{8,32}Z \[?(?=\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:|\{"|time=)/;

function unwrap(line: string, yearHint: number): Unwrapped | null {
  const head = line.slice(0, 600);
  const stream = STREAM.exec(head);
  const found = stream ?? FINE_STAMP.exec(head) ?? TWO_STAMPS.exec(head);
  const stamp = found === null ? null : readStamp(line, 0, yearHint);
  if (found === null || stamp === null) return null;
  const payloadAt = stream === null ? stamp.end + 1 : found[0].length;
  const attributes: Record<string, string> =
    stream === null ? {} : { 'aws.log.stream.name': stream[1] ?? '' };
  return { payload: line.slice(payloadAt), outer: { ...timeOf(stamp), attributes } };
}

export const format: LogFormat = {
  id: 'container-stamp',
  role: 'wrapper',
  sniff: (line) => {
    const head = line.slice(0, 600);
    return FINE_STAMP.test(head) || TWO_STAMPS.test(head) || STREAM.test(head) ? 0.7 : 0;
  },
  parse: (line, context) => parseUnwrapped(format, line, context),
  unwrap: (line, context) => unwrap(line, context.yearHint),
  samples: [
    {
      line: '2024-03-02T08:15:30.123456789Z  * Running on all addresses',
      expect: { wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 123), message: '* Running on all addresses' },
    },
    {
      line: '2024-03-02T08:15:30.123000+00:00 ecs/cart/0f1e2d3c4b5a ready',
      expect: { message: 'ready', attributes: { 'aws.log.stream.name': 'ecs/cart/0f1e2d3c4b5a' } },
    },
  ],
};
