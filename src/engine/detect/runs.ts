/** Runs of what works by the clock and rests in between. */
import type { LogPattern } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import { type EpochMs, epochMs, MINUTE } from '../../domain/time.ts';

/** A pause of this length ends a run. */
const PAUSE_MS = 20 * MINUTE;
/** Share of the time in which whoever works by the clock does nothing. */
const PAUSED_SHARE = 0.5;

export interface Run {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export type RunsOf = (service: LogPattern['service']) => readonly Run[];

/** The runs of each service, found once: hundreds of patterns are of the same. */
export function runsIn(situation: Situation): RunsOf {
  const found = new Map<LogPattern['service'], readonly Run[]>();
  return (service) => {
    const runs = found.get(service) ?? runsOf(service, situation);
    found.set(service, runs);
    return runs;
  };
}

/** When a service worked, in order of time; none where it rests less than it works. */
function runsOf(service: LogPattern['service'], situation: Situation): readonly Run[] {
  const busy = situation.streams
    .filter((stream) => stream.service === service)
    .flatMap(({ buckets: { at, count, widthMs } }) =>
      at.flatMap((from, index) => ((count[index] ?? 0) > 0 ? [{ from, to: epochMs(from + widthMs) }] : [])),
    )
    .sort((a, b) => a.from - b.from);
  const runs: Run[] = [];
  for (const { from, to } of busy) {
    const last = runs.at(-1);
    if (last !== undefined && from - last.to < PAUSE_MS)
      runs[runs.length - 1] = { from: last.from, to: epochMs(Math.max(to, last.to)) };
    else runs.push({ from, to });
  }
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return [];
  const worked = runs.reduce((sum, { from, to }) => sum + (to - from), 0);
  return worked > (1 - PAUSED_SHARE) * (last.to - first.from) ? [] : runs;
}

export function hasIn({ buckets: { at, count } }: LogPattern, { from, to }: Run): boolean {
  return at.some((time, index) => time >= from && time < to && (count[index] ?? 0) > 0);
}
