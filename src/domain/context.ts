/** What a team declares about itself in wicked-platform.yaml, and the answers that a person gave. */
import type { EvidenceRef } from './evidence.ts';
import type { ServiceName } from './service.ts';

export interface Journey {
  readonly name: string;
  readonly services: readonly ServiceName[];
  readonly attemptsPerHour: number | null;
  readonly averageOrderValue: number | null;
}

export interface TeamContext {
  readonly activeUsers: number | null;
  readonly currency: string | null;
  readonly journeys: readonly Journey[];
  readonly policy: {
    readonly rollback: { readonly errorRateMultiple: number; readonly revenuePerHour: number | null };
    readonly severity: {
      /** Failing share of a critical journey from which an incident is SEV1. */
      readonly sev1FailureRatio: number;
      /** Failing share of a critical journey below which an incident is SEV3. */
      readonly sev2FailureRatio: number;
      /** For a critical journey whose failing share is not known. */
      readonly ifUnknown: 'SEV1' | 'SEV2';
    };
  };
  /** The statement in the file behind each value, by dotted key (`business.activeUsers`). */
  readonly evidence: Readonly<Record<string, EvidenceRef>>;
}

/** `errorRateMultiple` 10 and a quarter failing are what people expect of a policy (DESIGN.md §6); both can be overridden. */
export const DEFAULT_CONTEXT: TeamContext = {
  activeUsers: null,
  currency: null,
  journeys: [],
  policy: {
    rollback: { errorRateMultiple: 10, revenuePerHour: null },
    severity: { sev1FailureRatio: 0.25, sev2FailureRatio: 0, ifUnknown: 'SEV1' },
  },
  evidence: {},
};

/** `--answer key=value`: keys are those of the report's `questions`. */
export interface Answer {
  readonly key: string;
  readonly value: string;
  readonly evidence: EvidenceRef;
}
