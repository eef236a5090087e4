/** The stored report of the current incident, or of the one named, with what was recorded since: no evidence is read again. */
import { z } from 'zod';
import { findReport, handleInput } from '../handle.ts';
import { defineOperation } from '../operation.ts';

export const operation = defineOperation({
  name: 'incident-view',
  summary: 'The last report of the current incident of a directory, or of the incident named.',
  input: z.strictObject(handleInput),
  output: 'report',
  effects: 'read',
  // An agent asks for the part that it needs: decide, explain, timeline, evidence, document.
  tool: null,
  run: findReport,
});
