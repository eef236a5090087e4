/** A claimed cause with everything that speaks for and against it. */
import type { CodeLocation } from './code.ts';
import type { EvidenceRef } from './evidence.ts';
import type { ServiceName } from './service.ts';
import type { EpochMs } from './time.ts';

export type HypothesisKind =
  | 'change'
  | 'flag'
  | 'dependency'
  | 'traffic'
  | 'resource'
  | 'credential'
  | 'network'
  | 'data-job'
  | 'bad-data';

/** One argument; `weight` in nats (natural log of a likelihood ratio), negative when it speaks against. */
export interface Factor {
  readonly name: string;
  readonly weight: number;
  readonly detail: string;
  readonly evidence: readonly EvidenceRef[];
}

export interface Prediction {
  readonly statement: string;
  readonly result: 'PASS' | 'FAIL' | 'NO-DATA';
  readonly evidence: readonly EvidenceRef[];
}

/** One step of the chain from a log line to the change, in reading order. */
export interface MechanismStep {
  readonly statement: string;
  readonly location: CodeLocation | null;
  readonly evidence: readonly EvidenceRef[];
}

/** The change that is accused; absent parts are null, never guessed. */
export interface AccusedChange {
  readonly changeId: string | null;
  readonly type: string;
  readonly commit: string | null;
  readonly commits: readonly string[];
  readonly version: string | null;
  readonly deploymentId: string | null;
  readonly flag: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly key: string | null;
  readonly oldValue: string | null;
  readonly newValue: string | null;
  readonly at: EpochMs | null;
  readonly finishedAt: EpochMs | null;
}

export type Confidence = 'HIGH' | 'MEDIUM' | 'LOW';

export interface Hypothesis {
  readonly id: string;
  readonly kind: HypothesisKind;
  readonly statement: string;
  readonly service: ServiceName | null;
  readonly change: AccusedChange | null;
  readonly mechanism: readonly MechanismStep[];
  readonly factors: readonly Factor[];
  readonly predictions: readonly Prediction[];
  /** Sum of the factors' weights. */
  readonly score: number;
  readonly probability: number;
  readonly confidence: Confidence;
  /** Why the confidence is not higher; empty at HIGH. */
  readonly caps: readonly string[];
}

/** Ids of hypotheses about what was altered where it runs, by no release: a setting, a resource, a table. */
export const IN_PLACE = 'in-place:';

export function isMadeInPlace({ id }: Pick<Hypothesis, 'id'>): boolean {
  return id.startsWith(IN_PLACE);
}

export interface ClearedChange {
  readonly changeId: string;
  readonly label: string;
  readonly service: ServiceName | null;
  readonly at: EpochMs | null;
  readonly commit: string | null;
  readonly version: string | null;
  readonly reason: string;
  readonly evidence: readonly EvidenceRef[];
}

/** Outcome of the correlation stage. */
export interface Verdict {
  readonly hypotheses: readonly Hypothesis[];
  readonly cleared: readonly ClearedChange[];
  /** The leading hypothesis when it reaches the bar. */
  readonly rootCause: Hypothesis | null;
  readonly reason: string;
  /** Set when nothing abnormal was found at all. */
  readonly nothingWrong: boolean;
}
