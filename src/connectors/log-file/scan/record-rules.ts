/** Small rules of the scanner that need no state: when to check a key, which zone a wrapper shows, the level of a line that is not parsed, what is kept of a record. */
import { createHash } from 'node:crypto';
import type { LogSeverity } from '../../../domain/signal.ts';
import type { KeptRecord } from '../aggregate/cell.ts';
import type { ParsedLine } from '../format.ts';
import { offsetByWrapper } from '../zone-estimate.ts';

/** Longest text that is kept of a record. */
export const KEPT_TEXT = 8_192;

/** A stamp without a zone gets the one that its wrapper's stamp shows. */
export function withZone(parsed: ParsedLine, outer: Partial<ParsedLine>): ParsedLine {
  const { wallMs, offsetMinutes } = outer;
  const isOpen = parsed.wallMs !== null && parsed.offsetMinutes === null && !parsed.yearless;
  if (!isOpen || parsed.wallMs === null || wallMs == null || offsetMinutes == null) return parsed;
  return { ...parsed, offsetMinutes: offsetByWrapper(parsed.wallMs, wallMs - offsetMinutes * 60_000) };
}

/** So many traces under one head are read before they are sampled: what most of them were thrown for shows by then. */
const TRACES = 512;

/**
 * The first lines of a key are all checked (request lines longer: their numbers may coincide), then ever fewer. A head under which
 * exceptions stand (`Error handling request`) is that of every failure of its program: the first ones need not be of the kind of the others.
 */
export function nextCheck(count: number, isRequest: boolean, hasTrace: boolean): number {
  if (hasTrace && count < TRACES) return count + 1;
  const dense = isRequest ? 6 : 3;
  if (count < dense) return count + 1;
  return count < 16 ? 16 : count * 16;
}

/**
 * The message stands in a line below the head (`Main quote` / `SEVERE: no quote`, a trace with its exception last): one head is then
 * that of many records, of any level, and every one has to be parsed.
 */
export function saysItBelow(
  record: { readonly head: string; readonly rest: readonly string[] },
  parsed: ParsedLine,
): boolean {
  return record.rest.length > 0 && !record.head.includes(parsed.message.split('\n', 1)[0] ?? '');
}

/** The name before a quoted value, in JSON or logfmt. */
export const FIELD_NAME = /"([^"\\]{1,64})"\s?:\s?$|([\w.@-]{1,64})=$/;

const SEVERITY_WORDS: readonly (readonly [RegExp, LogSeverity])[] = [
  [/\b(?:FATAL|CRITICAL|PANIC|EMERG|fatal|critical|panic)\b/, 'fatal'],
  [/\b(?:ERROR|ERR|SEVERE|error|err)\b/, 'error'],
  [/\b(?:WARN|WARNING|warn|warning)\b/, 'warn'],
  [/\b(?:INFO|NOTICE|info|notice)\b/, 'info'],
  [/\b(?:DEBUG|debug)\b/, 'debug'],
];

/** The exception stands below the head and nowhere in it. */
export function throwsBelow(
  record: { readonly head: string; readonly rest: readonly string[] },
  { exceptionType }: ParsedLine,
): boolean {
  return record.rest.length > 0 && exceptionType !== null && !record.head.includes(exceptionType);
}

export function severityOfHead(head: string): LogSeverity {
  return SEVERITY_WORDS.find(([word]) => word.test(head))?.[1] ?? 'unknown';
}

export function keptRecord(text: string, atMs: number, line: number, byteOffset: number | null): KeptRecord {
  const isLong = text.length > KEPT_TEXT;
  return {
    atMs,
    text: isLong ? text.slice(0, KEPT_TEXT) : text,
    sha256: isLong ? createHash('sha256').update(text).digest('hex') : null,
    line,
    byteOffset,
  };
}

/**
 * Whether a record is counted as the request that it speaks of. A failure with neither a status nor a time is not: a server that logs
 * why it failed (nginx, which quotes the request) logs the request itself as well, with both.
 */
export function isCountedRequest({ request, severity }: ParsedLine): boolean {
  const isFailure = severity === 'warn' || severity === 'error' || severity === 'fatal';
  return request === null || request.status !== null || request.durationMs !== null || !isFailure;
}
