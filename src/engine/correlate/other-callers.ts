/** Callers of the same outside system that no change touched, and that fail as the changed one does. */
import type { Factor } from '../../domain/hypothesis.ts';
import { dependenciesOf, type Release } from '../../domain/situation.ts';
import { HOUR, MINUTE } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import { sampleRefs } from './draft.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { providersMet } from './provider-hypotheses.ts';
import { WEIGHT } from './weights.ts';

/** Callers of one provider notice its fault at their next call, not at the same second. */
const AT_ONCE_MS = 3 * MINUTE;
/** A release this long before is not what changed a caller now. */
const UNTOUCHED_MS = 6 * HOUR;

/** What a release did to its own service cannot make another one fail at the same provider in the same minutes. */
export function otherCallers(release: Release, facts: Facts): Factor | null {
  for (const [provider, items] of providersMet(facts)) {
    const own = items.find((item) => item.pattern.service === release.service);
    if (own === undefined) continue;
    const others = items.filter(
      (item) =>
        item.pattern.service !== null &&
        item.pattern.service !== release.service &&
        Math.abs(item.symptom.onsetAt - own.symptom.onsetAt) <= Math.max(AT_ONCE_MS, 2 * intervalOf(item)) &&
        isUntouched(item.pattern.service, own.symptom.onsetAt, facts) &&
        !dependenciesOf(facts.situation.edges, item.pattern.service).has(release.service),
    );
    const [first] = others;
    if (first === undefined) continue;
    const names = [...new Set(others.map((item) => item.pattern.service))].sort().join(', ');
    return factor(
      'other-callers',
      WEIGHT.otherCallers,
      `${names}, which no release touched and which does not call ${release.service}, fails at ${provider} as well`,
      sampleRefs(others).slice(0, 1),
    );
  }
  return null;
}

/** How often it calls, as its failures tell: who calls seldom notices late. */
function intervalOf({ pattern }: FailingPattern): number {
  return pattern.count < 2 ? 0 : (pattern.lastSeenAt - pattern.firstSeenAt) / (pattern.count - 1);
}

function isUntouched(service: string, onset: number, facts: Facts): boolean {
  return !facts.situation.releases.some(
    (other) =>
      other.service === service && other.startedAt <= onset && onset - other.startedAt <= UNTOUCHED_MS,
  );
}
