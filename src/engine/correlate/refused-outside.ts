/** A credential that whoever is outside the code base no longer takes: no release of ours makes him refuse what he took before. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { Symptom } from '../../domain/symptom.ts';
import { factor } from './circumstance.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { outsideNames } from './outside.ts';
import { WEIGHT } from './weights.ts';

/** Empty where the failures name nobody outside or several, or nothing tells how it was before. */
export function refusedOutside(
  symptom: Symptom,
  texts: readonly FailingPattern[],
  facts: Facts,
): readonly Factor[] {
  const names = [...new Set(texts.flatMap(({ message }) => outsideNames(message, facts)))].sort();
  if (names.length !== 1 || !symptom.baseline.observed) return [];
  return [
    factor(
      'refused-outside',
      WEIGHT.refusedOutside,
      `${names.join('')}, which is outside this code base, refuses what it took before`,
      symptom.evidence.slice(0, 1),
    ),
  ];
}
