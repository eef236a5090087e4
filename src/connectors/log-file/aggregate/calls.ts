/** From counters of outgoing calls to what traces would tell of them: calls, failures and times per caller, callee and interval; and series of the caller by whom it called. */
import { canonicalServiceName, type ServiceFact } from '../../../domain/service.ts';
import type { MetricSeries, TraceEdgeStats } from '../../../domain/signal.ts';
import { epochMs, toIso } from '../../../domain/time.ts';
import { makeEvidence } from '../../_kit/evidence.ts';
import { partnerOfHost } from '../../_kit/partners.ts';
import { serviceFact } from '../../_kit/service-fact.ts';
import { calleeOf } from '../formats/call.ts';
import type { EvidenceStore } from './evidence-store.ts';
import { mergeBuckets, type RequestBucket } from './request-series.ts';
import type { ScannedFile } from './scanned-file.ts';

const MINUTE_MS = 60_000;
/** Fewer calls of one callee tell nothing of how long they take. */
const MIN_CALLS = 20;

interface Calls {
  readonly from: string;
  readonly to: string;
  /** As the records have it. */
  readonly host: string;
  readonly isOutside: boolean;
  readonly buckets: Map<number, RequestBucket>;
  readonly paths: Set<string>;
}

export interface FoundCalls {
  readonly traces: readonly TraceEdgeStats[];
  readonly series: readonly MetricSeries[];
  readonly serviceFacts: readonly ServiceFact[];
}

/** Sorted by caller and callee; callers without a name are left out. Times are those of the whole call: what lies beneath is not seen. */
export function callsOf(files: readonly ScannedFile[], store: EvidenceStore): FoundCalls {
  const widthMs = Math.max(MINUTE_MS, ...files.map(({ aggregate }) => aggregate.requests.widthMs));
  const found = new Map<string, Calls>();
  for (const { aggregate, file } of files)
    for (const { service, route, buckets } of aggregate.requests.series()) {
      const host = calleeOf(route);
      if (host === null || service === null) continue;
      const partner = partnerOfHost(host);
      const to = partner?.name ?? canonicalServiceName(host);
      if (to === '' || to === service) continue;
      const key = `${service}\n${host}`;
      const calls = found.get(key) ?? {
        from: service,
        to,
        host,
        isOutside: partner?.kind === 'external',
        buckets: new Map(),
        paths: new Set<string>(),
      };
      mergeBuckets(buckets, aggregate.requests.widthMs, widthMs, calls.buckets);
      calls.paths.add(file.path);
      found.set(key, calls);
    }
  const all = [...found.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, calls]) => {
      const trace = edgeOf(calls, widthMs, store);
      return trace === null ? [] : [{ calls, trace }];
    });
  return {
    traces: all.map(({ trace }) => trace),
    series: all.flatMap(({ calls, trace }) => seriesOf(calls, trace)),
    serviceFacts: factsOf(all),
  };
}

function factsOf(
  all: readonly { readonly calls: Calls; readonly trace: TraceEdgeStats }[],
): readonly ServiceFact[] {
  const outside = new Map(all.filter(({ calls }) => calls.isOutside).map((each) => [each.calls.to, each]));
  return [...outside.values()].map(({ calls, trace }) =>
    serviceFact({
      name: calls.to,
      kind: 'external',
      aliases: [calls.host],
      source: 'log-file',
      evidence: trace.evidence,
    }),
  );
}

/** That calls are slow or fail is a symptom of whoever makes them. */
function seriesOf({ from, host }: Calls, { buckets, evidence }: TraceEdgeStats): readonly MetricSeries[] {
  const weights = buckets.map(({ calls }) => calls);
  const make = (
    meaning: 'latency' | 'error-ratio',
    quantile: number | null,
    values: readonly number[],
  ): MetricSeries => ({
    id: `log-file:${from}:→${host}:${meaning}${quantile === null ? '' : `:p${quantile * 100}`}`,
    name: `${meaning} of calls in logs`,
    meaning,
    quantile,
    unit: meaning === 'latency' ? 'ms' : 'ratio',
    service: from,
    attributes: { peer: host },
    at: buckets.map(({ at }) => at),
    values,
    weights,
    reachMs: 0,
    source: 'log-file',
    evidence,
  });
  const failing = buckets.map(({ errors, calls }) => errors / calls);
  return [
    make(
      'latency',
      0.5,
      buckets.map(({ p50Ms }) => p50Ms),
    ),
    make(
      'latency',
      0.99,
      buckets.map(({ p99Ms }) => p99Ms),
    ),
    ...(failing.some((share) => share > 0) ? [make('error-ratio', null, failing)] : []),
  ];
}

function edgeOf(calls: Calls, widthMs: number, store: EvidenceStore): TraceEdgeStats | null {
  const { from, to } = calls;
  const indexes = [...calls.buckets.keys()].sort((a, b) => a - b);
  const rows = indexes.flatMap((index) => {
    const bucket = calls.buckets.get(index);
    return bucket === undefined || bucket.count === 0 ? [] : [{ index, bucket }];
  });
  const total = rows.reduce((sum, { bucket }) => sum + bucket.count, 0);
  const [first, last] = [rows[0], rows.at(-1)];
  if (total < MIN_CALLS || first === undefined || last === undefined) return null;
  const interval = { from: epochMs(first.index * widthMs), to: epochMs((last.index + 1) * widthMs) };
  const buckets = rows.map(({ index, bucket }) => {
    const [p50 = 0, p99 = 0] = bucket.latency.quantiles([0.5, 0.99]);
    return {
      at: epochMs(index * widthMs),
      calls: bucket.count,
      errors: bucket.errors,
      p50Ms: p50,
      p99Ms: p99,
      selfP50Ms: p50,
    };
  });
  const path = [...calls.paths].sort().join(', ');
  const series = `${from} → ${to}`;
  const errors = rows.reduce((sum, { bucket }) => sum + bucket.errors, 0);
  const cited = store.add(
    makeEvidence({
      source: 'log-file',
      kind: 'metric-window',
      locator: { kind: 'window', path, series, ...interval },
      refLocator: `calls:${series}`,
      text: `${total} calls of ${from} to ${to} in ${path}, in buckets of ${widthMs / 1000} s from ${toIso(interval.from)} to ${toIso(interval.to)}, ${errors} with a status of 500 to 599`,
      observedAt: interval.from,
    }),
  );
  return {
    from,
    to,
    operation: '(calls in logs)',
    interval,
    buckets,
    errorSamples: [],
    failing: [],
    evidence: [cited.ref],
  };
}
