/** How a call names an incident: by its handle, or as the current one of a directory. */
import { z } from 'zod';
import type { Incident } from '../domain/incident.ts';
import type { Report } from '../domain/report.ts';
import { followRecord } from '../engine/report/follow-record.ts';
import type { Platform } from './platform.ts';
import { currentIncident, incidentById, lastReportOf } from './stored-incidents.ts';

export const handleInput = {
  incident: z
    .string()
    .nullable()
    .default(null)
    .describe('Handle of the incident, such as INC-7; default: the current one of `dir`'),
  dir: z.string().default('.').describe('The directory whose incident is meant'),
};

export interface Handle {
  readonly incident: string | null;
  readonly dir: string;
}

/** Throws PlatformError `not-found`. */
export async function findIncident({ incident, dir }: Handle, platform: Platform): Promise<Incident> {
  const store = await platform.openStore();
  return incident === null
    ? currentIncident(store, await platform.workspaceOf(dir))
    : incidentById(store, incident);
}

/** The last report of the incident, with what was recorded since. Throws PlatformError `not-found`. */
export async function findReport(handle: Handle, platform: Platform): Promise<Report> {
  return currentReport(await findIncident(handle, platform));
}

/** Throws PlatformError `not-found` where the incident was never triaged to the end. */
export function currentReport(incident: Incident): Report {
  return followRecord(lastReportOf(incident), incident);
}
