/** nginx's error log: `2024/03/02 08:15:30 [error] 31#31: *7 message, client: …, request: "…", upstream: "…"`. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, MAX_SCANNED, parsedLine, timeOf } from './parsed.ts';
import { requestFields, requestLine, routeOf } from './request.ts';
import { severityOfField } from './severity.ts';

const LINE = /^(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) \[(\w{3,6})\] \d{1,10}#\d{1,10}: (?:\*(\d{1,20}) )?/;

export const format: LogFormat = {
  id: 'nginx-error',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 100)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 200));
    if (found === null) return null;
    const message = line.slice(found[0].length).trimEnd();
    const text = message.slice(0, MAX_SCANNED);
    const asked = requestLine(/, request: "([^"]{1,4000})"/.exec(text)?.[1] ?? '');
    const upstream = /, upstream: "([^"]{1,1000})"/.exec(text)?.[1] ?? null;
    const request =
      asked === null
        ? null
        : requestFields({
            method: asked.method,
            route: routeOf(asked.target),
            upstream: upstream?.replace(/^\w+:\/\/([^/]+).*$/, '$1') ?? null,
          });
    return parsedLine({
      ...timeOf(readStamp(line, 0, context.yearHint)),
      severity: knownSeverity(severityOfField(found[2] ?? '')),
      message,
      request,
    });
  },
  samples: [
    {
      line: '2024/03/02 08:15:30 [error] 31#31: *7 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.9, server: _, request: "POST /orders/17 HTTP/1.1", upstream: "http://10.0.0.7:8080/orders/17", host: "shop.test"',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30),
        offsetMinutes: null,
        severity: 'error',
        request: {
          method: 'POST',
          route: '/orders/{id}',
          status: null,
          durationMs: null,
          upstream: '10.0.0.7:8080',
        },
      },
    },
    {
      line: '2024/03/02 08:15:30 [notice] 1#1: start worker processes',
      expect: { severity: 'info', message: 'start worker processes' },
    },
  ],
};
