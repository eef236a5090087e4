/** Failures that are measured where nobody says why: what a release did may be felt there. */
import type { ServiceName } from '../../domain/service.ts';
import { dependenciesOf } from '../../domain/situation.ts';
import { isGateway } from '../_signals/gateways.ts';
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

/** Who stands in front of one service alone does no work of his own: what is measured there is what that service takes. */
export function isMeasuredInFront(item: FailingPattern, service: ServiceName, facts: Facts): boolean {
  const front = item.pattern.service;
  if (front === null || !isGateway(front)) return false;
  const behind = new Set(
    facts.situation.edges.flatMap(({ from, to }) => (from === front && to !== front ? [to] : [])),
  );
  return behind.size === 1 && behind.has(service);
}
