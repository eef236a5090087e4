/** Failures that are measured where nobody says why: what a release did may be felt there. */
import type { ServiceName } from '../../domain/service.ts';
import { dependenciesOf } from '../../domain/situation.ts';
import type { Facts, FailingPattern } from './facts.ts';

/** What is measured of services that fail without a line of their own, for a service that is not seen to fail itself. */
export function feltElsewhere(service: ServiceName, facts: Facts): readonly FailingPattern[] {
  if (facts.failingServices.includes(service)) return [];
  const speak = new Set(facts.failing.map((item) => item.pattern.service));
  // Who calls somebody that says why it fails, fails for that; and so does what is measured of nobody in particular.
  const isTold = (name: ServiceName | null) =>
    name === null
      ? speak.size > 0
      : [name, ...dependenciesOf(facts.situation.edges, name).keys()].some((each) => speak.has(each));
  return facts.measured.filter(
    ({ symptom, pattern }) => symptom.userVisible && !isTold(pattern.service) && pattern.service !== service,
  );
}
