/**
 * Access logs by their one common structure: a stamp, a quoted request line, a status. Covers the common and combined formats,
 * virtual hosts, nginx with request times, ingress-nginx, Traefik, Envoy, gunicorn, uvicorn and load balancers of AWS.
 */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { readStamp, type Stamp } from '../time/parse-stamp.ts';
import { MAX_SCANNED, parsedLine, timeOf } from './parsed.ts';
import { durationOf, meshService, requestFields, requestLine, routeOf, statusOf } from './request.ts';
import { severityOfStatus } from './severity.ts';
import { pairedDuration } from './trailing-duration.ts';

const REQUEST = /"((?:[A-Z]{3,16} (?:[^"\\]|\\.){1,8000}?)|-|)"(?: |: )(\d{3})\b/;
const ISO_START = /(?:^|[\s[])(?=\d{4}-\d\d-\d\d[T ]\d\d:\d\d)/;
const CLF_START = /\[(?=\d{1,2}\/[A-Za-z]{3}\/\d{4}[: ]\d\d:)/;

/** The stamp between brackets, or an ISO stamp ahead of the request. */
function stampOf(head: string, context: FormatContext): Stamp | null {
  const found = CLF_START.exec(head) ?? ISO_START.exec(head);
  return found === null ? null : readStamp(head, found.index + found[0].length, context.yearHint);
}

const NAMED_TIME =
  /(?:^|[\s"])(?:rt|request_time|urt|uct|duration|time|took|latency|response_time|elapsed|upstream_response_time)[=:]"?(\d{1,8}(?:\.\d{1,9})?)(ms|us|µs|s)?\b/;
const TRAEFIK = /" (\d{1,9}) "([^"]{1,200})" "([^"]{0,300})" (\d{1,9})ms$/;
const INGRESS =
  /" (\d{1,9}) (\d{1,6}\.\d{3}) \[([^\]]{0,200})\] \[[^\]]{0,200}\] (\S{1,200}) (\S{1,100}) (\S{1,100}) (\S{1,100})(?: (\S{8,64}))?$/;
const ENVOY =
  /^ (\S{1,12}) (?:(?:\S{1,60} ){0,4}(?:"[^"]{0,300}" )?)?(\d{1,12}) (\d{1,12}) (\d{1,9}) (-|\d{1,9}) "[^"]{0,300}" "[^"]{0,500}" "([^"]{0,80})" "([^"]{0,200})" "([^"]{0,200})"/;
const TRAILING_SECONDS =
  /(?:^|\s)(\d{1,6}\.\d{1,6})(?:\s+(?:\d{1,6}\.\d{1,6}|-))?(?:\s+([\w.-]{1,120}:\d{1,5}))?$/;
const TRAILING_UNIT = /\s(\d{1,9}(?:\.\d{1,6})?)\s?(ms|µs|us|s)$/;
const UPSTREAM = /(?:^|\s)(?:upstream|upstream_addr|ua)[=:]"?([\w.-]{1,120}:\d{1,5})/;
const REQUEST_ID = /(?:^|\s)(?:req|request_id|req_id|rid|trace_id|x_request_id)[=:]"?([\w-]{6,64})/;

interface Tail {
  readonly durationMs: number | null;
  readonly upstream: string | null;
  readonly service: string | null;
  readonly requestId: string | null;
}

const NO_TAIL: Tail = { durationMs: null, upstream: null, service: null, requestId: null };

function seconds(text: string | undefined): number | null {
  return durationOf(text, 1e3);
}

const WHOLE = /^ (?:\d{1,15}|-)(?: "[^"]{0,2000}" "[^"]{0,2000}")? (\d{1,12})$/;

function wholeNumber(tail: string, { trailingUnitMs }: FormatContext): number | null {
  const found = trailingUnitMs === undefined || trailingUnitMs === null ? null : WHOLE.exec(tail);
  return found === null ? null : durationOf(found[1], trailingUnitMs ?? 1);
}

/** What stands behind the status. Plain numbers are seconds only with a decimal point; a whole one counts what the file's other lines show. */
function readTail(tail: string, context: FormatContext): Tail {
  const ingress = INGRESS.exec(tail);
  if (ingress !== null) {
    return {
      durationMs: seconds(ingress[2]),
      upstream: ingress[4] ?? null,
      service: ingress[3] ?? null,
      requestId: ingress[8] ?? null,
    };
  }
  const traefik = TRAEFIK.exec(tail);
  if (traefik !== null) {
    return {
      ...NO_TAIL,
      durationMs: Number(traefik[4]),
      service: traefik[2] ?? null,
      upstream: traefik[3] ?? null,
    };
  }
  const envoy = ENVOY.exec(tail);
  if (envoy !== null) {
    return {
      durationMs: Number(envoy[4]),
      upstream: envoy[8] ?? null,
      service: meshService(tail) ?? envoy[7]?.replace(/:\d{1,5}$/, '') ?? null,
      requestId: envoy[6] ?? null,
    };
  }
  const named = NAMED_TIME.exec(tail);
  const unit = named === null ? TRAILING_UNIT.exec(tail) : null;
  const trailing = named === null && unit === null ? TRAILING_SECONDS.exec(tail) : null;
  const united = named ?? unit;
  const durationMs =
    united === null
      ? (seconds(trailing?.[1]) ?? pairedDuration(tail) ?? wholeNumber(tail, context))
      : durationOf(`${united[1]}${united[2] ?? 's'}`, 1);
  const upstream = UPSTREAM.exec(tail)?.[1] ?? trailing?.[2] ?? null;
  return { ...NO_TAIL, durationMs, upstream, requestId: REQUEST_ID.exec(tail)?.[1] ?? null };
}

const AWS =
  /^(?:(?:https?|h2|wss?|grpcs?) )?\d{4}-\d\d-\d\dT\S{8,20} (\S{1,200}) \S{1,100} (\S{1,100}) (-?[\d.]{1,12}) (-?[\d.]{1,12}) (-?[\d.]{1,12}) (\S{1,3}) (\S{1,3}) \d{1,15} \d{1,15} "/;
const VHOST = /^([A-Za-z][\w-]{0,62}(?:\.[\w-]{1,62}){1,8})(?::\d{1,5})? (?=\S+ \S+ \S+ \[)/;
const S3 = /^[0-9a-f]{64} (\S{1,255}) \[/;

/** Before the request: a virtual host, a load balancer with its three times, or a bucket. */
function readHead(head: string): { service: string | null; tail: Tail | null; status: number | null } {
  const aws = AWS.exec(`${head}"`);
  if (aws !== null) {
    const times = [aws[3], aws[4], aws[5]].map(Number);
    const durationMs = times.some((time) => time < 0)
      ? null
      : durationOf(
          times.reduce((sum, time) => sum + time, 0),
          1e3,
        );
    return {
      service: (aws[1] ?? '').replace(/^(?:app|net)\/([^/]+)\/.*$/, '$1'),
      tail: { ...NO_TAIL, durationMs, upstream: aws[2] ?? null },
      status: statusOf(aws[6]),
    };
  }
  const named = VHOST.exec(head) ?? S3.exec(head);
  return { service: named?.[1] ?? null, tail: null, status: null };
}

/** AWS writes the status before the request line, everybody else behind it. */
const AWS_REQUEST =
  /^(?:(?:https?|h2|wss?|grpcs?) )?\d{4}-\d\d-\d\dT.{20,600}? "((?:[A-Z-]{1,16}) [^"]{1,8000})"/;

function parseAws(text: string, context: FormatContext): ParsedLine | null {
  const found = AWS_REQUEST.exec(text);
  if (found === null) return null;
  const head = text.slice(0, found[0].length - (found[1] ?? '').length - 2);
  const { service, tail, status } = readHead(head);
  if (tail === null) return null;
  return record(found[1] ?? '', status, stampOf(head, context), service, tail, text.slice(found[0].length));
}

/** What was asked for without the site's own address before it, which is no other system; null where none stands there. */
function withoutSite(said: string): string | null {
  const path = said.replace(/^([A-Z-]{1,16} )[a-z]{2,6}:\/\/[^/\s]{1,255}(?=[/\s])/, '$1');
  return path === said ? null : path;
}

function record(
  said: string,
  status: number | null,
  stamp: Stamp | null,
  service: string | null,
  tail: Tail,
  rest: string,
): ParsedLine {
  const line = requestLine(said);
  const agent = /"([^"]{1,300})"(?=[^"]*$)/.exec(rest.slice(0, 2000))?.[1];
  const attributes: Record<string, string> = {};
  if (status !== null) attributes['http.response.status_code'] = String(status);
  if (agent !== undefined && agent !== '-') attributes['user_agent.original'] = agent.slice(0, 160);
  const request = requestFields({
    method: line?.method ?? null,
    route: line === null ? null : routeOf(line.target),
    status,
    durationMs: tail.durationMs,
    upstream: tail.upstream === '-' ? null : tail.upstream,
  });
  return parsedLine({
    ...timeOf(stamp),
    severity: status === null ? 'unknown' : severityOfStatus(status),
    service: service ?? tail.service,
    message: said.trim() === '' ? '-' : said.trim(),
    said: withoutSite(said.trim()),
    requestId: tail.requestId,
    peer: tail.upstream === '-' ? null : tail.upstream,
    request,
    attributes,
  });
}

function parse(line: string, context: FormatContext): ParsedLine | null {
  const text = line.slice(0, MAX_SCANNED).trimEnd();
  const found = REQUEST.exec(text);
  if (found === null) return parseAws(text, context);
  const head = text.slice(0, found.index);
  const aws = parseAws(text, context);
  if (aws !== null) return aws;
  const rest = text.slice(found.index + found[0].length);
  return record(
    found[1] ?? '',
    statusOf(found[2]),
    stampOf(head, context),
    readHead(head).service,
    readTail(rest, context),
    rest,
  );
}

export const format: LogFormat = {
  id: 'access',
  role: 'record',
  objects: 'too',
  sniff: (line) => {
    const head = line.slice(0, 2048);
    if (REQUEST.test(head)) return CLF_START.test(head) || /^\[?\d{4}-/.test(head) ? 0.95 : 0.6;
    return AWS.test(head) ? 0.95 : 0;
  },
  parse,
  samples: [
    {
      line: '[2024-03-02T08:15:30.250Z] "GET /carts/17 HTTP/1.1" 503 UF,URX upstream_reset - "-" 0 91 1002 - "-" "web/2" "0f1e2d3c-1" "carts.shop:8080" "10.4.2.9:8080" outbound|8080||carts.shop.svc.cluster.local 10.4.1.7:51 10.9.4.4:8080 10.4.1.7:52 - default',
      expect: { wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250), severity: 'error', service: 'carts' },
    },
    {
      line: '203.0.113.9 - - [02/Mar/2024:08:15:30 +0100] "GET /items/4711?page=2 HTTP/1.1" 502 153 "-" "curl/8.5.0" rt=1.204 req=0f1e2d3c4b5a6978',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30),
        offsetMinutes: 60,
        severity: 'error',
        message: 'GET /items/4711?page=2 HTTP/1.1',
        requestId: '0f1e2d3c4b5a6978',
        request: { method: 'GET', route: '/items/{id}', status: 502, durationMs: 1204, upstream: null },
      },
    },
    {
      line: '203.0.113.9 - - [02/Mar/2024:08:15:30 +0000] "POST /orders HTTP/1.1" 201 153 "-" "okhttp/4.12.0" 0.312',
      expect: {
        severity: 'info',
        request: { method: 'POST', route: '/orders', status: 201, durationMs: 312, upstream: null },
      },
    },
    {
      line: '203.0.113.9 - - [02/Mar/2024:08:15:30 +0000] "-" 400 0 "-" "-"',
      expect: {
        severity: 'warn',
        message: '-',
        request: { method: null, route: null, status: 400, durationMs: null, upstream: null },
      },
    },
    // gunicorn and uvicorn as they print.
    {
      line: '127.0.0.1 - - [24/Nov/2026:01:33:37 +0000] "GET /boom HTTP/1.1" 500 0 "-" "-"',
      expect: { severity: 'error', message: 'GET /boom HTTP/1.1' },
    },
    {
      line: 'INFO:     127.0.0.1:34516 - "GET /carts/17 HTTP/1.1" 200 OK',
      expect: {
        wallMs: null,
        severity: 'info',
        request: { method: 'GET', route: '/carts/{id}', status: 200, durationMs: null, upstream: null },
      },
    },
    {
      line: '[2024-03-02T08:15:30.250Z] "POST /carts/17 HTTP/2" 503 UF 154 91 3001 - "203.0.113.9" "okhttp/4" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "cart" "10.0.0.7:80"',
      expect: {
        severity: 'error',
        service: 'cart',
        requestId: 'cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2',
        request: {
          method: 'POST',
          route: '/carts/{id}',
          status: 503,
          durationMs: 3001,
          upstream: '10.0.0.7:80',
        },
      },
    },
  ],
};
