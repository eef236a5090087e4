/** Finding a stored incident by its id or by its workspace. It changes nothing. */
import { PlatformError } from '../domain/error.ts';
import { type Incident, projectIncident } from '../domain/incident.ts';
import type { Report } from '../domain/report.ts';
import type { IncidentStore } from '../ports/incident-store.ts';

/** `7`, `inc-7` and `INC-7` are the same. */
export function incidentIdOf(text: string): string {
  const digits = /^\s*(?:INC-?)?(\d{1,15})\s*$/i.exec(text)?.[1];
  return digits === undefined ? text.trim() : `INC-${Number(digits)}`;
}

/** Throws PlatformError `not-found`. */
export async function incidentById(store: IncidentStore, text: string): Promise<Incident> {
  const id = incidentIdOf(text);
  const incident = projectIncident(await store.events(id));
  if (incident !== null) return incident;
  const known = (await store.list(null)).slice(0, 5).map((summary) => summary.id);
  throw new PlatformError({
    code: 'not-found',
    what: `There is no incident ${id}`,
    why: known.length === 0 ? 'the store holds none' : `the latest are ${known.join(', ')}`,
    nextStep: 'List them with: wicked-platform incidents',
  });
}

/** The newest open incident of the workspace, else its newest. Throws PlatformError `not-found`. */
export async function currentIncident(store: IncidentStore, workspace: string): Promise<Incident> {
  let newest: Incident | null = null;
  for (const { id } of await store.list(workspace)) {
    const incident = projectIncident(await store.events(id));
    if (incident !== null && incident.status !== 'RESOLVED') return incident;
    newest ??= incident;
  }
  if (newest !== null) return newest;
  throw new PlatformError({
    code: 'not-found',
    what: `There is no incident of ${workspace} yet`,
    why: 'none was triaged in this directory with this store',
    nextStep:
      'Triage it first: wicked-platform incident "500 errors on checkout", or name its directory with --dir.',
  });
}

/** Throws PlatformError `not-found` where the incident was never triaged to the end. */
export function lastReportOf(incident: Incident): Report {
  if (incident.lastReport !== null) return incident.lastReport;
  throw new PlatformError({
    code: 'not-found',
    what: `${incident.id} has no report yet`,
    why: 'its triage was interrupted or failed',
    nextStep: `Triage it: wicked-platform incident ${JSON.stringify(incident.symptom)}`,
  });
}
