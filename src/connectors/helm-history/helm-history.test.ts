import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseIso } from '../../domain/time.ts';
import {
  fileWithHead,
  type RunOptions,
  runConnector,
  runOnFiles,
  withDeployments,
} from '../_kit/_testing/connector-run.ts';
import { chartOf, releaseOfPath } from './decode.ts';
import { connector } from './index.ts';

const at = (text: string) => parseIso(text);
const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

async function run(root: string, options: RunOptions = {}) {
  return withDeployments(await runConnector(connector, root, options));
}

async function collect(files: Readonly<Record<string, string | Uint8Array>>, options: RunOptions = {}) {
  return withDeployments(await runOnFiles(connector, files, { choose: () => true, ...options }));
}

const row = (fields: object) => ({
  revision: 3,
  updated: '2024-03-01T10:00:00Z',
  status: 'deployed',
  chart: 'webapp-1.0.0',
  app_version: '2.0',
  description: 'Upgrade complete',
  ...fields,
});

test('history and list give one deployment each, rollbacks and failures marked', async () => {
  const { deployments, gaps, evidence } = await run(fixtures);
  expect(
    deployments.map(({ service, version, platformRevision, status, rollback, summary }) => [
      service,
      version,
      platformRevision,
      status,
      rollback,
      summary,
    ]),
  ).toEqual([
    ['cart', 'v2.3.0', '16', 'succeeded', false, 'Deployment of cart v2.3.0'],
    [
      'cart',
      'v2.4.0',
      '17',
      'failed',
      false,
      'Deployment of cart v2.4.0: Upgrade "cart" failed: timed out waiting for the condition',
    ],
    ['cart', 'v2.3.0', '18', 'succeeded', true, 'Rollback of cart v2.3.0: Rollback to 16'],
    ['search', '0.9.1', '4', 'started', false, 'Deployment of search 0.9.1'],
    ['billing', '3.1.0', '12', 'succeeded', false, 'Deployment of billing 3.1.0'],
  ]);
  expect(deployments[0]).toMatchObject({
    at: at('2024-02-20T09:00:00.123Z'),
    finishedAt: null,
    target: { platform: 'helm', namespace: null, context: null, name: 'cart' },
    evidence: ['helm-history:cart.history.json#/0'],
  });
  expect(deployments[2]?.at).toBe(at('2024-03-01T10:20:00Z'));
  expect(deployments[4]).toMatchObject({ at: at('2024-02-28T16:00:00.5Z'), target: { namespace: 'shop' } });
  expect(gaps).toEqual([]);
  expect(evidence).toHaveLength(5);
});

test.each([
  ['helm/cart.history.json', 'cart'],
  ['helm-history-cart-api.json.gz', 'cart-api'],
  ['cart_history.jsonl', 'cart'],
  ['history.json', null],
  ['helm-list.json', null],
  ['historian.json', 'historian'],
])('the release of %s is %s', (path, want) => {
  expect(releaseOfPath(path)).toBe(want);
});

test.each([
  ['cart-1.4.0', 'cart', '1.4.0'],
  ['cart-v2-1.4.0-rc.1+5', 'cart-v2', '1.4.0-rc.1+5'],
  ['cart', 'cart', null],
])('the chart %s is %s in version %s', (chart, name, version) => {
  expect(chartOf(chart)).toEqual({ name, version });
});

test('a history whose file names no release is called after its chart, and says so', async () => {
  const { deployments, coverage } = await collect({ 'history.json': JSON.stringify([row({})]) });
  expect(deployments).toMatchObject([
    { service: 'webapp', summary: 'Deployment of webapp 2.0 (release named after its chart)' },
  ]);
  expect(coverage[0]?.notes).toEqual(['release webapp was named after its chart']);
});

test('what began after asOf is not there, and a row that stands twice is one', async () => {
  const rows = [row({}), row({}), row({ revision: 4, updated: '2024-03-01T11:00:00Z' })];
  const { deployments } = await collect(
    { 'a/cart.json': JSON.stringify(rows), 'b/cart.json': JSON.stringify(rows) },
    { asOf: '2024-03-01T10:30:00Z' },
  );
  expect(deployments.map(({ platformRevision }) => platformRevision)).toEqual(['3']);
});

test('bad rows are counted and the good ones kept', async () => {
  const rows = [
    row({}),
    row({ revision: {} }),
    row({ updated: 'yesterday' }),
    7,
    null,
    {},
    row({ status: 7, description: [], app_version: {} }),
  ];
  const { deployments, gaps } = await collect({ 'cart.json': JSON.stringify(rows) });
  expect(deployments).toMatchObject([{ version: '2.0' }]);
  expect(gaps).toMatchObject([{ reason: 'rejected', detail: expect.stringContaining('5 revisions') }]);
});

test('a list beyond the limit is cut with a gap', async () => {
  const rows = Array.from({ length: 20_001 }, (_, index) => row({ revision: index + 1 }));
  const { deployments, gaps } = await collect({ 'cart.json': JSON.stringify(rows) });
  expect(deployments).toHaveLength(20_000);
  expect(gaps).toMatchObject([{ reason: 'truncated' }]);
});

test.each([
  ['truncated', '[{"revision":1,"upd'],
  ['binary', new Uint8Array([0, 255, 254, 1])],
  ['deep nesting', '['.repeat(100_000)],
])('%s text gives a gap', async (_name, text) => {
  const { deployments, gaps } = await collect({ 'cart.json': text });
  expect(deployments).toEqual([]);
  expect(gaps).toHaveLength(1);
});

test.each([
  ['a history', JSON.stringify([row({})]), 0.95],
  ['a cut history', JSON.stringify([row({}), row({})]).slice(0, 200), 0.95],
  ['a chart', '{"apiVersion":"v2","name":"a","version":"1.0.0","appVersion":"1"}', 0],
  ['another state', JSON.stringify([row({ status: 'sleeping' })]), 0],
])('%s: recognised as it should be', (_name, head, want) => {
  expect(connector.recognise(fileWithHead('cart.json', head))).toBe(want);
});

test('the table that helm history prints, and its YAML, say what its JSON says', async () => {
  const table = `REVISION\tUPDATED                 \tSTATUS    \tCHART     \tAPP VERSION\tDESCRIPTION
41      \tSun Jan 14 09:00:00 2024\tsuperseded\tcart-2.4.0\tv2.4.0     \tUpgrade complete
42      \tMon Jan 15 14:20:00 2024\tdeployed  \tcart-2.4.1\tv2.4.1     \tRollback to 40
`;
  const yaml = `- app_version: v2.4.1
  chart: cart-2.4.1
  description: Upgrade complete
  revision: 42
  status: deployed
  updated: "2024-01-15T14:20:00Z"
`;
  const spaced = table.replaceAll('\t', '   ');
  for (const [path, text, rows] of [
    ['cart-history.txt', table, 2],
    ['cart.history.out', spaced, 2],
    ['cart.history.yaml', yaml, 1],
  ] as const) {
    const { changes, gaps, coverage } = await runOnFiles(connector, { [path]: text });
    expect(gaps).toEqual([]);
    expect(changes).toHaveLength(rows);
    expect(changes.at(-1)).toMatchObject({
      service: 'cart',
      version: 'v2.4.1',
      platformRevision: '42',
      at: parseIso('2024-01-15T14:20:00Z'),
    });
    expect(coverage[0]?.notes).toEqual(rows === 1 ? [] : ['times without a zone were read as UTC']);
  }
});
