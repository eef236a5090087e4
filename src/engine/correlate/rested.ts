/** What runs seldom (once a month, once a night) tries with its next run all that was released since the last one: age clears none of it. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { Release } from '../../domain/situation.ts';
import { type EpochMs, epochMs, HOUR, MINUTE, toIso } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** A shorter silence is a quiet night of something that serves. */
const PAUSE_MS = 12 * HOUR;
/** The failure shows soon in the first run that meets it. */
const RUN_MS = HOUR;

/** When `service` was last heard from before the run in which the failure began; null where it was heard from all along, or never. */
export function lastRunBefore(service: ServiceName, facts: Facts): EpochMs | null {
  const onset = facts.detection.onsetAt;
  if (onset === null) return null;
  const heard = facts.situation.streams
    .filter((stream) => stream.service === service)
    .flatMap(({ buckets }) => buckets.at.filter((_, index) => (buckets.count[index] ?? 0) > 0))
    .filter((at) => at <= onset + MINUTE)
    .sort((a, b) => b - a);
  for (let index = 1; index < heard.length; index += 1) {
    const [after, before] = [heard[index - 1] ?? 0, heard[index] ?? 0];
    if (after - before >= PAUSE_MS) return onset - after <= RUN_MS ? epochMs(before) : null;
  }
  return null;
}

/** Instead of the lead: the release was first tried by the run that failed. Null where something ran in between. */
export function firstRunOf(release: Release, facts: Facts): Factor | null {
  // Who else was released is tried by it as well, where it is the one that rested.
  const rested = [release.service, facts.detection.primary?.service ?? null].find(
    (service) => service !== null && lastRunBefore(service, facts) !== null,
  );
  const last = rested === undefined || rested === null ? null : lastRunBefore(rested, facts);
  const onset = facts.detection.onsetAt;
  if (last === null || onset === null || release.startedAt <= last || release.startedAt > onset) return null;
  return factor(
    'lead',
    WEIGHT.firstRun,
    `the failing run is the first since it was released: ${rested} was not heard from between ${toIso(last).slice(0, 16)}Z and then`,
    release.evidence,
  );
}
