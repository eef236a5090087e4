import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fileWithHead, runConnector, runOnFiles } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

const ofFile = (path: string, asOf?: string) =>
  runConnector(connector, fixtures, {
    choose: (file) => file.path === path,
    ...(asOf === undefined ? {} : { asOf }),
  });
const clock = (at: number | null) => (at === null ? null : new Date(at).toISOString().slice(11, 19));

test.each(['events.jsonl', 'events.txt'])('%s: what ended, what ran, and what came instead', async (path) => {
  const { platformFacts, instances, changes, gaps, evidence } = await ofFile(path);
  expect(gaps).toEqual([]);
  expect(platformFacts.map(({ kind, service, pod, at }) => [kind, service, pod, clock(at)])).toEqual([
    ['oom-killed', 'cart', 'shop-cart-1', '14:25:00'],
    ['restart', 'cart', 'shop-cart-1', '14:25:01'],
    ['probe-failed', 'cart', 'shop-cart-1', '14:25:40'],
  ]);
  expect(
    instances.map(({ version, startedAt, endedAt }) => [version, clock(startedAt), clock(endedAt)]),
  ).toEqual([
    ['1.4.1', '14:10:00', '14:20:02'],
    ['1.4.2', '14:20:05', '14:25:01'],
    ['1.4.2', '14:25:02', null],
  ]);
  expect(changes).toMatchObject([
    { type: 'deployment', service: 'cart', version: '1.4.2', target: { platform: 'compose', name: 'cart' } },
  ]);
  expect(evidence.find(({ excerpt }) => excerpt.includes('oom'))?.locator).toMatchObject({
    kind: 'file-line',
    line: 6,
  });
});

test.each([
  [
    'ps.txt',
    [
      ['crash-loop', 'cart'],
      ['probe-failed', 'mail'],
    ],
    ['cart', 'postgres', 'mail', 'seed'],
  ],
  [
    'compose-ps.txt',
    [
      ['crash-loop', 'cart'],
      ['restart', 'mail'],
    ],
    ['cart', 'mail'],
  ],
  ['compose-ps.jsonl', [['crash-loop', 'cart']], ['cart']],
])('%s: how containers stand, without times', async (path, facts, services) => {
  const { platformFacts, instances, gaps, coverage } = await ofFile(path);
  expect(gaps).toEqual([]);
  expect(platformFacts.map(({ kind, service }) => [kind, service])).toEqual(facts);
  expect(platformFacts.every(({ at }) => at === null)).toBe(true);
  expect(instances.map(({ service }) => service)).toEqual(services);
  expect(coverage[0]?.notes).toContainEqual(expect.stringContaining('relative'));
});

test('docker inspect: how the last run of each container began and ended', async () => {
  const { platformFacts, instances, gaps, changes } = await ofFile('inspect.json');
  expect([gaps, changes]).toEqual([[], []]);
  expect(platformFacts.map(({ kind, service, at }) => [kind, service, clock(at)])).toEqual([
    ['probe-failed', 'cart', '10:04:00'],
    ['oom-killed', 'cart', '10:04:12'],
    ['restart', 'cart', '10:04:12'],
  ]);
  expect(new Set(platformFacts.map(({ id }) => id)).size).toBe(3);
  expect(
    instances.map(({ service, version, startedAt, endedAt }) => [
      service,
      version,
      clock(startedAt),
      clock(endedAt),
    ]),
  ).toEqual([
    ['pay', '2.0.0', '08:00:01', null],
    ['cart', '1.4.2', '09:58:01', '10:04:12'],
  ]);
});

test('what came later than the time of the triage is not known', async () => {
  const { platformFacts, changes } = await ofFile('events.jsonl', '2024-01-15T14:20:04Z');
  expect(platformFacts).toEqual([]);
  expect(changes).toEqual([]);
});

test.each([
  ['{"Type":"container","Action":"die","Actor":{"Attributes":{"name":"a"}}}', 1],
  ['{"Type":"container","Action":"die","Actor":{"Attributes":{"exitCode":"1"}},"time":1705328400}', 1],
  ['{"Type":"container","Action":7,"Actor":[],"time":"x"}', 1],
  ['[{"Name":"/a","State":{"StartedAt":"never"},"Config":{}}]', 1],
  ['[{"Name":7,"State":{"StartedAt":{},"Health":{"Log":[3]}},"Config":{"Labels":[]}}]', 1],
  ['{"Type":"network","Action":"connect","Actor":{"Attributes":{}},"time":1705328400}', 0],
  ['2024-01-15T14:20:05Z container die 5b (__proto__=x, name=a, exitCode=1)\nnonsense', 1],
])('%s: what cannot be read is counted', async (text, rejected) => {
  const { gaps } = await runOnFiles(connector, { 'events.jsonl': text }, { choose: () => true });
  expect(gaps.map(({ detail }) => Number.parseInt(detail, 10))).toEqual(rejected === 0 ? [] : [rejected]);
});

test.each([
  ['app.log', '2024-01-15T14:20:05Z container service started (port=80)', 0],
  ['app.log', '2024-01-15T14:20:05Z container start 5b2c (image=shop/cart:1, name=cart)', 0.95],
  ['app.log', '2024-01-15T14:20:05Z INFO container started (port=80)', 0],
  ['a.txt', 'NAME   READY   STATUS', 0],
  ['a.json', '[{"Type":"x","Action":"y"}]', 0],
])('%s %s is recognised as %d', (path, head, want) => {
  expect(connector.recognise(fileWithHead(path, head))).toBe(want);
});
