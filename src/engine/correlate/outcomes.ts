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

/** Whether another failure says why, in as many lines and from the same minutes on. */
function tellsWhy(other: Told, { pattern, symptom }: Told): boolean {
  return (
    !OUTCOMES.includes(other.symptom.class) &&
    other.pattern.count >= TOLD_SHARE * pattern.count &&
    Math.abs(other.symptom.onsetAt - symptom.onsetAt) <= 2 * MINUTE
  );
}

/**
 * The outcome is the same failure told again: its service says beside it why. Of a front whose log names nobody, whoever fails behind it
 * tells why.
 */
export function isToldBesides(item: Told, all: readonly Told[]): boolean {
  const { pattern, symptom } = item;
  if (!OUTCOMES.includes(symptom.class) || pattern.frames.length > 0) return false;
  if (pattern.service !== null && pattern.exceptionType !== null) return false;
  return all.some(
    (other) =>
      (pattern.service === null || other.pattern.service === pattern.service) && tellsWhy(other, item),
  );
}

/** By its words, or by the status of a line that has none. */
function isServerError({ pattern, symptom }: Told): boolean {
  const status = pattern.attributes['http.response.status_code'] ?? '';
  return symptom.class === 'server-error' || (symptom.class === 'unclassified' && /^5\d\d$/.test(status));
}

/** What callers meet is told by the callee itself, or by another one `beneath` them: it says why it does not answer them. */
export function isAnsweredFor(
  item: Told,
  callee: string,
  all: readonly Told[],
  beneath: ReadonlySet<string> = new Set(),
): boolean {
  if (item.pattern.service === callee || !isServerError(item)) return false;
  return all.some(
    ({ pattern, ...other }) =>
      pattern.service !== null &&
      pattern.service !== item.pattern.service &&
      (pattern.service === callee || beneath.has(pattern.service)) &&
      tellsWhy({ pattern, ...other }, item),
  );
}
