/** Measured failure rates of a service over a window, from the best series that the evidence has. */
import type { Quantity } from '../../domain/quantity.ts';
import { unknownQuantity } from '../../domain/quantity.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { Situation } from '../../domain/situation.ts';
import type { EpochMs, Interval } from '../../domain/time.ts';
import {
  countFailures,
  countsByTime,
  failuresOfShares,
  inside,
  type MeasuredRate,
  ownSeries,
  rateOfCounts,
  sourcesOf,
  stepMs,
  wholeOf,
} from './counting.ts';

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

/** Of the requests in logs that name no service: whoever writes them stands in front of all that do; null where none are counted. */
export function unnamedRate(window: Interval, situation: Situation): Quantity | null {
  const own = situation.series.filter(
    ({ service, attributes, source }) =>
      service === null && attributes['peer'] === undefined && source === 'log-file',
  );
  const counted = countFailures(own, wholeOf, window);
  return counted === null ? null : rateOfCounts(counted, null).quantity;
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
  const own = ownSeries(service, situation);
  for (const source of sourcesOf(own)) {
    const ofSource = own.filter((series) => series.source === source);
    const counted = countFailures(ofSource, wholeOf, window);
    if (counted === null) continue;
    const lines = errorLines(service, window, situation);
    const byLines = lines > 2 * counted.errors && lines <= counted.requests;
    return rateOfCounts(byLines ? { ...counted, errors: lines } : counted, byLines ? 'error line' : null);
  }
  return null;
}

/** Requests and failures of one step of time. */
export interface FailureRow {
  readonly at: EpochMs;
  readonly widthMs: number;
  /** How far before `at` the counts reach back, as the rates do that they are made of. */
  readonly reachMs: number;
  readonly failed: number;
  readonly requests: number;
}

/** Requests and counted failures step by step, from the same series as `failureRate`; null where no source has both. Ascending by time. */
export function failureRows(service: ServiceName, situation: Situation): readonly FailureRow[] | null {
  const own = ownSeries(service, situation);
  for (const source of sourcesOf(own)) {
    const pick = (meaning: string) =>
      wholeOf(own.filter((series) => series.source === source && series.meaning === meaning));
    const requests = pick('requests');
    const errors = pick('errors');
    const ratios = pick('error-ratio');
    if (requests.length === 0 || (errors.length === 0 && ratios.length === 0)) continue;
    const asked = countsByTime(requests);
    const failed = errors.length > 0 ? countsByTime(errors) : sharesByTime(ratios, requests);
    const widthMs = Math.max(1000, ...requests.map(stepMs));
    const reachMs = Math.max(0, ...[...requests, ...errors, ...ratios].map((series) => series.reachMs));
    return [...asked.entries()]
      .sort(([a], [b]) => a - b)
      .map(([at, count]) => ({
        at,
        widthMs,
        reachMs,
        requests: count,
        failed: Math.min(count, failed.get(at) ?? 0),
      }));
  }
  return null;
}

function sharesByTime(...[ratios, requests]: Parameters<typeof failuresOfShares>) {
  const counts = new Map<EpochMs, number>();
  for (const { at, failed } of failuresOfShares(ratios, requests))
    counts.set(at, (counts.get(at) ?? 0) + failed);
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

/** Shares without counts: their plain mean, since nobody knows how many requests stand behind each sample. */
function fromRatio(service: ServiceName, window: Interval, situation: Situation): MeasuredRate | null {
  const series = wholeOf(ownSeries(service, situation).filter(({ meaning }) => meaning === 'error-ratio'));
  const first = series[0];
  const values = series.flatMap((item) => item.values.filter((_, index) => inside(item.at[index], window)));
  if (first === undefined || values.length === 0) return null;
  const mean = values.reduce((sum, item) => sum + item, 0) / values.length;
  const parts = series.length > 1 ? ` in ${series.length} parts` : '';
  return {
    errors: null,
    requests: null,
    quantity: {
      value: mean,
      unit: 'ratio',
      basis: 'measured',
      formula: `mean of ${values.length} samples of ${first.name}${parts}`,
      low: Math.min(...values),
      high: Math.max(...values),
      evidence: first.evidence.slice(0, 1),
    },
  };
}
