/** Stores answers to open questions and triages again with them, where the evidence is still there. */
import { z } from 'zod';
import { decisiveFirst } from '../brief.ts';
import { currentReport } from '../handle.ts';
import { instantInput, readInstant } from '../instants.ts';
import { defineOperation } from '../operation.ts';
import { addToRecord } from '../record-entry.ts';
import { NOTHING_FURTHER, widenScope } from '../scope.ts';
import { incidentById, lastReportOf } from '../stored-incidents.ts';
import { triageIncident } from '../triage-incident.ts';

/** More than these nobody fills in during an incident. */
const MAX_ASKED = 5;

export const operation = defineOperation({
  name: 'incident-answer',
  summary: 'Answer open questions of an incident and triage it again.',
  input: z.strictObject({
    incident: z.string().describe('Id, such as INC-7'),
    answers: z
      .record(z.string(), z.string())
      .default({})
      .describe('Answers by the key of the question; without any, the report stays as it is'),
    dir: z
      .string()
      .nullable()
      .default(null)
      .describe('The evidence directory; default: where it was triaged'),
    logs: z.array(z.string()).default([]).describe('Further files, folders or globs that are logs'),
    now: instantInput
      .nullable()
      .default(null)
      .describe('The time of the triage; default: that of the last one'),
    actor: z.string().trim().min(1).max(200).nullable().default(null).describe('Who; default: the user'),
  }),
  output: 'report',
  effects: 'write',
  tool: {
    name: 'answer',
    title: 'Answer open questions',
    description:
      'Answer open questions of an incident by key (activeUsers=16000, payment-service.latencyP99Ms=800) and triage again with them. Only facts from a person or a source that you can name, never guesses: an answer is cited in the report as supplied. Called without answers it asks the person at the keyboard, where the client can show a form, and returns the open questions otherwise.',
    idempotent: true,
    gathers: true,
  },
  ask: {
    async questions({ incident, answers }, platform) {
      if (Object.keys(answers).length > 0) return [];
      const found = await incidentById(await platform.openStore(), incident);
      return decisiveFirst(lastReportOf(found)).slice(0, MAX_ASKED);
    },
    answered: (input, answers) => ({ ...input, answers: { ...input.answers, ...answers } }),
  },
  async run({ incident: id, answers, dir, logs, now, actor }, platform) {
    const incident = await incidentById(await platform.openStore(), id);
    if (Object.keys(answers).length === 0) return currentReport(incident);
    const last = incident.events.findLast(({ body }) => body.type === 'triaged');
    const given = now === null ? null : readInstant(now, '--now', platform.clock.now());
    const scope = await widenScope(incident, { ...NOTHING_FURTHER, dir, logs, asOf: given }, platform);
    const asOf = given ?? last?.at ?? null;
    const bodies = Object.entries(answers)
      .filter(([key, value]) => incident.answers[key] !== value)
      .map(([key, value]) => ({ type: 'answered' as const, key, value }));
    await addToRecord({ incident: incident.id, at: null, instant: asOf, actor, bodies }, platform);
    return triageIncident(
      {
        ...scope,
        asOf,
        symptom: incident.symptom,
        answers: { ...incident.answers, ...answers },
        saveSnapshot: null,
        incidentId: incident.id,
      },
      platform,
    );
  },
});
