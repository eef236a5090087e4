/** Cause-free observations of what is wrong, each measured against its own past. */
import type { EvidenceRef } from './evidence.ts';
import type { ServiceName } from './service.ts';
import type { EpochMs } from './time.ts';

export type SymptomClass =
  | 'timeout'
  | 'connection-refused'
  | 'connection-reset'
  | 'server-error'
  | 'client-error'
  | 'null-dereference'
  | 'type-error'
  | 'out-of-memory'
  | 'disk-full'
  | 'credentials'
  | 'certificate'
  | 'dns'
  | 'network'
  | 'lock'
  | 'pool-exhausted'
  | 'rate-limit'
  | 'breaker-open'
  | 'schema'
  | 'missing-config'
  | 'validation'
  | 'serialization'
  | 'missing-module'
  | 'crash'
  /** Instances that are wanted and for which no machine is found. */
  | 'unschedulable'
  | 'restart'
  | 'latency'
  | 'traffic-surge'
  | 'silence'
  | 'saturation'
  | 'queue-backlog'
  | 'data-integrity'
  | 'error-ratio'
  | 'unclassified';

export type Shape = 'step' | 'ramp' | 'burst' | 'periodic' | 'sparse';

/** Whether the past was seen: without an observed baseline nothing can be called new. */
export interface Baseline {
  readonly observed: boolean;
  readonly from: EpochMs | null;
  readonly to: EpochMs | null;
  /** Occurrences in the baseline window for counts, the median for series. */
  readonly value: number | null;
}

export interface Symptom {
  readonly id: string;
  readonly class: SymptomClass;
  readonly service: ServiceName | null;
  readonly route: string | null;
  /** The other side where the symptom names one: `payment-service` in "circuit breaker open for payment-service". */
  readonly peer: ServiceName | null;
  readonly summary: string;
  /** Ids of log patterns or metric series behind it. */
  readonly signalIds: readonly string[];
  readonly pattern: string | null;
  readonly count: number;
  readonly baseline: Baseline;
  readonly firstSeenAt: EpochMs;
  readonly lastSeenAt: EpochMs;
  readonly onsetAt: EpochMs;
  /** Half width of the interval in which the onset lies. */
  readonly onsetUncertaintyMs: number;
  readonly shape: Shape;
  /** Natural log of how much likelier the observation is under "something changed" than under the baseline. */
  readonly strength: number;
  readonly userVisible: boolean;
  readonly ongoing: boolean;
  /** Last measured value over the incident window for series (ratio, ms, 1/s), null for counts. */
  readonly level: number | null;
  /** It fails whole runs of what works by the clock: how often it came says little. */
  readonly failsRun?: boolean;
  readonly evidence: readonly EvidenceRef[];
}

/** Outcome of the detection stage. */
export interface Detection {
  /** Ascending by onset, then by id. */
  readonly symptoms: readonly Symptom[];
  /** The symptom that the incident is about: the strongest that users can see; null when nothing is abnormal. */
  readonly primary: Symptom | null;
  readonly onsetAt: EpochMs | null;
  readonly onsetUncertaintyMs: number;
  readonly ongoing: boolean;
  /** When the last of the incident's symptoms stopped, if a recovery was observed. */
  readonly endedAt: EpochMs | null;
  /** False when the evidence begins with the failure, so that "new" cannot be told from "old". */
  readonly baselineObserved: boolean;
  /** Signals that looked bad and are not: each with the reason. */
  readonly dismissed: readonly {
    readonly summary: string;
    readonly reason: string;
    readonly evidence: readonly EvidenceRef[];
    /** True where only whoever watches said so, and those who are watched were well. */
    readonly byWatcher?: boolean;
  }[];
  readonly notes: readonly string[];
}
