import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fileWithHead, runConnector } from '../_kit/_testing/connector-run.ts';
import { removeFolder, temporaryFolder, writeFiles } from '../_kit/_testing/temporary-repository.ts';
import { hostsOf } from './facts.ts';
import { chartOfPath } from './helm.ts';
import { connector } from './index.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

test('a workload, its service name, its route and whom it calls, each with its line', async () => {
  const { serviceFacts, edges, evidence, gaps, coverage } = await runConnector(connector, fixtures, {
    choose: ({ path }) => path === 'cart.yaml',
  });
  expect(serviceFacts).toMatchObject([
    {
      name: 'cart-api',
      aliases: ['cart'],
      owner: 'basket',
      criticality: 'critical',
      deploy: { platform: 'kubernetes', namespace: 'shop', name: 'cart-api' },
    },
    { name: 'postgres', kind: 'datastore' },
    { name: 'cart-api', aliases: ['cart'] },
    { name: 'cart-api', userFacing: true, routes: ['/api/cart'] },
  ]);
  expect(edges).toMatchObject([
    { from: 'cart-api', to: 'payments', source: 'manifest', evidence: ['manifests:cart.yaml:18'] },
    { from: 'cart-api', to: 'postgres' },
  ]);
  expect(evidence.find(({ ref }) => ref === 'manifests:cart.yaml:18')).toMatchObject({
    excerpt: expect.stringContaining('payments.shop.svc.cluster.local'),
    locator: { kind: 'file-line', line: 18 },
  });
  expect(gaps).toEqual([]);
  expect(coverage).toMatchObject([{ items: 4, notes: ['1 documents say nothing about services'] }]);
});

test('a chart: release, image name, chart dependencies and hosts in values; its own host is none', async () => {
  const { serviceFacts, edges } = await runConnector(connector, fixtures, {
    choose: ({ path }) => path.startsWith('charts/'),
  });
  expect(serviceFacts.filter(({ name }) => name === 'billing')).toMatchObject([
    { deploy: { platform: 'helm', name: 'billing' } },
    { aliases: ['billing-api'] },
  ]);
  expect(edges.map(({ to }) => to).sort()).toEqual(['ledger', 'redis', expect.stringContaining('taxes')]);
});

test.each([
  ['PAYMENTS_URL', 'http://payments:8080/x', ['payments']],
  ['DATABASE_URL', 'postgres://user:secret@db.internal:5432/shop', ['db']],
  ['PAYMENTS_HOST', 'payments', ['payments']],
  ['brokers', 'kafka-0:9092,kafka-0:9092', ['kafka']],
  ['LOG_LEVEL', 'info', []],
  ['HOST', '0.0.0.0', []],
  ['BIND_ADDRESS', '127.0.0.1:80', []],
  ['URL', '', []],
])('%s=%s calls %j', (key, value, names) => {
  expect(hostsOf(key, value).map(({ name }) => name)).toEqual(names);
});

test.each([
  ['charts/cart/values.yaml', 'cart'],
  ['charts/cart/values-prod.yaml', 'cart'],
  ['helm/values.yaml', null],
  ['values.yaml', null],
])('%s belongs to chart %s', (path, chart) => {
  expect(chartOfPath(path)).toBe(chart);
});

test.each([
  ['k8s/a.yaml', 'apiVersion: apps/v1\nkind: Deployment\n', 0.9],
  ['k8s/a.yaml', 'apiVersion: backstage.io/v1alpha1\nkind: Component\n', 0],
  ['chart/templates/a.yaml', 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {{ x }}\n', 0],
  ['charts/a/values.yaml', 'replicaCount: 1\n', 0.6],
  ['values.yaml', 'replicaCount: 1\n', 0],
  ['docker-compose.yml', 'services:\n  a: {}\n', 0],
])('%s %j is recognised as %d', (path, head, want) => {
  expect(connector.recognise(fileWithHead(path, head))).toBe(want);
});

test('controllers are tied to the workloads below their folder, and say how they sync', async () => {
  const workload = (name: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\n  namespace: shop\nspec:\n  template:\n    spec:\n      containers: []\n`;
  const root = temporaryFolder();
  writeFiles(root, {
    'apps/cart/deploy.yaml': workload('cart'),
    'apps/rates/deploy.yaml': workload('rates'),
    'clusters/eu/apps.yaml':
      'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: apps\n  namespace: flux-system\nspec:\n  path: ./apps/cart\n',
    'clusters/eu/quotes.yaml':
      'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: quotes\n  namespace: shop\nspec:\n  suspend: true\n  chart: { spec: { chart: quotes } }\n',
    'argo/rates.yaml':
      'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: rates-eu\nspec:\n  source: { path: apps/rates }\n  syncPolicy: { automated: { selfHeal: true } }\n',
  });
  const found = await runConnector(connector, root);
  removeFolder(root);
  const controllers = found.serviceFacts.flatMap(({ name, deploy }) =>
    deploy?.sync === undefined ? [] : [[name, deploy.platform, deploy.name, deploy.sync]],
  );
  expect(controllers).toEqual(
    expect.arrayContaining([
      ['cart', 'flux', 'apps', 'automated'],
      ['quotes', 'flux', 'quotes', 'manual'],
      ['rates', 'argo-cd', 'rates-eu', 'self-heal'],
    ]),
  );
  expect(controllers.map(([name]) => name)).not.toContain('apps');
});
