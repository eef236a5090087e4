/** Callers of the same system that no change touched, and that fail as the changed one does. */
import { append } from '../../domain/append.ts';
import type { Factor } from '../../domain/hypothesis.ts';
import { dependenciesOf, type Release } from '../../domain/situation.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
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
  for (const [provider, items] of [...providersMet(facts), ...addressesMet(facts)]) {
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

/** What says that somebody is not reached, and where. */
const UNREACHED: readonly SymptomClass[] = ['network', 'timeout', 'connection-refused', 'connection-reset'];
/** `127.0.0.1:9105`, and Python's `host='127.0.0.1', port=9105`; no time of day, with its date or without. */
const ADDRESS =
  /(?<![\w.:-])(?!\d+:|\d{4}-\d\d-)([a-z\d][\w.-]*):(\d{2,5})(?!\d)|host='([^']+)', port=(\d+)/g;

/** Failures of several services by the one address that they name. */
function addressesMet(facts: Facts): ReadonlyMap<string, readonly FailingPattern[]> {
  const found = new Map<string, FailingPattern[]>();
  for (const item of facts.failing) {
    if (item.pattern.service === null || !UNREACHED.includes(item.symptom.class)) continue;
    const named = item.pattern.samples.slice(0, 3).flatMap(({ message, evidence }) => {
      const text = `${message}\n${facts.situation.snapshot.evidence[evidence]?.excerpt ?? ''}`;
      return [...text.matchAll(ADDRESS)].map(([, host, port, other, at]) => `${host ?? other}:${port ?? at}`);
    });
    for (const address of new Set(named)) append(found, address, item);
  }
  return found;
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
