/** Building a `ParsedLine`: the empty one, and how an inner record and its wrapper become one. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { ParsedLine } from '../format.ts';
import type { Stamp } from '../time/parse-stamp.ts';

/** Longest text that a pattern is run over; what follows is kept in the message but not looked at. */
export const MAX_SCANNED = 65_536;

const EMPTY: ParsedLine = {
  wallMs: null,
  offsetMinutes: null,
  yearless: false,
  severity: 'unknown',
  service: null,
  message: '',
  said: null,
  reason: null,
  pod: null,
  host: null,
  version: null,
  zone: null,
  peer: null,
  logger: null,
  requestId: null,
  identity: null,
  request: null,
  exceptionType: null,
  stack: null,
  partial: false,
  attributes: {},
};

export function parsedLine(fields: Partial<ParsedLine>): ParsedLine {
  return { ...EMPTY, ...fields };
}

/** The time fields of a stamp; nothing for null, and nothing for a clock without a date. */
export function timeOf(
  stamp: Stamp | null,
): Pick<ParsedLine, 'wallMs' | 'offsetMinutes' | 'yearless'> | object {
  if (stamp === null || stamp.wallMs === null) return {};
  return { wallMs: stamp.wallMs, offsetMinutes: stamp.offsetMinutes, yearless: stamp.yearless };
}

const DAY_MS = 86_400_000;
const YEAR_MS = 365.2425 * DAY_MS;
/** Who passes a record on stamps it within this of whoever wrote it, whatever their zones and buffers. */
const PASSED_ON_MS = 2 * DAY_MS;

/** An inner number far from the wrapper's time is none: `1484513658:` may be the id of a mail. Of a wrapper without a year the day counts. */
function isOfThatTime(inner: number, outer: Partial<ParsedLine>): boolean {
  if (outer.wallMs === undefined || outer.wallMs === null) return true;
  const apart = Math.abs(inner - outer.wallMs);
  if (outer.yearless !== true) return apart <= PASSED_ON_MS;
  const inYear = apart % YEAR_MS;
  return Math.min(inYear, YEAR_MS - inYear) <= PASSED_ON_MS;
}

/** The inner record wins field by field; the wrapper fills what it leaves open. Time goes as one: an inner stamp beats the wrapper's. */
export function withOuter(inner: ParsedLine, outer: Partial<ParsedLine>): ParsedLine {
  const time = inner.wallMs !== null && isOfThatTime(inner.wallMs, outer) ? inner : outer;
  return {
    ...inner,
    wallMs: time.wallMs ?? null,
    offsetMinutes: time.offsetMinutes ?? null,
    yearless: time.yearless ?? false,
    severity: inner.severity === 'unknown' ? (outer.severity ?? 'unknown') : inner.severity,
    service: inner.service ?? outer.service ?? null,
    pod: inner.pod ?? outer.pod ?? null,
    host: hostOf(inner, outer),
    version: inner.version ?? outer.version ?? null,
    zone: inner.zone ?? outer.zone ?? null,
    peer: inner.peer ?? outer.peer ?? null,
    logger: inner.logger ?? outer.logger ?? null,
    requestId: inner.requestId ?? outer.requestId ?? null,
    identity: inner.identity ?? outer.identity ?? null,
    request: inner.request ?? outer.request ?? null,
    partial: inner.partial || (outer.partial ?? false),
    attributes: { ...outer.attributes, ...inner.attributes },
  };
}

/** What a process takes for its host is its pod; on which machine that is, the wrapper knows. */
function hostOf(inner: ParsedLine, outer: Partial<ParsedLine>): string | null {
  const own = inner.host !== null && inner.host === inner.pod ? null : inner.host;
  return own ?? outer.host ?? inner.host;
}

export function knownSeverity(severity: LogSeverity | null): LogSeverity {
  return severity ?? 'unknown';
}
