/** Gin's request lines: `[GIN] 2024/03/02 - 08:15:30 | 500 | 12.3ms | 203.0.113.9 | GET "/carts/17"`. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';
import { durationOf, requestFields, routeOf, statusOf } from './request.ts';
import { severityOfStatus } from './severity.ts';

const LINE =
  /^\[GIN\] (\d{4}\/\d\d\/\d\d) - (\d\d:\d\d:\d\d) \| {0,4}(\d{3}) {0,4}\| {0,12}([\d.]{1,20}[nµm]?s|[\dhms.]{2,20}) {0,4}\| {0,40}\S{1,60} {0,4}\| {0,4}([A-Z]{3,8}) {1,12}"?([^"\s]{1,2000})/;

export const format: LogFormat = {
  id: 'gin',
  role: 'record',
  sniff: (line) => (line.startsWith('[GIN] ') ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 2500));
    const status = statusOf(found?.[3]);
    if (found === null || status === null) return null;
    const [, date, clock, , duration, method = '', target = ''] = found;
    return parsedLine({
      ...timeOf(readStamp(`${date} ${clock}`, 0, context.yearHint)),
      severity: severityOfStatus(status),
      message: `${method} ${target}`,
      request: requestFields({ method, route: routeOf(target), status, durationMs: durationOf(duration, 1) }),
    });
  },
  samples: [
    {
      line: '[GIN] 2024/03/02 - 08:15:30 | 500 |   12.345ms |     203.0.113.9 | GET      "/carts/17"',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30),
        severity: 'error',
        message: 'GET /carts/17',
        request: { method: 'GET', route: '/carts/{id}', status: 500, durationMs: 12.345, upstream: null },
      },
    },
  ],
};
