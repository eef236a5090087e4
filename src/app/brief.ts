/** A report in brief, for a reader who pays for every word: headline, decision, command, questions. Everything else is fetched by id. */
import { z } from 'zod';
import type { PlatformError } from '../domain/error.ts';
import type { Report, ReportHypothesis, ReportQuantity } from '../domain/report.ts';

/** Characters of one text; what is longer is cut with an ellipsis and stands whole in the report. */
const TEXT_LIMIT = 400;
const MAX_QUESTIONS = 5;
const MAX_GAPS = 3;
const MAX_SERVICES = 6;
const MAX_ASSUMPTIONS = 4;
const MAX_CITATIONS = 12;

const optional = z.string().nullable();
const citations = z.array(z.string()).describe('Evidence ids; the tool evidence tells what they say');

const command = z.strictObject({
  purpose: z.string(),
  command: z.string().describe('For a person to run; nothing here runs it'),
  assumes: z.array(z.string()),
  undo: optional,
});

export const briefSchema = z.strictObject({
  incident: z.string().describe('The handle of the incident for every other call'),
  title: z.string(),
  severity: z.string(),
  status: z.string(),
  startedAt: optional,
  asOf: z.string(),
  ongoing: z.boolean(),
  headline: z.string(),
  cause: z
    .strictObject({
      rank: z.number(),
      kind: z.string(),
      statement: z.string(),
      service: optional,
      confidence: z.string(),
      probability: z.number(),
      evidence: citations,
    })
    .nullable()
    .describe('Null: nothing reached the bar, or nothing is wrong; causeReason says which'),
  causeReason: z.string(),
  decision: z.strictObject({
    recommendation: z.string(),
    reason: z.string(),
    safety: z.string(),
    target: optional,
    commands: z.array(command),
  }),
  impact: z.strictObject({
    services: z.array(z.string()),
    users: z.string(),
    revenuePerHour: z.string(),
  }),
  questions: z
    .array(
      z.strictObject({
        key: z.string(),
        question: z.string(),
        wouldChange: z.string(),
        decisive: z.boolean(),
      }),
    )
    .describe('Open questions for people; the tool answer takes their answers by key'),
  gaps: z.array(z.strictObject({ source: z.string(), detail: z.string(), nextStep: optional })),
  counts: z
    .strictObject({
      hypotheses: z.number(),
      cleared: z.number(),
      timeline: z.number(),
      evidence: z.number(),
      questions: z.number(),
      gaps: z.number(),
    })
    .describe('How much of each there is'),
  warnings: z.array(z.string()).describe('What went wrong beside the triage'),
});

export type Brief = z.infer<typeof briefSchema>;

export function shorten(text: string, limit: number = TEXT_LIMIT): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).trimEnd()}…`;
}

export function briefOf(report: Report, problems: readonly PlatformError[]): Brief {
  const { incident, questions, gaps } = report;
  return {
    incident: incident.id,
    title: shorten(incident.title),
    severity: incident.severity,
    status: incident.status,
    startedAt: incident.startedAt,
    asOf: incident.asOf,
    ongoing: incident.ongoing,
    headline: shorten(report.summary),
    cause: report.rootCause === null ? null : causeOf(report.rootCause),
    causeReason: shorten(report.rootCauseReason),
    decision: decisionOf(report),
    impact: impactOf(report),
    questions: decisiveFirst(report)
      .slice(0, MAX_QUESTIONS)
      .map(({ key, question, wouldChange, decisive }) => ({
        key,
        question: shorten(question),
        wouldChange: shorten(wouldChange),
        decisive,
      })),
    gaps: gaps
      .slice(0, MAX_GAPS)
      .map(({ source, detail, nextStep }) => ({ source, detail: shorten(detail), nextStep })),
    counts: {
      hypotheses: report.hypotheses.length,
      cleared: report.cleared.length,
      timeline: report.timeline.length,
      evidence: Object.keys(report.evidence).length,
      questions: questions.length,
      gaps: gaps.length,
    },
    warnings: problems.map(({ what, why, nextStep }) => shorten(`${what}: ${why}. ${nextStep}`)),
  };
}

/** Open questions, those that could change the verdict before the rest. */
export function decisiveFirst({ questions }: Report): Report['questions'] {
  return [...questions].sort((a, b) => Number(b.decisive) - Number(a.decisive));
}

function causeOf(hypothesis: ReportHypothesis): NonNullable<Brief['cause']> {
  const { rank, kind, statement, service, confidence, probability, mechanism, factors } = hypothesis;
  const cited = [...mechanism, ...factors].flatMap(({ evidence }) => evidence);
  return {
    rank,
    kind,
    statement: shorten(statement),
    service,
    confidence,
    probability,
    evidence: [...new Set(cited)].slice(0, MAX_CITATIONS),
  };
}

function decisionOf({ rollback }: Report): Brief['decision'] {
  const { recommendation, reason, safety, target, commands } = rollback;
  const wanted = commands.filter(({ purpose }) => purpose === 'mitigate' || purpose === 'preview');
  return {
    recommendation,
    reason: shorten(reason),
    safety: safety.verdict,
    target: target === null ? null : targetText(target),
    commands: (wanted.length > 0 ? wanted : commands.slice(0, 1)).map(
      ({ purpose, command, assumes, undo }) => ({
        purpose,
        command,
        assumes: assumes.slice(0, MAX_ASSUMPTIONS).map((text) => shorten(text)),
        undo,
      }),
    ),
  };
}

export function targetText(target: NonNullable<Report['rollback']['target']>): string {
  const { service, version, commit, revision } = target;
  const parts = [service, version, revision === null ? null : `revision ${revision}`, commit?.slice(0, 12)];
  return parts.filter((part) => part !== null && part !== undefined).join(' ');
}

function impactOf({ blastRadius }: Report): Brief['impact'] {
  const { direct, cascade, users, revenuePerHour } = blastRadius;
  const hurt = direct.map(
    ({ service, failureRate }) => `${service} fails, share ${quantityText(failureRate)}`,
  );
  const followed = cascade.map(({ service }) => `${service} follows`);
  return {
    services: [...hurt, ...followed].slice(0, MAX_SERVICES).map((text) => shorten(text)),
    users: quantityText(users),
    revenuePerHour: quantityText(revenuePerHour),
  };
}

/** `85 % (measured: 2269 failed of 2669 requests)`, or what would settle it. */
export function quantityText({ value, unit, basis, formula, need }: ReportQuantity): string {
  if (value === null) return shorten(`unknown${need === undefined ? '' : `: ${need}`}`);
  const amount = unit === 'ratio' ? `${Number((100 * value).toPrecision(3))} %` : `${value} ${unit}`;
  return shorten(`${amount} (${basis}${formula === undefined ? '' : `: ${formula}`})`);
}

/** The brief as lines that a person or a model reads. */
export function briefText(brief: Brief): string {
  const { incident, severity, status, headline, cause, causeReason, decision, impact } = brief;
  const lines = [
    `${incident} ${severity} ${status}: ${brief.title}`,
    headline,
    cause === null
      ? `Cause: none named. ${causeReason}`
      : `Cause (${cause.confidence}, hypothesis ${cause.rank}): ${cause.statement} [${cause.evidence.join(' ')}]`,
    `Decision: ${decision.recommendation}, safety ${decision.safety}. ${decision.reason}`,
    ...decision.commands.flatMap(({ purpose, command, assumes, undo }) => [
      `  ${purpose}: ${command}`,
      ...assumes.map((text) => `    assumes: ${text}`),
      ...(undo === null ? [] : [`    undo: ${undo}`]),
    ]),
    `Users: ${impact.users}. Revenue per hour: ${impact.revenuePerHour}.`,
    ...impact.services.map((text) => `  ${text}`),
    ...brief.questions.map(
      ({ key, question, decisive }) => `Open question ${key}${decisive ? ' (decisive)' : ''}: ${question}`,
    ),
    ...brief.gaps.map(
      ({ source, detail, nextStep }) => `Gap ${source}: ${detail}${nextStep === null ? '' : ` ${nextStep}`}`,
    ),
    ...brief.warnings.map((text) => `Warning: ${text}`),
  ];
  return lines.map((line) => line.replaceAll('\n', ' ⏎ ').replaceAll(/^( *)\s*(?=\S)/g, '$1')).join('\n');
}
