/** Traces as series, for services that nothing else measured: calls, failures and latency per interval of whoever was called. */
import { append } from '../../domain/append.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { MetricMeaning, MetricSeries, TraceEdgeStats } from '../../domain/signal.ts';
import { type EpochMs, epochMs } from '../../domain/time.ts';

interface Sum {
  calls: number;
  errors: number;
  refused: number;
  /** Sum of medians weighted by calls: their average stands for the median of the whole. */
  medians: number;
  p99: number;
}

const NOTHING: Readonly<Sum> = { calls: 0, errors: 0, refused: 0, medians: 0, p99: 0 };
/** Fewer refused calls in all are single mistakes. */
const MIN_REFUSED = 20;

/**
 * Only what `measured` does not know of the service already: two sources of one thing would count it twice. Of databases and providers
 * only how often they are asked: that calls to them fail or are slow is a symptom of whoever calls.
 */
export function traceSeries(
  traces: readonly TraceEdgeStats[],
  measured: readonly MetricSeries[],
  resolve: (raw: string) => ServiceName,
  isOurs: (service: ServiceName) => boolean,
): readonly MetricSeries[] {
  const known = new Set(measured.map((series) => `${series.meaning}|${series.service}`));
  const grouped = new Map<ServiceName, TraceEdgeStats[]>();
  for (const trace of traces) {
    const service = resolve(trace.to);
    append(grouped, service, trace);
  }
  return [...grouped.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([service, edges]) =>
      seriesOf(service, edges).filter(
        (series) =>
          series.values.length > 0 &&
          !known.has(`${series.meaning}|${service}`) &&
          // A share is one of the calls that are counted beside it.
          (series.meaning !== 'refused-ratio' || !known.has(`requests|${service}`)) &&
          (series.meaning === 'requests' || isOurs(service)),
      ),
    );
}

function seriesOf(service: ServiceName, edges: readonly TraceEdgeStats[]): readonly MetricSeries[] {
  const sums = new Map<EpochMs, Sum>();
  for (const bucket of edges.flatMap((edge) => edge.buckets)) {
    const sum = sums.get(bucket.at) ?? { ...NOTHING };
    sum.calls += bucket.calls;
    sum.errors += bucket.errors;
    sum.refused += bucket.refused ?? 0;
    sum.medians += bucket.p50Ms * bucket.calls;
    sum.p99 = Math.max(sum.p99, bucket.p99Ms);
    sums.set(bucket.at, sum);
  }
  const rows = withEmpty([...sums.entries()].sort(([a], [b]) => a - b));
  const busy = rows.filter(([, sum]) => sum.calls > 0);
  const evidence = [...new Set(edges.flatMap((edge) => edge.evidence))].slice(0, 3);
  const make = (
    meaning: MetricMeaning,
    unit: string,
    quantile: number | null,
    part: readonly (readonly [EpochMs, Sum])[],
    value: (sum: Sum) => number,
  ): MetricSeries => ({
    id: `traces:${service}:${meaning}:${quantile ?? ''}`,
    name: `${meaning} of calls in traces`,
    meaning,
    quantile,
    unit,
    service,
    attributes: {},
    at: part.map(([at]) => at),
    values: part.map(([, sum]) => value(sum)),
    weights: part.map(([, sum]) => sum.calls),
    reachMs: 0,
    source: 'traces',
    evidence: evidence as readonly EvidenceRef[],
  });
  return [
    make('requests', '1/bucket', null, rows, (sum) => sum.calls),
    make('errors', '1/bucket', null, rows, (sum) => sum.errors),
    ...(busy.reduce((sum, [, { refused }]) => sum + refused, 0) < MIN_REFUSED
      ? []
      : [make('refused-ratio', 'ratio', null, busy, (sum) => sum.refused / sum.calls)]),
    make('latency', 'ms', 0.5, busy, (sum) => sum.medians / sum.calls),
    make('latency', 'ms', 0.99, busy, (sum) => sum.p99),
  ];
}

/** Buckets without a call are left out by who counted; between the first and the last they are zeros. */
function withEmpty(rows: readonly (readonly [EpochMs, Sum])[]): readonly (readonly [EpochMs, Sum])[] {
  const gaps = rows.slice(1).map(([at], index) => at - (rows[index]?.[0] ?? at));
  const width = Math.min(...gaps);
  const first = rows[0]?.[0];
  const last = rows.at(-1)?.[0];
  if (first === undefined || last === undefined || !Number.isFinite(width) || (last - first) / width > 2000)
    return rows;
  const known = new Map(rows);
  const steps = Math.round((last - first) / width) + 1;
  return Array.from({ length: steps }, (_, index) => {
    const at = epochMs(first + index * width);
    return [at, known.get(at) ?? NOTHING] as const;
  });
}
