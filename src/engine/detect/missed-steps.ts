/** What each run of a service did, and the last ones did not although they came to their end. */
import type { LogPattern } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Symptom } from '../../domain/symptom.ts';
import { coverageOf } from '../_measure/coverage.ts';
import { isLoud } from './loud.ts';
import { hasIn, type Run, type RunsOf, runsIn } from './runs.ts';
import { silenceOf } from './silence.ts';
import { SAYS_NO } from './silent-patterns.ts';

/** So many runs did it, one after the other: that the next does not by chance is less likely than one in seven. */
const MIN_RUNS = 6;

export function missedSteps(situation: Situation): readonly Symptom[] {
  const quiet = situation.patterns.filter(
    (pattern) => !isLoud(pattern) && (pattern.severity === 'info' || pattern.severity === 'unknown'),
  );
  const runsOf = runsIn(situation);
  return quiet.flatMap((pattern) => judge(pattern, runsOf, situation) ?? []);
}

function judge(pattern: LogPattern, runsOf: RunsOf, situation: Situation): Symptom | null {
  const runs = runsOf(pattern.service);
  const did = runs.findLastIndex((run) => hasIn(pattern, run)) + 1;
  const missed = runs.slice(did);
  const [first] = missed;
  if (first === undefined || did < MIN_RUNS || missed.length > did / 2) return null;
  if (!runs.slice(0, did).every((run) => hasIn(pattern, run))) return null;
  const others = situation.patterns.filter(
    ({ id, service }) => id !== pattern.id && service === pattern.service,
  );
  // as the same step in other words would
  if (others.some((other) => !SAYS_NO.test(other.template) && beginsWith(other, first, runs))) return null;
  // what else every run did goes on
  const usual = others.filter((other) => runs.slice(0, did).every((run) => hasIn(other, run)));
  if (!usual.some((other) => missed.every((run) => hasIn(other, run)))) return null;
  return silenceOf(pattern, {
    told: `came in each of ${did} runs, and ${missed.length === 1 ? 'not in the last one' : `in none of the last ${missed.length}`}`,
    onsetAt: first.from,
    uncertaintyMs: first.to - first.from,
    covered: coverageOf(pattern, situation),
    level: 0,
  });
}

/** First came in this run. */
function beginsWith(pattern: LogPattern, run: Run, runs: readonly Run[]): boolean {
  return hasIn(pattern, run) && runs.find((each) => hasIn(pattern, each)) === run;
}
