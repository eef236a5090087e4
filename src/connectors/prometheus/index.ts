/** Metrics and alert states of a running Prometheus, asked for only where wicked-platform.yaml names it. It only reads. */
import { EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { Connector } from '../../ports/connector.ts';

export const connector: Connector = {
  id: 'prometheus',
  summary:
    'Metrics and alert states of a running Prometheus or VictoriaMetrics, where sources.prometheus names it.',
  probes: [],
  always: true,
  recognise: () => 0,
  collect: async (request, context) => {
    if (request.config === null) return EMPTY_CONTRIBUTION;
    const { collectLive } = await import('./collect.ts');
    return collectLive(request, context);
  },
};
