/** Alerts of a running Alertmanager, asked for only where the user names it. It only reads. */
import { EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { Connector, LiveDeclaration } from '../../ports/connector.ts';

const live: LiveDeclaration = {
  name: 'alertmanager',
  settings: [],
  defaultUrl: null,
  tokens: ['ALERTMANAGER_TOKEN'],
};

export const connector: Connector = {
  id: 'alertmanager',
  summary: 'Alerts of a running Alertmanager, where it is named as a source.',
  probes: [],
  always: false,
  live,
  recognise: () => 0,
  collect: async (request, context) => {
    if (request.config === null) return EMPTY_CONTRIBUTION;
    const { collectLive } = await import('./collect.ts');
    return collectLive(live, request, context);
  },
};
