/** Failures that are told again by those who called: a callee says that somebody is not reached or something ran out, and its callers that it did not answer them. */
import { dependenciesOf } from '../../domain/situation.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { MINUTE } from '../../domain/time.ts';
import type { Facts, FailingPattern } from './facts.ts';

/** A log of reasons may miss a few. */
const TOLD_SHARE = 0.8;

/** What is wrong is a value: it came from code. All else comes from what is called, runs out or is missing. */
export const OF_A_VALUE: readonly SymptomClass[] = [
  'null-dereference',
  'type-error',
  'validation',
  'serialization',
  'data-integrity',
  'client-error',
  'server-error',
  'error-ratio',
  'unclassified',
  'crash',
];

/** What it calls says of the same failures that somebody is not reached or something ran out: no value that it was given did that. */
export function isRefusedBeneath({ pattern, symptom }: FailingPattern, facts: Facts): boolean {
  const beneath = pattern.service === null ? null : dependenciesOf(facts.situation.edges, pattern.service);
  return facts.failing.some(
    (other) =>
      other.pattern.service !== null &&
      beneath?.has(other.pattern.service) === true &&
      other.pattern.service !== pattern.service &&
      !OF_A_VALUE.includes(other.symptom.class) &&
      other.pattern.count >= TOLD_SHARE * pattern.count &&
      Math.abs(other.symptom.onsetAt - symptom.onsetAt) <= 2 * MINUTE,
  );
}
