/** Whether a mitigation worked: the criteria of the incident, measured again after it. */
import type { EvidenceRef } from './evidence.ts';
import type { IncidentStatus } from './impact.ts';
import type { ServiceName } from './service.ts';
import type { EpochMs, Interval } from './time.ts';

/**
 * `RECOVERED`: every measured criterion is back to what it was before. `NOT_RECOVERED`: one still fails after the mitigation had its
 * time. `RELAPSED`: it had recovered and fails again. `INCONCLUSIVE`: too little was seen to say either.
 */
export type VerificationOutcome = 'RECOVERED' | 'NOT_RECOVERED' | 'RELAPSED' | 'INCONCLUSIVE';

/** `waiting`: time or traffic will tell. `unknown`: nothing in this evidence can tell. */
export type CheckResult = 'recovered' | 'failing' | 'relapsed' | 'waiting' | 'unknown';

export interface VerificationCheck {
  readonly id:
    | 'error-rate'
    | 'latency'
    | 'failure-pattern'
    | 'breaker'
    | 'restarts'
    | 'saturation'
    | 'volume'
    | 'new-pattern';
  readonly service: ServiceName | null;
  readonly statement: string;
  readonly result: CheckResult;
  /** Before the incident, while it failed, after the mitigation; null where it was not measured. */
  readonly before: string | null;
  readonly during: string | null;
  readonly after: string | null;
  readonly detail: string;
  /** When the criterion last failed; null where it did not after the mitigation. */
  readonly lastFailureAt: EpochMs | null;
  /** For `waiting`: how long at the observed rate, in seconds; null where that cannot be told. */
  readonly waitSeconds: number | null;
  /** True where the measure fell clearly from what it was during the failure, whatever the result. */
  readonly improved: boolean;
  readonly evidence: readonly EvidenceRef[];
}

/** How the time of the mitigation came about, the most direct knowledge first. */
export type MitigationBasis =
  | 'given'
  | 'rollback'
  | 'flag'
  | 'deployment'
  | 'scaling'
  | 'record'
  | 'ended'
  | 'last-triage';

export interface Mitigation {
  /** When it began to act. */
  readonly startedAt: EpochMs;
  /** When it was in place everywhere; what fails before that is not held against it. */
  readonly at: EpochMs;
  readonly basis: MitigationBasis;
  readonly summary: string;
  readonly service: ServiceName | null;
  readonly evidence: readonly EvidenceRef[];
}

export interface Verification {
  readonly outcome: VerificationOutcome;
  /** What the incident's status should be after this. */
  readonly status: IncidentStatus;
  readonly reason: string;
  readonly mitigation: Mitigation;
  readonly before: Interval | null;
  readonly during: Interval;
  readonly after: Interval;
  readonly checks: readonly VerificationCheck[];
  /** Since when nothing failed; null while something does. */
  readonly quietSince: EpochMs | null;
  readonly quietSeconds: number;
  /** The quiet time after which a recovered incident counts as resolved. */
  readonly requiredQuietSeconds: number;
  /** How long to wait before measuring again can tell more; null where waiting tells nothing. */
  readonly waitSeconds: number | null;
  readonly next: readonly string[];
  /** The failing share (or failures) per step of time, oldest first, null where nothing was asked of the service. */
  readonly trend: {
    readonly what: string;
    readonly unit: 'ratio' | 'count';
    readonly at: readonly EpochMs[];
    readonly values: readonly (number | null)[];
  } | null;
}
