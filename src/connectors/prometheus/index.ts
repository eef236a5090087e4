/** Metrics and alert states of a running Prometheus or VictoriaMetrics, asked for only where the user names it. It only reads. */
import { EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { Connector, LiveDeclaration } from '../../ports/connector.ts';

const live: LiveDeclaration = {
  name: 'prometheus',
  settings: ['lookbackMinutes'],
  defaultUrl: null,
  tokens: ['PROMETHEUS_TOKEN'],
};

export const connector: Connector = {
  id: 'prometheus',
  summary:
    'Metrics and alert states of a running Prometheus or VictoriaMetrics, where it is named as a source.',
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
