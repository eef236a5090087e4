/** Title and summary: what a person reads who has ten seconds. */
import type { Decision } from '../../domain/decision.ts';
import type { Verdict } from '../../domain/hypothesis.ts';
import type { Assessment } from '../../domain/impact.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Detection, SymptomClass } from '../../domain/symptom.ts';
import { toIso } from '../../domain/time.ts';

export function titleOf(situation: Situation): string {
  const first = situation.snapshot.request.symptom.split(/[.!?;\n]|, /)[0]?.trim() ?? '';
  const cut = first.length > 80 ? `${first.slice(0, 79)}…` : first;
  return cut === '' ? 'Untitled incident' : cut.charAt(0).toUpperCase() + cut.slice(1);
}

const STATE: Partial<Record<SymptomClass, string>> = {
  latency: 'is slow',
  silence: 'is silent',
  'traffic-surge': 'is overrun',
  'queue-backlog': 'falls behind',
};

export function summaryOf(
  detection: Detection,
  verdict: Verdict,
  assessment: Assessment,
  decision: Decision,
): string {
  const primary = detection.primary;
  if (primary === null) return `${capital(verdict.reason)}. Decision: ${decision.recommendation}.`;
  const since = detection.onsetAt === null ? '' : ` since ${toIso(detection.onsetAt)}`;
  const what = `${primary.service ?? 'The system'} ${STATE[primary.class] ?? 'fails'}${since}: ${primary.summary}.`;
  const ended = detection.endedAt === null ? '' : ` It ended at ${toIso(detection.endedAt)}.`;
  const why =
    verdict.rootCause === null
      ? ` Cause ${verdict.reason}.`
      : ` Cause (${verdict.rootCause.confidence}): ${verdict.rootCause.statement}.`;
  const users =
    assessment.blastRadius.users.value === null ? ' How many users are affected is not known.' : '';
  return `${what}${ended}${why}${users} Decision: ${decision.recommendation}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
