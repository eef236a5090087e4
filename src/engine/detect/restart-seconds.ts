/** Failures in the seconds in which the only instance of something started again, which stopped by themselves: they begin no incident. */
import type { LogPattern } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { type EpochMs, epochMs, SECOND } from '../../domain/time.ts';

/** Connections break while instances are replaced. */
export const RESTART_NOISE: ReadonlySet<SymptomClass> = new Set<SymptomClass>([
  'connection-reset',
  'connection-refused',
  'crash',
  'server-error',
  'unclassified',
  'breaker-open',
]);
/** A rollout that takes longer replaces several instances, and what fails meanwhile is not cut off by one restart. */
const LONGEST_MS = 60 * SECOND;
/** So short a rollout excuses what is cut off even where something else fails beside it. */
const SHORT_MS = 20 * SECOND;
/** The old instance ends before the new one is heard of, and callers try again for a moment. */
const BEFORE_MS = 3 * SECOND;
const AFTER_MS = 3 * SECOND;
/** Who deploys calls it done when the program was started; until it listens callers fail as before. */
const BOOTS_MS = 30 * SECOND;
/** Whoever fails on goes on failing: as long nothing came. */
const QUIET_MS = 5 * SECOND;

interface Window {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

function restartsOf(situation: Situation, longestMs: number): readonly Window[] {
  return situation.releases.flatMap(({ reach, status, startedAt, finishedAt }) => {
    const end = finishedAt ?? startedAt;
    const isBroken = status === 'failed' || status === 'cancelled';
    return reach === 'merged' || isBroken || end - startedAt > longestMs
      ? []
      : [{ from: epochMs(startedAt - BEFORE_MS), to: epochMs(end + AFTER_MS) }];
  });
}

/** Indices of the buckets that no restart explains. */
function keptOf(
  { buckets: { at, widthMs } }: LogPattern,
  situation: Situation,
  longestMs = LONGEST_MS,
): readonly number[] {
  const observedTo = situation.covered?.to ?? 0;
  const passing = restartsOf(situation, longestMs)
    .map(({ from, to }) => ({ from, to: listensAt(at, from, to) }))
    .filter(
      ({ to }) => to + QUIET_MS <= observedTo && !at.some((time) => time > to && time <= to + QUIET_MS),
    );
  const explained = (time: EpochMs) =>
    widthMs <= QUIET_MS && passing.some(({ from, to }) => time + widthMs > from && time <= to);
  return at.flatMap((time, index) => (explained(time) ? [] : [index]));
}

/** Where failures that began in the restart go on without a pause, the last of them, as long as a program may take to listen. */
function listensAt(at: readonly EpochMs[], from: EpochMs, to: EpochMs): EpochMs {
  if (!at.some((time) => time >= from && time <= to)) return to;
  let last = to;
  for (const time of at) if (time > last && time <= last + QUIET_MS && time <= to + BOOTS_MS) last = time;
  return last;
}

export function cameOnlyInRestarts(pattern: LogPattern, situation: Situation): boolean {
  return keptOf(pattern, situation).length === 0;
}

export function cameOnlyInShortRestarts(pattern: LogPattern, situation: Situation): boolean {
  return keptOf(pattern, situation, SHORT_MS).length === 0;
}

/** The pattern without what came in restarts and stopped after them; itself where that is nothing, or all. */
export function withoutRestarts(pattern: LogPattern, situation: Situation): LogPattern {
  const { at, count, widthMs } = pattern.buckets;
  const kept = keptOf(pattern, situation);
  const [first] = kept;
  if (first === undefined || kept.length === at.length) return pattern;
  const start = at[first] ?? pattern.firstSeenAt;
  return {
    ...pattern,
    firstSeenAt: epochMs(Math.max(pattern.firstSeenAt, start)),
    count: kept.reduce((sum, index) => sum + (count[index] ?? 0), 0),
    buckets: {
      widthMs,
      at: kept.map((index) => at[index] ?? start),
      count: kept.map((index) => count[index] ?? 0),
    },
  };
}
