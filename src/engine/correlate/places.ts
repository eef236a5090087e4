/** Failures that keep to one place (a zone, a rack, a host) while the same services are well elsewhere: told from what each record says of where it was written. */
import type { ServiceName } from '../../domain/service.ts';
import type { LogPattern } from '../../domain/signal.ts';
import { MINUTE } from '../../domain/time.ts';
import type { Facts, FailingPattern } from './facts.ts';

export interface OnePlace {
  readonly dimension: 'zone' | 'group of hosts' | 'host' | 'pod';
  readonly value: string;
  /** Places that are heard from after the failure began. */
  readonly of: number;
  readonly share: number;
  readonly services: readonly ServiceName[];
}

const MIN_EVENTS = 8;
const MIN_SHARE = 0.95;

type Dimension = OnePlace['dimension'];
const DIMENSIONS: readonly Dimension[] = ['zone', 'group of hosts', 'host', 'pod'];

/** The widest single place that has nearly all failures, though others are heard from since; null where failures spread. */
export function onePlace(items: readonly FailingPattern[], facts: Facts): OnePlace | null {
  const onset = facts.detection.onsetAt ?? 0;
  const services = new Set(
    items.flatMap((item) => (item.pattern.service === null ? [] : [item.pattern.service])),
  );
  const same = facts.situation.patterns.filter(
    (pattern) => pattern.service !== null && services.has(pattern.service),
  );
  for (const dimension of DIMENSIONS) {
    const counts = countsIn(
      items.map((item) => item.pattern),
      dimension,
      facts,
      0,
    );
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const [top] = [...counts.entries()].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    if (top === undefined || total < MIN_EVENTS || top[1] / total < MIN_SHARE) continue;
    const alive = new Set(countsIn(same, dimension, facts, onset).keys());
    alive.add(top[0]);
    if (alive.size < 2 || isOfRollout(top[0], dimension, same, facts)) continue;
    return {
      dimension,
      value: top[0],
      of: alive.size,
      share: top[1] / total,
      services: [...services].sort(),
    };
  }
  return null;
}

/** A host or pod that began to speak with a rollout of its service runs the new version: then the version is what is alone, not the place. */
function isOfRollout(
  place: string,
  dimension: Dimension,
  patterns: readonly LogPattern[],
  facts: Facts,
): boolean {
  if (dimension !== 'host' && dimension !== 'pod') return false;
  const services = [...new Set(patterns.map(({ service }) => service))];
  return services.some((service) => {
    const seen = patterns
      .filter((pattern) => pattern.service === service)
      .flatMap(({ splits }) => splits)
      .filter((split) => split.dimension === dimension && split.value === place)
      .map(({ firstSeenAt }) => firstSeenAt);
    const first = Math.min(...seen);
    return facts.situation.releases.some(
      (release) =>
        release.service === service &&
        first >= release.startedAt - MINUTE &&
        first <= (release.finishedAt ?? release.startedAt) + 10 * MINUTE,
    );
  });
}

/** Records by place, of those splits that were still seen at `since`. */
function countsIn(
  patterns: readonly LogPattern[],
  dimension: Dimension,
  facts: Facts,
  since: number,
): ReadonlyMap<string, number> {
  const zones = new Map(
    facts.situation.snapshot.instances.flatMap(({ pod, zone }) =>
      zone === null ? [] : [[pod, zone] as const],
    ),
  );
  const counts = new Map<string, number>();
  for (const pattern of patterns) {
    const stated = new Set(pattern.splits.map((split) => split.dimension));
    for (const split of pattern.splits) {
      if (split.lastSeenAt < since) continue;
      const place = placeOf(split, dimension, zones, stated.has('zone'));
      if (place !== null) counts.set(place, (counts.get(place) ?? 0) + split.count);
    }
  }
  return counts;
}

function placeOf(
  split: LogPattern['splits'][number],
  dimension: Dimension,
  zones: ReadonlyMap<string, string>,
  zoneStated: boolean,
): string | null {
  switch (dimension) {
    case 'zone':
      if (split.dimension === 'zone') return split.value;
      return split.dimension === 'pod' && !zoneStated ? (zones.get(split.value) ?? null) : null;
    case 'group of hosts':
      return split.dimension === 'host' ? groupOf(split.value) : null;
    case 'host':
    case 'pod':
      return split.dimension === dimension ? split.value : null;
  }
}

/** `rack2-3` and `rack2-4` stand in one rack, `eu-1b-node-7` in one zone: the name without its last number. Null for names that have no more than one. */
function groupOf(host: string): string | null {
  const found = /^(.*\d[a-z]?)[-_.](?:[a-z]+[-_.]?)?\d+$/i.exec(host.split('.')[0] ?? host);
  return found?.[1] ?? null;
}

const ANSWERED = /([a-z][\w-]+) (?:answered|responded|replied|returned)(?: with)?(?: status)? 5\d\d\b/;

/** That a service which fails itself answers with errors its callers tell wherever they are: where it fails, its own lines say. */
export function withoutEchoes(items: readonly FailingPattern[], facts: Facts): readonly FailingPattern[] {
  const isEcho = ({ message, pattern }: FailingPattern) => {
    const peer = ANSWERED.exec(message)?.[1];
    return (
      peer !== undefined &&
      peer !== pattern.service &&
      items.some((other) => other.pattern.service === facts.situation.resolve(peer))
    );
  };
  const own = items.filter((item) => !isEcho(item));
  return own.length === 0 ? items : own;
}
