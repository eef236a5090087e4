/** Words for the closed sets of the report: recommendations, causes, severities, results. */
import { shortRevision } from '../../../../domain/change.ts';
import type { Recommendation } from '../../../../domain/decision.ts';
import type { Confidence, HypothesisKind } from '../../../../domain/hypothesis.ts';
import type { Severity } from '../../../../domain/impact.ts';
import type { Report, ReportChange } from '../../../../domain/report.ts';
import type { Mark, Tone } from '../document.ts';

export const SEVERITY_TONE: Readonly<Record<Severity, Tone>> = {
  SEV1: 'bad',
  SEV2: 'bad',
  SEV3: 'warn',
  SEV4: 'good',
};

export const CONFIDENCE_TONE: Readonly<Record<Confidence, Tone>> = {
  HIGH: 'good',
  MEDIUM: 'warn',
  LOW: 'bad',
};

export const RECOMMENDATION_TONE: Readonly<Record<Recommendation, Tone>> = {
  ROLLBACK: 'bad',
  ROLL_FORWARD: 'warn',
  DISABLE_FLAG: 'warn',
  MITIGATE_DEPENDENCY: 'warn',
  SCALE: 'warn',
  MITIGATE: 'warn',
  INVESTIGATE: 'warn',
  NONE: 'good',
};

/** What kind of cause it is, for a reader who has not seen the glossary. */
export const CAUSE_KIND: Readonly<Record<HypothesisKind, string>> = {
  change: 'a change of our own',
  flag: 'a feature flag',
  dependency: 'a dependency outside this service',
  traffic: 'traffic',
  resource: 'a resource that ran out',
  credential: 'a credential or certificate',
  network: 'the network',
  'data-job': 'a data job',
  'bad-data': 'bad data',
};

export function criterionMark(result: 'met' | 'not-met' | 'unknown'): Mark {
  if (result === 'unknown') return 'unknown';
  return result === 'met' ? 'done' : 'open';
}

export function predictionMark(result: 'PASS' | 'FAIL' | 'NO-DATA'): Mark {
  if (result === 'NO-DATA') return 'unknown';
  return result === 'PASS' ? 'done' : 'open';
}

/** Whether a cause was found; without one, whether anything is wrong at all. */
export function causeState(report: Report): 'identified' | 'nothing-wrong' | 'undetermined' {
  if (report.rootCause !== null) return 'identified';
  if (/^undetermined/i.test(report.rootCauseReason)) return 'undetermined';
  const noOnset = report.incident.startedAt === null && report.rollback.recommendation === 'NONE';
  return report.symptoms.length === 0 || noOnset ? 'nothing-wrong' : 'undetermined';
}

/** Why no cause is named, opening with which it is: nothing wrong, or undetermined. */
export function noCauseReason(report: Report): string {
  const reason = report.rootCauseReason;
  if (/^(nothing wrong|undetermined)/i.test(reason)) return reason;
  return `${causeState(report) === 'nothing-wrong' ? 'nothing wrong was found' : 'undetermined'}: ${reason}`;
}

/** A commit as people quote it; names that are no commit ids stay whole. */
export function shortCommit(commit: string): string {
  return shortRevision(commit);
}

/** `paymentTimeout: 5000 → 500`; null where the change names neither a key nor a flag. */
export function changedValue(change: ReportChange): string | null {
  const name = change.key ?? change.flag;
  if (name === null) return null;
  if (change.oldValue !== null && change.newValue !== null)
    return `${name}: ${change.oldValue} → ${change.newValue}`;
  if (change.newValue !== null) return `${name} = ${change.newValue}`;
  return change.oldValue === null ? name : `${name}: ${change.oldValue} → removed`;
}

/** `deployment v2.4.1`, `config in v2.4.1`, `commit 1a2b3c4`, `flag fast-checkout`. */
export function changeName(change: ReportChange): string {
  const native = change.flag ?? change.version ?? change.deploymentId;
  const carried = change.type !== 'deployment' && change.type !== 'flag';
  if (native !== null) return `${change.type} ${carried ? 'in ' : ''}${native}`;
  return change.commit === null ? change.type : `${change.type} ${shortCommit(change.commit)}`;
}

/** `services/x/config.ts:2`; null without a file. */
export function changePlace(change: ReportChange): string | null {
  if (change.file === null) return null;
  return change.line === null ? change.file : `${change.file}:${change.line}`;
}
