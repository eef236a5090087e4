/** A store that is full throws out what others rely on: it says so in a count alone, and no line is an error. */
import type { MetricSeries } from '../../domain/signal.ts';
import { MINUTE } from '../../domain/time.ts';
import { factor, lengthText } from './circumstance.ts';
import { type Clue, clueText, newJobsBefore } from './clues.ts';
import { type Draft, draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

const EVICTED = /evict/i;
const LEAST_POINTS = 3;
/** What begins to fill it is done within this of the first that is thrown out. */
const JOB_MS = 5 * MINUTE;

export function evictions(facts: Facts): readonly Draft[] {
  const { onsetAt } = facts.detection;
  if (onsetAt === null) return [];
  return facts.situation.series.flatMap((series) => {
    const began = EVICTED.test(series.name) ? beganAt(series) : null;
    if (began === null || series.service === null || Math.abs(began - onsetAt) > JOB_MS) return [];
    const store = series.service;
    const [job] = newJobsBefore(facts, JOB_MS).filter(({ service }) => service !== store);
    const lead = onsetAt - began;
    const evicts = factor(
      'evicts',
      WEIGHT.evicts,
      `${store} throws out keys since ${lengthText(lead)} ${lead >= 0 ? 'before' : 'after'} the failure began (${series.name} went up from a standstill), for want of room`,
      series.evidence.slice(0, 1),
    );
    return [job === undefined ? byItself(store, [evicts]) : byJob(job, store, [evicts], onsetAt)];
  });
}

function byItself(store: string, factors: Draft['factors']): Draft {
  const statement = `${store} is full and throws out what is still looked for`;
  return draft('resource', `resource:evicts:${store}`, store, statement, factors);
}

function byJob(
  job: Clue,
  store: string,
  factors: Draft['factors'],
  onset: Parameters<typeof clueText>[1],
): Draft {
  const began = factor('job-began', WEIGHT.jobBegan, clueText(job, onset), job.evidence);
  const who = job.service ?? 'a job';
  const statement = `${who} fills ${store}, which throws out what is still looked for`;
  return draft('data-job', `data-job:evicts:${who}`, job.service, statement, [...factors, began]);
}

/** The first rise of a count that stood still before; null where it rose all along, or never. */
function beganAt(series: MetricSeries): number | null {
  const rises = series.values.flatMap((value, index) =>
    index > 0 && value > (series.values[index - 1] ?? 0) ? [index] : [],
  );
  const [first] = rises;
  return first === undefined || first < LEAST_POINTS ? null : (series.at[first] ?? null);
}
