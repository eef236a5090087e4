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

const UNSAID = 'nothing in the evidence says so';

/** What a command takes for granted where the evidence shows no deploy system: it comes first in `assumes`. */
export function assumedPlatform(workload: string, platform: string): string {
  return `${workload} runs on ${platform}: ${UNSAID}`;
}

export function isAssumedPlatform(assumption: string): boolean {
  return assumption.endsWith(UNSAID);
}

/** A command for a person to run. `command` is shell-quoted; the tool itself never runs it. */
export interface Command {
  readonly purpose: 'preview' | 'mitigate' | 'inspect' | 'alternative' | 'verify' | 'undo';
  readonly platform: Platform;
  readonly command: string;
  readonly assumes: readonly string[];
  readonly undo: string | null;
}

/** A change of the running revision as `git apply` takes it. */
export interface Patch {
  /** Full commit id that it applies to. */
  readonly against: string;
  readonly paths: readonly string[];
  /** `git diff` format, ends with a line break. */
  readonly text: string;
}

export type Degree = 'low' | 'medium' | 'high';

export interface Alternative {
  readonly summary: string;
  readonly commands: readonly Command[];
  /** What to know before doing it; printed above the command. */
  readonly warnings: readonly string[];
  /** How long until users feel it, in words, with what that rests on; never a made-up figure. */
  readonly timeToMitigate: string;
  readonly risk: Degree;
  /** How it is taken back. */
  readonly reversible: string;
  readonly patch: Patch | null;
  readonly evidence: readonly EvidenceRef[];
}

/** Whether the recommended action would end the failure, point by point. */
export interface HelpCheck {
  readonly statement: string;
  readonly result: 'yes' | 'no' | 'unknown';
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
  readonly wouldHelp: readonly HelpCheck[];
  /** As long as these hold, the decision does. */
  readonly holdsWhile: readonly string[];
  /** What it costs to wait, from what was measured; null where nothing fails. */
  readonly doingNothing: string | null;
}
