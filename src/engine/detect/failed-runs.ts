/** Work that is done by the clock, a few records a run: how often its runs fail counts, not how many records say so. */
import type { LogPattern } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import { CALLER_LEFT, isSevere } from './loud.ts';
import { hasIn, type RunsOf } from './runs.ts';

/** So many runs went well before: that the next one fails by chance for the first time is less likely than one in five. */
const MIN_GOOD_RUNS = 4;
/** Of the runs since the first that failed. */
const FAILING_SHARE = 0.5;

/** An error that no run had before, and the last one has; and what good runs end with, those with it did not come to. */
export function failsTheRun(pattern: LogPattern, runsOf: RunsOf, situation: Situation): boolean {
  if (!isSevere(pattern) || CALLER_LEFT.test(pattern.template)) return false;
  const runs = runsOf(pattern.service);
  const last = runs.at(-1);
  const good = runs.findIndex((run) => hasIn(pattern, run));
  if (last === undefined || good < MIN_GOOD_RUNS || !hasIn(pattern, last)) return false;
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
