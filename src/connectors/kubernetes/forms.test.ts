import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseIso, toIso } from '../../domain/time.ts';
import { fileWithHead, runOnFiles } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';

async function collect(path: string, text: string) {
  return runOnFiles(connector, { [path]: text });
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

describe('tables that kubectl prints', () => {
  const ALL = `$ date -u; kubectl get all -o wide
Fri Mar  1 10:45:00 UTC 2024
NAME                             READY   STATUS             RESTARTS        AGE     IP           NODE     NOMINATED NODE   READINESS GATES
pod/cart-7c9d5f4b6d-2xq9z        0/1     CrashLoopBackOff   5 (2m30s ago)   21m     10.0.1.55    node-a   <none>           <none>

NAME           TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE    SELECTOR
service/cart   ClusterIP   10.3.0.7     <none>        80/TCP    212d   app=cart

NAME                   READY   UP-TO-DATE   AVAILABLE   AGE    CONTAINERS   IMAGES                  SELECTOR
deployment.apps/cart   1/3     3            1           212d   cart         r.example/cart:v2.4.1   app=cart

NAME                              DESIRED   CURRENT   READY   AGE    CONTAINERS   IMAGES                  SELECTOR
replicaset.apps/cart-7c9d5f4b6d   3         3         1       21m    cart         r.example/cart:v2.4.1   app=cart
replicaset.apps/cart-66d4b7f8c9   0         0         0       6d3h   cart         r.example/cart:v2.4.0   app=cart
`;

  test('give rollouts and restarts their times where it is known when they were printed', async () => {
    const { changes, platformFacts, instances, gaps, coverage } = await collect('all.txt', ALL);
    expect(gaps).toEqual([]);
    expect(
      changes.map((change) => [
        change.service,
        toIso(change.at ?? (0 as never)),
        'version' in change && change.version,
      ]),
    ).toEqual([
      ['cart', '2024-02-24T07:45:00Z', 'v2.4.0'],
      ['cart', '2024-03-01T10:24:00Z', 'v2.4.1'],
    ]);
    expect(platformFacts).toMatchObject([
      { kind: 'crash-loop', service: 'cart', at: parseIso('2024-03-01T10:42:30Z') },
    ]);
    expect(instances).toMatchObject([{ service: 'cart', startedAt: parseIso('2024-03-01T10:24:00Z') }]);
    expect(coverage.flatMap(({ notes }) => notes)).toContain(
      'ages are counted back from 2024-03-01T10:45:00Z, when it was printed',
    );
  });

  test.each([
    ['rs-20240301T104500Z.txt', 1],
    ['rs_2024-03-01_10-45.txt', 1],
    ['rs.txt', 0],
  ])('%s: the name may say when', async (name, rollouts) => {
    const text =
      'NAME              DESIRED   CURRENT   READY   AGE\ncart-7c9d5f4b6d   3         3         1       21m\n';
    const { changes, gaps } = await collect(name, text);
    expect(gaps).toEqual([]);
    expect(changes).toHaveLength(rollouts);
    if (rollouts > 0) expect(changes[0]?.at).toBe(parseIso('2024-03-01T10:24:00Z'));
  });

  test('events in ages, and nodes that are not ready', async () => {
    const events = `LAST SEEN            TYPE      REASON    OBJECT                     MESSAGE
62s (x71 over 30m)   Warning   BackOff   pod/cart-7c9d5f4b6d-2xq9z   Back-off restarting failed container
`;
    const read = await collect('events-2024-03-01T10-45-00Z.txt', events);
    expect(read.platformFacts).toMatchObject([
      { kind: 'crash-loop', count: 71, at: parseIso('2024-03-01T10:15:00Z') },
    ]);
    const nodes = `NAME     STATUS                     ROLES    AGE   VERSION
node-a   NotReady                   <none>   9d    v1.29.1
node-b   Ready,SchedulingDisabled   <none>   9d    v1.29.1
`;
    const { platformFacts } = await collect('nodes.txt', nodes);
    expect(platformFacts).toMatchObject([{ kind: 'node-condition', node: 'node-a', at: null }]);
  });

  test("events in columns of one's own choice", async () => {
    const text = `$ kubectl get events -o custom-columns=LAST:.lastTimestamp,REASON:.reason,OBJECT:.involvedObject.name,COUNT:.count,MESSAGE:.message
LAST                   REASON              OBJECT                  COUNT   MESSAGE
2024-03-01T10:05:41Z   ScalingReplicaSet   cart                    1       Scaled up replica set cart-7c9d5f4b6d to 3
2024-03-01T10:44:02Z   FailedScheduling    cart-7c9d5f4b6d-2xq9z   38      0/9 nodes are available: 9 Insufficient cpu.
`;
    const read = await collect('events.txt', text);
    expect(read.platformFacts).toMatchObject([
      { kind: 'scaling', service: 'cart', at: parseIso('2024-03-01T10:05:41Z') },
      { kind: 'scheduling', service: 'cart', pod: 'cart-7c9d5f4b6d-2xq9z', count: 38 },
    ]);
  });

  test('a list of files with a column NAME is none', () => {
    expect(
      connector.recognise(fileWithHead('x.txt', 'NAME      SIZE   TIME\npod.log   3      10:00\n')),
    ).toBe(0);
  });
});

test('an extract of pods and nodes without times of creation tells in which zone instances run', async () => {
  const list = (...items: object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n-7', labels: { 'topology.kubernetes.io/zone': 'eu-b' } },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'cart-7c9d5f4b6d-2xq9z', namespace: 'shop' },
    spec: { nodeName: 'n-7' },
    status: { phase: 'Running' },
  };
  const { instances } = await collect('all.json', list(node, pod));
  expect(instances.map(({ zone }) => zone)).toEqual(['eu-b']);
  expect(connector.recognise(fileWithHead('pod.json', list({ ...pod, status: undefined })))).toBe(0);
});
