/** What single parsed records add to a file's result beside their count: rollouts, request ids, records without a time. All bounded. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { FileAggregate } from '../aggregate/file-aggregate.ts';
import type { ParsedLine } from '../format.ts';
import { speaksOfRollout } from '../wording/rollout-wording.ts';
import type { OpenRecord } from './open-records.ts';
import { KEPT_TEXT } from './record-rules.ts';

export const MAX_ROLLOUTS = 10_000;
const MAX_UNTIMED_SAMPLES = 6;
const MAX_REQUEST_TIMES = 256;

export function noteUntimed(result: FileAggregate, record: OpenRecord, severity: LogSeverity): void {
  const { untimed, untimedSamples } = result;
  untimed.set(severity, (untimed.get(severity) ?? 0) + 1);
  const isBad = severity === 'error' || severity === 'fatal' || severity === 'warn';
  if (isBad && untimedSamples.length < MAX_UNTIMED_SAMPLES)
    untimedSamples.push({
      text: record.raw.slice(0, KEPT_TEXT),
      line: record.line,
      byteOffset: record.byteOffset,
    });
}

/** Lines that were counted and not read; nothing where they have no severity, not even an unknown one. */
export function noteUntimedLines(
  { untimed }: FileAggregate,
  severity: LogSeverity | null,
  count: number,
): void {
  if (severity !== null) untimed.set(severity, (untimed.get(severity) ?? 0) + count);
}

/** Records behind the end of the evidence, from `firstMs` to `lastMs`: they count only as such. */
export function noteFuture(result: FileAggregate, count: number, firstMs: number, lastMs: number): void {
  result.future += count;
  result.firstMs = Math.min(result.firstMs, firstMs);
  result.lastMs = Math.max(result.lastMs, lastMs);
}

export function noteRequest(result: FileAggregate, parsed: ParsedLine, atMs: number): void {
  const { requestTimes } = result;
  if (parsed.requestId !== null && requestTimes.size < MAX_REQUEST_TIMES)
    requestTimes.set(parsed.requestId, atMs);
}

/** `[deploy] cart 2.4.1 to prod: started`, `deploy[4174]: cart 2.4.1 is live`: who writes says what it is about. */
const ABOUT_ROLLOUTS = /^(?:deploy|deployer|deployment|deployments|release|rollout|rollback)$/i;

export function rolloutTextOf({ logger, service, message }: ParsedLine): string {
  const writer = [logger, service].find((name) => name !== null && ABOUT_ROLLOUTS.test(name));
  return writer === undefined || writer === null ? message : `${writer.replace(/er$/i, '')} ${message}`;
}

export function noteRollout(
  result: FileAggregate,
  record: OpenRecord,
  parsed: ParsedLine,
  service: string | null,
  atMs: number,
): void {
  const message = rolloutTextOf(parsed);
  if (!speaksOfRollout(message)) return;
  if (result.rollouts.length >= MAX_ROLLOUTS) {
    result.rolloutsDropped++;
    return;
  }
  result.rollouts.push({
    atMs,
    service,
    message: message.slice(0, KEPT_TEXT),
    severity: parsed.severity,
    version: parsed.version,
    text: record.raw.slice(0, KEPT_TEXT),
    line: record.line,
    byteOffset: record.byteOffset,
  });
}
