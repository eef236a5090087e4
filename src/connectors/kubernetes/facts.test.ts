import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseIso } from '../../domain/time.ts';
import {
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

describe('facts', () => {
  test('events, pods, nodes and limits, each once', async () => {
    const { platformFacts, instances, serviceFacts } = await run(fixtures);
    expect(platformFacts.map(({ kind, service, pod, count }) => [kind, service, pod, count])).toEqual([
      ['oom-killed', 'cart', 'cart-5b8f6d7c94-2xq9z', 1],
      ['crash-loop', 'cart', 'cart-5b8f6d7c94-2xq9z', 3],
      ['evicted', 'search', 'search-58cbd6f7b9-vw4mn', 1],
      ['probe-failed', 'cart', 'cart-5b8f6d7c94-2xq9z', 42],
      ['crash-loop', 'cart', 'cart-5b8f6d7c94-2xq9z', 1],
      ['scaling', 'cart', null, 1],
      ['scaling', 'search', null, 1],
      ['scheduling', 'search', 'search-6d5f7c9b84-zz7pl', 1],
      ['node-condition', null, null, 1],
      ['limit', 'cart', null, 1],
      ['limit', 'search', null, 1],
    ]);
    expect(platformFacts[9]?.attributes).toMatchObject({ 'memory.limit': '512Mi', 'cpu.request': '100m' });
    expect(instances[0]).toMatchObject({
      pod: 'cart-5b8f6d7c94-2xq9z',
      service: 'cart',
      version: 'v2.4.0',
      startedAt: at('2024-03-01T10:00:06Z'),
      zone: 'eu-1a',
    });
    expect(serviceFacts.map(({ name, owner, deploy }) => [name, owner, deploy?.name])).toEqual([
      ['cart', 'shop-core', 'cart'],
      ['search', 'shop-core', 'search'],
    ]);
  });

  test('an out-of-memory kill that event and status both report is one', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'cart-0', namespace: 'shop', creationTimestamp: '2024-03-01T09:00:00Z' },
      status: {
        containerStatuses: [
          {
            name: 'app',
            restartCount: 1,
            lastState: {
              terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: '2024-03-01T10:00:01Z' },
            },
          },
        ],
      },
    };
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'cart-0.1', namespace: 'shop', creationTimestamp: '2024-03-01T10:00:00Z' },
      involvedObject: { kind: 'Pod', name: 'cart-0' },
      type: 'Warning',
      reason: 'OOMKilling',
      message: 'Memory cgroup out of memory',
    };
    const { platformFacts } = await collect({ 'a.json': list(pod), 'b.json': list(event) });
    expect(platformFacts.map(({ id, service }) => [id, service])).toEqual([
      ['kubernetes:b.json#/items/0', 'cart'],
    ]);
  });

  test('environment values are quoted nowhere', async () => {
    const secret = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'cart-b', namespace: 'shop', creationTimestamp: '2024-03-01T10:00:00Z' },
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'app', image: 'r/cart:v2', env: [{ name: 'DB_PASSWORD', value: 'hunter2hunter2' }] },
            ],
          },
        },
      },
    };
    expect(JSON.stringify(await collect({ 'x.json': list(secret) }))).not.toContain('hunter2');
    expect(JSON.stringify(await collect({ 'x.jsonl': `${JSON.stringify(secret)}\n7\n` }))).not.toContain(
      'hunter2',
    );
  });
});

describe('jobs', () => {
  const job = (name: string, status: object) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace: 'shop',
      creationTimestamp: '2024-03-01T09:59:00Z',
      ownerReferences: [{ kind: 'CronJob', name: 'reindex' }],
    },
    status,
  });
  const startTime = '2024-03-01T10:00:00Z';
  const lastTransitionTime = '2024-03-01T10:10:00Z';
  const failed = [{ type: 'Failed', status: 'True', lastTransitionTime }];

  const created = (job: string) => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `e-${job}`, namespace: 'shop', creationTimestamp: startTime },
    involvedObject: { kind: 'CronJob', name: 'reindex', namespace: 'shop' },
    reason: 'SuccessfulCreate',
    message: `Created job ${job}`,
    type: 'Normal',
    firstTimestamp: startTime,
  });

  test('the event of a CronJob tells of a Job that is not at hand, and adds nothing to one that is', async () => {
    const alone = await collect({ 'events.json': list(created('reindex-9')) });
    expect(alone.changes).toMatchObject([
      { type: 'data-job', service: 'reindex', at: at(startTime), finishedAt: null },
    ]);
    const both = await collect({ 'all.json': list(created('reindex-9'), job('reindex-9', { startTime })) });
    expect(both.changes).toHaveLength(1);
  });

  test('an autoscaler that takes a workload away is told', async () => {
    const event = {
      ...created('x'),
      involvedObject: { kind: 'ScaledObject', name: 'resizer', namespace: 'shop' },
      reason: 'KEDAScaleTargetDeactivated',
      message: 'Deactivated apps/v1.Deployment shop/resizer from 2 to 0',
    };
    const { platformFacts, changes } = await collect({ 'events.json': list(event) });
    expect(platformFacts).toMatchObject([{ kind: 'scaling', service: 'resizer' }]);
    expect(changes).toEqual([]);
  });

  test.each([
    [
      'completed',
      'reindex-1',
      { startTime, completionTime: lastTransitionTime },
      { type: 'data-job', finishedAt: at(lastTransitionTime), summary: 'Job reindex-1 completed' },
    ],
    [
      'failed',
      'cart-migrate-7',
      { startTime, conditions: failed },
      { type: 'migration', finishedAt: at(lastTransitionTime), attributes: { status: 'failed' } },
    ],
    [
      'still running at asOf',
      'reindex-2',
      { startTime, completionTime: '2024-03-01T11:30:00Z' },
      { finishedAt: null, attributes: { status: 'running' } },
    ],
  ])('one that %s', async (_name, name, status, want) => {
    const { changes } = await collect(
      { 'x.json': list(job(name, status)) },
      { asOf: '2024-03-01T11:00:00Z' },
    );
    expect(changes).toMatchObject([{ service: 'reindex', at: at(startTime), ...want }]);
  });

  test.each([
    ['never started', {}],
    ['started later', { startTime: '2024-03-01T12:00:00Z' }],
  ])('one that %s is not there', async (_name, status) => {
    const { changes } = await collect({ 'x.json': list(job('a', status)) }, { asOf: '2024-03-01T11:00:00Z' });
    expect(changes).toEqual([]);
  });
});
