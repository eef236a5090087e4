/** Squid's native access log: epoch, milliseconds, client, code/status, bytes, method, URL. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';
import { requestFields, routeOf, statusOf } from './request.ts';
import { severityOfStatus } from './severity.ts';

const LINE =
  /^(\d{10}\.\d{3}) {1,12}(\d{1,12}) (\S{1,80}) ([A-Z_]{3,60})\/(\d{3}) (\d{1,15}) ([A-Z]{3,20}) (\S{1,4000}) /;

export const format: LogFormat = {
  id: 'squid',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 4500)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 4500));
    if (found === null) return null;
    const [, at = '', elapsedMs, , code = '', statusText, , method = '', target = ''] = found;
    const status = statusOf(statusText);
    return parsedLine({
      ...timeOf(readStamp(at, 0, context.yearHint)),
      severity: status === null ? 'unknown' : severityOfStatus(status),
      message: `${method} ${target}`,
      request: requestFields({ method, route: routeOf(target), status, durationMs: Number(elapsedMs) }),
      attributes: { 'squid.result': code },
    });
  },
  samples: [
    {
      line: '1709367330.250    921 203.0.113.9 TCP_MISS/503 507 POST http://shop.test/carts/17 - HIER_DIRECT/10.0.0.7 text/html',
      expect: {
        wallMs: 1709367330250,
        severity: 'error',
        message: 'POST http://shop.test/carts/17',
        request: { method: 'POST', route: '/carts/{id}', status: 503, durationMs: 921, upstream: null },
      },
    },
  ],
};
