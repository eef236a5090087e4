/** Releases of a service so near before the failure that what they changed in how it asks others may show in those others. */
import type { ServiceName } from '../../domain/service.ts';
import type { Release } from '../../domain/situation.ts';
import { HOUR } from '../../domain/time.ts';
import type { Facts } from './facts.ts';

const RECENT_MS = 6 * HOUR;

/** Those that served, in the order of the situation; empty where no onset is known. */
export function recentReleases(
  service: ServiceName | null,
  { detection, situation }: Facts,
): readonly Release[] {
  const { onsetAt } = detection;
  if (service === null || onsetAt === null) return [];
  return situation.releases.filter(
    (release) =>
      release.service === service &&
      release.reach !== 'merged' &&
      release.startedAt <= onsetAt &&
      onsetAt - release.startedAt <= RECENT_MS,
  );
}
