/** The clock of a machine was set, and what it signs or checks is of another time than that of others. */
import { factor } from './circumstance.ts';
import { clockStepsBefore, clueText } from './clues.ts';
import { coverage, type Draft, draft, sampleRefs, spokenOf } from './draft.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** Refusals that two clocks that disagree make. A token that merely expired is none: most do so by themselves. */
const OF_ANOTHER_TIME =
  /not yet valid|not valid yet|not active yet|immature ?signature|used before issued|issued (in the future|at .{0,20}future)|in the future|time ?too ?skewed|clock ?skew|skewed|time difference|timestamp .{0,40}(out of range|outside|too (far|old|new))|nonce .{0,20}(expired|invalid)|\biat\b|\bnbf\b/i;

/** `419 s ahead`, `by 7m0s`, `skew of 300 seconds`: the distance of the two clocks. */
const GAP =
  /\b\d+(?:\.\d+)? ?(?:ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b[\w ]{0,20}\b(?:ahead|behind|early|late|in the (?:future|past)|fast|slow)\b|\b(?:skew|drift|difference|offset|ahead|behind)\b[\w :=]{0,20}\d+(?:\.\d+)? ?(?:ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b/i;

export function clockHypotheses(facts: Facts): readonly Draft[] {
  const items = facts.failing.filter(
    ({ symptom, message }) => symptom.userVisible && OF_ANOTHER_TIME.test(message),
  );
  const [first] = items;
  if (first === undefined) return [];
  const [step] = clockStepsBefore(facts);
  const gap = items.flatMap(({ message }) => GAP.exec(message)?.[0] ?? [])[0];
  const services = [
    ...new Set(items.flatMap(({ pattern: { service } }) => (service === null ? [] : [service]))),
  ];
  const service = spokenOf(services, facts);
  const factors = [
    factor('says-other-time', WEIGHT.saysOtherTime, first.symptom.summary, sampleRefs(items)),
    ...(gap === undefined
      ? []
      : [
          factor(
            'states-the-gap',
            WEIGHT.statesTheGap,
            `it says how far the clocks are apart: "${gap}"`,
            sampleRefs(items),
          ),
        ]),
    ...(step === undefined
      ? []
      : [
          factor(
            'clock-stepped',
            WEIGHT.clockStepped,
            clueText(step, facts.detection.onsetAt ?? step.at),
            step.evidence,
          ),
        ]),
    ...coverage(items, facts),
  ];
  const statement = `clocks disagree: what ${service ?? 'a service'} checks is of another time than its own`;
  return [draft('resource', `resource:clock:${service ?? ''}`, service, statement, factors)];
}
