/** Requests and failures counted over series of one source: which series make up the whole, and what their samples stand for. */
import type { Quantity } from '../../domain/quantity.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { MetricSeries } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import type { EpochMs, Interval } from '../../domain/time.ts';

export interface MeasuredRate {
  readonly errors: number | null;
  readonly requests: number | null;
  readonly quantity: Quantity;
}

export interface Counted {
  readonly errors: number;
  readonly requests: number;
  readonly series: readonly MetricSeries[];
}

type Pick = (series: readonly MetricSeries[]) => readonly MetricSeries[];

/** What the service answered; calls that it makes of others carry the peer. */
export function ownSeries(service: ServiceName, situation: Situation): readonly MetricSeries[] {
  return situation.series.filter(
    (series) => series.service === service && series.attributes['peer'] === undefined,
  );
}

/** Metrics before request lines of logs. */
export function sourcesOf(series: readonly MetricSeries[]): readonly string[] {
  return [...new Set(series.map(({ source }) => source))].sort(
    (a, b) => Number(a === 'log-file') - Number(b === 'log-file') || (a < b ? -1 : 1),
  );
}

/** Failures as counted, else as share times requests of the same interval; null without requests in the window. `pick` chooses the series of each meaning. */
export function countFailures(own: readonly MetricSeries[], pick: Pick, window: Interval): Counted | null {
  const of = (meaning: MetricSeries['meaning']) => pick(own.filter((series) => series.meaning === meaning));
  const requests = of('requests');
  const n = total(requests, window);
  if (n < 1) return null;
  const errors = of('errors');
  if (errors.length > 0)
    return { errors: Math.min(n, total(errors, window)), requests: n, series: [...errors, ...requests] };
  const ratios = of('error-ratio');
  const rows = failuresOfShares(ratios, requests).filter(({ at }) => inside(at, window));
  const seen = rows.reduce((sum, { asked }) => sum + asked, 0);
  return seen < 1
    ? null
    : {
        errors: rows.reduce((sum, { failed }) => sum + failed, 0),
        requests: seen,
        series: [...ratios, ...requests],
      };
}

/** Each share times the requests of the same part and time; a single share is that of all requests. */
export function failuresOfShares(
  ratios: readonly MetricSeries[],
  requests: readonly MetricSeries[],
): readonly { readonly at: EpochMs; readonly failed: number; readonly asked: number }[] {
  return ratios.flatMap((ratio) => {
    const alike = requests.filter((series) => attributesKey(series) === attributesKey(ratio));
    const weights = countsByTime(alike.length === 0 && ratios.length === 1 ? requests : alike);
    return ratio.at.map((at, index) => {
      const asked = weights.get(at) ?? 0;
      return { at, asked, failed: (ratio.values[index] ?? 0) * asked };
    });
  });
}

export function countsByTime(series: readonly MetricSeries[]): ReadonlyMap<EpochMs, number> {
  const counts = new Map<EpochMs, number>();
  for (const item of series)
    for (const [index, at] of item.at.entries())
      counts.set(at, (counts.get(at) ?? 0) + (item.values[index] ?? 0) * perSample(item));
  return counts;
}

/**
 * The series that together cover everything: of the counters, the one that is split least, all its parts.
 * Series of one name and one set of labels are its parts; the same part twice (two files of one metric) counts once.
 */
export function wholeOf(series: readonly MetricSeries[]): readonly MetricSeries[] {
  const groups = new Map<string, Map<string, MetricSeries>>();
  for (const item of series) {
    const key = JSON.stringify([item.name, Object.keys(item.attributes).sort()]);
    const parts = groups.get(key) ?? new Map<string, MetricSeries>();
    if (!parts.has(attributesKey(item))) parts.set(attributesKey(item), item);
    groups.set(key, parts);
  }
  const sorted = [...groups.values()]
    .map((parts) => [...parts.values()])
    .sort((a, b) => splits(a) - splits(b));
  return sorted[0] ?? [];
}

function splits([first]: readonly MetricSeries[]): number {
  return Object.keys(first?.attributes ?? {}).length;
}

function attributesKey({ attributes }: MetricSeries): string {
  return JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** With the range of a 95 % interval; `by` names what stands for failures where they were not counted themselves. */
export function rateOfCounts({ errors, requests, series }: Counted, by: string | null): MeasuredRate {
  const ratio = errors / requests;
  const smoothed = (errors + 1) / (requests + 2);
  const spread = 1.96 * Math.sqrt((smoothed * (1 - smoothed)) / (requests + 2));
  const evidence = [...new Set(series.flatMap((item) => item.evidence.slice(0, 1)))].slice(0, 3);
  return {
    errors,
    requests,
    quantity: {
      value: ratio,
      unit: 'ratio',
      basis: by === null ? 'measured' : 'derived',
      formula: shareFormula(errors, requests, by),
      counts: { events: errors, trials: requests },
      low: Math.max(0, ratio - spread),
      high: Math.min(1, ratio + spread),
      evidence,
    },
  };
}

function shareFormula(errors: number, requests: number, by: string | null): string {
  return by === null
    ? `${Math.round(errors)} failed of ${Math.round(requests)} requests`
    : `${Math.round(errors)} ${by}${Math.round(errors) === 1 ? '' : 's'} on ${Math.round(requests)} requests`;
}

/** How many events one sample stands for: a rate per second covers the time to the next sample. */
function perSample(series: MetricSeries): number {
  return series.unit === '1/s' ? stepMs(series) / 1000 : 1;
}

/** Mean distance of two samples; a minute where there are not two. */
export function stepMs(series: MetricSeries): number {
  const first = series.at[0];
  const last = series.at.at(-1);
  return first === undefined || last === undefined || series.at.length < 2
    ? 60_000
    : (last - first) / (series.at.length - 1);
}

function total(series: readonly MetricSeries[], window: Interval): number {
  return series.reduce(
    (sum, item) =>
      sum +
      item.values.reduce(
        (inner, value, index) => inner + (inside(item.at[index], window) ? value * perSample(item) : 0),
        0,
      ),
    0,
  );
}

export function inside(at: EpochMs | undefined, window: Interval): boolean {
  return at !== undefined && at >= window.from && at <= window.to;
}
