/** A store made another node the one that takes writes, and writers go on asking the old one. */

import { isStore } from '../_signals/stores.ts';
import { factor } from './circumstance.ts';
import { clueText, failoversBefore } from './clues.ts';
import { coverage, type Draft, draft, sampleRefs } from './draft.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** A node that refuses to write because it is not, or no longer, the one that does. */
const NOT_THE_WRITER =
  /read[- ]?only (replica|slave|transaction|mode)|\breadonly you can't|not (the |a )?(primary|master|leader)\b|notwritableprimary|not_?leader|\b(masterdown|clusterdown|noreplicas)\b|no (primary|leader|master) (available|elected|found)|super.?read.?only/i;

export function failoverHypotheses(facts: Facts): readonly Draft[] {
  const items = facts.failing.filter((item) => NOT_THE_WRITER.test(item.message));
  const [first] = items;
  if (first === undefined) return [];
  const [event] = failoversBefore(facts);
  const onset = facts.detection.onsetAt ?? first.symptom.onsetAt;
  const store =
    event?.service ??
    [...facts.situation.services.keys()].find((name) => isStore(name)) ??
    first.symptom.peer;
  const factors = [
    factor('not-the-writer', WEIGHT.notTheWriter, first.symptom.summary, sampleRefs(items)),
    ...(event === undefined
      ? []
      : [factor('failed-over', WEIGHT.failedOver, clueText(event, onset), event.evidence)]),
    ...coverage(items, facts),
  ];
  const statement = `${store ?? 'a store'} made another node the one that takes writes, and the old one is still asked`;
  return [draft('dependency', `dependency:failover:${store ?? ''}`, store ?? null, statement, factors)];
}
