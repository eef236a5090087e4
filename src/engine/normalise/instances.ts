/** What a service's own records and series tell of its instances: since when it is heard of, under which names, in which versions. */
import type { ServiceName } from '../../domain/service.ts';
import type { LogPattern, MetricSeries } from '../../domain/signal.ts';
import { type EpochMs, epochMs } from '../../domain/time.ts';

/** The first observation of an instance or of a version. */
export interface Sign {
  readonly kind: 'instance' | 'version';
  readonly name: string;
  readonly firstSeenAt: EpochMs;
}

/** First observation of a service; null for one that was never heard from. */
export function firstHeard(
  service: ServiceName,
  patterns: readonly LogPattern[],
  series: readonly MetricSeries[],
): EpochMs | null {
  const times = [
    ...patterns.filter((pattern) => pattern.service === service).map((pattern) => pattern.firstSeenAt),
    ...series.filter((item) => item.service === service).flatMap((item) => item.at.slice(0, 1)),
  ];
  return times.length === 0 ? null : epochMs(Math.min(...times));
}

const KINDS: Readonly<Record<string, Sign['kind']>> = {
  pod: 'instance',
  host: 'instance',
  version: 'version',
};

export function signsOf(
  service: ServiceName,
  patterns: readonly LogPattern[],
  series: readonly MetricSeries[],
): readonly Sign[] {
  const records = patterns
    .filter((pattern) => pattern.service === service)
    .flatMap(({ splits }) =>
      splits.flatMap(({ dimension, value, firstSeenAt }): Sign[] => {
        const kind = KINDS[dimension];
        return kind === undefined ? [] : [{ kind, name: value, firstSeenAt }];
      }),
    );
  const measured = series
    .filter((item) => item.service === service)
    .flatMap(({ attributes, at }) =>
      ['pod', 'version'].flatMap((key): Sign[] => {
        const [name, kind, firstSeenAt] = [attributes[key], KINDS[key], at[0]];
        return name === undefined || kind === undefined || firstSeenAt === undefined
          ? []
          : [{ kind, name, firstSeenAt }];
      }),
    );
  return [...records, ...measured];
}
