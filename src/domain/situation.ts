/** The snapshot after normalisation: one name for each service, one change for each rollout, code tied to what ran. */
import type { Commit, FlagChange, OtherChange, Reach } from './change.ts';
import type { EvidenceRef } from './evidence.ts';
import type { Criticality, DeployTarget, ServiceKind, ServiceName, Slo } from './service.ts';
import type { LogPattern, LogStream, MetricSeries } from './signal.ts';
import type { Snapshot } from './snapshot.ts';
import type { EpochMs, Interval } from './time.ts';
import type { DependencyEdge } from './topology.ts';

export interface ServiceNode {
  readonly name: ServiceName;
  readonly kind: ServiceKind;
  readonly criticality: Criticality | null;
  readonly userFacing: boolean | null;
  readonly journey: string | null;
  readonly paths: readonly string[];
  readonly routes: readonly string[];
  readonly slo: Slo | null;
  readonly baseline: {
    readonly errorRateRatio: number | null;
    readonly requestsPerMinute: number | null;
  } | null;
  readonly deploy: DeployTarget | null;
  readonly evidence: readonly EvidenceRef[];
}

/** How a release was tied to a commit. `head` is the last resort: the dates in git cannot be compared with the evidence. */
export type CommitBasis = 'given' | 'tag' | 'version-text' | 'by-time' | 'head' | 'unknown';

/** One rollout of one service, however many sources reported it. */
export interface Release {
  readonly id: string;
  readonly service: ServiceName;
  readonly version: string | null;
  readonly startedAt: EpochMs;
  readonly finishedAt: EpochMs | null;
  readonly status: 'started' | 'succeeded' | 'failed' | 'cancelled' | 'unknown';
  /** An earlier version came back, or the source calls it a rollback. */
  readonly rollback: boolean;
  readonly share: number | null;
  readonly environment: string | null;
  readonly platformRevision: string | null;
  readonly deploymentId: string | null;
  readonly target: DeployTarget | null;
  readonly repo: string | null;
  readonly commit: string | null;
  readonly commitBasis: CommitBasis;
  /** The release of the same service that ran before; null when none is known. */
  readonly previousId: string | null;
  readonly previousVersion: string | null;
  readonly previousCommit: string | null;
  /** Set where the earlier release's commit is not in the history though it was read whole, as of a shallow clone: nothing can be compared with it. */
  readonly previousCommitMissing?: true;
  readonly previousPlatformRevision: string | null;
  /** Commits that this release brought to the service, newest first. */
  readonly commits: readonly Commit[];
  readonly reach: Reach;
  readonly sources: readonly string[];
  readonly evidence: readonly EvidenceRef[];
}

export interface ClockFinding {
  /** All commits are younger than all evidence: dates in git say nothing about order. */
  readonly epochMismatch: boolean;
  readonly notes: readonly string[];
}

export interface Situation {
  readonly snapshot: Snapshot;
  readonly services: ReadonlyMap<ServiceName, ServiceNode>;
  readonly edges: readonly DependencyEdge[];
  readonly patterns: readonly LogPattern[];
  readonly streams: readonly LogStream[];
  readonly series: readonly MetricSeries[];
  /** Ascending by start. */
  readonly releases: readonly Release[];
  readonly flags: readonly FlagChange[];
  readonly otherChanges: readonly OtherChange[];
  readonly commits: readonly Commit[];
  /** Folders that a release of the service can change, shared libraries that it imports included. */
  readonly folders: ReadonlyMap<ServiceName, readonly string[]>;
  readonly clock: ClockFinding;
  /** What the telemetry (logs, metrics, traces) covers; null without any. */
  readonly covered: Interval | null;
  /** Canonical name for any spelling. */
  readonly resolve: (raw: string) => ServiceName;
}

/** Services that `from` needs, transitively, with the number of hops. */
export function dependenciesOf(
  edges: readonly DependencyEdge[],
  from: ServiceName,
): ReadonlyMap<ServiceName, number> {
  return walk(from, (name) => edges.filter((edge) => edge.from === name).map((edge) => edge.to));
}

/** Services that need `to`, transitively, with the number of hops. */
export function dependentsOf(
  edges: readonly DependencyEdge[],
  to: ServiceName,
): ReadonlyMap<ServiceName, number> {
  return walk(to, (name) => edges.filter((edge) => edge.to === name).map((edge) => edge.from));
}

function walk(
  start: ServiceName,
  next: (name: ServiceName) => readonly ServiceName[],
): ReadonlyMap<ServiceName, number> {
  const hops = new Map<ServiceName, number>([[start, 0]]);
  let frontier = [start];
  for (let depth = 1; frontier.length > 0; depth += 1) {
    const found = frontier.flatMap((name) => next(name)).filter((name) => !hops.has(name));
    for (const name of found) hops.set(name, depth);
    frontier = [...new Set(found)];
  }
  hops.delete(start);
  return hops;
}
