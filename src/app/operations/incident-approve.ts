/** Records that a person approved the decision of an incident. It runs nothing and changes no system. */
import { z } from 'zod';
import type { Recommendation } from '../../domain/decision.ts';
import { PlatformError } from '../../domain/error.ts';
import type { Report } from '../../domain/report.ts';
import { instantInput } from '../instants.ts';
import { defineOperation } from '../operation.ts';
import type { Platform } from '../platform.ts';
import { ACTOR } from '../record.ts';
import { addToRecord, recordOutput } from '../record-entry.ts';
import { incidentById, lastReportOf } from '../stored-incidents.ts';

/** Throws PlatformError `usage` where there is nothing to approve. */
async function decisionToApprove(id: string, platform: Platform): Promise<Report> {
  const incident = await incidentById(await platform.openStore(), id);
  const report = lastReportOf(incident);
  const { recommendation, reason } = report.rollback;
  const nothing: readonly Recommendation[] = ['NONE', 'INVESTIGATE'];
  if (!nothing.includes(recommendation)) return report;
  throw new PlatformError({
    code: 'usage',
    what: `There is nothing to approve in ${incident.id}`,
    why: `its decision is ${recommendation}: ${reason}`,
    nextStep: 'Record what was decided all the same as a note.',
  });
}

function commandOf(report: Report): string | null {
  return report.rollback.commands.find(({ purpose }) => purpose === 'mitigate')?.command ?? null;
}

export const operation = defineOperation({
  name: 'incident-approve',
  summary: 'Record that a person approved the decision of an incident; a person must confirm it.',
  input: z.strictObject({
    incident: z.string().describe('Handle, such as INC-7'),
    by: z.string().trim().min(1).max(200).describe('Name of the person who approved'),
    text: z
      .string()
      .trim()
      .max(2000)
      .default('')
      .describe('What was approved, where it differs from the decision'),
    at: instantInput.nullable().default(null).describe('When it was approved; default: now'),
  }),
  output: recordOutput,
  effects: 'write',
  tool: {
    name: 'record_approval',
    title: 'Record an approval',
    description:
      'Record that a named person approved the rollback (or the other decision) of an incident. Only after a person said so: the person is asked to confirm, and nothing is recorded without that. It runs no command. Where the client cannot ask, it tells the command with which the person records it.',
    idempotent: false,
    gathers: false,
  },
  text: ({ id }) => `Recorded in ${id}.`,
  async confirm({ incident, by, text }, platform) {
    const report = await decisionToApprove(incident, platform);
    const { rollback } = report;
    const command = commandOf(report);
    return [
      `Record in ${report.incident.id} (${report.incident.severity}, ${report.incident.title}) that ${by} approved ${rollback.recommendation}?`,
      ...(text === '' ? [] : [`In these words: ${text}`]),
      `Safety: ${rollback.safety.verdict}. ${rollback.reason}`,
      ...(command === null ? [] : [`Command: ${command}`]),
      'This records the approval only; it runs nothing.',
    ].join('\n');
  },
  async run({ incident, by, text, at }, platform) {
    if (by === ACTOR) {
      throw new PlatformError({
        code: 'usage',
        what: `${by} cannot approve`,
        why: 'an approval is a person’s',
        nextStep: 'Give the name of the person who approved.',
      });
    }
    const report = await decisionToApprove(incident, platform);
    const { recommendation } = report.rollback;
    const command = commandOf(report);
    const statement =
      text === '' ? ['approved', ...(command === null ? [] : [command])].join(': ') : `approved: ${text}`;
    const body = { type: 'decision-made' as const, recommendation, statement };
    return addToRecord({ incident, at, actor: by, bodies: [body] }, platform);
  },
});
