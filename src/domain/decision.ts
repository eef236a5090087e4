/** What to do now, why, and how one will know that it worked. */
import type { EvidenceRef } from './evidence.ts';
import type { Platform, ServiceName } from './service.ts';

export type Recommendation =
  | 'ROLLBACK'
  | 'ROLL_FORWARD'
  | 'DISABLE_FLAG'
  | 'MITIGATE_DEPENDENCY'
  | 'SCALE'
  | 'MITIGATE'
  | 'INVESTIGATE'
  | 'NONE';

export interface Criterion {
  readonly id: string;
  readonly statement: string;
  readonly result: 'met' | 'not-met' | 'unknown';
  readonly value: string | null;
  readonly threshold: string | null;
  readonly detail: string;
  readonly evidence: readonly EvidenceRef[];
}

export interface SafetyFinding {
  readonly verdict: 'ok' | 'step' | 'danger' | 'unknown';
  readonly statement: string;
  readonly evidence: readonly EvidenceRef[];
}

export interface Safety {
  readonly verdict: 'SAFE' | 'SAFE_WITH_STEPS' | 'UNSAFE' | 'UNKNOWN';
  readonly findings: readonly SafetyFinding[];
}

/** A command for a person to run. `command` is shell-quoted; the tool itself never runs it. */
export interface Command {
  readonly purpose: 'preview' | 'mitigate' | 'inspect' | 'alternative' | 'verify' | 'undo';
  readonly platform: Platform;
  readonly command: string;
  readonly assumes: readonly string[];
  readonly undo: string | null;
}

export interface Alternative {
  readonly summary: string;
  readonly commands: readonly Command[];
  /** What to know before doing it; printed above the command. */
  readonly warnings: readonly string[];
  readonly evidence: readonly EvidenceRef[];
}

export interface VerificationStep {
  readonly statement: string;
  readonly command: string | null;
}

export interface RollbackTarget {
  readonly service: ServiceName | null;
  readonly version: string | null;
  readonly commit: string | null;
  readonly revision: string | null;
}

export interface Decision {
  readonly recommendation: Recommendation;
  readonly reason: string;
  readonly target: RollbackTarget | null;
  readonly criteria: readonly Criterion[];
  readonly safety: Safety;
  readonly commands: readonly Command[];
  readonly alternatives: readonly Alternative[];
  readonly verification: readonly VerificationStep[];
  readonly wouldFlipIf: readonly string[];
}
