import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { evidenceRef } from '../../domain/evidence.ts';
import { parseIso } from '../../domain/time.ts';
import { runConnector } from '../_kit/_testing/connector-run.ts';
import { deploymentsOf, readApplication } from './decode.ts';
import { applicationOf } from './history-table.ts';
import { connector } from './index.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const isCart = ({ path }: { readonly path: string }) => path === 'applications.json';

test('one application: the tag that was synced is the version, a finished operation is in the history', async () => {
  const { changes } = await runConnector(connector, fixtures, {
    choose: (file) => !isCart(file) && !file.path.endsWith('.txt'),
  });
  expect(changes).toMatchObject([
    { service: 'billing', version: 'v3.0.0', environment: 'production', actor: 'automated sync' },
    { version: 'v3.0.1', commit: '8f7e6d5c4b3a29180716253443526170f8e9dacb', actor: 'ana' },
  ]);
  expect(changes).toHaveLength(2);
});

test('history and the running sync, with target, versions, and self-heal said', async () => {
  const { changes, serviceFacts, evidence, gaps } = await runConnector(connector, fixtures, {
    choose: isCart,
  });
  expect(changes).toMatchObject([
    {
      id: 'argo-cd:shop/cart-production:11',
      service: 'cart',
      version: 'v2.4.0',
      commit: '53985f4ac217bd0df38a92366bfa12ad60005f33',
      platformRevision: '11',
      status: 'succeeded',
      actor: 'ana',
      at: parseIso('2024-02-28T10:00:00Z'),
      finishedAt: parseIso('2024-02-28T10:00:30Z'),
      target: { platform: 'argo-cd', namespace: 'shop', name: 'cart-production' },
      summary: 'cart-production v2.4.0 was synced by Argo CD (self-heal on)',
      images: [],
    },
    { version: 'v2.4.1', actor: 'automated sync', platformRevision: '12' },
    {
      version: null,
      commit: 'abcdef1234567890abcdef1234567890abcdef12',
      status: 'started',
      actor: 'bo',
      finishedAt: null,
    },
  ]);
  expect(serviceFacts).toMatchObject([
    { name: 'cart', aliases: ['cart-production'], deploy: { platform: 'argo-cd' } },
  ]);
  expect(evidence[1]?.locator).toEqual({
    kind: 'json-pointer',
    path: 'applications.json',
    pointer: '/items/0/status/history/1',
  });
  expect(gaps).toEqual([]);
});

test('at an earlier time the later syncs are not there', async () => {
  const { changes } = await runConnector(connector, fixtures, {
    choose: isCart,
    asOf: '2024-03-01T10:20:10Z',
  });
  expect(changes).toMatchObject([{ platformRevision: '11' }, { platformRevision: '12', status: 'started' }]);
});

const base = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'cart' } };
const entry = { id: 1, deployedAt: '2024-03-01T10:00:00Z' };

test.each([
  ['a chart version is the version', { ...entry, revision: '1.2.3' }, {}, { version: '1.2.3', commit: null }],
  [
    'a tag is the version',
    { ...entry, revision: 'abcdef1', source: { targetRevision: 'v3.0.0' } },
    {},
    { version: 'v3.0.0' },
  ],
  ['several sources', { ...entry, revisions: ['1.2.3', 'abcdef1234'] }, {}, { commit: 'abcdef1234' }],
  [
    'a Kustomize image',
    { ...entry, source: { kustomize: { images: ['cart=r/cart:v9'] } } },
    {},
    { version: 'v9' },
  ],
  [
    'images of others do not count',
    { ...entry, revision: 'abcdef1' },
    { images: ['r/a:1', 'r/b:2'] },
    { version: null },
  ],
])('%s', (_name, one, summary, want) => {
  const application = readApplication({ ...base, status: { history: [one], summary } });
  const { told } =
    application === null ? { told: [] } : deploymentsOf(application, (at) => evidenceRef('x', at));
  expect(told).toMatchObject([{ deployment: want }]);
});

test.each(['Failed', 'Error'])('a sync that ended as %s is a failed deployment', (phase) => {
  const operationState = { phase, startedAt: '2024-03-01T10:00:00Z', finishedAt: '2024-03-01T10:01:00Z' };
  const application = readApplication({ ...base, status: { operationState, history: [{}] } });
  const result = application === null ? null : deploymentsOf(application, (at) => evidenceRef('x', at));
  expect(result).toMatchObject({ undated: 1, told: [{ deployment: { status: 'failed', version: null } }] });
});

test.each([
  {},
  { metadata: 7, spec: [] },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } },
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'a' } },
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: {} },
])('%j is no application', (record) => {
  expect(readApplication(record)).toBeNull();
});

test.each([
  ['network-policies', 'cluster/shop', 'cluster/shop'],
  ['platform', './ops/rbac/', 'ops/rbac'],
  ['cart', 'deploy/cart', null],
  ['network-policies', '.', null],
])('the folder of %s at %s is its own only where no code can belong to it', (name, path, want) => {
  const application = readApplication({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name },
    spec: { source: { repoURL: 'https://git.example/ops.git', path }, destination: {} },
  });
  expect(application?.path).toBe(want);
});

test('what argocd app history printed: each sync with its commit, of the application that the command names', async () => {
  const root = fileURLToPath(new URL('fixtures', import.meta.url));
  const { changes, gaps, evidence } = await runConnector(connector, root, {
    choose: ({ path }) => path === 'quay-api-history.txt',
  });
  expect(gaps).toEqual([]);
  expect(changes).toMatchObject([
    {
      service: 'quay-api',
      commit: '1b9e44d',
      version: null,
      platformRevision: '41',
      at: Date.UTC(2024, 2, 1, 10),
    },
    {
      service: 'quay-api',
      commit: '7d1c0a5',
      version: 'v3.4.1',
      platformRevision: '42',
      at: Date.UTC(2024, 2, 4, 9, 5),
    },
  ]);
  expect(evidence[0]?.locator).toMatchObject({ kind: 'file-line', line: 3 });
});

test.each([
  ['evidence/harbor-api-history.txt', 'ID  DATE  REVISION\n', 'harbor-api'],
  ['argocd-history.txt', 'ID  DATE  REVISION\n', null],
  ['history.txt', '$ argocd app history --grpc-web shop/tide-api\nID  DATE  REVISION\n', 'tide-api'],
])('%s is the history of %3$s', (path, text, want) => {
  expect(applicationOf(path, text)).toBe(want);
});
