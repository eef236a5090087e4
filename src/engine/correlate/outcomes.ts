/** Lines that tell that a request failed, and those that tell why. */
import type { LogPattern } from '../../domain/signal.ts';
import type { Symptom, SymptomClass } from '../../domain/symptom.ts';
import { MINUTE } from '../../domain/time.ts';

/** Families of lines that say that a request failed and not why; a latency or an exhausted thing beside them says more. */
export const OUTCOMES: readonly SymptomClass[] = [
  'server-error',
  'client-error',
  'unclassified',
  'error-ratio',
];

/** A log of reasons may miss a few of the outcomes; where a quarter has no reason beside it, it may have another. */
const TOLD_SHARE = 0.8;

interface Told {
  readonly pattern: LogPattern;
  readonly symptom: Symptom;
}

/**
 * As many lines, from the same minutes on, that say why: the outcome beside them is the same failure told again. Of an access log that
 * nobody is named in, whoever fails behind it tells why.
 */
export function isToldBesides(item: Told, all: readonly Told[]): boolean {
  const { pattern, symptom } = item;
  if (!OUTCOMES.includes(symptom.class) || pattern.frames.length > 0 || pattern.exceptionType !== null)
    return false;
  return all.some(
    (other) =>
      (other.pattern.service === pattern.service || pattern.service === null) &&
      !OUTCOMES.includes(other.symptom.class) &&
      other.pattern.count >= TOLD_SHARE * pattern.count &&
      Math.abs(other.symptom.onsetAt - symptom.onsetAt) <= 2 * MINUTE,
  );
}

/** A front that names nobody counts what its callers got: whoever failed for them tells why, as often and from the same minutes on. */
export function isToldBehind({ pattern, symptom }: Told, all: readonly Told[]): boolean {
  if (pattern.service !== null || pattern.frames.length > 0 || !OUTCOMES.includes(symptom.class))
    return false;
  return all.some(
    (other) =>
      other.pattern.service !== null &&
      !OUTCOMES.includes(other.symptom.class) &&
      other.pattern.count >= TOLD_SHARE * pattern.count &&
      Math.abs(other.symptom.onsetAt - symptom.onsetAt) <= 2 * MINUTE,
  );
}

/** What callers meet is told by the callee itself: it says why it does not answer them, as often and from the same minutes on. */
export function isAnsweredFor(item: Told, callee: string, all: readonly Told[]): boolean {
  const { pattern, symptom } = item;
  if (pattern.service === callee || symptom.class !== 'server-error') return false;
  return all.some(
    (other) =>
      other.pattern.service === callee &&
      !OUTCOMES.includes(other.symptom.class) &&
      other.pattern.count >= TOLD_SHARE * pattern.count &&
      Math.abs(other.symptom.onsetAt - symptom.onsetAt) <= 2 * MINUTE,
  );
}
