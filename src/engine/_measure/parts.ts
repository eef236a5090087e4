/** Requests and failures of the parts of a service that its counters or traces tell apart: routes, versions, zones, tenants. */
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { Quantity } from '../../domain/quantity.ts';
import type { ServiceName } from '../../domain/service.ts';
import { type MetricSeries, routeOf } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Interval } from '../../domain/time.ts';
import {
  type Counted,
  countFailures,
  inside,
  ownSeries,
  rateOfCounts,
  sourcesOf,
  wholeOf,
} from './counting.ts';

export interface PartCounts {
  readonly value: string;
  readonly errors: number;
  readonly requests: number;
}

/** One part in two windows; `before` null where it was not asked before. */
export interface PartShare {
  readonly value: string;
  readonly now: PartCounts;
  readonly before: PartCounts | null;
  readonly evidence: readonly EvidenceRef[];
}

/** By label of the counters; routes are none of them. Labels sorted, parts in the order of their values. */
export function sharesByLabel(
  service: ServiceName,
  now: Interval,
  before: Interval,
  situation: Situation,
): ReadonlyMap<string, readonly PartShare[]> {
  const own = ownSeries(service, situation);
  const found = new Map<string, readonly PartShare[]>();
  for (const source of sourcesOf(own)) {
    const ofSource = own.filter((series) => series.source === source);
    for (const label of labelsOf(ofSource)) {
      const shares = sharesOf(ofSource, (series) => series.attributes[label] ?? null, now, before);
      if (!found.has(label) && shares.length > 1) found.set(label, shares);
    }
  }
  return found;
}

/** By route of the counters, else by operation of the traces; empty where neither tells them apart. */
export function sharesByRoute(
  service: ServiceName,
  now: Interval,
  before: Interval,
  situation: Situation,
): readonly PartShare[] {
  const own = ownSeries(service, situation);
  for (const source of sourcesOf(own)) {
    const shares = sharesOf(
      own.filter((series) => series.source === source),
      routeOf,
      now,
      before,
    );
    if (shares.length > 0) return shares;
  }
  return sharesOfOperations(service, now, before, situation);
}

/** Rate of one or several parts together, with the evidence of the first. */
export function rateOfParts(parts: readonly PartCounts[], evidence: readonly EvidenceRef[]): Quantity {
  const sum = (pick: (part: PartCounts) => number) => parts.reduce((total, part) => total + pick(part), 0);
  const counted: Counted = {
    errors: sum(({ errors }) => errors),
    requests: sum(({ requests }) => requests),
    series: [],
  };
  return { ...rateOfCounts(counted, null).quantity, evidence: evidence.slice(0, 3) };
}

/** What the exporter, the scraper or the status adds: it says nothing of whom a request was for. */
const TECHNICAL =
  /^(route|http\.route|peer|le|quantile|job|container|namespace|cluster|prometheus|replica|unit|otel.*|scope.*|telemetry.*|process.*|.*status.*|code|.*outcome|.*result|.*error.*|.*exception.*|.*reason|protocol|scheme|.*flavor|method)$/i;

function labelsOf(series: readonly MetricSeries[]): readonly string[] {
  const requests = series.filter(({ meaning }) => meaning === 'requests');
  return [...new Set(requests.flatMap(({ attributes }) => Object.keys(attributes)))]
    .filter((label) => !TECHNICAL.test(label))
    .sort();
}

function sharesOf(
  series: readonly MetricSeries[],
  partOf: (series: MetricSeries) => string | null,
  now: Interval,
  before: Interval,
): readonly PartShare[] {
  const values = new Set(
    series
      .flatMap((item) => (item.meaning === 'requests' ? [partOf(item)] : []))
      .filter((value) => value !== null),
  );
  return [...values].sort().flatMap((value): readonly PartShare[] => {
    const own = series.filter((item) => partOf(item) === value);
    const counted = countFailures(own, wholeOf, now);
    if (counted === null) return [];
    const past = countFailures(own, wholeOf, before);
    return [
      {
        value,
        now: { value, errors: counted.errors, requests: counted.requests },
        before: past === null ? null : { value, errors: past.errors, requests: past.requests },
        evidence: [...new Set(counted.series.flatMap((item) => item.evidence.slice(0, 1)))],
      },
    ];
  });
}

function sharesOfOperations(
  service: ServiceName,
  now: Interval,
  before: Interval,
  situation: Situation,
): readonly PartShare[] {
  const traces = situation.snapshot.traces.filter((trace) => situation.resolve(trace.to) === service);
  const operations = [...new Set(traces.map(({ operation }) => operation))].sort();
  return operations.flatMap((operation): readonly PartShare[] => {
    const own = traces.filter((trace) => trace.operation === operation);
    const count = (window: Interval): PartCounts => {
      const buckets = own.flatMap((trace) => trace.buckets.filter(({ at }) => inside(at, window)));
      return {
        value: operation,
        errors: buckets.reduce((sum, { errors }) => sum + errors, 0),
        requests: buckets.reduce((sum, { calls }) => sum + calls, 0),
      };
    };
    const [during, past] = [count(now), count(before)];
    if (during.requests === 0) return [];
    const evidence = [...new Set(own.flatMap((trace) => trace.evidence.slice(0, 2)))];
    return [{ value: operation, now: during, before: past.requests === 0 ? null : past, evidence }];
  });
}
