/** Title and summary: what a person reads who has ten seconds. */
import type { Decision } from '../../domain/decision.ts';
import type { Verdict } from '../../domain/hypothesis.ts';
import type { Assessment } from '../../domain/impact.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Detection, Symptom, SymptomClass } from '../../domain/symptom.ts';
import { type EpochMs, toIso } from '../../domain/time.ts';

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

/** Nothing of it is an error: a symptom all the same, where nothing else tells of one. */
function warnsOnly({ signalIds }: Symptom, situation: Situation): boolean {
  const told = situation.patterns.filter(({ id }) => signalIds.includes(id));
  return told.length > 0 && told.every(({ severity }) => severity === 'warn');
}

const MAX_QUOTE = 110;

/** What is quoted is cut; who says it and how often is not. */
function inBrief(summary: string): string {
  const end = summary.lastIndexOf('"');
  return summary.startsWith('"') && end > MAX_QUOTE
    ? `${summary.slice(0, MAX_QUOTE).trimEnd()}…${summary.slice(end)}`
    : summary;
}

function toSecond(at: EpochMs): string {
  return toIso(at).replace(/\.\d+Z$/, 'Z');
}

export function summaryOf(
  situation: Situation,
  detection: Detection,
  verdict: Verdict,
  assessment: Assessment,
  decision: Decision,
): string {
  const primary = detection.primary;
  if (primary === null) return `${capital(verdict.reason)}. Decision: ${decision.recommendation}.`;
  const since = detection.onsetAt === null ? '' : ` since ${toSecond(detection.onsetAt)}`;
  const state = STATE[primary.class] ?? (warnsOnly(primary, situation) ? 'warns' : 'fails');
  const what = `${primary.service ?? 'The system'} ${state}${since}: ${inBrief(primary.summary)}.`;
  const ended = detection.endedAt === null ? '' : ` It ended at ${toSecond(detection.endedAt)}.`;
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
