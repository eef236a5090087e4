/** The connector for log files: any format, any size, aggregated while it is scanned. */
import type { Connector } from '../../ports/connector.ts';
import { recognise } from './recognise.ts';

export const connector: Connector = {
  id: 'log-file',
  summary:
    'Log files of any format: patterns, request rates and latency, rollouts and calls that messages speak of',
  probes: [],
  always: false,
  recognise,
  async collect(request, context) {
    const { collect } = await import('./collect.ts');
    return collect(request, context);
  },
};
