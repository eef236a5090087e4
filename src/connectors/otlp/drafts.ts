/** Series under construction while points come in, whatever metric they are of; deltas become counters in the end. */
import type { EpochMs } from '../../domain/time.ts';
import type { RawSeries } from '../_kit/metric-series.ts';

export interface Draft {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly unit: string | null;
  readonly kind: 'gauge' | 'counter' | 'delta';
  readonly samples: [EpochMs, number][];
  /** Beginning of the first interval of a delta. */
  startedAt: EpochMs | null;
}

/** Series under construction over all documents of a file. */
export class MetricDrafts {
  private readonly byKey = new Map<string, Draft>();
  private readonly maxSeries: number;
  rejected = 0;
  truncated = false;

  constructor(maxSeries: number) {
    this.maxSeries = maxSeries;
  }

  add(
    draft: Omit<Draft, 'samples' | 'startedAt'>,
    at: EpochMs,
    value: number,
    startedAt: EpochMs | null,
  ): void {
    const key = `${draft.name}\0${JSON.stringify(draft.labels)}`;
    const known = this.byKey.get(key);
    if (known !== undefined) {
      known.samples.push([at, value]);
      if (startedAt !== null && (known.startedAt === null || startedAt < known.startedAt))
        known.startedAt = startedAt;
    } else if (this.byKey.size >= this.maxSeries) this.truncated = true;
    else this.byKey.set(key, { ...draft, samples: [[at, value]], startedAt });
  }

  series(): readonly RawSeries[] {
    return [...this.byKey.values()].map(({ name, labels, unit, kind, samples, startedAt }) => ({
      name,
      labels,
      unit,
      samples: kind === 'delta' ? accumulated(samples, startedAt) : samples,
      type: kind === 'gauge' ? 'gauge' : 'counter',
      service: null,
    }));
  }
}

/** Deltas summed up to a counter that begins at zero; a time that comes twice counts once. */
function accumulated(
  samples: readonly [EpochMs, number][],
  startedAt: EpochMs | null,
): readonly [EpochMs, number][] {
  const ordered = [...new Map(samples)].sort((a, b) => a[0] - b[0]);
  const first = ordered[0];
  let total = 0;
  const sums = ordered.map(([at, value]): [EpochMs, number] => {
    total += value;
    return [at, total];
  });
  return startedAt !== null && first !== undefined && startedAt < first[0] ? [[startedAt, 0], ...sums] : sums;
}
