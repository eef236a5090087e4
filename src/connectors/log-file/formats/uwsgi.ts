/** uWSGI's request lines, whose stamp stands in the middle. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';
import { durationOf, requestFields, routeOf, statusOf } from './request.ts';
import { severityOfStatus } from './severity.ts';

const LINE =
  /\[(\w{3} \w{3} {1,2}\d{1,2} [\d:]{8} \d{4})\] ([A-Z]{3,8}) (\S{1,4000}) => generated \d{1,15} bytes in (\d{1,12}) (msecs|micros)(?: \(HTTP\/[\d.]{1,3} (\d{3})\))?/;

export const format: LogFormat = {
  id: 'uwsgi',
  role: 'record',
  objects: 'too',
  sniff: (line) => (line.includes('] ') && line.includes(' => generated ') ? 0.97 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 9000));
    if (found === null) return null;
    const [, at = '', method = '', target = '', amount, unit, statusText] = found;
    const status = statusOf(statusText);
    return parsedLine({
      ...timeOf(readStamp(at, 0, context.yearHint)),
      severity: status === null ? 'unknown' : severityOfStatus(status),
      message: `${method} ${target}`,
      request: requestFields({
        method,
        route: routeOf(target),
        status,
        durationMs: durationOf(`${amount}${unit}`, 1),
      }),
    });
  },
  samples: [
    {
      line: '[pid: 31|app: 0|req: 4/9] 203.0.113.9 () {40 vars in 700 bytes} [Sat Mar  2 08:15:30 2024] POST /carts/17 => generated 47 bytes in 129 msecs (HTTP/1.1 500) 9 headers in 378 bytes (1 switches on core 3)',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30),
        severity: 'error',
        message: 'POST /carts/17',
        request: { method: 'POST', route: '/carts/{id}', status: 500, durationMs: 129, upstream: null },
      },
    },
  ],
};
