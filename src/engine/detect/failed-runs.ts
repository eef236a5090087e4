/** Work that is done by the clock, a few records a run: how often its runs fail counts, not how many records say so. */
import type { LogPattern, LogStream } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import { type EpochMs, epochMs, MINUTE } from '../../domain/time.ts';
import { CALLER_LEFT, isSevere } from './loud.ts';

/** A pause of this length ends a run. */
const PAUSE_MS = 20 * MINUTE;
/** Share of the time in which whoever works by the clock does nothing. */
const PAUSED_SHARE = 0.5;
/** So many runs went well before: that the next one fails by chance for the first time is less likely than one in five. */
const MIN_GOOD_RUNS = 4;
/** Of the runs since the first that failed. */
const FAILING_SHARE = 0.5;

interface Run {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** When the writer of these logs worked, in order of time; one run where he never rested. */
function runsOf(streams: readonly LogStream[]): readonly Run[] {
  const busy = streams
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
  return runs;
}

function hasIn({ buckets: { at, count } }: LogPattern, { from, to }: Run): boolean {
  return at.some((time, index) => time >= from && time < to && (count[index] ?? 0) > 0);
}

/** An error that no run had before, and the last one has; and what good runs end with, those with it did not come to. */
export function failsTheRun(pattern: LogPattern, situation: Situation): boolean {
  if (!isSevere(pattern) || CALLER_LEFT.test(pattern.template)) return false;
  const runs = runsOf(situation.streams.filter(({ service }) => service === pattern.service));
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return false;
  const worked = runs.reduce((sum, { from, to }) => sum + (to - from), 0);
  if (worked > (1 - PAUSED_SHARE) * (last.to - first.from)) return false;
  const good = runs.findIndex((run) => hasIn(pattern, run));
  if (good < MIN_GOOD_RUNS || !hasIn(pattern, last)) return false;
  const since = runs.slice(good);
  const failed = since.filter((run) => hasIn(pattern, run));
  if (failed.length < FAILING_SHARE * since.length) return false;
  const usual = situation.patterns.filter(
    (other) => other.service === pattern.service && runs.slice(0, good).every((run) => hasIn(other, run)),
  );
  // as the first run shows it
  const ended = Math.max(...usual.map(({ firstSeenAt }) => firstSeenAt));
  return usual
    .filter(({ firstSeenAt }) => firstSeenAt === ended)
    .some((end) => !failed.some((run) => hasIn(end, run)));
}
