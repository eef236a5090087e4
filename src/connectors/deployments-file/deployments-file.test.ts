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

async function collect(name: string, content: string, options: RunOptions = {}) {
  const files = { [name]: content };
  return withDeployments(await runOnFiles(connector, files, { choose: () => true, ...options }));
}

const rows = (...records: readonly object[]) => JSON.stringify(records);
const at = (text: string) => parseIso(text);

describe('the forms', () => {
  test('a list, JSON lines and CSV give the same deployment', async () => {
    const root = fileURLToPath(new URL('fixtures', import.meta.url));
    const result = await runConnector(connector, root);
    expect(
      result.changes.map(
        (change) => change.type === 'deployment' && [change.id, change.version, change.status],
      ),
    ).toEqual([
      ['deployments-file:deployments.json#/0', 'v41', 'succeeded'],
      ['deployments-file:deployments.json#/1', 'v3.2.0', 'failed'],
      ['deployments-file:rollouts.csv:2', 'v41', 'succeeded'],
      ['deployments-file:rollouts.csv:3', 'v12', 'succeeded'],
      ['deployments-file:shipped.ndjson:1', 'v41', 'succeeded'],
      ['deployments-file:shipped.ndjson:2', 'v12', 'succeeded'],
    ]);
    expect(result.changes[0]).toMatchObject({
      service: 'cart',
      at: at('2024-03-01T10:00:00Z'),
      finishedAt: at('2024-03-01T10:00:40Z'),
      platformRevision: '17',
      environment: 'production',
      actor: 'ana',
      rollback: false,
    });
    expect(result.gaps).toEqual([]);
    expect(result.coverage.map(({ notes }) => notes.length)).toEqual([0, 1, 0]);
  });

  test('a list under a key', async () => {
    const text = JSON.stringify({
      deployments: [{ app: 'Cart', tag: '1.0', time: 1709287200, state: 'done' }],
    });
    const { deployments, evidence } = await collect('x.json', text);
    expect(deployments).toMatchObject([{ service: 'cart', version: '1.0', at: at('2024-03-01T10:00:00Z') }]);
    expect(evidence).toMatchObject([
      { locator: { kind: 'json-pointer', path: 'x.json', pointer: '/deployments/0' } },
    ]);
  });
});

test.each([
  {
    name: 'an image gives version and image',
    row: { image: 'r.example/shop/cart:v7' },
    want: { version: 'v7', images: ['r.example/shop/cart:v7'] },
  },
  {
    name: 'the service in front of the version goes',
    row: { version: 'cart-v2.4.1' },
    want: { version: 'v2.4.1' },
  },
  {
    name: 'a revision that looks like a commit is one',
    row: { version: '1', revision: 'abcdef1234' },
    want: { commit: 'abcdef1234', platformRevision: null },
  },
  {
    name: 'a numeric revision is the platform’s',
    row: { version: '1', revision: 12 },
    want: { commit: null, platformRevision: '12' },
  },
  {
    name: 'only a finish',
    row: { version: '1', startedAt: null, completedAt: '2024-03-01T10:01:00Z' },
    want: { at: at('2024-03-01T10:01:00Z') },
  },
  {
    name: 'an end before the start is dropped',
    row: { version: '1', finishedAt: '2024-03-01T09:00:00Z' },
    want: { finishedAt: null },
  },
  {
    name: 'a rollback by its kind',
    row: { version: '1', type: 'rollback' },
    want: { rollback: true, summary: 'Rollback of cart 1' },
  },
  { name: 'a rollback that is denied', row: { version: '1', rollback: 'false' }, want: { rollback: false } },
  { name: 'a canary share in percent', row: { version: '1', percent: '10%' }, want: { share: 0.1 } },
  { name: 'a whole rollout has no share', row: { version: '1', percent: 100 }, want: { share: null } },
  {
    name: 'a known platform is the target',
    row: { version: '1', platform: 'Argo CD', namespace: 'shop' },
    want: { target: { platform: 'argo-cd', namespace: 'shop', context: null, name: 'cart' } },
  },
  {
    name: 'an unknown state stays unknown',
    row: { version: '1', status: 'purple' },
    want: { status: 'unknown' },
  },
])('$name', async ({ row, want }) => {
  const { deployments, gaps } = await collect(
    'x.json',
    rows({ service: 'cart', startedAt: '2024-03-01T10:00:00Z', ...row }),
  );
  expect(deployments).toMatchObject([want]);
  expect(gaps).toEqual([]);
});

test('start and end rows of one rollout are one deployment', async () => {
  const event = (status: string, time: string, version = 'v2') => ({
    service: 'cart',
    version,
    status,
    time,
  });
  const { deployments } = await collect(
    'x.json',
    rows(
      event('succeeded', '2024-03-01T10:01:00Z'),
      event('started', '2024-03-01T10:00:00Z'),
      event('started', '2024-03-01T11:00:00Z', 'v3'),
    ),
  );
  expect(deployments).toMatchObject([
    {
      version: 'v2',
      at: at('2024-03-01T10:00:00Z'),
      finishedAt: at('2024-03-01T10:01:00Z'),
      status: 'succeeded',
    },
    { version: 'v3', status: 'started', finishedAt: null },
  ]);
  expect(deployments[0]?.evidence).toHaveLength(2);
});

test('what began after asOf is not there; what ended after it is still running', async () => {
  const { deployments } = await collect(
    'x.json',
    rows(
      {
        service: 'a',
        version: '1',
        start: '2024-03-01T10:00:00Z',
        end: '2024-03-01T12:00:00Z',
        status: 'ok',
      },
      { service: 'a', version: '2', start: '2024-03-01T11:30:00Z', status: 'ok' },
    ),
    { asOf: '2024-03-01T11:00:00Z' },
  );
  expect(deployments).toMatchObject([{ version: '1', status: 'started', finishedAt: null }]);
});

test('zone-less times follow the zone of the run', async () => {
  const { deployments } = await collect('x.csv', 'service,version,time\ncart,1,2024-07-01 10:00\n', {
    request: { zone: 'Europe/Berlin' },
  });
  expect(deployments[0]?.at).toBe(at('2024-07-01T08:00:00Z'));
});

test('bad rows are counted and the good ones kept', async () => {
  const text = rows(
    { service: 'a', version: '1', time: '2024-03-01T10:00:00Z' },
    {},
    { service: 'a' },
  ).replace(']', ',7,null,"x",{"service":{},"version":[],"time":{}}]');
  const { deployments, gaps, coverage } = await collect('x.json', text);
  expect(deployments).toHaveLength(1);
  expect(gaps).toMatchObject([{ reason: 'rejected', detail: expect.stringContaining('6 records') }]);
  expect(coverage).toMatchObject([{ items: 1, rejected: 6 }]);
});

test.each([
  ['truncated', '[{"service":"a","version":"1","ti'],
  ['binary', '\u0000\u0001\u0002'],
  ['a bare number', '12'],
  ['deep nesting', '['.repeat(100_000)],
])('%s text gives a gap', async (_name, text) => {
  const { deployments, gaps } = await collect('x.json', text);
  expect(deployments).toEqual([]);
  expect(gaps).toHaveLength(1);
});

test.each([
  ['log lines', '{"ts":"2024-03-01T10:00:00Z","level":"info","service":"a","version":"1","status":"ok"}'],
  [
    'pod events',
    '{"ts":"2024-03-01T10:00:00Z","kind":"Started","service":"a","pod":"a-1","version":"1","commit":"d5075ce"}',
  ],
  [
    'GitHub deployments',
    '[{"id":1,"sha":"d5075ce","ref":"main","task":"deploy","environment":"p","created_at":"2024-03-01T10:00:00Z","statuses_url":"u"}]',
  ],
  ['CloudEvents', '{"specversion":"1.0","id":"1","source":"/a","type":"x","time":"2024-03-01T10:00:00Z"}'],
  ['a package file', '{"name":"a","version":"1.0.0","scripts":{}}'],
])('%s are not deployments', (_name, head) => {
  expect(connector.recognise(fileWithHead('events.ndjson', head))).toBe(0);
});

test('a revision that looks like a commit makes a record a deployment', () => {
  const row = { ts: '2024-03-01T10:00:00Z', app: 'cart', rev: '1e9ed10c4b', env: 'prod', result: 'ok' };
  const likeness = (more: object) =>
    connector.recognise(fileWithHead('shipped.jsonl', `${JSON.stringify({ ...row, ...more })}\n`));
  expect(likeness({})).toBe(0.92);
  expect(likeness({ rev: '17' })).toBe(0);
});

test('YAML says what JSON says; manifests, catalogs and compose files are not taken for it', async () => {
  const rows = `  - service: cart
    version: v2
    startedAt: 2024-01-15T14:20:00Z
    status: succeeded
`;
  for (const text of [`deployments:\n${rows}`, rows.replaceAll(/^ {2}/gm, '')]) {
    const { deployments, gaps } = await collect('shipped.yaml', text);
    expect(gaps).toEqual([]);
    expect(deployments).toMatchObject([
      { service: 'cart', version: 'v2', at: parseIso('2024-01-15T14:20:00Z'), status: 'succeeded' },
    ]);
    expect(connector.recognise(fileWithHead('shipped.yaml', text))).toBe(0.92);
  }
  for (const head of [
    'apiVersion: v1\nname: cart\nversion: 1.0.0\n',
    'services:\n  app:\n    name: x\n    version: 1\n    at: 2024-01-15\n',
    'name: cart\nversion: 1.0.0\n',
  ])
    expect(connector.recognise(fileWithHead('a.yaml', head))).toBe(0);
});
