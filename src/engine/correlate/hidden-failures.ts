/** What retries can have hidden: where nearly all calls fail now, some would have failed for good with more tries too. */
import type { ValueChange } from '../../domain/code.ts';
import type { Factor } from '../../domain/hypothesis.ts';
import type { Release } from '../../domain/situation.ts';
import { factor } from './circumstance.ts';
import type { Facts } from './facts.ts';
import type { Match } from './match.ts';
import { WEIGHT } from './weights.ts';

const TRIES = /attempt|tries\b|tries$/i;
const RETRIES = /retr(y|ies)/i;
/** Less would not have been noticed. */
const NOTICED = 0.05;
/** Failures that come in spells come together: so many times what was seen must be expected. */
const FAR_MORE = 5;

/** How often a call is made at the most, on both sides; null where the value is about something else or did not fall. */
function triesOf({ key, oldValue, newValue }: ValueChange): readonly [number, number] | null {
  const [old, now] = [oldValue?.number ?? null, newValue?.number ?? null];
  if (old === null || now === null || now >= old || now < 0 || old > 100) return null;
  const isTries = TRIES.test(key) && !RETRIES.test(key);
  if (isTries) return now === 0 ? null : [old, now];
  return RETRIES.test(key) ? [old + 1, now + 1] : null;
}

/** Against a release that tries less often: with `n` tries instead of `m`, share^(n ÷ m) of the calls had failed before. Null where no share is known. */
export function retriesHid(release: Release, matches: readonly Match[], facts: Facts): Factor | null {
  const share = facts.detection.symptoms.find(
    (symptom) =>
      symptom.class === 'error-ratio' && symptom.service === release.service && symptom.level !== null,
  );
  if (share === undefined) return null;
  for (const { value } of matches) {
    const tries = value === null ? null : triesOf(value);
    if (value === null || tries === null) continue;
    const expected = (share.level ?? 0) ** (tries[0] / tries[1]);
    if (expected < Math.max(NOTICED, FAR_MORE * (share.baseline.value ?? 0))) continue;
    return factor(
      'retries-hid-nothing',
      WEIGHT.retriesHidNothing,
      `were it for ${value.key}, ${Math.round(expected * 100)} % had failed before as well, with ${tries[0]} tries for ${tries[1]}: ${share.summary}`,
      share.evidence.slice(0, 1),
    );
  }
  return null;
}
