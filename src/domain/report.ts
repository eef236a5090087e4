/** The report model: the JSON contract of DESIGN.md §7. Every view is rendered from it; times are ISO 8601 UTC, evidence is cited as E1…. */

import type { Recommendation } from './decision.ts';
import type { Confidence, HypothesisKind } from './hypothesis.ts';
import type { IncidentStatus, Severity } from './impact.ts';
import type { Basis } from './quantity.ts';
import type { CheckResult, MitigationBasis, VerificationOutcome } from './verification.ts';

/** `E1`, `E2` …: key into `Report.evidence`. */
export type Citation = string;

export interface ReportQuantity {
  readonly value: number | null;
  readonly unit: string;
  readonly basis: Basis;
  readonly formula?: string;
  readonly low?: number;
  readonly high?: number;
  readonly need?: string;
  readonly counts?: { readonly events: number; readonly trials: number };
  readonly evidence: readonly Citation[];
}

export interface ReportChange {
  readonly type: string;
  readonly commit: string | null;
  /** Further commits of the same deployment. */
  readonly commits: readonly string[];
  readonly version: string | null;
  readonly deploymentId: string | null;
  readonly flag: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly key: string | null;
  readonly oldValue: string | null;
  readonly newValue: string | null;
  readonly at: string | null;
  readonly finishedAt: string | null;
}

export interface ReportStep {
  readonly statement: string;
  /** `path:line`, null where the step is no place in code. */
  readonly location: string | null;
  readonly revision: string | null;
  readonly evidence: readonly Citation[];
}

export interface ReportHypothesis {
  readonly rank: number;
  readonly kind: HypothesisKind;
  readonly statement: string;
  readonly service: string | null;
  readonly change: ReportChange | null;
  readonly mechanism: readonly ReportStep[];
  readonly probability: number;
  readonly confidence: Confidence;
  readonly caps: readonly string[];
  readonly factors: readonly {
    readonly name: string;
    readonly weight: number;
    readonly detail: string;
    readonly evidence: readonly Citation[];
  }[];
  readonly predictions: readonly {
    readonly statement: string;
    readonly result: 'PASS' | 'FAIL' | 'NO-DATA';
    readonly evidence: readonly Citation[];
  }[];
}

export interface ReportCommand {
  readonly purpose: string;
  readonly platform: string;
  readonly command: string;
  readonly assumes: readonly string[];
  readonly undo: string | null;
}

export interface ReportEvidence {
  readonly kind: string;
  readonly source: string;
  /** Human-readable place: `error.log:3`, `services/x/config.ts:2 @ 1a2b3c4`, `metrics/latency.csv 14:20–14:41`. */
  readonly locator: string;
  readonly excerpt: string;
  readonly sha256: string;
  readonly observedAt: string | null;
}

export interface TimelineEntry {
  readonly at: string;
  readonly kind: 'change' | 'symptom' | 'alert' | 'cascade' | 'platform' | 'recovery' | 'response';
  readonly service: string | null;
  readonly summary: string;
  readonly evidence: readonly Citation[];
}

/** Outcome of `incident --verify`, printed and recorded. Times are ISO 8601 UTC, durations in seconds. */
export interface VerificationReport {
  readonly schemaVersion: 1;
  readonly incident: {
    readonly id: string;
    readonly title: string;
    readonly symptom: string;
    readonly severity: Severity;
    readonly startedAt: string;
  };
  readonly asOf: string;
  readonly outcome: VerificationOutcome;
  /** What the status of the incident is after this. */
  readonly status: IncidentStatus;
  readonly reason: string;
  readonly mitigation: {
    readonly at: string;
    readonly startedAt: string;
    readonly basis: MitigationBasis;
    readonly summary: string;
    readonly service: string | null;
    readonly evidence: readonly Citation[];
  };
  readonly checks: readonly {
    readonly id: string;
    readonly service: string | null;
    readonly statement: string;
    readonly result: CheckResult;
    readonly before: string | null;
    readonly during: string | null;
    readonly after: string | null;
    readonly detail: string;
    readonly lastFailureAt: string | null;
    readonly waitSeconds: number | null;
    readonly improved: boolean;
    readonly evidence: readonly Citation[];
  }[];
  readonly quietSince: string | null;
  readonly quietSeconds: number;
  readonly requiredQuietSeconds: number;
  readonly waitSeconds: number | null;
  readonly next: readonly string[];
  readonly trend: {
    readonly what: string;
    readonly unit: 'ratio' | 'count';
    readonly at: readonly string[];
    /** Null where nothing was asked of the service. */
    readonly values: readonly (number | null)[];
  } | null;
  /** What could not be seen, and what differs from the evidence of the triage. */
  readonly notes: readonly string[];
  readonly evidence: Readonly<Record<Citation, ReportEvidence>>;
}

export interface Report {
  readonly schemaVersion: 1;
  /** Wall time of the triage; the only field that differs between two runs on the same input. */
  readonly durationMs: number;
  readonly incident: {
    readonly id: string;
    readonly title: string;
    readonly symptom: string;
    readonly severity: Severity;
    readonly severityReasons: readonly string[];
    /** What would make it graver or milder, as far as the policy tells. */
    readonly severityWouldRise: readonly string[];
    readonly severityWouldFall: readonly string[];
    readonly status: IncidentStatus;
    readonly startedAt: string | null;
    readonly startedAtUncertaintySeconds: number | null;
    readonly asOf: string;
    readonly durationSeconds: number | null;
    readonly ongoing: boolean;
  };
  /** One paragraph for a person who has ten seconds. */
  readonly summary: string;
  readonly symptoms: readonly {
    readonly id: string;
    readonly class: string;
    readonly summary: string;
    readonly service: string | null;
    readonly route: string | null;
    readonly pattern: string | null;
    readonly count: number;
    /** Null when no baseline was observed. */
    readonly baselineCount: number | null;
    readonly firstSeenAt: string;
    readonly lastSeenAt: string;
    readonly onsetAt: string;
    readonly shape: string;
    readonly ongoing: boolean;
    readonly evidence: readonly Citation[];
  }[];
  readonly timeline: readonly TimelineEntry[];
  readonly hypotheses: readonly ReportHypothesis[];
  readonly rootCause: ReportHypothesis | null;
  readonly rootCauseReason: string;
  readonly cleared: readonly {
    readonly change: {
      readonly label: string;
      readonly service: string | null;
      readonly at: string | null;
      readonly commit: string | null;
      readonly version: string | null;
    };
    readonly reason: string;
    readonly evidence: readonly Citation[];
  }[];
  readonly blastRadius: {
    readonly direct: readonly {
      readonly service: string;
      readonly endpoint: string | null;
      readonly failureRate: ReportQuantity;
      readonly baselineRate: ReportQuantity;
      readonly detail: string;
      readonly since: string;
      /** The failing routes, where routes are told apart. */
      readonly routes: readonly {
        readonly route: string;
        readonly failureRate: ReportQuantity;
        readonly baselineRate: ReportQuantity;
        readonly evidence: readonly Citation[];
      }[];
      /** All other routes together. */
      readonly otherRoutes: { readonly count: number; readonly failureRate: ReportQuantity } | null;
      readonly evidence: readonly Citation[];
    }[];
    readonly cascade: readonly {
      readonly service: string;
      readonly effect: string;
      readonly since: string | null;
      readonly failureRate: ReportQuantity;
      readonly evidence: readonly Citation[];
    }[];
    readonly users: ReportQuantity;
    readonly userShare: ReportQuantity;
    readonly revenuePerHour: ReportQuantity;
    readonly errorBudgets: readonly {
      readonly service: string;
      readonly availabilityPercent: number;
      readonly burnRate: ReportQuantity;
      readonly spent: ReportQuantity;
      readonly alert: 'page' | 'ticket' | 'none' | 'unknown';
    }[];
    readonly unaffected: readonly {
      readonly service: string;
      readonly statement: string;
      readonly evidence: readonly Citation[];
    }[];
    /** Versions, zones, tenants that fail while the others are served. */
    readonly parts: readonly {
      readonly service: string;
      readonly dimension: string;
      readonly values: readonly string[];
      readonly count: number;
      readonly failureRate: ReportQuantity;
      readonly others: { readonly count: number; readonly failureRate: ReportQuantity };
      readonly evidence: readonly Citation[];
    }[];
    readonly partial: readonly string[];
  };
  readonly rollback: {
    readonly recommendation: Recommendation;
    readonly reason: string;
    readonly target: {
      readonly service: string | null;
      readonly version: string | null;
      readonly commit: string | null;
      readonly revision: string | null;
    } | null;
    readonly criteria: readonly {
      readonly id: string;
      readonly statement: string;
      readonly result: 'met' | 'not-met' | 'unknown';
      readonly value: string | null;
      readonly threshold: string | null;
      readonly detail: string;
      readonly evidence: readonly Citation[];
    }[];
    readonly safety: {
      readonly verdict: 'SAFE' | 'SAFE_WITH_STEPS' | 'UNSAFE' | 'UNKNOWN';
      readonly findings: readonly {
        readonly verdict: string;
        readonly statement: string;
        readonly evidence: readonly Citation[];
      }[];
    };
    readonly commands: readonly ReportCommand[];
    readonly alternatives: readonly {
      readonly summary: string;
      readonly commands: readonly ReportCommand[];
      readonly warnings: readonly string[];
      readonly timeToMitigate: string;
      readonly risk: 'low' | 'medium' | 'high';
      readonly reversible: string;
      /** `git apply` takes it in a checkout of `against`. */
      readonly patch: {
        readonly against: string;
        readonly paths: readonly string[];
        readonly text: string;
      } | null;
      readonly evidence: readonly Citation[];
    }[];
    readonly verification: readonly { readonly statement: string; readonly command: string | null }[];
    readonly wouldFlipIf: readonly string[];
    readonly wouldHelp: readonly {
      readonly statement: string;
      readonly result: 'yes' | 'no' | 'unknown';
      readonly evidence: readonly Citation[];
    }[];
    readonly holdsWhile: readonly string[];
    readonly doingNothing: string | null;
  };
  readonly followUps: readonly {
    readonly action: string;
    readonly why: string;
    readonly evidence: readonly Citation[];
  }[];
  readonly lessons: readonly { readonly text: string; readonly evidence: readonly Citation[] }[];
  readonly questions: readonly {
    readonly key: string;
    readonly question: string;
    readonly why: string;
    readonly wouldChange: string;
    readonly decisive: boolean;
  }[];
  /** Remarks on how the evidence was read: assumed zones, epoch mismatch, substituted clock. */
  readonly notes: readonly string[];
  readonly gaps: readonly {
    readonly source: string;
    readonly reason: string;
    readonly detail: string;
    readonly effect: string;
    readonly nextStep: string | null;
  }[];
  readonly coverage: readonly {
    readonly source: string;
    readonly what: string;
    readonly path: string | null;
    readonly items: number;
    readonly unit: string;
    readonly from: string | null;
    readonly to: string | null;
    readonly services: readonly string[];
    readonly notes: readonly string[];
  }[];
  readonly evidence: Readonly<Record<Citation, ReportEvidence>>;
}
