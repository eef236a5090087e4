/** One incident: its state and everything that was recorded, in order. */
import { z } from 'zod';
import type { Incident, IncidentEvent } from '../../domain/incident.ts';
import { toIso } from '../../domain/time.ts';
import { defineOperation } from '../operation.ts';
import { incidentById } from '../stored-incidents.ts';

const output = z.strictObject({
  id: z.string(),
  title: z.string(),
  symptom: z.string(),
  status: z.string(),
  severity: z.string().nullable(),
  openedAt: z.string(),
  updatedAt: z.string(),
  workspace: z.string(),
  answers: z.record(z.string(), z.string()),
  record: z.array(
    z.strictObject({
      sequence: z.number(),
      at: z.string(),
      actor: z.string(),
      type: z.string(),
      text: z.string(),
    }),
  ),
  questions: z.array(z.strictObject({ key: z.string(), question: z.string() })),
});

function textOf({ body }: IncidentEvent): string {
  switch (body.type) {
    case 'opened':
      return body.symptom;
    case 'triaged':
      return `${body.report.incident.severity} ${body.report.incident.status}: ${body.report.rollback.recommendation}`;
    case 'cause-identified':
      return body.statement;
    case 'decision-made':
      return `${body.recommendation}: ${body.statement}`;
    case 'answered':
      return `${body.key} = ${body.value}`;
    case 'verified': {
      const checks = body.checks.map(
        ({ id, service, result }) => `${id}${service === null ? '' : ` of ${service}`} ${result}`,
      );
      return `${body.outcome} → ${body.status}: ${body.reason} [${body.mitigation}] ${checks.join(', ')}`.trim();
    }
    case 'noted':
    case 'resolved':
      return body.text;
    case 'status-changed':
      return `${body.status}: ${body.why}`;
  }
}

function describe(incident: Incident): z.infer<typeof output> {
  const report = incident.lastReport;
  return {
    id: incident.id,
    title: report?.incident.title ?? incident.title,
    symptom: incident.symptom,
    status: incident.status,
    severity: incident.severity,
    openedAt: toIso(incident.openedAt),
    updatedAt: toIso(incident.updatedAt),
    workspace: incident.workspace,
    answers: incident.answers,
    record: incident.events.map((event) => ({
      sequence: event.sequence,
      at: toIso(event.at),
      actor: event.actor,
      type: event.body.type,
      text: textOf(event),
    })),
    questions: (report?.questions ?? []).map(({ key, question }) => ({ key, question })),
  };
}

export const operation = defineOperation({
  name: 'incident-show',
  summary: 'Show one incident with everything that was recorded.',
  input: z.strictObject({ incident: z.string().describe('Id, such as INC-7') }),
  output,
  effects: 'read',
  tool: {
    name: 'show_incident',
    title: 'Show an incident',
    description:
      'State of one incident: severity, status, answers given, open questions, and everything that was recorded, in order (opened, triaged, cause, decision, approvals, notes).',
    idempotent: true,
    gathers: false,
  },
  text: ({ id, severity, status, title, symptom, workspace, record, questions }) =>
    [
      `${id} ${severity ?? 'SEV?'} ${status}: ${title}`,
      `Symptom: ${symptom}`,
      `Directory: ${workspace}`,
      ...record.map(({ at, type, actor, text }) => `${at} ${type} by ${actor}: ${text}`),
      ...questions.map(({ key, question }) => `Open question ${key}: ${question}`),
    ].join('\n'),
  async run({ incident }, platform) {
    return describe(await incidentById(await platform.openStore(), incident));
  },
});
