/** Everything that was collected, immutable: the engine's only input. */
import type { Change, ReleaseTag } from './change.ts';
import type { Repository } from './code.ts';
import type { Answer, TeamContext } from './context.ts';
import type { Evidence } from './evidence.ts';
import type { Coverage, Gap } from './gap.ts';
import type { IncidentEvent } from './incident.ts';
import type { ProbeAnswer } from './probe.ts';
import type { ServiceFact } from './service.ts';
import type {
  Alert,
  Instance,
  LogPattern,
  LogStream,
  MetricSeries,
  PlatformFact,
  TraceEdgeStats,
} from './signal.ts';
import type { EpochMs } from './time.ts';
import type { DependencyEdge } from './topology.ts';

export interface TriageRequest {
  readonly symptom: string;
  /** The time of the triage. */
  readonly asOf: EpochMs;
  /** How `asOf` came about: given, the clock, or the end of evidence that ended long before. */
  readonly asOfBasis: 'given' | 'clock' | 'end-of-evidence';
  readonly service: string | null;
  readonly since: EpochMs | null;
  readonly until: EpochMs | null;
  readonly answers: readonly Answer[];
  readonly incidentId: string;
}

/** What one connector found. Lists may be in any order; `app/collect` merges and sorts them. */
export interface Contribution {
  readonly patterns: readonly LogPattern[];
  readonly streams: readonly LogStream[];
  readonly series: readonly MetricSeries[];
  readonly traces: readonly TraceEdgeStats[];
  readonly alerts: readonly Alert[];
  readonly platformFacts: readonly PlatformFact[];
  readonly instances: readonly Instance[];
  readonly changes: readonly Change[];
  readonly tags: readonly ReleaseTag[];
  readonly repositories: readonly Repository[];
  readonly serviceFacts: readonly ServiceFact[];
  readonly edges: readonly DependencyEdge[];
  readonly evidence: readonly Evidence[];
  readonly gaps: readonly Gap[];
  readonly coverage: readonly Coverage[];
}

export interface Snapshot extends Omit<Contribution, 'evidence'> {
  readonly schemaVersion: 1;
  readonly request: TriageRequest;
  readonly context: TeamContext;
  readonly record: readonly IncidentEvent[];
  readonly probeAnswers: readonly ProbeAnswer[];
  readonly evidence: Readonly<Record<string, Evidence>>;
}

export const EMPTY_CONTRIBUTION: Contribution = {
  patterns: [],
  streams: [],
  series: [],
  traces: [],
  alerts: [],
  platformFacts: [],
  instances: [],
  changes: [],
  tags: [],
  repositories: [],
  serviceFacts: [],
  edges: [],
  evidence: [],
  gaps: [],
  coverage: [],
};
