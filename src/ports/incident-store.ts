/** Where incidents live: an append-only log of events, one sequence an incident. */
import type { IncidentEvent, IncidentEventBody } from '../domain/incident.ts';
import type { EpochMs } from '../domain/time.ts';

export interface NewEvent {
  readonly at: EpochMs;
  readonly actor: string;
  readonly body: IncidentEventBody;
}

export interface IncidentSummary {
  readonly id: string;
  readonly workspace: string;
  readonly lastSequence: number;
}

/**
 * Safe with several processes at once. Once a promise resolves, the events survive a killed process.
 * Throws PlatformError `store` (locked, corrupt, read-only, from a newer version) with what, why and next step.
 */
export interface IncidentStore {
  /** Allots the next id (`INC-1`, `INC-2` …) and appends the first events in one transaction. The first must be `opened`. */
  open(events: readonly NewEvent[]): Promise<readonly IncidentEvent[]>;
  /** Appends in order, in one transaction. Throws `not-found` for an unknown incident. */
  append(incidentId: string, events: readonly NewEvent[]): Promise<readonly IncidentEvent[]>;
  /** Ascending by sequence; empty for an unknown incident. */
  events(incidentId: string): Promise<readonly IncidentEvent[]>;
  /** All incidents, newest id first; only those of `workspace` where given. */
  list(workspace: string | null): Promise<readonly IncidentSummary[]>;
  close(): Promise<void>;
}
