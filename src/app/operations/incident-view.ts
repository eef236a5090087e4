/** The stored report of the current incident, or of the one named, with what was recorded since: no evidence is read again. */
import { z } from 'zod';
import { followRecord } from '../../engine/report/follow-record.ts';
import { defineOperation } from '../operation.ts';
import { currentIncident, incidentById, lastReportOf } from '../stored-incidents.ts';

export const operation = defineOperation({
  name: 'incident-view',
  summary: 'The last report of the current incident of a directory, or of the incident named.',
  input: z.strictObject({
    incident: z
      .string()
      .nullable()
      .default(null)
      .describe('Id, such as INC-7; default: the current one of `dir`'),
    dir: z.string().default('.').describe('The directory whose incident is meant'),
  }),
  output: 'report',
  effects: 'read',
  // An agent asks for the part that it needs: decide, explain, timeline, evidence, document.
  tool: null,
  async run({ incident, dir }, platform) {
    const store = await platform.openStore();
    const found =
      incident === null
        ? await currentIncident(store, await platform.workspaceOf(dir))
        : await incidentById(store, incident);
    return followRecord(lastReportOf(found), found);
  },
});
