/** Requests in log text and log fields: method, route, status, duration. Ids in a path become `{id}`, so that a route is a small set. */
import type { RequestFields } from '../format.ts';

const METHODS = '(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT|TRACE|PROPFIND|REPORT)';

/** Milliseconds in one of each unit. */
const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  nanos: 1e-6,
  nanoseconds: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  micros: 1e-3,
  microseconds: 1e-3,
  usec: 1e-3,
  usecs: 1e-3,
  ms: 1,
  msec: 1,
  msecs: 1,
  millis: 1,
  milliseconds: 1,
  millisecond: 1,
  s: 1e3,
  sec: 1e3,
  secs: 1e3,
  seconds: 1e3,
  second: 1e3,
  m: 6e4,
  min: 6e4,
  mins: 6e4,
  minutes: 6e4,
  h: 36e5,
  hours: 36e5,
};

/** Milliseconds of one unit name, or null. */
export function unitMs(unit: string): number | null {
  const lower = unit.toLowerCase();
  return Object.hasOwn(UNIT_MS, lower) ? (UNIT_MS[lower] ?? null) : null;
}

/** `23ms`, `1.5 s`, `2m3.5s` and plain numbers in `plainUnitMs` milliseconds; null for anything else. */
export function durationOf(value: unknown, plainUnitMs: number): number | null {
  if (typeof value === 'number')
    return Number.isFinite(value) && value >= 0 ? round(value * plainUnitMs) : null;
  if (typeof value !== 'string' || value.length > 32) return null;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return round(Number(text) * plainUnitMs);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-zA-Zµμ]+)/gu)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text) return null;
  let total = 0;
  for (const part of parts) {
    const unit = unitMs(part[2] ?? '');
    if (unit === null) return null;
    total += Number(part[1]) * unit;
  }
  return round(total);
}

/** To the microsecond, so that 0.1 + 0.2 stays printable. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/**
 * A path segment that names one thing: a number, a UUID, 8 or more hex digits with a digit among them, a word and a number
 * (`ORD-1001`), or a long mix of letters and digits. A version (`v1`), a file (`logo.2.png`) and a locale are none.
 */
function isId(segment: string): boolean {
  if (/^\d+$/.test(segment) || UUID.test(segment)) return true;
  if (/^v\d+(\.\d+)?$/i.test(segment) || !/\d/.test(segment)) return false;
  if (/^[0-9a-f]{8,}$/i.test(segment)) return true;
  if (/^[A-Za-z]{1,12}[-_:]\d{2,}$/.test(segment)) return true;
  if (segment.includes('.')) return false;
  const digits = segment.replaceAll(/\D/g, '').length;
  return segment.length >= 12 && digits >= 3 && /^[\w%~=-]+$/.test(segment);
}

/** The route of a request target: no scheme, host, query or fragment; ids replaced; at most 8 segments and 200 characters. Null for no path. */
export function routeOf(target: string): string | null {
  const path = target
    .slice(0, 2048)
    .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
    .replace(/[?#].*$/s, '');
  if (path === '' && target.includes('://')) return '/';
  if (!path.startsWith('/')) return null;
  const segments = path.split('/').map((segment) => (isId(segment) ? '{id}' : segment));
  const kept = segments.length > 9 ? [...segments.slice(0, 9), '…'] : segments;
  return kept.join('/').slice(0, 200);
}

export function requestFields(fields: Partial<RequestFields>): RequestFields {
  return { method: null, route: null, status: null, durationMs: null, upstream: null, ...fields };
}

export function statusOf(value: unknown): number | null {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599
    ? status
    : null;
}

const COMPLETED =
  /^(?:\[[\w-]{1,64}\] ){0,3}Completed ([1-5]\d\d) [A-Za-z ]{1,40} in (\d{1,9}(?:\.\d{1,3})?)ms/;
const LINE = new RegExp(`(?:^|[\\s"'\\[(])(${METHODS})\\s+["']?((?:https?://|/)[^\\s"',;)\\]]{0,2000})`);
const STATUS_AFTER =
  /^["']?(?:\s+HTTP\/\d(?:\.\d)?["']?)?[\s:>=-]*(?:\(?status[=: ]\s*)?\(?([1-5]\d\d)(?![\d.]|\s?(?:ms|s|us|µs|bytes|B|KB)\b)/;
const STATUS_NAMED =
  /\b(?:status|code|responded|returned|response|completed)\b["']?[\s:=(]*(?:HTTP\/\d(?:\.\d)?\s+)?([1-5]\d\d)(?![\d.])/i;
const DURATION =
  /(?:^|[\s=(:,])(\d{1,9}(?:\.\d{1,9})?)\s?(ns|us|µs|μs|micros|ms|msecs?|millis(?:econds)?|s|secs?|seconds)(?![\w/])/;

/**
 * The request that running text speaks of: `GET /users/17 200 23ms`, `"POST /v1/pay HTTP/1.1" 502 1.2s`;
 * of Rails' `Completed 200 OK in 180ms` status and duration only. Null when there is no method with a path, or neither a status nor a duration beside it.
 */
export function requestInText(message: string): RequestFields | null {
  const text = message.slice(0, 4096);
  const line = LINE.exec(text);
  if (line === null) {
    const completed = COMPLETED.exec(text);
    return completed === null
      ? null
      : requestFields({ status: Number(completed[1]), durationMs: Number(completed[2]) });
  }
  const rest = text.slice(line.index + line[0].length, line.index + line[0].length + 400);
  const status = STATUS_AFTER.exec(rest)?.[1] ?? STATUS_NAMED.exec(rest)?.[1];
  const duration = DURATION.exec(rest);
  const durationMs = duration === null ? null : durationOf(`${duration[1]}${duration[2]}`, 1);
  if (status === undefined && durationMs === null) return null;
  return requestFields({
    method: line[1] ?? null,
    route: routeOf(line[2] ?? ''),
    status: status === undefined ? null : Number(status),
    durationMs,
  });
}

const REQUEST_LINE = new RegExp(`^(${METHODS}|-|[A-Z]{3,20}) (\\S+)(?: (HTTP/\\S+))?$`);

/** `GET /path HTTP/1.1` exactly; null for anything else, `-` included. */
export function requestLine(text: string): { method: string; target: string } | null {
  const found = REQUEST_LINE.exec(text.slice(0, 8192));
  return found === null ? null : { method: found[1] ?? '', target: found[2] ?? '' };
}

const MESH_CLUSTER = /\boutbound\|\d{0,5}\|[^|\s]{0,60}\|([a-z0-9-]{1,63})\.[a-z0-9-]{1,63}\.svc\b/;

/** The service of a mesh's cluster (`outbound|80||cart.shop.svc…`), which a host with namespace and port only circumscribes; null without one. */
export function meshService(text: string): string | null {
  return MESH_CLUSTER.exec(text)?.[1] ?? null;
}
