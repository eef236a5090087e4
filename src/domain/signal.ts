/** What was observed: log patterns, metric series, traces and alerts, aggregated at the edge so that a snapshot stays small. */
import type { EvidenceRef } from './evidence.ts';
import type { ServiceName } from './service.ts';
import type { EpochMs, Interval } from './time.ts';

/** Severity of a log record (not of an incident). `unknown` where the record has none. */
export type LogSeverity = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'unknown';

/** One stack frame, outermost call last. `inApp` is false for runtime and library frames, null when it cannot be told. */
export interface StackFrame {
  readonly file: string;
  readonly line: number | null;
  readonly function: string | null;
  readonly inApp: boolean | null;
}

/** Counts per fixed-width bucket; only non-empty buckets are listed, ascending by `at` (start of the bucket). */
export interface BucketCounts {
  readonly widthMs: number;
  readonly at: readonly EpochMs[];
  readonly count: readonly number[];
}

/** A sub-count of a pattern along one dimension. */
export interface Split {
  readonly dimension: 'pod' | 'version' | 'zone' | 'host' | 'route' | 'peer';
  readonly value: string;
  readonly count: number;
  readonly firstSeenAt: EpochMs;
  readonly lastSeenAt: EpochMs;
}

export interface LogSample {
  readonly at: EpochMs | null;
  /** Redacted message without its prefix, at most 400 characters. */
  readonly message: string;
  readonly evidence: EvidenceRef;
}

/**
 * One message template of one service at one severity.
 * `template` has `<*>` for each variable part; `id` is stable for the same template text.
 */
export interface LogPattern {
  readonly id: string;
  readonly template: string;
  readonly service: ServiceName | null;
  readonly severity: LogSeverity;
  readonly count: number;
  readonly firstSeenAt: EpochMs;
  readonly lastSeenAt: EpochMs;
  readonly buckets: BucketCounts;
  /** At least the first and the last record, in time order, at most 6. */
  readonly samples: readonly LogSample[];
  readonly splits: readonly Split[];
  /** Frames of a representative stack trace, else empty. */
  readonly frames: readonly StackFrame[];
  /** Type name of the exception where the record carries one (`TypeError`, `java.net.SocketTimeoutException`). */
  readonly exceptionType: string | null;
  /** HTTP status codes, distinct customers and the like that the record's fields carried; keys are OpenTelemetry attribute names. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Whom its records of failures were about, one entry a kind; empty where they do not say. */
  readonly failing: readonly FailingIdentities[];
}

/** What a log stream covered, so that silence can be told from absence. One per file and service. */
export interface LogStream {
  readonly path: string;
  readonly service: ServiceName | null;
  readonly interval: Interval;
  readonly records: number;
  /** Bucketed count of all records of the stream, whatever their pattern. */
  readonly buckets: BucketCounts;
  /** IANA name or offset that was assumed for zone-less stamps; null when every stamp carried its zone. */
  readonly assumedZone: string | null;
}

export type MetricMeaning =
  | 'requests'
  | 'errors'
  | 'error-ratio'
  /** Share of requests that were refused as the client's fault (HTTP 4xx). */
  | 'refused-ratio'
  | 'latency'
  | 'cpu'
  | 'memory'
  | 'disk'
  | 'pool'
  | 'queue'
  | 'restarts'
  | 'saturation'
  | 'other';

/**
 * One time series, decoded to values per instant: counters are already turned into rates or per-interval counts.
 * `unit`: `ms` for latency, `ratio` (0…1) for ratios, `1/s` or `1/bucket` for rates, `By` for bytes, else as given.
 */
export interface MetricSeries {
  readonly id: string;
  readonly name: string;
  readonly meaning: MetricMeaning;
  /** 0…1 for a latency quantile, null for anything else. */
  readonly quantile: number | null;
  readonly unit: string;
  readonly service: ServiceName | null;
  /** Further labels (route, method, version, pod, zone, peer). */
  readonly attributes: Readonly<Record<string, string>>;
  /** Ascending; same length as `values`. */
  readonly at: readonly EpochMs[];
  readonly values: readonly number[];
  /** Sample sizes behind each value where known (requests of the bucket), else null. */
  readonly weights: readonly number[] | null;
  /** How far before its instant each value reaches back: the window of a rate; 0 for gauges and for buckets named by their start. */
  readonly reachMs: number;
  /** `log-file` when computed from request lines, else the connector that read it. */
  readonly source: string;
  readonly evidence: readonly EvidenceRef[];
}

/** Calls from one service to another as seen in traces. */
export interface TraceEdgeStats {
  readonly from: ServiceName | null;
  readonly to: ServiceName;
  readonly operation: string;
  readonly interval: Interval;
  readonly buckets: readonly {
    readonly at: EpochMs;
    readonly calls: number;
    readonly errors: number;
    /** Calls that were refused as the caller's fault (HTTP 4xx); left out where none was. */
    readonly refused?: number;
    readonly p50Ms: number;
    readonly p99Ms: number;
    readonly selfP50Ms: number;
  }[];
  readonly errorSamples: readonly {
    readonly at: EpochMs;
    readonly message: string;
    readonly evidence: EvidenceRef;
  }[];
  /** Whom the failing calls were for, one entry a kind; empty where spans do not say. */
  readonly failing: readonly FailingIdentities[];
  readonly evidence: readonly EvidenceRef[];
}

/** Distinct ids in failing calls or in records of failures, a pair of hash and bucket (its start) each. */
export interface FailingIdentities {
  readonly kind: 'user' | 'customer' | 'tenant';
  /** 48-bit hashes: nobody's id lies in a snapshot. */
  readonly hashes: readonly number[];
  /** Same length as `hashes`. */
  readonly at: readonly EpochMs[];
  /** There were more than are kept. */
  readonly capped: boolean;
}

export interface Alert {
  readonly id: string;
  readonly name: string;
  readonly service: ServiceName | null;
  readonly severity: string | null;
  readonly summary: string;
  readonly firedAt: EpochMs;
  readonly resolvedAt: EpochMs | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly evidence: readonly EvidenceRef[];
}

/** A state or event that a platform reports (Kubernetes and the like). */
export interface PlatformFact {
  readonly id: string;
  readonly kind:
    | 'oom-killed'
    | 'crash-loop'
    | 'evicted'
    | 'probe-failed'
    | 'node-condition'
    | 'limit'
    | 'restart'
    | 'image-pull'
    | 'scheduling'
    | 'scaling'
    | 'other';
  readonly service: ServiceName | null;
  readonly pod: string | null;
  readonly node: string | null;
  readonly at: EpochMs | null;
  readonly count: number;
  readonly summary: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly evidence: readonly EvidenceRef[];
}

/** A pod or instance with the version that it ran. */
export interface Instance {
  readonly pod: string;
  readonly service: ServiceName;
  readonly version: string | null;
  readonly startedAt: EpochMs | null;
  readonly endedAt: EpochMs | null;
  readonly zone: string | null;
  readonly evidence: readonly EvidenceRef[];
}

/** Route that a series is about; null for the whole service. */
export function routeOf(series: Pick<MetricSeries, 'attributes'>): string | null {
  return series.attributes['http.route'] ?? series.attributes['route'] ?? null;
}
