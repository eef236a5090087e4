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
const LONGEST_MS = 20 * SECOND;
/** The old instance ends before the new one is heard of, and callers try again for a moment. */
const BEFORE_MS = 3 * SECOND;
const AFTER_MS = 3 * SECOND;
/** Whoever fails on goes on failing: as long nothing came. */
const QUIET_MS = 5 * SECOND;

interface Window {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

function restartsOf(situation: Situation): readonly Window[] {
  return situation.releases.flatMap(({ reach, startedAt, finishedAt }) => {
    const end = finishedAt ?? startedAt;
    return reach === 'merged' || end - startedAt > LONGEST_MS
      ? []
      : [{ from: epochMs(startedAt - BEFORE_MS), to: epochMs(end + AFTER_MS) }];
  });
}

/** Indices of the buckets that no restart explains. */
function keptOf({ buckets: { at, widthMs } }: LogPattern, situation: Situation): readonly number[] {
  const observedTo = situation.covered?.to ?? 0;
  const passing = restartsOf(situation).filter(
    ({ to }) => to + QUIET_MS <= observedTo && !at.some((time) => time > to && time <= to + QUIET_MS),
  );
  const explained = (time: EpochMs) =>
    widthMs <= QUIET_MS && passing.some(({ from, to }) => time + widthMs > from && time <= to);
  return at.flatMap((time, index) => (explained(time) ? [] : [index]));
}

export function cameOnlyInRestarts(pattern: LogPattern, situation: Situation): boolean {
  return keptOf(pattern, situation).length === 0;
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
