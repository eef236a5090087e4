import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseIso } from '../../domain/time.ts';
import {
  fileWithHead,
  type RunOptions,
  runConnector,
  runOnFiles,
  withDeployments,
} from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';

const at = (text: string) => parseIso(text);
const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

async function run(root: string, options: RunOptions = {}) {
  return withDeployments(await runConnector(connector, root, options));
}

async function collect(files: Readonly<Record<string, string | Uint8Array>>, options: RunOptions = {}) {
  return withDeployments(await runOnFiles(connector, files, { choose: () => true, ...options }));
}

const list = (...items: readonly unknown[]) => JSON.stringify({ apiVersion: 'v1', items, kind: 'List' });

describe('rollouts', () => {
  test('each ReplicaSet is a deployment; one that an undo brought back is two', async () => {
    const { deployments, gaps, coverage } = await run(fixtures);
    expect(
      deployments.map(({ service, version, platformRevision, status, rollback, share }) => [
        service,
        version,
        platformRevision,
        status,
        rollback,
        share,
      ]),
    ).toEqual([
      ['cart', 'v2.4.0', '6', 'unknown', false, null],
      ['cart', 'v2.3.0', '5', 'unknown', false, null],
      ['cart', 'v2.3.0', '7', 'succeeded', true, null],
      ['search', '4.0.2', '3', 'unknown', false, null],
      ['search', '4.1.0', '4', 'started', false, 0.25],
    ]);
    expect(deployments[0]).toMatchObject({
      at: at('2024-03-01T10:00:05Z'),
      commit: '9f1c2d3e4b5a69788796a5b4c3d2e1f001122334',
      target: { platform: 'kubernetes', namespace: 'shop', context: null, name: 'cart' },
      images: ['r.example.test/shop/cart:v2.4.0', 'docker.io/istio/proxyv2:1.20.3'],
      evidence: [
        'kubernetes:rollouts.json#/items/3/metadata',
        'kubernetes:rollouts.json#/items/3/spec/template/spec/containers/1/image',
      ],
    });
    expect(deployments[2]).toMatchObject({
      at: at('2024-03-01T10:20:30Z'),
      finishedAt: at('2024-03-01T10:21:10Z'),
      summary: 'Rollback of cart v2.3.0: kubectl rollout undo deployment/cart',
    });
    expect(gaps).toEqual([]);
    expect(coverage.map(({ path, what }) => `${path} ${what}`)).toEqual([
      'events.json platform',
      'nodes.json platform',
      'pods.json instances',
      'rollouts.json deployments',
    ]);
  });

  test('before an undo there is only what had happened by then', async () => {
    const { deployments, platformFacts, instances, evidence } = await run(fixtures, {
      asOf: '2024-03-01T10:04:00Z',
    });
    expect(deployments.map(({ version }) => version)).toEqual(['v2.4.0', 'v2.3.0', '4.0.2', '4.1.0']);
    expect(instances.map(({ version }) => version)).toEqual(['v2.4.0', '4.0.2']);
    const readiness = platformFacts.find(({ kind }) => kind === 'probe-failed');
    expect(readiness).toMatchObject({ count: 1, attributes: { probe: 'readiness' } });
    expect(readiness?.attributes['lastSeenAt']).toBeUndefined();
    expect(evidence.every(({ observedAt }) => (observedAt ?? 0) <= (at('2024-03-01T10:04:00Z') ?? 0))).toBe(
      true,
    );
  });
});

const set = (fields: {
  name: string;
  revision: number;
  created: string;
  image: string;
  owner?: object;
  annotations?: object;
}) => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: fields.name,
    namespace: 'shop',
    creationTimestamp: fields.created,
    annotations: { 'deployment.kubernetes.io/revision': String(fields.revision), ...fields.annotations },
    ownerReferences: [{ kind: 'Deployment', name: 'cart', controller: true, ...fields.owner }],
  },
  spec: {
    template: { metadata: { labels: {} }, spec: { containers: [{ name: 'app', image: fields.image }] } },
  },
});
const deployment = (fields: {
  name?: string;
  condition?: object;
  spec?: object;
  status?: object;
  labels?: object;
}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: fields.name ?? 'cart', namespace: 'shop', creationTimestamp: '2023-01-01T00:00:00Z' },
  spec: {
    replicas: 4,
    template: {
      metadata: { labels: fields.labels ?? {} },
      spec: { containers: [{ name: 'app', image: 'r/cart:v2' }] },
    },
    ...fields.spec,
  },
  status: {
    conditions: [
      { type: 'Progressing', status: 'True', lastUpdateTime: '2024-03-01T10:01:00Z', ...fields.condition },
    ],
    ...fields.status,
  },
});
const second = set({ name: 'cart-b', revision: 2, created: '2024-03-01T10:00:00Z', image: 'r/cart:v2' });

test.each([
  {
    name: 'a rollout that hit its deadline failed',
    items: [deployment({ condition: { status: 'False', reason: 'ProgressDeadlineExceeded' } }), second],
    want: [{ status: 'failed', finishedAt: at('2024-03-01T10:01:00Z') }],
  },
  {
    name: 'a Deployment without its ReplicaSets tells the end of its rollout',
    items: [deployment({ condition: { reason: 'NewReplicaSetAvailable' } })],
    want: [{ at: at('2024-03-01T10:01:00Z'), version: 'v2', status: 'succeeded' }],
  },
  {
    name: 'a canary workload has the share of its replicas',
    items: [
      deployment({}),
      deployment({ name: 'cart-canary', spec: { replicas: 1 } }),
      set({
        name: 'cart-canary-a',
        revision: 1,
        created: '2024-03-01T10:00:00Z',
        image: 'r/cart:v3',
        owner: { name: 'cart-canary' },
      }),
    ],
    want: [{ share: 0.2, target: { name: 'cart-canary' } }],
  },
  {
    name: 'a Rollout of Argo with its weight',
    items: [
      {
        ...deployment({ status: { canary: { weights: { canary: { weight: 10 } } } } }),
        kind: 'Rollout',
        apiVersion: 'argoproj.io/v1alpha1',
      },
      { ...second, metadata: { ...second.metadata, ownerReferences: [{ kind: 'Rollout', name: 'cart' }] } },
    ],
    want: [{ share: 0.1, target: { platform: 'argo-rollouts' } }],
  },
  {
    name: 'a moving tag gives way to a label',
    items: [
      {
        ...second,
        spec: {
          template: {
            metadata: {
              labels: { 'app.kubernetes.io/version': '7.1' },
              annotations: { 'example.test/git-commit': 'abcdef1234' },
            },
            spec: { containers: [{ name: 'app', image: 'r/cart:latest' }] },
          },
        },
      },
    ],
    want: [{ version: '7.1', commit: 'abcdef1234' }],
  },
  {
    name: 'a tag that is a commit is both',
    items: [set({ name: 'cart-c', revision: 1, created: '2024-03-01T10:00:00Z', image: 'r/cart:1f2e3d4c' })],
    want: [{ version: '1f2e3d4c', commit: '1f2e3d4c' }],
  },
])('$name', async ({ items, want }) => {
  expect((await collect({ 'x.json': list(...items) })).deployments).toMatchObject(want);
});

test('a ControllerRevision is a deployment of its StatefulSet', async () => {
  const revision = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: 'ledger-6f5',
      namespace: 'shop',
      creationTimestamp: '2024-03-01T10:00:00Z',
      ownerReferences: [{ kind: 'StatefulSet', name: 'ledger', controller: true }],
    },
    revision: 3,
    data: { spec: { template: { spec: { containers: [{ name: 'app', image: 'r/ledger:v3' }] } } } },
  };
  const { deployments } = await collect({ 'x.json': list(revision) });
  expect(deployments).toMatchObject([
    {
      service: 'ledger',
      version: 'v3',
      platformRevision: '3',
      target: { name: 'ledger' },
      evidence: [
        'kubernetes:x.json#/items/0/metadata',
        'kubernetes:x.json#/items/0/data/spec/template/spec/containers/0/image',
      ],
    },
  ]);
});

test('more objects than the limit are cut with a gap', async () => {
  const line = '{"kind":"ConfigMap","metadata":{"name":"a"}}\n';
  const { gaps } = await collect({ 'x.jsonl': `${JSON.stringify(second)}\n${line.repeat(50_000)}` });
  expect(gaps.map(({ reason }) => reason)).toEqual(['truncated']);
});

test('a return whose time nothing tells is a note, not a guess', async () => {
  const first = set({ name: 'cart-a', revision: 3, created: '2024-02-01T10:00:00Z', image: 'r/cart:v1' });
  const { deployments, coverage } = await collect({ 'x.json': list(first, second) });
  expect(deployments.map(({ version, platformRevision }) => [version, platformRevision])).toEqual([
    ['v2', '2'],
    ['v1', null],
  ]);
  expect(coverage[0]?.notes).toEqual(['ReplicaSet cart-a was brought back; nothing tells when']);
});

test('an object that was printed twice counts once, as it was last', async () => {
  const older = { ...second, metadata: { ...second.metadata, resourceVersion: '5' } };
  const newer = set({ name: 'cart-b', revision: 9, created: '2024-03-01T10:00:00Z', image: 'r/cart:v2' });
  const { deployments } = await collect({
    'a.json': list({ ...newer, metadata: { ...newer.metadata, resourceVersion: '12' } }),
    'b.json': list(older),
  });
  expect(deployments.map(({ platformRevision }) => platformRevision)).toEqual(['9']);
});

test('single objects, arrays and JSON lines are read too', async () => {
  const { deployments } = await collect({
    'a.jsonl': `${JSON.stringify(second)}\n\n${list(set({ name: 'cart-d', revision: 3, created: '2024-03-01T11:00:00Z', image: 'r/cart:v3' }))}\n`,
  });
  expect(deployments.map(({ version, evidence }) => [version, evidence])).toEqual([
    ['v2', ['kubernetes:a.jsonl:1']],
    ['v3', ['kubernetes:a.jsonl:3']],
  ]);
});

test('bad objects are counted, other kinds are named', async () => {
  const { gaps, coverage } = await collect({
    'x.json': list(
      second,
      { apiVersion: 'v1', kind: 'Ingress', metadata: { name: 'c' } },
      7,
      null,
      { kind: 'Pod' },
      { kind: [], metadata: 1 },
    ),
    'y.json': list({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 's' } }),
  });
  expect(gaps.map(({ reason }) => reason)).toEqual(['rejected', 'not-covered']);
  expect(gaps[0]?.detail).toContain('4 objects');
  expect(coverage[0]?.notes).toEqual(['kinds that are not read: 1 Ingress']);
});

test('nonsense inside good objects is left out', async () => {
  const odd = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', creationTimestamp: 7, labels: [], annotations: 'x', ownerReferences: [7, {}] },
    spec: { containers: [null, { image: 7 }], nodeName: {} },
    status: { containerStatuses: [3, { state: 'x', restartCount: {} }], conditions: {} },
  };
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e' },
    type: 'Warning',
    reason: {},
    count: -3,
  };
  const { instances, platformFacts } = await collect({
    'x.json': list(odd, event, { ...second, metadata: { name: 'b', creationTimestamp: 'soon' } }),
  });
  expect(instances).toMatchObject([{ pod: 'a', service: 'a', version: null, startedAt: null }]);
  expect(platformFacts).toMatchObject([{ kind: 'other', count: 1, at: null }]);
});

test.each([
  ['truncated', '{"apiVersion":"v1","items":[{"kind":"Pod","metad'],
  ['binary', new Uint8Array([0, 255, 254, 1])],
  ['a bare number', '12'],
  ['deep nesting', '{"items":['.repeat(20_000)],
])('%s text gives a gap', async (_name, text) => {
  const { deployments, gaps } = await collect({ 'pods.json': text });
  expect(deployments).toEqual([]);
  expect(gaps).toHaveLength(1);
});

test.each([
  ['a list', list(second), 0.95],
  [
    'a typed list',
    '{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a","creationTimestamp":"2024-03-01T10:00:00Z"}}]}',
    0.95,
  ],
  ['an empty list', '{"apiVersion":"v1","items":[],"kind":"List"}', 0.9],
  [
    'other kinds',
    list({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a', creationTimestamp: '2024-03-01T10:00:00Z' },
    }),
    0.5,
  ],
  [
    'an Argo CD application',
    '{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"a","creationTimestamp":"2024-03-01T10:00:00Z"}}',
    0,
  ],
  [
    'a manifest that no cluster has seen',
    '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"}}',
    0,
  ],
  ['a package file', '{"name":"a","version":"1.0.0","items":[]}', 0],
])('%s: recognised as it should be', (_name, head, want) => {
  expect(connector.recognise(fileWithHead('x.json', head))).toBe(want);
});

describe('settings that were edited in place', () => {
  const edited = (kind: string, time: string, fields: object, data: object = {}) => ({
    apiVersion: 'v1',
    kind,
    metadata: {
      name: 'manifests-settings',
      namespace: 'canal',
      creationTimestamp: '2024-03-01T08:00:00Z',
      managedFields: [{ manager: 'kubectl-edit', operation: 'Update', time, fieldsV1: fields }],
    },
    data,
  });

  test('are changes with their key and new value', async () => {
    const { changes } = await collect({
      'x.json': list(
        edited(
          'ConfigMap',
          '2024-03-02T10:44:12Z',
          { 'f:data': { 'f:MAX_PARCELS': {} } },
          { MAX_PARCELS: '20' },
        ),
      ),
    });
    expect(changes).toMatchObject([
      {
        type: 'config',
        service: 'manifests',
        actor: 'kubectl-edit',
        attributes: { key: 'MAX_PARCELS', value: '20' },
      },
    ]);
  });

  test('in a Secret never show their value', async () => {
    const { changes } = await collect({
      'x.json': list(
        edited('Secret', '2024-03-02T10:44:12Z', { 'f:data': { 'f:TOKEN': {} } }, { TOKEN: 'aHVudGVyMg==' }),
      ),
    });
    expect(changes).toMatchObject([{ type: 'credential' }]);
    expect(JSON.stringify(changes)).not.toContain('aHVudGVyMg');
  });

  test.each([
    { name: 'as they were made', time: '2024-03-01T08:00:20Z', fields: { 'f:data': { 'f:A': {} } } },
    { name: 'in their labels only', time: '2024-03-02T10:44:12Z', fields: { 'f:metadata': {} } },
    { name: 'at no time', time: 'yesterday', fields: { 'f:data': { 'f:A': {} } } },
  ])('are none where they were written $name', async ({ time, fields }) => {
    const { changes } = await collect({ 'x.json': list(edited('ConfigMap', time, fields)) });
    expect(changes).toEqual([]);
  });
});
