/** What a change costs with each call shows as soon as it is called: what came long after the rollout, together with more calls, came with those. */
import type { DiffFeatureKind } from '../../domain/code.ts';
import { type EpochMs, MINUTE } from '../../domain/time.ts';
import type { Facts } from './facts.ts';
import type { Match } from './match.ts';

/** Paid in full by the first request. */
const WITH_EACH_CALL: ReadonlySet<DiffFeatureKind> = new Set(['costly-work', 'client-per-call']);
/** A rollout that has been done for so long has met every kind of request. */
const SETTLED_MS = 5 * MINUTE;
/** It adds to what the calls cost. */
const ADDS_TO_IT = 0.4;

/** Requests rose to more than a service was asked before, long after its rollout began, and no later than it failed. */
function roseSince(service: string, startedAt: EpochMs, { detection }: Facts): boolean {
  return detection.symptoms.some(
    (symptom) =>
      symptom.class === 'traffic-surge' &&
      symptom.service === service &&
      symptom.onsetAt - startedAt > SETTLED_MS &&
      detection.symptoms.every(
        (other) =>
          other.service !== service || other.class === 'traffic-surge' || other.onsetAt >= symptom.onsetAt,
      ),
  );
}

/** The matches, less what the requests account for. */
export function lessTheRequests(
  matches: readonly Match[],
  service: string,
  startedAt: EpochMs,
  facts: Facts,
): readonly Match[] {
  const isLess = (match: Match) =>
    match.name === 'featureFamily' && match.kind !== undefined && WITH_EACH_CALL.has(match.kind);
  if (!matches.some(isLess) || !roseSince(service, startedAt, facts)) return matches;
  return matches.map((match) => (isLess(match) ? { ...match, weight: match.weight * ADDS_TO_IT } : match));
}
