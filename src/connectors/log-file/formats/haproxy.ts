/** HAProxy's HTTP and TCP log lines, as they stand inside syslog: client, accept date, frontend, backend/server, timers, status. */
import type { LogFormat, ParsedLine } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';
import { requestFields, requestLine, routeOf, statusOf } from './request.ts';
import { severityOfStatus } from './severity.ts';

const LINE =
  /^\S{2,80}:\d{1,5} \[(\d\d\/[A-Z][a-z]{2}\/\d{4}:[\d:.]{8,14}(?: [+-]\d{4})?)\] (\S{1,120}) (\S{1,240}) ([+-]?\d[\d/+-]{2,80}) (?:(-1|\d{3}) )?\+?(\d{1,15}) /;

/** A connection that came to nothing: client, accept date, frontend/listener, and in words why. */
const REFUSED =
  /^\S{2,80}:\d{1,5} \[(\d\d\/[A-Z][a-z]{2}\/\d{4}:[\d:.]{8,14}(?: [+-]\d{4})?)\] (\S{1,120})\/(\S{1,120}): (\S.{3,400})$/;

/** What `log stdout format iso` and `short` put before the line; the accept date behind it is that of the request. */
const SINK = /^(?:<\d{1,3}>)?(?:\d{4}-\d\d-\d\dT[\d:.]{8,15}(?:Z|[+-]\d\d:?\d\d) )?(?=\S{2,80}:\d{1,5} \[)/;

const withoutSink = (line: string): string => line.replace(SINK, '');

function refused(line: string, yearHint: number): ParsedLine | null {
  const [, at, frontend = '', , message = ''] = REFUSED.exec(line.slice(0, 900).trimEnd()) ?? [];
  if (at === undefined) return null;
  return parsedLine({ ...timeOf(readStamp(at, 0, yearHint)), service: frontend.replace(/~$/, ''), message });
}

export const format: LogFormat = {
  id: 'haproxy',
  role: 'record',
  objects: 'too',
  sniff: (line) => {
    const head = withoutSink(line.slice(0, 700));
    return LINE.test(head) || REFUSED.test(head) ? 1 : 0;
  },
  parse: (whole, context) => {
    const line = withoutSink(whole);
    const found = LINE.exec(line.slice(0, 700));
    if (found === null) return refused(line, context.yearHint);
    const [, at = '', frontend = '', backend = '', timers = '', statusText] = found;
    const said = /"([^"]{1,8000})"\s*$/.exec(line.slice(0, 9000))?.[1] ?? '';
    const asked = requestLine(said);
    const status = statusOf(statusText);
    const totalMs = Number(timers.split('/').at(-1)?.replace('+', ''));
    const state = /^\S{1,80} \S{1,80} ([A-Za-z-]{4}) /.exec(
      line.slice(found[0].length, found[0].length + 200),
    )?.[1];
    return parsedLine({
      ...timeOf(readStamp(at, 0, context.yearHint)),
      severity: status === null ? 'unknown' : severityOfStatus(status),
      service: frontend.replace(/~$/, ''),
      message: said === '' ? `${frontend} ${backend}` : said,
      request: requestFields({
        method: asked?.method ?? null,
        route: asked === null ? null : routeOf(asked.target),
        status,
        durationMs: Number.isFinite(totalMs) && totalMs >= 0 ? totalMs : null,
        upstream: backend,
      }),
      attributes: state === undefined || state === '----' ? {} : { 'haproxy.termination_state': state },
    });
  },
  samples: [
    {
      line: '2024-03-02T08:15:30.252011+00:00 127.0.0.1:47528 [02/Mar/2024:08:15:30.250] shop api/<NOSRV> 0/-1/-1/-1/0 503 217 - - SC-- 6/6/0/0/0 0/0 "GET /carts?c=302 HTTP/1.1"',
      expect: { wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250), service: 'shop', severity: 'error' },
    },
    {
      line: '192.0.2.14:40112 [02/Mar/2024:08:15:31.004] edge/tls: SSL handshake failure (error:0A000418:SSL routines::tlsv1 alert unknown ca)',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 31, 4),
        severity: 'unknown',
        service: 'edge',
        message: 'SSL handshake failure (error:0A000418:SSL routines::tlsv1 alert unknown ca)',
      },
    },
    {
      line: '203.0.113.9:50312 [02/Mar/2024:08:15:30.250] shop~ carts/web-04 0/0/-1/-1/3001 503 217 - - sC-- 2/2/1/1/3 0/0 "POST /carts/17 HTTP/1.1"',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'error',
        service: 'shop',
        message: 'POST /carts/17 HTTP/1.1',
        request: {
          method: 'POST',
          route: '/carts/{id}',
          status: 503,
          durationMs: 3001,
          upstream: 'carts/web-04',
        },
      },
    },
  ],
};
