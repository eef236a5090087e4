import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseIso, toIso } from '../../domain/time.ts';
import { fileWithHead, runConnector } from '../_kit/_testing/connector-run.ts';
import { removeFolder, temporaryFolder, writeFiles } from '../_kit/_testing/temporary-repository.ts';
import { connector } from './index.ts';

let folder: string;
let runs = 0;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => removeFolder(folder));

async function collect(path: string, text: string) {
  runs += 1;
  writeFiles(`${folder}/${runs}`, { [path]: text });
  return runConnector(connector, `${folder}/${runs}`);
}

const OOM = {
  metadata: { name: 'cart-1.17b0', namespace: 'shop', creationTimestamp: '2024-01-15T14:21:00Z' },
  reason: 'OOMKilling',
  message: 'Memory cgroup out of memory',
  type: 'Warning',
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'cart-7c9d5f4b6d-2xq9z' },
  firstTimestamp: '2024-01-15T14:21:00Z',
  lastTimestamp: '2024-01-15T14:21:00Z',
  count: 1,
};
const line = (value: unknown) => `${JSON.stringify(value)}\n`;

test.each([
  { name: 'an event exporter, which leaves the kind out', text: line(OOM) },
  { name: 'a watch', text: line({ type: 'ADDED', object: { kind: 'Event', apiVersion: 'v1', ...OOM } }) },
  {
    name: 'a watch with bookmarks',
    text:
      line({ type: 'MODIFIED', object: { kind: 'Event', apiVersion: 'v1', ...OOM } }) +
      line({ type: 'BOOKMARK', object: { kind: 'Event', metadata: { resourceVersion: '7' } } }),
  },
])('events of $name are read', async ({ text }) => {
  const { platformFacts, gaps } = await collect('events.ndjson', text);
  expect(gaps).toEqual([]);
  expect(platformFacts).toMatchObject([
    {
      kind: 'oom-killed',
      service: 'cart',
      pod: 'cart-7c9d5f4b6d-2xq9z',
      at: parseIso('2024-01-15T14:21:00Z'),
    },
  ]);
});

const REPLICA_SET = `- apiVersion: apps/v1
  kind: ReplicaSet
  metadata:
    annotations:
      deployment.kubernetes.io/revision: "42"
    creationTimestamp: "2024-01-15T14:20:05Z"
    labels: { app: cart }
    name: cart-7c9d5f4b6d
    namespace: shop
    ownerReferences:
    - { apiVersion: apps/v1, controller: true, kind: Deployment, name: cart }
  spec:
    template:
      metadata:
        labels: { app: cart }
      spec:
        containers:
        - image: r.example/cart:v2.4.1
          name: app
`;

describe('YAML', () => {
  test('says what JSON says, and evidence points into it', async () => {
    const text = `apiVersion: v1\nitems:\n${REPLICA_SET}kind: List\nmetadata:\n  resourceVersion: ""\n`;
    const { changes, evidence, gaps } = await collect('rs.yaml', text);
    expect(gaps).toEqual([]);
    expect(changes).toMatchObject([
      { service: 'cart', version: 'v2.4.1', platformRevision: '42', at: parseIso('2024-01-15T14:20:05Z') },
    ]);
    expect(evidence[0]?.locator).toEqual({
      kind: 'json-pointer',
      path: 'rs.yaml',
      pointer: '/items/0/metadata',
    });
  });

  test('of several documents, one of them broken, keeps the others', async () => {
    const one = REPLICA_SET.replace('- api', '  api').replaceAll(/^ {2}/gm, '');
    const { changes, gaps } = await collect('rs.yml', `${one}---\nkind: [\n---\n${one.replace('42', '43')}`);
    expect(changes).toHaveLength(1);
    expect(gaps).toMatchObject([{ reason: 'rejected', detail: expect.stringMatching(/^1 objects/) }]);
  });

  test.each([
    ['apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: cart\n', 0],
    ['apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  creationTimestamp: null\n  name: cart\n', 0],
    ['apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  creationTimestamp: "2024-01-15T14:20:05Z"\n', 0.95],
    ['apiVersion: v1\nkind: ConfigMap\nmetadata:\n  creationTimestamp: "2024-01-15T14:20:05Z"\n', 0],
  ])('%j is recognised as %d: a manifest is not what runs', (head, want) => {
    expect(connector.recognise(fileWithHead('a.yaml', head))).toBe(want);
  });

  test('an alias bomb and endless nesting are gaps', async () => {
    const head = 'apiVersion: v1\nkind: Pod\nmetadata:\n  creationTimestamp: "2024-01-15T14:20:05Z"\n';
    const levels = Array.from(
      { length: 12 },
      (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(9)}]`,
    );
    for (const tail of [`a0: &a0 [x]\n${levels.join('\n')}`, `x: ${'['.repeat(50_000)}`]) {
      const { gaps, changes } = await collect('bomb.yaml', `${head}${tail}`);
      expect(changes).toEqual([]);
      expect(gaps).toHaveLength(1);
    }
  });
});

test('what kubectl get events prints has no times but what happened', async () => {
  const text = `NAMESPACE   LAST SEEN   TYPE      REASON              OBJECT                       MESSAGE
shop        2m10s       Normal    ScalingReplicaSet   deployment/cart              Scaled up replica set cart-7c9d5f4b6d to 3
shop        90s         Warning   BackOff             pod/cart-7c9d5f4b6d-2xq9z    Back-off restarting failed container app in pod x
shop        80s         Warning   Unhealthy           pod/cart-7c9d5f4b6d-2xq9z    Readiness probe failed: HTTP probe failed with statuscode: 503

not a row
`;
  const { platformFacts, evidence, gaps, coverage } = await collect('events.txt', text);
  expect(platformFacts.map(({ kind, service, pod, at }) => [kind, service, pod, at])).toEqual([
    ['scaling', 'cart', null, null],
    ['crash-loop', 'cart', 'cart-7c9d5f4b6d-2xq9z', null],
    ['probe-failed', 'cart', 'cart-7c9d5f4b6d-2xq9z', null],
  ]);
  expect(evidence.find(({ excerpt }) => excerpt.includes('Back-off'))?.locator).toMatchObject({
    kind: 'file-line',
    line: 3,
  });
  expect(gaps).toMatchObject([{ reason: 'rejected' }]);
  expect(coverage[0]?.notes).toContainEqual(expect.stringContaining('ages are relative'));
});

test('what kubectl get pods prints tells what is wrong with each', async () => {
  const text = `$ kubectl get pods -A -o wide
NAMESPACE   NAME                    READY   STATUS                  RESTARTS        AGE    IP          NODE
shop        cart-7c9d5f4b6d-2xq9z   0/1     CrashLoopBackOff        7 (2m10s ago)   14m    10.0.1.12   node-a
shop        cart-7c9d5f4b6d-9k2lp   1/1     Running                 0               14m    10.0.1.13   node-b
shop        mail-5f6d8c7b9-xk2lp    0/1     Init:ImagePullBackOff   0               3m     <none>      <none>
shop        db-0                    0/1     OOMKilled               2 (40s ago)     6d4h   10.0.2.2    node-a
not a row
`;
  const { platformFacts, instances, evidence, gaps, coverage } = await collect('pods.txt', text);
  expect(platformFacts.map(({ kind, service, node, count }) => [kind, service, node, count])).toEqual([
    ['crash-loop', 'cart', 'node-a', 7],
    ['image-pull', 'mail', null, 1],
    ['oom-killed', 'db', 'node-a', 1],
  ]);
  expect(instances.map(({ pod, service }) => [pod, service])).toContainEqual([
    'cart-7c9d5f4b6d-9k2lp',
    'cart',
  ]);
  expect(evidence.find(({ excerpt }) => excerpt.includes('CrashLoop'))?.locator).toMatchObject({ line: 3 });
  expect(gaps).toMatchObject([{ reason: 'rejected' }]);
  expect(coverage[0]?.notes).toContainEqual(expect.stringContaining('ages are relative'));
});

describe('what kubectl describe pod prints', () => {
  const text = readFileSync(new URL('printed/describe-pod.txt', import.meta.url), 'utf8');

  test('gives state, version, limits, labels and events', async () => {
    const { platformFacts, instances, evidence, gaps } = await collect('pod.txt', text);
    expect(gaps).toEqual([]);
    expect(
      platformFacts.map(({ kind, service, at, count }) => [
        kind,
        service,
        at === null ? null : toIso(at),
        count,
      ]),
    ).toEqual([
      ['oom-killed', 'cart', '2024-01-15T14:31:30Z', 1],
      ['crash-loop', 'cart', '2024-01-15T14:31:30Z', 7],
      ['crash-loop', 'cart', null, 30],
    ]);
    expect(instances).toMatchObject([
      { service: 'cart', version: '1.4.2', startedAt: parseIso('2024-01-15T14:20:05Z') },
    ]);
    expect(evidence.find(({ excerpt }) => excerpt.includes('OOMKilled'))?.locator).toMatchObject({
      kind: 'file-line',
    });
    expect(JSON.stringify(evidence)).not.toContain('hush');
  });

  test.each([
    ['cut anywhere', text.slice(0, 700)],
    ['of a service', 'Name:   cart\nNamespace:  shop\nNode:  x\nType: ClusterIP\n'],
    ['of nothing', 'Name:  \nNamespace:  shop\nNode:  x\n'],
    ['with keys of objects', text.replace('app=cart', '__proto__=x').replace('  app:', '  __proto__:')],
  ])('%s never throws', async (_name, given) => {
    const { platformFacts } = await collect('pod.txt', given);
    expect(platformFacts.length).toBeLessThan(9);
  });
});

test('a secret of the last applied manifest is not quoted', async () => {
  const set = JSON.parse(readFileSync(new URL('fixtures/rollouts.json', import.meta.url), 'utf8')).items[2];
  const applied = {
    'kubectl.kubernetes.io/last-applied-configuration': '{"env":[{"name":"K","value":"hush"}]}',
  };
  set.metadata = { annotations: { ...applied, ...set.metadata.annotations }, ...set.metadata };
  set.metadata.annotations = { ...applied, ...set.metadata.annotations };
  for (const path of ['one.json', 'line.jsonl'])
    expect(JSON.stringify((await collect(path, line(set))).evidence)).not.toContain('hush');
});
