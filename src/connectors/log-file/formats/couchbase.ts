/** Couchbase's cluster manager: `[logger:level,stamp,node:process:module:function:line]text`. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, parsedLine, timeOf } from './parsed.ts';
import { severityOfField } from './severity.ts';

const LINE =
  /^\[([\w-]{1,40}):([a-z]{4,9}),(\d{4}-\d\d-\d\dT[\d:.]{8,15}(?:Z|[+-]\d\d:\d\d)),([^\]]{1,300})\]/;

export const format: LogFormat = {
  id: 'couchbase',
  role: 'record',
  sniff: (line) => (line.startsWith('[') && LINE.test(line.slice(0, 400)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 400));
    if (found === null) return null;
    return parsedLine({
      ...timeOf(readStamp(found[3] ?? '', 0, context.yearHint)),
      severity: knownSeverity(severityOfField(found[2] ?? '')),
      logger: found[1] ?? null,
      message: line.slice(found[0].length).trim(),
      attributes: { 'code.namespace': found[4] ?? '' },
    });
  },
  samples: [
    {
      line: '[cart_server:error,2024-03-02T08:15:30.250Z,carts@10.0.0.1:<0.123.0>:cart_janitor:do:45]Bucket is not ready',
      expect: { severity: 'error', logger: 'cart_server', message: 'Bucket is not ready' },
    },
  ],
};
