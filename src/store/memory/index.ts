/** Incident store that forgets: for the demo, for tests and where no store is wanted. */
import { PlatformError } from '../../domain/error.ts';
import type { IncidentEvent } from '../../domain/incident.ts';
import type { IncidentStore, NewEvent } from '../../ports/incident-store.ts';

interface Held {
  readonly workspace: string;
  readonly events: IncidentEvent[];
}

export function createMemoryStore(): IncidentStore {
  const incidents = new Map<string, Held>();
  const add = (id: string, held: Held, events: readonly NewEvent[]): readonly IncidentEvent[] => {
    const last = held.events.length;
    const added = structuredClone(
      events.map((event, index) => ({ incidentId: id, sequence: last + index + 1, ...event })),
    );
    held.events.push(...added);
    return structuredClone(added);
  };
  return {
    open: async (events) => {
      const first = events[0]?.body;
      if (first?.type !== 'opened') throw new TypeError('the first event of an incident must be `opened`');
      const id = `INC-${incidents.size + 1}`;
      const held: Held = { workspace: first.workspace, events: [] };
      incidents.set(id, held);
      return add(id, held, events);
    },
    append: async (incidentId, events) => {
      const held = incidents.get(incidentId);
      if (held === undefined) throw unknownIncident(incidentId);
      return add(incidentId, held, events);
    },
    events: async (incidentId) => structuredClone(incidents.get(incidentId)?.events ?? []),
    list: async (workspace) =>
      [...incidents]
        .filter(([, held]) => workspace === null || held.workspace === workspace)
        .map(([id, held]) => ({ id, workspace: held.workspace, lastSequence: held.events.length }))
        .reverse(),
    close: async () => undefined,
  };
}

function unknownIncident(id: string): PlatformError {
  return new PlatformError({
    code: 'not-found',
    what: `There is no incident ${id}`,
    why: 'the store does not know it',
    nextStep: 'List the incidents with: wicked-platform incidents',
  });
}
