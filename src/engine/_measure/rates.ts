/** Measured failure rates of a service over a window, from the best series that the evidence has. */
import type { Quantity } from '../../domain/quantity.ts';
import { unknownQuantity } from '../../domain/quantity.ts';
import type { ServiceName } from '../../domain/service.ts';
import { type MetricSeries, routeOf } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import type { EpochMs, Interval } from '../../domain/time.ts';

export interface MeasuredRate {
  readonly errors: number | null;
  readonly requests: number | null;
  readonly quantity: Quantity;
}

/** The same before the incident: what a person says of the failure is no statement about the past. */
export function baselineRate(service: ServiceName, window: Interval, situation: Situation): Quantity {
  return measuredRate(service, window, situation).quantity;
}

/** Counts beat ratios, metrics beat request lines of logs, the whole service beats a single route. */
export function failureRate(service: ServiceName, window: Interval, situation: Situation): MeasuredRate {
  const answer = situation.snapshot.request.answers.find(
    (item) => item.key === `${service}.failureRate` || item.key === 'failureRate',
  );
  const value = answer === undefined ? Number.NaN : Number(answer.value);
  if (answer !== undefined && value >= 0 && value <= 1)
    return {
      errors: null,
      requests: null,
      quantity: { value, unit: 'ratio', basis: 'supplied', evidence: [answer.evidence] },
    };
  return measuredRate(service, window, situation);
}

function measuredRate(service: ServiceName, window: Interval, situation: Situation): MeasuredRate {
  return (
    fromCounts(service, window, situation) ??
    fromRatio(service, window, situation) ?? {
      errors: null,
      requests: null,
      quantity: unknownQuantity(
        'ratio',
        `requests and failures of ${service} per minute (an access log, a metric, or --answer ${service}.failureRate=0.85)`,
      ),
    }
  );
}

function fromCounts(service: ServiceName, window: Interval, situation: Situation): MeasuredRate | null {
  const own = situation.series.filter((series) => series.service === service && !isGateway(series));
  for (const source of sourcesOf(own)) {
    const pick = (meaning: MetricSeries['meaning']) =>
      wholeService(own.filter((series) => series.source === source && series.meaning === meaning));
    const counted = countFailures(pick('requests'), pick('errors'), pick('error-ratio'), window);
    if (counted !== null) return toRate(counted, errorLines(service, window, situation));
  }
  return null;
}

function sourcesOf(series: readonly MetricSeries[]): readonly string[] {
  return [...new Set(series.map(({ source }) => source))].sort(
    (a, b) => Number(a === 'log-file') - Number(b === 'log-file') || (a < b ? -1 : 1),
  );
}

interface Counted {
  readonly errors: number;
  readonly requests: number;
  readonly series: readonly MetricSeries[];
}

/** Failures as counted, else as share times requests of the same interval. */
function countFailures(
  requests: readonly MetricSeries[],
  errors: readonly MetricSeries[],
  ratios: readonly MetricSeries[],
  window: Interval,
): Counted | null {
  const n = total(requests, window);
  if (n < 1) return null;
  if (errors.length > 0)
    return { errors: Math.min(n, total(errors, window)), requests: n, series: [...errors, ...requests] };
  if (ratios.length === 0) return null;
  const weights = new Map<EpochMs, number>();
  for (const series of requests)
    series.at.forEach(
      (at, index) =>
        void weights.set(at, (weights.get(at) ?? 0) + (series.values[index] ?? 0) * perSample(series)),
    );
  let failed = 0;
  let seen = 0;
  for (const series of ratios) {
    for (const [index, at] of series.at.entries()) {
      if (!inside(at, window)) continue;
      failed += (series.values[index] ?? 0) * (weights.get(at) ?? 0);
      seen += weights.get(at) ?? 0;
    }
  }
  return seen < 1 ? null : { errors: failed, requests: seen, series: [...ratios, ...requests] };
}

/** Requests and failures of one step of time. */
export interface FailureRow {
  readonly at: EpochMs;
  readonly widthMs: number;
  readonly failed: number;
  readonly requests: number;
}

/** Requests and counted failures step by step, from the same series as `failureRate`; null where no source has both. Ascending by time. */
export function failureRows(service: ServiceName, situation: Situation): readonly FailureRow[] | null {
  const own = situation.series.filter((series) => series.service === service && !isGateway(series));
  for (const source of sourcesOf(own)) {
    const pick = (meaning: MetricSeries['meaning']) =>
      wholeService(own.filter((series) => series.source === source && series.meaning === meaning));
    const requests = pick('requests');
    const errors = pick('errors');
    const ratios = pick('error-ratio');
    if (requests.length === 0 || (errors.length === 0 && ratios.length === 0)) continue;
    const asked = countsByTime(requests);
    const failed = errors.length > 0 ? countsByTime(errors) : failuresByTime(ratios, asked);
    const widthMs = Math.max(1000, ...requests.map(stepMs));
    return [...asked.entries()]
      .sort(([a], [b]) => a - b)
      .map(([at, count]) => ({
        at,
        widthMs,
        requests: count,
        failed: Math.min(count, failed.get(at) ?? 0),
      }));
  }
  return null;
}

function countsByTime(series: readonly MetricSeries[]): ReadonlyMap<EpochMs, number> {
  const counts = new Map<EpochMs, number>();
  for (const item of series)
    for (const [index, at] of item.at.entries())
      counts.set(at, (counts.get(at) ?? 0) + (item.values[index] ?? 0) * perSample(item));
  return counts;
}

function failuresByTime(
  ratios: readonly MetricSeries[],
  asked: ReadonlyMap<EpochMs, number>,
): ReadonlyMap<EpochMs, number> {
  const counts = new Map<EpochMs, number>();
  const first = ratios[0];
  for (const [index, at] of (first?.at ?? []).entries())
    counts.set(at, (first?.values[index] ?? 0) * (asked.get(at) ?? 0));
  return counts;
}

/** Lines of the loudest error pattern in the window: requests that fail without a 5xx (a refused body, a caught exception) show only there. */
function errorLines(service: ServiceName, window: Interval, situation: Situation): number {
  const counts = situation.patterns
    .filter(
      (pattern) =>
        pattern.service === service && (pattern.severity === 'error' || pattern.severity === 'fatal'),
    )
    .map((pattern) =>
      pattern.buckets.at.reduce(
        (sum, at, index) => sum + (inside(at, window) ? (pattern.buckets.count[index] ?? 0) : 0),
        0,
      ),
    );
  return Math.max(0, ...counts);
}

function toRate({ errors: counted, requests, series }: Counted, lines: number): MeasuredRate {
  const byLines = lines > 2 * counted && lines <= requests;
  const errors = byLines ? lines : counted;
  const ratio = errors / requests;
  const smoothed = (errors + 1) / (requests + 2);
  const spread = 1.96 * Math.sqrt((smoothed * (1 - smoothed)) / (requests + 2));
  const evidence = [...new Set(series.flatMap((item) => item.evidence.slice(0, 1)))].slice(0, 3);
  const formula = byLines
    ? `${lines} error lines on ${round(requests)} requests`
    : `${round(errors)} failed of ${round(requests)} requests`;
  return {
    errors,
    requests,
    quantity: {
      value: ratio,
      unit: 'ratio',
      basis: byLines ? 'derived' : 'measured',
      formula,
      counts: { events: errors, trials: requests },
      low: Math.max(0, ratio - spread),
      high: Math.min(1, ratio + spread),
      evidence,
    },
  };
}

function isGateway(series: MetricSeries): boolean {
  return series.attributes['peer'] !== undefined;
}

/** Series without a route cover the whole service; with routes only, their sum does. */
function wholeService(series: readonly MetricSeries[]): readonly MetricSeries[] {
  const whole = series.filter((item) => routeOf(item) === null);
  return whole.length > 0 ? whole.slice(0, 1) : series;
}

function fromRatio(service: ServiceName, window: Interval, situation: Situation): MeasuredRate | null {
  const series = wholeService(
    situation.series.filter((item) => item.service === service && item.meaning === 'error-ratio'),
  )[0];
  if (series === undefined) return null;
  const values = series.values.filter((_, index) => inside(series.at[index], window));
  if (values.length === 0) return null;
  const mean = values.reduce((sum, item) => sum + item, 0) / values.length;
  return {
    errors: null,
    requests: null,
    quantity: {
      value: mean,
      unit: 'ratio',
      basis: 'measured',
      formula: `mean of ${values.length} samples of ${series.name}`,
      low: Math.min(...values),
      high: Math.max(...values),
      evidence: series.evidence.slice(0, 1),
    },
  };
}

/** How many events one sample stands for: a rate per second covers the time to the next sample. */
function perSample(series: MetricSeries): number {
  return series.unit === '1/s' ? stepMs(series) / 1000 : 1;
}

/** Mean distance of two samples; a minute where there are not two. */
function stepMs(series: MetricSeries): number {
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

function inside(at: EpochMs | undefined, window: Interval): boolean {
  return at !== undefined && at >= window.from && at <= window.to;
}

function round(value: number): number {
  return Math.round(value);
}
