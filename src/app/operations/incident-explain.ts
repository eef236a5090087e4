/** Why one hypothesis ranks where it does, and why the other changes were cleared. It weighs nothing anew. */
import { z } from 'zod';
import { PlatformError } from '../../domain/error.ts';
import type { Report } from '../../domain/report.ts';
import { shorten } from '../brief.ts';
import { findReport, handleInput } from '../handle.ts';
import { defineOperation } from '../operation.ts';
import { hypothesisSchema, reportSchema } from '../report-schema.ts';

const output = z.strictObject({
  incident: z.string(),
  asOf: z.string(),
  hypothesis: hypothesisSchema.nullable().describe('Null: the report holds none of that rank'),
  isRootCause: z.boolean(),
  causeReason: z.string().describe('Why the report names a cause, or why it names none'),
  others: z.array(
    z.strictObject({
      rank: z.number(),
      kind: z.string(),
      statement: z.string(),
      probability: z.number(),
      confidence: z.string(),
    }),
  ),
  cleared: reportSchema.shape.cleared.describe('Changes that did not do it, each with the reason'),
});

type Explanation = z.infer<typeof output>;

function hypothesisLines({ hypothesis: told, isRootCause }: Explanation): readonly string[] {
  if (told === null) return ['No hypothesis of that rank.'];
  const cite = (evidence: readonly string[]) => (evidence.length === 0 ? '' : ` [${evidence.join(' ')}]`);
  return [
    `Hypothesis ${told.rank}${isRootCause ? ', the named cause' : ''} (${told.confidence}, probability ${told.probability}, ${told.kind}): ${told.statement}`,
    ...(told.mechanism.length === 0 ? [] : ['Mechanism:']),
    ...told.mechanism.map(
      ({ statement, location, evidence }) =>
        `  ${statement}${location === null ? '' : ` (${location})`}${cite(evidence)}`,
    ),
    'Factors, weight in nats:',
    ...told.factors.map(
      ({ name, weight, detail, evidence }) =>
        `  ${weight > 0 ? '+' : ''}${weight} ${name}: ${shorten(detail, 240)}${cite(evidence)}`,
    ),
    'Predictions:',
    ...told.predictions.map(
      ({ result, statement, evidence }) => `  ${result}: ${statement}${cite(evidence)}`,
    ),
    ...told.caps.map((text) => `Confidence is capped: ${text}`),
  ];
}

function textOf(explanation: Explanation): string {
  return [
    ...hypothesisLines(explanation),
    `Named cause: ${shorten(explanation.causeReason)}`,
    ...explanation.others.map(
      ({ rank, confidence, probability, statement }) =>
        `Also considered, hypothesis ${rank} (${confidence}, ${probability}): ${shorten(statement, 160)}`,
    ),
    ...explanation.cleared.map(({ change, reason }) => `Cleared: ${change.label}: ${shorten(reason, 240)}`),
  ].join('\n');
}

/** Those whose label, service, commit or version holds the words. Throws PlatformError `not-found` where none does. */
function clearedLike(report: Report, words: string | null): Report['cleared'] {
  if (words === null) return report.cleared;
  const wanted = words.toLowerCase();
  const found = report.cleared.filter(({ change }) =>
    [change.label, change.service, change.commit, change.version].some(
      (part) => part?.toLowerCase().includes(wanted) === true,
    ),
  );
  const isAccused = report.hypotheses.some((each) =>
    JSON.stringify(each.change).toLowerCase().includes(wanted),
  );
  if (found.length > 0 || isAccused) return found;
  throw new PlatformError({
    code: 'not-found',
    what: `No change like ${JSON.stringify(words)} is in the report`,
    why: `it cleared ${report.cleared.length} changes and accuses ${report.hypotheses.length}`,
    nextStep: 'Ask without `change` for the list, or triage again with an earlier --since.',
  });
}

export const operation = defineOperation({
  name: 'incident-explain',
  summary: 'Why a hypothesis holds: mechanism, factors, predictions; and why other changes were cleared.',
  input: z.strictObject({
    ...handleInput,
    rank: z.number().int().positive().max(1000).default(1).describe('Which hypothesis; 1 is the leading one'),
    change: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .nullable()
      .default(null)
      .describe('Only cleared changes whose label, service, commit or version holds this text'),
  }),
  output,
  effects: 'read',
  tool: {
    name: 'explain',
    title: 'Explain the cause',
    description:
      'Root cause analysis in detail: why a hypothesis ranks where it does (mechanism from the log message over the source line to the commit and deployment, factors with weights in nats, checked predictions, confidence caps), the other hypotheses, and why every other change was cleared. Ask with `change` (a service, version or commit) for "why not this deploy?". From the stored report: nothing is read again.',
    idempotent: true,
    gathers: false,
  },
  text: textOf,
  async run({ rank, change, ...handle }, platform) {
    const report = await findReport(handle, platform);
    return {
      incident: report.incident.id,
      asOf: report.incident.asOf,
      hypothesis: report.hypotheses.find((each) => each.rank === rank) ?? null,
      isRootCause: report.rootCause?.rank === rank,
      causeReason: report.rootCauseReason,
      others: report.hypotheses
        .filter((each) => each.rank !== rank)
        .map((each) => ({
          rank: each.rank,
          kind: each.kind,
          statement: each.statement,
          probability: each.probability,
          confidence: each.confidence,
        })),
      cleared: clearedLike(report, change),
    };
  },
});
