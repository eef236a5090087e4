/** What every check of a verification looks at. */

import type { EvidenceRef } from '../../domain/evidence.ts';
import type { Report } from '../../domain/report.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { LogPattern } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import { epochMs } from '../../domain/time.ts';
import type { CheckResult, Mitigation, VerificationCheck } from '../../domain/verification.ts';
import { classifyPattern } from '../_signals/classify.ts';
import type { Windows } from './windows.ts';

export interface Case {
  readonly situation: Situation;
  /** The report of the incident's last triage: its symptoms and blast radius are the criteria. */
  readonly report: Report;
  readonly mitigation: Mitigation;
  readonly windows: Windows;
}

type StoredSymptom = Report['symptoms'][number];

/** Services that failed or suffered, in the order of the report. */
export function affectedServices({ report }: Case): readonly ServiceName[] {
  const { direct, cascade } = report.blastRadius;
  const hit = cascade.filter(({ since }) => since !== null);
  return [...new Set([...direct, ...hit].map(({ service }) => service))];
}

/** Words that two messages must share, of all their words: a new version words the same failure a little otherwise. */
const SAME_MESSAGE = 0.6;

/** Log patterns of today that tell of the same symptom: its own message, and errors of its service and family in much the same words. */
export function patternsOf(symptom: StoredSymptom, situation: Situation): readonly LogPattern[] {
  if (symptom.pattern === null) return [];
  const since = symptom.onsetAt === null ? undefined : epochMs(Date.parse(symptom.onsetAt));
  const own = situation.patterns.filter(
    (pattern) => pattern.service === symptom.service && pattern.template === symptom.pattern,
  );
  const kin = situation.patterns.filter(
    (pattern) =>
      pattern.service === symptom.service &&
      (pattern.severity === 'error' || pattern.severity === 'fatal') &&
      [undefined, since].some((from) => classifyPattern(pattern, from) === symptom.class) &&
      likeness(pattern.template, symptom.pattern ?? '') >= SAME_MESSAGE,
  );
  return [...new Set([...own, ...kin])];
}

/** Share of common words in all words of both; variable parts and case do not count. */
function likeness(a: string, b: string): number {
  const words = (text: string) =>
    new Set(
      text
        .replaceAll('<*>', ' ')
        .toLowerCase()
        .match(/[\p{L}\d_]+/gu) ?? [],
    );
  const [mine, theirs] = [words(a), words(b)];
  const all = new Set([...mine, ...theirs]);
  return all.size === 0 ? 0 : [...mine].filter((word) => theirs.has(word)).length / all.size;
}

/** The first and the last record that is at hand of what was seen after the mitigation, else of what was seen at all. */
export function samplesOf(patterns: readonly LogPattern[], fromMs: number): readonly EvidenceRef[] {
  const samples = patterns.flatMap((pattern) => pattern.samples);
  const later = samples.filter(({ at }) => at !== null && at >= fromMs);
  const shown = later.length > 0 ? later : samples;
  return [
    ...new Set([shown[0], shown.at(-1)].flatMap((sample) => (sample === undefined ? [] : [sample.evidence]))),
  ];
}

export function check(
  id: VerificationCheck['id'],
  service: ServiceName | null,
  statement: string,
  result: CheckResult,
  detail: string,
  more: Partial<VerificationCheck> = {},
): VerificationCheck {
  return {
    id,
    service,
    statement,
    result,
    before: null,
    during: null,
    after: null,
    detail,
    lastFailureAt: null,
    waitSeconds: null,
    improved: false,
    evidence: [],
    ...more,
  };
}

export function percent(counts: { readonly k: number; readonly n: number }): string {
  const ratio = counts.n === 0 ? 0 : counts.k / counts.n;
  return `${Number((ratio * 100).toFixed(ratio < 0.1 ? 2 : 1))} % (${Math.round(counts.k)} of ${Math.round(counts.n)})`;
}

export function perMinute(counts: { readonly k: number; readonly n: number }): string {
  const rate = counts.n === 0 ? 0 : (counts.k * 60) / counts.n;
  return `${Math.round(counts.k)} in ${spanText(counts.n)} (${Number(rate.toFixed(rate < 10 ? 1 : 0))}/min)`;
}

export function spanText(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const rest = Math.round(seconds % 60);
  if (seconds < 600 && rest > 0 && rest < 60) return `${Math.floor(seconds / 60)} min ${rest} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Number((seconds / 3600).toFixed(1))} h`;
}
