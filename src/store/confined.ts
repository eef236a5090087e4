/** A store through which only the incidents of allowed places are seen: the others are as if they were not there. */

import { PlatformError } from '../domain/error.ts';
import type { IncidentEvent } from '../domain/incident.ts';
import type { IncidentStore } from '../ports/incident-store.ts';

export function confineStore(store: IncidentStore, isAllowed: (workspace: string) => boolean): IncidentStore {
  const isVisible = (events: readonly IncidentEvent[]) => {
    const opened = events.find(({ body }) => body.type === 'opened');
    return opened?.body.type === 'opened' && isAllowed(opened.body.workspace);
  };
  return {
    open: (events) => store.open(events),
    append: async (incidentId, events) => {
      if (isVisible(await store.events(incidentId))) return store.append(incidentId, events);
      throw new PlatformError({
        code: 'not-found',
        what: `There is no incident ${incidentId}`,
        why: 'none of that id belongs to an allowed root',
        nextStep: 'List the incidents that can be reached.',
      });
    },
    events: async (incidentId) => {
      const events = await store.events(incidentId);
      return isVisible(events) ? events : [];
    },
    list: async (workspace) =>
      (await store.list(workspace)).filter((summary) => isAllowed(summary.workspace)),
    close: () => store.close(),
  };
}
