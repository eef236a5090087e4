/** A replica was made the node that takes writes while it was behind: what was written in between is gone, and its numbers are given again. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { MINUTE } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import { type Clue, clueText, failoversBefore } from './clues.ts';
import { type Draft, draft, sampleRefs } from './draft.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** `although its SecondsBehindMaster was 41`, `lag of 12 MB`, `behind by 3 s`; nothing or nought is no lag. */
const BEHIND = /(?:behind|lag(?:ging)?|delay)\w*(?:\s+\w+)?\W{0,4}(?:(?:was|is|of|by)\W+)?0*[1-9]/i;
/** How it shows that rows are missing or that their numbers are used a second time. */
const ROWS_MISSING =
  /not ?found|does not exist|no such|missing|duplicate|already exists|unique constraint|foreign key|violat|conflict|vanish/;
const OF_ROWS: readonly SymptomClass[] = [
  'schema',
  'data-integrity',
  'client-error',
  'validation',
  'unclassified',
  'server-error',
];

export function promotedBehind(facts: Facts): readonly Draft[] {
  const { onsetAt } = facts.detection;
  if (onsetAt === null) return [];
  const [event] = failoversBefore(facts);
  if (event === undefined) return [];
  const since = facts.failing.filter(
    ({ symptom, message }) =>
      OF_ROWS.includes(symptom.class) && symptom.onsetAt >= event.at && ROWS_MISSING.test(message),
  );
  const behind = wasBehind(event, facts);
  if (behind === null || since.length === 0) return [];
  const factors = [
    factor('failed-over', WEIGHT.failedOver, clueText(event, onsetAt), event.evidence),
    behind.factor,
    factor(
      'rows-missing',
      WEIGHT.rowsMissing,
      `since then rows are missing or given twice: ${since.map(({ symptom }) => symptom.summary).join('; ')}`,
      sampleRefs(since),
    ),
  ];
  const store = behind.store ?? event.service;
  return [
    draft(
      'dependency',
      `dependency:promoted-behind:${store ?? ''}`,
      store,
      `${store ?? 'a replica'} was made the node that takes writes while it was behind: what was written last is not in it`,
      factors,
    ),
  ];
}

/** By the words of the failover, or by a measure of lag that had risen before it. */
function wasBehind(
  event: Clue,
  facts: Facts,
): { readonly factor: Factor; readonly store: Clue['service'] } | null {
  const measured = facts.detection.symptoms.find(
    (symptom) =>
      symptom.class === 'queue-backlog' &&
      symptom.pattern === null &&
      symptom.onsetAt < event.at &&
      symptom.lastSeenAt >= event.at - 5 * MINUTE &&
      facts.situation.series.some(
        ({ id, name }) => symptom.signalIds.includes(id) && /behind|lag|delay|replica/i.test(name),
      ),
  );
  const said = BEHIND.test(event.text) ? event.text : null;
  if (measured === undefined && said === null) return null;
  const detail =
    measured === undefined
      ? 'whoever promoted it says by how much it was behind'
      : `before that ${measured.summary}`;
  return {
    factor: factor('was-behind', WEIGHT.wasBehind, detail, measured?.evidence.slice(0, 1) ?? event.evidence),
    store: measured?.service ?? null,
  };
}
