/** Measured failure rates of a service over a window, from the best series that the evidence has. */
import type { Quantity } from '../../domain/quantity.ts';
import { unknownQuantity } from '../../domain/quantity.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { MetricSeries } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import type { EpochMs, Interval } from '../../domain/time.ts';

export interface MeasuredRate {
  readonly errors: number | null;
  readonly requests: number | null;
  readonly quantity: Quantity;
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
  const own = situation.series.filter((series) => series.service === service);
  const sources = [...new Set(own.map((series) => series.source))].sort(
    (a, b) => Number(a === 'log-file') - Number(b === 'log-file') || (a < b ? -1 : 1),
  );
  for (const source of sources) {
    const pick = (meaning: MetricSeries['meaning']) =>
      wholeService(
        own.filter((series) => series.source === source && series.meaning === meaning && !isGateway(series)),
      );
    const requests = pick('requests');
    const errors = pick('errors');
    const n = total(requests, window);
    if (n < 1 || errors.length === 0) continue;
    const k = Math.min(n, total(errors, window));
    const spread = 1.96 * Math.sqrt((((k + 1) / (n + 2)) * (1 - (k + 1) / (n + 2))) / (n + 2));
    const ratio = k / n;
    return {
      errors: k,
      requests: n,
      quantity: {
        value: ratio,
        unit: 'ratio',
        basis: 'measured',
        formula: `${round(k)} failed of ${round(n)} requests`,
        low: Math.max(0, ratio - spread),
        high: Math.min(1, ratio + spread),
        evidence: [
          ...new Set([...errors, ...requests].flatMap((series) => series.evidence.slice(0, 1))),
        ].slice(0, 3),
      },
    };
  }
  return null;
}

function isGateway(series: MetricSeries): boolean {
  return series.attributes['peer'] !== undefined;
}

/** Series without a route cover the whole service; with routes only, their sum does. */
function wholeService(series: readonly MetricSeries[]): readonly MetricSeries[] {
  const whole = series.filter((item) => item.attributes['http.route'] === undefined);
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

function total(series: readonly MetricSeries[], window: Interval): number {
  return series.reduce(
    (sum, item) =>
      sum +
      item.values.reduce((inner, value, index) => inner + (inside(item.at[index], window) ? value : 0), 0),
    0,
  );
}

function inside(at: EpochMs | undefined, window: Interval): boolean {
  return at !== undefined && at >= window.from && at <= window.to;
}

function round(value: number): number {
  return Math.round(value);
}
