import { expect, test } from 'vitest';
import type { Gap } from '../domain/gap.ts';
import { createMemoryStore } from '../store/memory/index.ts';
import { connectorOf, contributionOf, patternOf, reportOf, testPlatform } from './_testing/fakes.ts';
import { runOperation } from './operation.ts';
import { operation } from './operations/incident.ts';

const names = ['checkout-api', 'cart', 'payment-service'];
const log = connectorOf({
  id: 'log-file',
  collect: async () =>
    contributionOf({ patterns: names.map((name) => patternOf({ id: name, service: name })) }),
});

/** The gaps that the engine was told of, and the problems that a person sees. */
async function triage(service: string | null) {
  const store = createMemoryStore();
  let gaps: readonly Gap[] = [];
  const platform = testPlatform({
    connectors: [log],
    store: async () => store,
    triage: (snapshot) => {
      gaps = snapshot.gaps;
      return { report: reportOf(snapshot.request.incidentId), probes: [] };
    },
  });
  await runOperation(operation, { symptom: 'it fails', service, now: '2024-01-15T14:41:00Z' }, platform);
  return { gaps, problems: platform.problems };
}

test.each([
  { service: 'chekout-api', nextStep: 'Did you mean checkout-api?' },
  { service: 'Cartt', nextStep: 'Did you mean cart?' },
  { service: 'warehouse', nextStep: 'Known services are cart, checkout-api, payment-service.' },
])('$service is not known, and the triage goes on', async ({ service, nextStep }) => {
  const { gaps, problems } = await triage(service);
  expect(gaps).toMatchObject([{ source: 'services', reason: 'absent', nextStep }]);
  expect(gaps[0]?.detail).toContain(service);
  expect(problems).toMatchObject([{ code: 'usage', nextStep }]);
});

test.each(['checkout-api', 'Checkout API', 'cart', null])('%s is no gap', async (service) => {
  expect(await triage(service)).toEqual({ gaps: [], problems: [] });
});
