import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { evidenceRef } from '../../domain/evidence.ts';
import { parseIso } from '../../domain/time.ts';
import { runConnector } from '../_kit/_testing/connector-run.ts';
import { toDeployment } from './decode.ts';
import { connector } from './index.ts';
import { readDeployment, readStatus } from './schema.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const at = (text: string) => parseIso(text);

test('joins deployments with statuses of another file and of webhooks', async () => {
  const { changes, gaps, evidence } = await runConnector(connector, fixtures);
  expect(changes).toMatchObject([
    {
      id: 'github-deployments:102',
      service: 'cart',
      version: 'v2.4.1',
      commit: '1e9ed10fd8657dda2ec40bb5f2163b20f9b5bb7f',
      at: at('2024-03-01T10:20:00Z'),
      finishedAt: at('2024-03-01T10:20:40Z'),
      status: 'succeeded',
      environment: 'production',
      deploymentId: '102',
      actor: 'ana',
      share: 0.1,
      rollback: false,
    },
    { service: 'billing', version: 'v1.9.0', status: 'started', rollback: true, actor: null },
    { service: 'search', version: 'v3.0.0', status: 'failed', environment: 'staging' },
  ]);
  expect(changes[0]?.evidence).toHaveLength(4);
  expect(evidence.find(({ ref }) => ref === changes[0]?.evidence[0])).toMatchObject({
    locator: { kind: 'json-pointer', path: 'deployments.json', pointer: '/0' },
  });
  expect(gaps).toEqual([]);
});

test('at a time before the end it is still running', async () => {
  const { changes } = await runConnector(connector, fixtures, { asOf: '2024-03-01T10:20:10Z' });
  expect(changes[0]).toMatchObject({ deploymentId: '102', status: 'started', finishedAt: null });
});

test('without any status file a missing status says nothing', async () => {
  const { changes } = await runConnector(connector, fixtures, {
    choose: ({ path }) => path === 'deployments.json',
  });
  expect(changes.map((change) => change.type === 'deployment' && change.status)).toEqual([
    'unknown',
    'unknown',
  ]);
});

const base = {
  id: 1,
  sha: 'abcdef1',
  task: 'deploy',
  created_at: '2024-03-01T10:00:00Z',
  repository_url: 'https://h/repos/acme/shop',
};

test.each([
  ['payload first', { payload: { app: 'Cart', tag: '1.0' }, ref: 'billing/v2' }, 'cart', '1.0'],
  ['a payload that is text', { payload: '{"service":"cart","version":"2"}' }, 'cart', '2'],
  ['then the ref', { ref: 'refs/tags/billing-v2.0.0', description: 'cart v1' }, 'billing', 'v2.0.0'],
  ['then the description', { ref: 'main', description: 'cart v1.0' }, 'cart', 'v1.0'],
  ['a description with a target', { description: 'Deploy cart to production' }, 'cart', null],
  ['prose is no service', { description: 'Fixes the thing that broke' }, 'shop', null],
  ['at last the repository', { ref: 'abcdef1' }, 'shop', null],
])('naming: %s', (_name, fields, service, version) => {
  const deployment = readDeployment({ ...base, ...fields });
  const made = deployment === null ? null : toDeployment(deployment, [], evidenceRef('x', '1'), true);
  expect(made).toMatchObject({ service, version });
});

test.each([null, 7, {}, { id: 1 }, { id: 1, sha: 'x', created_at: 'soon' }])(
  '%j is no deployment',
  (value) => {
    expect(readDeployment(value)).toBeNull();
    expect(readStatus(value)).toBeNull();
  },
);
