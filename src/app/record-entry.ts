/** What a person adds to an incident's record: notes, answers, the end. */
import { z } from 'zod';
import type { IncidentEventBody } from '../domain/incident.ts';
import type { EpochMs } from '../domain/time.ts';
import { readInstant } from './instants.ts';
import type { Platform } from './platform.ts';
import { sanitise } from './sanitise.ts';
import { incidentById } from './stored-incidents.ts';

export const recordOutput = z.strictObject({
  id: z.string(),
  status: z.string(),
  lastSequence: z.number(),
});

export interface Entry {
  readonly incident: string;
  /** As typed; null for `instant`, and where that is null too for now. */
  readonly at: string | null;
  readonly instant?: EpochMs | null;
  readonly actor: string | null;
  readonly bodies: readonly IncidentEventBody[];
}

/** Secrets are taken out before anything is stored. Throws PlatformError `not-found`, `usage`, `store`. */
export async function addToRecord(entry: Entry, platform: Platform): Promise<z.infer<typeof recordOutput>> {
  const store = await platform.openStore();
  const incident = await incidentById(store, entry.incident);
  const now = platform.clock.now();
  const at = entry.at === null ? (entry.instant ?? now) : readInstant(entry.at, '--at', now);
  const { environment } = platform;
  const actor = entry.actor ?? environment['USER'] ?? environment['USERNAME'] ?? 'someone';
  const events = entry.bodies.map((body) => ({ at, actor, body }));
  const clean = sanitise(events, await platform.textPolicy([]));
  if (clean.length > 0) await store.append(incident.id, clean);
  const after = await incidentById(store, incident.id);
  return { id: after.id, status: after.status, lastSequence: after.events.at(-1)?.sequence ?? 0 };
}
