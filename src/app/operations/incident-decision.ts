/** Roll back or not: the stored decision with its criteria, safety, commands and what a person decided. It decides nothing anew. */
import { z } from 'zod';
import type { Incident } from '../../domain/incident.ts';
import { toIso } from '../../domain/time.ts';
import { shorten, targetText } from '../brief.ts';
import { currentReport, findIncident, handleInput } from '../handle.ts';
import { defineOperation } from '../operation.ts';
import { ACTOR } from '../record.ts';
import { reportSchema } from '../report-schema.ts';

const output = z.strictObject({
  incident: z.string(),
  asOf: z.string(),
  severity: z.string(),
  ...reportSchema.shape.rollback.shape,
  approval: z
    .strictObject({ at: z.string(), by: z.string(), recommendation: z.string(), statement: z.string() })
    .nullable()
    .describe('What a person last decided; null: nobody recorded a decision'),
});

type Decision = z.infer<typeof output>;

function approvalOf({ events }: Incident): Decision['approval'] {
  const event = events.findLast(({ body, actor }) => body.type === 'decision-made' && actor !== ACTOR);
  if (event?.body.type !== 'decision-made') return null;
  const { recommendation, statement } = event.body;
  return { at: toIso(event.at), by: event.actor, recommendation, statement };
}

type Command = Decision['commands'][number];

function commandLines({ purpose, platform, command, assumes, undo }: Command): readonly string[] {
  return [
    `  ${purpose} (${platform}): ${command}`,
    ...assumes.map((text) => `    assumes: ${text}`),
    ...(undo === null ? [] : [`    undo: ${undo}`]),
  ];
}

function textOf(decision: Decision): string {
  const { recommendation, reason, target, safety, approval } = decision;
  return [
    `${decision.incident} ${decision.severity}: ${recommendation}. ${reason}`,
    ...(target === null ? [] : [`Target: ${targetText(target)}`]),
    ...decision.commands.flatMap(commandLines),
    `Safety: ${safety.verdict}`,
    ...safety.findings.map(({ verdict, statement }) => `  ${verdict}: ${statement}`),
    'Criteria:',
    ...decision.criteria.map(
      ({ result, statement, value, threshold, detail }) =>
        `  ${result}: ${statement} (${[value ?? 'unknown', threshold].filter((part) => part !== null).join(' against ')}; ${shorten(detail, 160)})`,
    ),
    ...decision.alternatives.flatMap(({ summary, warnings, commands }) => [
      `Alternative: ${summary}`,
      ...warnings.map((text) => `  warning: ${text}`),
      ...commands.flatMap(commandLines),
    ]),
    ...decision.wouldFlipIf.map((text) => `Would change if ${text}`),
    'Verify afterwards:',
    ...decision.verification.map(
      ({ statement, command }) => `  ${statement}${command === null ? '' : `: ${command}`}`,
    ),
    approval === null
      ? 'Nobody has recorded a decision yet.'
      : `Decided by ${approval.by} at ${approval.at}: ${approval.recommendation}. ${approval.statement}`,
  ].join('\n');
}

export const operation = defineOperation({
  name: 'incident-decision',
  summary: 'Roll back or not: criteria, safety, commands, alternatives, verification.',
  input: z.strictObject(handleInput),
  output,
  effects: 'read',
  tool: {
    name: 'decide',
    title: 'Rollback decision',
    description:
      'Rollback decision of an incident: roll back, roll forward, disable a flag, mitigate a provider, scale, or nothing; with criteria (value against threshold), safety of going back read from the diff (migrations, contracts, config), the command pinned for this deploy system (kubectl, helm, argocd, git), its undo, alternatives, what would change the decision, and how to verify. From the stored report: nothing is read again. Show it to a person; run nothing yourself.',
    idempotent: true,
    gathers: false,
  },
  text: textOf,
  async run(handle, platform) {
    const incident = await findIncident(handle, platform);
    const report = currentReport(incident);
    return {
      incident: incident.id,
      asOf: report.incident.asOf,
      severity: report.incident.severity,
      ...report.rollback,
      approval: approvalOf(incident),
    };
  },
});
