/** Which open incident a person at work in some directory should think of. It changes nothing. */
import { sep } from 'node:path';
import { type Incident, projectIncident } from '../domain/incident.ts';
import type { IncidentStore } from '../ports/incident-store.ts';

/** Whoever has more open ones looks at the newest. */
const SEARCHED_INCIDENTS = 50;

/** The open incidents of a store, newest first. */
export async function openIncidents(store: IncidentStore): Promise<readonly Incident[]> {
  const found: Incident[] = [];
  for (const { id } of (await store.list(null)).slice(0, SEARCHED_INCIDENTS)) {
    const incident = projectIncident(await store.events(id));
    if (incident !== null && incident.status !== 'RESOLVED') found.push(incident);
  }
  return found;
}

/** Whether an incident belongs to the directory: triaged in it, above it or below it. */
export function isOfDirectory({ workspace }: Pick<Incident, 'workspace'>, directory: string): boolean {
  const within = (inner: string, outer: string) =>
    inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : `${outer}${sep}`);
  return within(workspace, directory) || within(directory, workspace);
}
