/** Adds a person's note to an incident's record. */
import { z } from 'zod';
import { instantInput } from '../instants.ts';
import { defineOperation } from '../operation.ts';
import { addToRecord, recordOutput } from '../record-entry.ts';

export const operation = defineOperation({
  name: 'incident-note',
  summary: "Add a note to an incident's record.",
  input: z.strictObject({
    incident: z.string().describe('Id, such as INC-7'),
    text: z.string().trim().min(1).max(4000).describe('What happened or was done'),
    at: instantInput.nullable().default(null).describe('When it happened; default: now'),
    actor: z.string().trim().min(1).max(200).nullable().default(null).describe('Who; default: the user'),
  }),
  output: recordOutput,
  effects: 'write',
  tool: {
    name: 'note',
    title: 'Note in the record',
    description:
      "Add a note to an incident's record and timeline: what was done, seen or said, and when. It changes nothing but the record.",
    idempotent: false,
    gathers: false,
  },
  run: ({ text, ...entry }, platform) =>
    addToRecord({ ...entry, bodies: [{ type: 'noted', text }] }, platform),
});
