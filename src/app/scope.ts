/** Where the next triage of an incident looks: where the last one did, and at what is named in addition. */
import type { Incident, TriageScope } from '../domain/incident.ts';
import type { Platform } from './platform.ts';
import { lastScope } from './record.ts';

/** Null: as before. Lists are added to what was looked at before. */
export interface FurtherScope {
  readonly dir: string | null;
  readonly logs: readonly string[];
  readonly repos: readonly string[];
  readonly service: string | null;
  readonly zone: string | null;
  readonly asOf: TriageScope['asOf'];
  readonly since: TriageScope['since'];
  readonly until: TriageScope['until'];
}

export const NOTHING_FURTHER: FurtherScope = {
  dir: null,
  logs: [],
  repos: [],
  service: null,
  zone: null,
  asOf: null,
  since: null,
  until: null,
};

export async function widenScope(
  incident: Incident,
  further: FurtherScope,
  platform: Platform,
): Promise<TriageScope> {
  const before = lastScope(incident);
  const union = async (known: readonly string[], added: readonly string[]) => {
    const absolute = await Promise.all(
      added.map((path) => (path === '-' ? path : platform.workspaceOf(path))),
    );
    return [...new Set([...known, ...absolute])];
  };
  return {
    dir: further.dir ?? before?.dir ?? incident.workspace,
    logs: await union(before?.logs ?? [], further.logs),
    repos: await union(before?.repos ?? [], further.repos),
    service: further.service ?? before?.service ?? null,
    zone: further.zone ?? before?.zone ?? null,
    asOf: further.asOf ?? before?.asOf ?? null,
    since: further.since ?? before?.since ?? null,
    until: further.until ?? before?.until ?? null,
  };
}
