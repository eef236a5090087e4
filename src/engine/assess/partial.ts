/** Where only a part of a service is hit: the version, zone, host, pod or route that has the failures while others are served. */
import type { ServiceName } from '../../domain/service.ts';
import type { Split } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Interval } from '../../domain/time.ts';

const DIMENSIONS: readonly {
  readonly dimension: Split['dimension'];
  readonly say: (value: string) => string;
}[] = [
  { dimension: 'version', say: (value) => `only version ${value}` },
  { dimension: 'zone', say: (value) => `only zone ${value}` },
  { dimension: 'host', say: (value) => `only host ${value}` },
  { dimension: 'pod', say: (value) => `only pod ${value}` },
  { dimension: 'route', say: (value) => `only ${value}` },
];
/** Fewer failures than these fall on one value by chance. */
const MIN_FAILURES = 8;
/** This share of the failures on one value that has at most that share of the records: it is not just the busiest one. */
const MOST_FAILURES = 0.95;
const MOST_RECORDS = 0.7;

export function hitInPart(
  services: readonly ServiceName[],
  window: Interval,
  situation: Situation,
): readonly string[] {
  return services.flatMap((service) => {
    const own = situation.patterns.filter((pattern) => pattern.service === service);
    const failing = own.filter(
      (pattern) =>
        (pattern.severity === 'error' || pattern.severity === 'fatal') && pattern.lastSeenAt >= window.from,
    );
    for (const { dimension, say } of DIMENSIONS) {
      const part = narrowed(
        countsOf(
          failing.flatMap(({ splits }) => splits),
          dimension,
        ),
        countsOf(
          own.flatMap(({ splits }) => splits),
          dimension,
        ),
      );
      if (part !== null)
        return [
          `${say(part.value)} of ${service}: ${part.failures} of ${part.allFailures} failures, ${Math.round(part.share * 100)} % of its records; ${part.others} other${part.others === 1 ? '' : 's'} served`,
        ];
    }
    return [];
  });
}

function narrowed(failures: ReadonlyMap<string, number>, records: ReadonlyMap<string, number>) {
  const all = total(failures);
  const seen = total(records);
  const [top] = [...failures.entries()].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if (top === undefined || all < MIN_FAILURES || records.size < 2 || top[1] / all < MOST_FAILURES)
    return null;
  const share = (records.get(top[0]) ?? 0) / Math.max(1, seen);
  return share > MOST_RECORDS
    ? null
    : { value: top[0], failures: top[1], allFailures: all, share, others: records.size - 1 };
}

function countsOf(splits: readonly Split[], dimension: Split['dimension']): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const split of splits)
    if (split.dimension === dimension) counts.set(split.value, (counts.get(split.value) ?? 0) + split.count);
  return counts;
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
