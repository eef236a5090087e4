/** A release that ran without the failure until the next one came: what fails at once would have failed under it. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { Release } from '../../domain/situation.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { MINUTE } from '../../domain/time.ts';
import { factor, lengthText, ownOnset, RAN_WELL_MS } from './circumstance.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** What nothing has to fill up or wear out for. */
const NEEDS_NO_TIME: readonly SymptomClass[] = [
  'crash',
  'null-dereference',
  'type-error',
  'serialization',
  'validation',
  'schema',
  'missing-config',
  'missing-module',
];
/** The failure is the next release's in time. */
const SOON_MS = 10 * MINUTE;

/** Null where no other followed it, where that one is not near, or where what fails may take its time. */
export function ranBefore(release: Release, facts: Facts): Factor | null {
  const onset = ownOnset(release.service, facts);
  const next = facts.situation.releases.find(
    (other) =>
      other.service === release.service &&
      other.previousId === release.id &&
      other.reach !== 'merged' &&
      !other.rollback,
  );
  if (next === undefined || next.startedAt > onset || onset - next.startedAt > SOON_MS) return null;
  const ran = next.startedAt - (release.finishedAt ?? release.startedAt);
  const own = facts.failing.filter(
    ({ pattern, symptom }) => pattern.service === release.service && symptom.userVisible,
  );
  const isSudden =
    own.length > 0 &&
    own.every(
      ({ pattern, symptom }) =>
        NEEDS_NO_TIME.includes(symptom.class) && pattern.firstSeenAt >= next.startedAt,
    );
  if (!isSudden || ran < RAN_WELL_MS || !facts.detection.baselineObserved) return null;
  return factor(
    'ran-before',
    WEIGHT.ranWithout,
    `it ran for ${lengthText(ran)} without this failure, which began with ${next.version ?? 'the next release'}`,
    next.evidence.slice(0, 1),
  );
}
