/** The verification as it is printed and recorded: evidence numbered, instants in ISO 8601. Judges nothing. */
import type { Report, VerificationReport } from '../../domain/report.ts';
import type { Situation } from '../../domain/situation.ts';
import { type EpochMs, toIso } from '../../domain/time.ts';
import type { Verification } from '../../domain/verification.ts';
import { openCitations } from './citations.ts';

export function buildVerification(
  situation: Situation,
  report: Report,
  onsetAt: EpochMs,
  verification: Verification,
): VerificationReport {
  const { cite, all } = openCitations(situation.snapshot.evidence);
  const { id, title, symptom, severity } = report.incident;
  const { mitigation, checks, trend, quietSince } = verification;
  const body = {
    mitigation: {
      at: toIso(mitigation.at),
      startedAt: toIso(mitigation.startedAt),
      basis: mitigation.basis,
      summary: mitigation.summary,
      service: mitigation.service,
      evidence: cite(mitigation.evidence),
    },
    checks: checks.map((check) => ({
      ...check,
      lastFailureAt: check.lastFailureAt === null ? null : toIso(check.lastFailureAt),
      evidence: cite(check.evidence),
    })),
  };
  return {
    schemaVersion: 1,
    incident: { id, title, symptom, severity, startedAt: toIso(onsetAt) },
    asOf: toIso(situation.snapshot.request.asOf),
    outcome: verification.outcome,
    status: verification.status,
    reason: verification.reason,
    ...body,
    quietSince: quietSince === null ? null : toIso(quietSince),
    quietSeconds: verification.quietSeconds,
    requiredQuietSeconds: verification.requiredQuietSeconds,
    waitSeconds: verification.waitSeconds,
    next: verification.next,
    trend: trend === null ? null : { ...trend, at: trend.at.map(toIso) },
    notes: notesOf(situation, report),
    evidence: all(),
  };
}

function notesOf(situation: Situation, report: Report): readonly string[] {
  const now = new Set(situation.snapshot.coverage.map(({ path }) => path));
  const missing = report.coverage.flatMap(({ path }) => (path !== null && !now.has(path) ? [path] : []));
  const gone = [...new Set(missing)];
  return [
    ...(gone.length === 0
      ? []
      : [
          `Read at the triage and not now: ${gone.slice(0, 4).join(', ')}${gone.length > 4 ? ` and ${gone.length - 4} more` : ''}. Give the same --dir and --logs.`,
        ]),
    ...situation.snapshot.gaps
      .filter(({ reason }) => reason === 'failed' || reason === 'timed-out')
      .map(({ source, detail, effect }) => `${source}: ${detail} ${effect}`),
  ];
}
