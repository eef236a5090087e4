/** Requests without quotes and time, as web servers for development print them: `GET /carts/17 503 12.1 ms - 91`, with the client before it or not. */
import type { LogFormat } from '../format.ts';
import { parsedLine } from './parsed.ts';
import { durationOf, requestFields, routeOf, statusOf } from './request.ts';
import { severityOfStatus } from './severity.ts';

const CLIENT = '(?:(?:\\d{1,3}(?:\\.\\d{1,3}){3}|[\\da-fA-F:.]*:[\\da-fA-F:.]+) - (?:\\S{1,80} )?)?';
const LINE = new RegExp(
  `^${CLIENT}((GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (/\\S{0,2000})(?: HTTP/\\d(?:\\.\\d)?)?) (\\d{3})(?: (?:\\d{1,12}|-))?(?: -)?(?: (?:in )?(\\d{1,9}(?:\\.\\d{1,6})? ?(?:ms|s|µs)))?(?: - (?:\\d{1,12}|-))?$`,
);

export const format: LogFormat = {
  id: 'bare-request',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 2_300).trim()) ? 0.9 : 0),
  parse: (line) => {
    const found = LINE.exec(line.slice(0, 2_300).trim());
    const status = statusOf(found?.[4]);
    if (found === null || status === null) return null;
    const [, message = '', method = '', target = '', , duration] = found;
    return parsedLine({
      severity: severityOfStatus(status),
      message,
      request: requestFields({
        method,
        route: routeOf(target),
        status,
        durationMs: durationOf(duration?.replace(' ', ''), 1),
      }),
    });
  },
  samples: [
    {
      line: 'GET /carts/17 503 12.1 ms - 91',
      expect: {
        wallMs: null,
        severity: 'error',
        message: 'GET /carts/17',
        request: { method: 'GET', route: '/carts/{id}', status: 503, durationMs: 12.1, upstream: null },
      },
    },
    {
      line: '127.0.0.1 - POST /carts HTTP/1.1 201 91 - 12.104 ms',
      expect: {
        severity: 'info',
        message: 'POST /carts HTTP/1.1',
        request: { method: 'POST', route: '/carts', status: 201, durationMs: 12.104, upstream: null },
      },
    },
    {
      line: 'GET /carts 404 in 31ms',
      expect: {
        severity: 'warn',
        request: { method: 'GET', route: '/carts', status: 404, durationMs: 31, upstream: null },
      },
    },
  ],
};
