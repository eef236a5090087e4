/** Who is hurt, and how badly. */
import type { EvidenceRef } from './evidence.ts';
import type { Quantity } from './quantity.ts';
import type { ServiceName } from './service.ts';
import type { EpochMs } from './time.ts';

export type IncidentStatus = 'INVESTIGATING' | 'IDENTIFIED' | 'MITIGATING' | 'MONITORING' | 'RESOLVED';

export type Severity = 'SEV1' | 'SEV2' | 'SEV3' | 'SEV4';

export interface DirectImpact {
  readonly service: ServiceName;
  readonly endpoint: string | null;
  readonly failureRate: Quantity;
  readonly baselineRate: Quantity;
  readonly since: EpochMs;
  readonly detail: string;
  /** The failing ones where routes are told apart, by lost requests. */
  readonly routes: readonly RouteImpact[];
  /** All other routes together; null where none fails or there is no other. */
  readonly otherRoutes: { readonly count: number; readonly failureRate: Quantity } | null;
  readonly evidence: readonly EvidenceRef[];
}

export interface RouteImpact {
  readonly route: string;
  readonly failureRate: Quantity;
  readonly baselineRate: Quantity;
  readonly evidence: readonly EvidenceRef[];
}

/** Parts of a service (versions, zones, tenants) that fail while its other parts are served. */
export interface PartImpact {
  readonly service: ServiceName;
  /** What tells the parts apart, in a word: `version`, `tenant`. */
  readonly dimension: string;
  /** The parts hit, the most failures first; at most five of `count`. */
  readonly values: readonly string[];
  readonly count: number;
  readonly failureRate: Quantity;
  readonly others: { readonly count: number; readonly failureRate: Quantity };
  readonly evidence: readonly EvidenceRef[];
}

export interface CascadeImpact {
  readonly service: ServiceName;
  readonly effect: string;
  readonly since: EpochMs | null;
  /** Of its own requests; unknown where they are not counted. */
  readonly failureRate: Quantity;
  readonly evidence: readonly EvidenceRef[];
}

/** How fast a failing service spends what its objective allows to fail. */
export interface ErrorBudget {
  readonly service: ServiceName;
  /** Percent. */
  readonly availabilityPercent: number;
  /** Failing share ÷ allowed share: 1 spends the budget in exactly its period. */
  readonly burnRate: Quantity;
  /** Share of the 30-day budget that this incident has spent, above 1 when it is overspent. */
  readonly spent: Quantity;
  /** What the burn rate asks for by the SRE workbook. */
  readonly alert: 'page' | 'ticket' | 'none' | 'unknown';
}

export interface Question {
  readonly key: string;
  readonly question: string;
  readonly why: string;
  /** What in the report another answer would change. */
  readonly wouldChange: string;
  /** True when an answer could alter the verdict or the decision: these are asked first. */
  readonly decisive: boolean;
}

export interface BlastRadius {
  readonly direct: readonly DirectImpact[];
  readonly cascade: readonly CascadeImpact[];
  readonly users: Quantity;
  readonly userShare: Quantity;
  readonly revenuePerHour: Quantity;
  /** One for each failing service whose objective is known. */
  readonly errorBudgets: readonly ErrorBudget[];
  /** Statements such as "no errors seen in this log" for services that look uninvolved. */
  readonly unaffected: readonly {
    readonly service: ServiceName;
    readonly statement: string;
    readonly evidence: readonly EvidenceRef[];
  }[];
  /** Measured on the counters of each part. */
  readonly parts: readonly PartImpact[];
  /** Where only a part is hit, in sentences: those of `parts`, and what logs and the cause tell. */
  readonly partial: readonly string[];
  /** Requests in logs that name no service, as whoever stands in front writes them; null where there are none. */
  readonly unnamed: { readonly failureRate: Quantity; readonly baselineRate: Quantity } | null;
}

export interface Assessment {
  readonly severity: Severity;
  readonly severityReasons: readonly string[];
  readonly severityWouldRise: readonly string[];
  readonly severityWouldFall: readonly string[];
  readonly blastRadius: BlastRadius;
  readonly questions: readonly Question[];
}
