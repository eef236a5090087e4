/** What a program says as it ends and does not come back: once is enough. */
import type { LogPattern, LogStream } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import { type EpochMs, MINUTE, SECOND } from '../../domain/time.ts';
import { classifyPattern } from '../_signals/classify.ts';

/** Where so many records are missed that a service would have written, it is gone. */
const MISSED_RECORDS = 20;
const LAST_WORDS_MS = 5 * SECOND;
/** A program that is started says so and ends within this. */
const STARTING_MS = 2 * MINUTE;
/** A stack trace often has no time but that of the record above it, which the program before may have written. */
const UNDATED_MS = 5 * SECOND;
/** Its callers meet nobody from then on. */
const REFUSED_MS = 30 * SECOND;
const MANY_REFUSED = 5;

/** Logs of whoever said it: of one instance where each writes its own, and none began since that may have taken its place. */
function logsOf({ service, samples }: LogPattern, situation: Situation): readonly LogStream[] {
  const files = new Set(
    samples.flatMap(({ evidence }) => {
      const locator = situation.snapshot.evidence[evidence]?.locator;
      return locator !== undefined && 'path' in locator ? [locator.path] : [];
    }),
  );
  const own = situation.streams.filter((stream) => service !== null && stream.service === service);
  const written = own.filter(({ path }) => files.has(path));
  const until = Math.max(...written.map(({ interval }) => interval.to));
  const isReplaced = own.some(
    ({ path, interval }) => !files.has(path) && interval.from >= until - STARTING_MS,
  );
  return written.length === 0 || isReplaced ? own : written;
}

/** The service, or one of its instances, fell silent with this error, and would have spoken often since. */
function fellSilent(pattern: LogPattern, situation: Situation): boolean {
  if (pattern.severity !== 'error' && pattern.severity !== 'fatal') return false;
  const own = logsOf(pattern, situation);
  const until = situation.covered?.to ?? null;
  if (own.length === 0 || until === null) return false;
  const from = Math.min(...own.map(({ interval }) => interval.from));
  const to = Math.max(...own.map(({ interval }) => interval.to));
  const records = own.reduce((sum, stream) => sum + stream.records, 0);
  const missed = to === from ? 0 : (records / (to - from)) * (until - to);
  return to - pattern.lastSeenAt <= LAST_WORDS_MS && missed >= MISSED_RECORDS;
}

/** Nothing stops by itself where what was being started fell silent with it: it ended, and did not come back. */
export function isLastWord(pattern: LogPattern, situation: Situation): boolean {
  const isStarted = situation.releases.some(
    ({ service, startedAt }) =>
      service === pattern.service &&
      startedAt - UNDATED_MS <= pattern.lastSeenAt &&
      pattern.lastSeenAt - startedAt <= STARTING_MS,
  );
  return isStarted && fellSilent(pattern, situation);
}

/** A log that ends early may have been cut off; that others are refused since tells that its writer has ended. */
export function isMissedSince(pattern: LogPattern, situation: Situation): boolean {
  return (
    fellSilent(pattern, situation) &&
    situation.patterns.some(
      (other) =>
        other.service !== pattern.service &&
        classifyPattern(other) === 'connection-refused' &&
        countSince(other, pattern.lastSeenAt) >= MANY_REFUSED &&
        other.lastSeenAt - pattern.lastSeenAt >= REFUSED_MS,
    )
  );
}

function countSince({ buckets: { at, count, widthMs } }: LogPattern, from: EpochMs): number {
  return at.reduce((sum, time, index) => (time + widthMs > from ? sum + (count[index] ?? 0) : sum), 0);
}
