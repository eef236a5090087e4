/** Closes an incident: the next triage of the same symptom opens a new one. */
import { z } from 'zod';
import { instantInput } from '../instants.ts';
import { defineOperation } from '../operation.ts';
import { addToRecord, recordOutput } from '../record-entry.ts';

export const operation = defineOperation({
  name: 'incident-resolve',
  summary: 'Mark an incident as resolved.',
  input: z.strictObject({
    incident: z.string().describe('Id, such as INC-7'),
    text: z.string().trim().max(4000).default('').describe('What resolved it'),
    at: instantInput.nullable().default(null).describe('When it was resolved; default: now'),
    actor: z.string().trim().min(1).max(200).nullable().default(null).describe('Who; default: the user'),
  }),
  output: recordOutput,
  effects: 'write',
  tool: {
    name: 'resolve',
    title: 'Resolve an incident',
    description:
      'Mark an incident as resolved, with what resolved it. Only when a person says so or a verification passed; the next triage of the same symptom opens a new incident.',
    idempotent: false,
    gathers: false,
  },
  run: ({ text, ...entry }, platform) =>
    addToRecord(
      { ...entry, bodies: [{ type: 'resolved', text: text === '' ? 'Resolved' : text }] },
      platform,
    ),
});
