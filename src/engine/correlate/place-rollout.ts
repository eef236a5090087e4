/** A rollout that reached one region or zone, and failures that keep to it: then the release is what is alone there, not the place. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { Release } from '../../domain/situation.ts';
import { HOUR, MINUTE } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import type { Facts } from './facts.ts';
import { placeOfSeries } from './place-series.ts';
import { onePlace, withoutEchoes } from './places.ts';
import { WEIGHT } from './weights.ts';

/** Null where the release went elsewhere too, or nobody says where it went, or failures keep to no place. */
export function rolledOutThere(release: Release, facts: Facts): Factor | null {
  const onset = facts.detection.onsetAt;
  const { environment, startedAt } = release;
  if (onset === null || environment === null || startedAt > onset || onset - startedAt > 24 * HOUR)
    return null;
  const visible = facts.failing.filter(({ symptom }) => symptom.userVisible);
  const series = placeOfSeries(facts);
  const place = (visible.length === 0 ? null : onePlace(visible, facts)) ?? series;
  if (place === null || !place.services.includes(release.service) || !isSame(environment, place.value))
    return null;
  const elsewhere = facts.situation.releases.some(
    (other) =>
      other.service === release.service &&
      other.version === release.version &&
      other.environment !== null &&
      !isSame(other.environment, place.value),
  );
  return elsewhere
    ? null
    : factor(
        'version-split',
        WEIGHT.splitOnlyNew,
        `all failures come from ${place.value}, where alone this release runs`,
        release.evidence.slice(0, 1),
      );
}

/** A rollout takes this long at most where its end is not told. */
const ROLLOUT_MS = 5 * MINUTE;

/**
 * Against a release that was through everywhere before several services began to fail in one place alone: it runs in the others as well,
 * and does well there. Null where it is on trial, or where only its own service fails there.
 */
export function servesElsewhere(release: Release, facts: Facts): Factor | null {
  const onset = facts.detection.onsetAt;
  const visible = withoutEchoes(
    facts.failing.filter(({ symptom }) => symptom.userVisible),
    facts,
  );
  const place = visible.length === 0 ? null : onePlace(visible, facts);
  if (onset === null || place === null || place.services.length < 2 || release.share !== null) return null;
  const through = release.finishedAt ?? release.startedAt + ROLLOUT_MS;
  const isThere = release.environment !== null && isSame(release.environment, place.value);
  if (!place.services.includes(release.service) || through > onset || isThere) return null;
  return factor(
    'serves-elsewhere',
    WEIGHT.servesElsewhere,
    `it was through everywhere before, and fails in ${place.value} alone, as ${place.services.filter((name) => name !== release.service).join(' and ')} does`,
    release.evidence.slice(0, 1),
  );
}

/** `eu-west` is `EU-West`, and `production/eu-west` is it too. */
function isSame(environment: string, place: string): boolean {
  const name = environment.toLowerCase();
  const value = place.toLowerCase();
  return name === value || name.split(/[/_.:]/).includes(value);
}
