import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { toIso } from '../../domain/time.ts';
import { fileWithHead, runConnector } from '../_kit/_testing/connector-run.ts';
import { decodeChange } from './decode.ts';
import { connector } from './index.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

test('kinds, times and who, what was only planned left out', async () => {
  const { changes, gaps, coverage } = await runConnector(connector, fixtures);
  expect(gaps).toEqual([]);
  expect(
    changes.map(({ type, service, at, summary, actor }) => [
      type,
      service,
      at === null ? null : toIso(at),
      summary,
      actor,
    ]),
  ).toEqual([
    [
      'credential',
      'edge-gateway',
      '2024-03-01T09:30:00Z',
      'CHG0031244: Renew the TLS certificate of the gateway',
      'carol',
    ],
    ['config', 'cart', '2024-03-01T09:55:00Z', 'raise pool size from 20 to 50', 'bob'],
    ['deployment', 'orders', '2024-03-01T10:10:00Z', 'release v2.3.1', 'alice'],
  ]);
  expect(changes[2]).toMatchObject({ version: 'v2.3.1', rollback: false });
  expect(coverage[0]?.notes).toContain('1 were planned or called off, and are left out');
});

test.each([
  ['add a column to orders', 'migration'],
  ['Rolled back payment to 1.2.0', 'deployment'],
  ['scale orders to 12 replicas', 'scaling'],
  ['nightly backup moved', 'data-job'],
  ['DNS record of the shop', 'infrastructure'],
  ['something else entirely', 'config'],
])('%s is of type %s', (description, type) => {
  const row = { time: '2024-03-01T10:00:00Z', service: 'orders', description };
  const decoded = decodeChange(row, { zone: null, id: 'x', evidence: 'x' as never });
  expect(decoded?.change?.type).toBe(type);
});

test.each([
  ['logs.csv', 'time,level,service,message\n2024-03-01T10:00:00Z,info,cart,order was placed\n'],
  ['tickets.csv', 'time,service,description\n2024-03-01T10:00:00Z,cart,customers call us\n'],
  ['metrics.csv', 'time,service,metric,value\n2024-03-01T10:00:00Z,cart,rps,3\n'],
  ['labels.csv', 'timestamp,level,cmdb_id,failure_type\n1709287200,service,cart,cpu load\n'],
])('%s is no list of changes', (name, head) => {
  expect(connector.recognise(fileWithHead(name, head))).toBe(0);
});
