/** What it says of a release that its known difference has nothing to do with the failure. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { factor } from './circumstance.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** A failure that names its own cause is answered by a change of that cause alone: a layout does not expire a certificate. */
export function unrelated(facts: Facts): readonly Factor[] {
  const text = 'nothing in its difference touches the failing path or its family of failure';
  return [factor('unrelated-diff', WEIGHT.unrelatedDiff, text), ...otherSubject(facts)];
}

/** Also where the stack passes what was changed: that tells who asked, and not why he was refused. */
export function otherSubject(facts: Facts): readonly Factor[] {
  const family = subjectOf(facts);
  return NAMES_ITS_CAUSE.includes(family)
    ? [
        factor(
          'other-subject',
          WEIGHT.otherSubject,
          `what fails is a matter of ${family}, and nothing in it is`,
        ),
      ]
    : [];
}

function subjectOf({ detection }: Facts): SymptomClass {
  return detection.primary?.class ?? 'unclassified';
}

const NAMES_ITS_CAUSE: readonly SymptomClass[] = [
  'certificate',
  'credentials',
  'dns',
  'disk-full',
  'network',
  'lock',
];
