/** What it says of a release that its known difference has nothing to do with the failure. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { MINUTE } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** A failure that names its own cause is answered by a change of that cause alone: a layout does not expire a certificate. */
export function unrelated(service: ServiceName, facts: Facts): readonly Factor[] {
  const text = 'nothing in its difference touches the failing path or its family of failure';
  return [
    factor('unrelated-diff', WEIGHT.unrelatedDiff, text),
    ...messenger(service, facts),
    ...otherSubject(facts),
  ];
}

/** What is said of whoever was asked. */
const TOLD_OF_OTHERS: readonly SymptomClass[] = [
  'timeout',
  'connection-refused',
  'connection-reset',
  'server-error',
  'breaker-open',
];

/** Two hours: what is older leads nobody to suspect it. */
const RECENTLY = 120 * MINUTE;

/** What is taken from one release must not make the case against another, of which nothing is known either. */
function wasReleased(services: readonly ServiceName[], { situation, detection }: Facts): boolean {
  const onset = detection.onsetAt ?? situation.snapshot.request.asOf;
  return situation.releases.some(
    ({ service, startedAt }) =>
      services.includes(service) && startedAt <= onset && onset - startedAt <= RECENTLY,
  );
}

/** A service that does no more than tell that one which it asks has failed fails by nothing of its own: its place speaks for no release of it. */
function messenger(service: ServiceName, facts: Facts): readonly Factor[] {
  const { failing, failingServices, origins } = facts;
  const own = failing.filter(({ pattern }) => pattern.service === service);
  const beneath = origins.filter((name) => name !== service);
  const tells =
    failingServices.includes(service) &&
    !origins.includes(service) &&
    beneath.length > 0 &&
    own.length > 0 &&
    own.every(({ symptom }) => TOLD_OF_OTHERS.includes(symptom.class));
  return tells && !wasReleased(beneath, facts)
    ? [
        factor(
          'messenger',
          WEIGHT.messenger,
          `all that ${service} tells is that what it asks fails: ${beneath.slice(0, 3).join(', ')}`,
        ),
      ]
    : [];
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
  // A table, a column, a type that a value does not fit.
  'schema',
];
