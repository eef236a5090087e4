import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { FlagChange } from '../../domain/change.ts';
import { parseIso } from '../../domain/time.ts';
import { fileWithHead, type RunOptions, runConnector, runOnFiles } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';
import { countFlags, isFlagStates } from './states.ts';

async function collect(name: string, content: string | Uint8Array, options: RunOptions = {}) {
  const result = await runOnFiles(connector, { [name]: content }, { choose: () => true, ...options });
  return {
    ...result,
    flags: result.changes.filter((change): change is FlagChange => change.type === 'flag'),
  };
}

const at = (text: string) => parseIso(text);

describe('the forms', () => {
  test('each names flag, environment, values, actor and vendor', async () => {
    const root = fileURLToPath(new URL('fixtures', import.meta.url));
    const { changes, gaps, coverage, evidence } = await runConnector(connector, root, {
      choose: ({ path }) => !path.startsWith('others/'),
    });
    const told = changes.map((change) => {
      if (change.type !== 'flag') return [];
      const { id, flag, environment, from, to, actor, service } = change;
      return [id, flag, environment, from, to, actor, service];
    });
    expect(told).toEqual([
      ['flags-file:flags.csv:2', 'fast-basket', 'production', 'off', 'on', 'ana', 'cart'],
      ['flags-file:flags.csv:3', 'search-weights', 'production', '10', '50', 'bo', 'search'],
      ['flags-file:flags.jsonl:1', 'fast-basket', 'production', 'off', 'on', 'ana', 'cart'],
      [
        'flags-file:flags.jsonl:2',
        'search-weights',
        'production',
        '{"weights":[1,2]}',
        '{"weights":[2,1]}',
        null,
        null,
      ],
      ['launchdarkly:65e1a9f0c0ffee0000000004', 'fast-basket', 'production', 'off', 'on', 'Ana Berg', null],
      [
        'launchdarkly:65e1a9f0c0ffee0000000003:production:search-weights',
        'search-weights',
        'production',
        'linear',
        'log',
        'terraform',
        null,
      ],
      [
        'launchdarkly:65e1a9f0c0ffee0000000003:staging:search-weights',
        'search-weights',
        'staging',
        'linear',
        'log',
        'terraform',
        null,
      ],
      ['unleash:918', 'fast-basket', 'production', '10%', '50%', 'bo@example.test', 'cart'],
      ['unleash:917', 'search-weights', 'production', 'on', 'off', 'bo@example.test', null],
    ]);
    expect([...new Set(changes.map(({ source }) => source))]).toEqual([
      'flags-file',
      'launchdarkly',
      'unleash',
    ]);
    expect(changes[4]?.at).toBe(1709287260123);
    expect(gaps).toEqual([]);
    expect(coverage.map(({ notes }) => notes)).toEqual([
      ['times without a zone were read as UTC'],
      [],
      ['2 entries that switch no flag were left out'],
      ['1 entries that switch no flag were left out'],
    ]);
    const cited = new Set<string>(evidence.map(({ ref }) => ref));
    expect(cited.size).toBe(evidence.length);
    expect(changes.flatMap((change) => change.evidence).every((ref) => cited.has(ref))).toBe(true);
  });
});

const entry = (fields: object) => ({
  _id: 'a1',
  date: 1709287260123,
  kind: 'flag',
  titleVerb: 'updated the flag',
  title: 'Ana updated the flag X',
  target: { name: 'X', resources: ['proj/p:env/production:flag/x'] },
  ...fields,
});

test.each([
  {
    name: 'an archived flag',
    fields: { titleVerb: 'archived the flag' },
    want: { from: null, to: 'archived' },
  },
  {
    name: 'a switch that only the versions show',
    fields: {
      previousVersion: { environments: { production: { on: true } } },
      currentVersion: { environments: { production: { on: false } } },
    },
    want: { from: 'on', to: 'off' },
  },
  { name: 'an edit without values', fields: {}, want: { from: null, to: null } },
  { name: 'no person', fields: { member: null, token: 7 }, want: { actor: null } },
])('LaunchDarkly: $name', async ({ fields, want }) => {
  const { flags } = await collect('audit.json', JSON.stringify({ items: [entry(fields)] }));
  expect(flags).toMatchObject([want]);
});

test('what was switched after asOf is not there, and an entry told twice is one', async () => {
  const items = [entry({}), entry({}), entry({ _id: 'a2', date: 1709373660123 })];
  const { flags, coverage, evidence } = await collect('audit.json', JSON.stringify({ items }), {
    asOf: '2024-03-01T12:00:00Z',
  });
  expect(flags.map(({ id }) => id)).toEqual(['launchdarkly:a1']);
  expect(evidence).toHaveLength(1);
  expect(coverage[0]?.notes).toEqual(['1 entries came twice']);
});

test('zone-less times follow the zone of the run', async () => {
  const { flags } = await collect('flags.csv', 'time,flag,to\n2024-07-01 10:00,x,on\n', {
    request: { zone: 'Europe/Berlin' },
  });
  expect(flags[0]?.at).toBe(at('2024-07-01T08:00:00Z'));
});

test('bad entries are counted and the good ones kept', async () => {
  const items = [
    entry({}),
    entry({ target: { resources: [7, null, 'proj/p'] } }),
    { date: 'x', kind: {}, flag: [] },
    { type: 'feature-enabled', createdAt: '2024-03-01T10:00:00Z' },
    7,
    null,
  ];
  const { flags, gaps } = await collect('audit.json', JSON.stringify({ items }));
  expect(flags).toHaveLength(1);
  expect(gaps).toMatchObject([{ reason: 'rejected', detail: expect.stringContaining('5 entries') }]);
});

test('a list beyond the limit is cut with a gap', async () => {
  const row = '{"time":1709287260,"flag":"x","to":"on"}';
  const { flags, gaps } = await collect('flags.json', `[${Array(20_001).fill(row).join(',')}]`);
  expect(flags).toHaveLength(20_000);
  expect(gaps).toMatchObject([{ reason: 'truncated' }]);
});

test.each([
  ['truncated', '{"items":[{"_id":"a","date":17092'],
  ['binary', new Uint8Array([0, 255, 254, 1])],
  ['a bare number', '12'],
  ['deep nesting', '['.repeat(100_000)],
])('%s text gives a gap', async (_name, text) => {
  const { flags, gaps } = await collect('audit.json', text);
  expect(flags).toEqual([]);
  expect(gaps).toHaveLength(1);
});

test.each([
  [
    'an empty audit log',
    'audit.json',
    '{"_links":{"self":{"href":"/api/v2/auditlog?limit=20"}},"items":[]}',
    0.9,
  ],
  ['a cut audit log', 'audit.json', `{"_links":{},"items":[${JSON.stringify(entry({}))},{"_id":`, 0.95],
  [
    'a row named by key in a file of flags',
    'flags.json',
    '[{"key":"x","enabled":true,"updatedAt":"2024-03-01T10:00:00Z"}]',
    0.95,
  ],
  ['log lines', 'flags.jsonl', '{"ts":"2024-03-01T10:00:00Z","level":"info","flag":"x","value":true}', 0],
  ['deployments', 'x.json', '[{"service":"a","version":"1","time":"2024-03-01T10:00:00Z","status":"ok"}]', 0],
  ['definitions without a time', 'flags.json', '{"flags":{"x":true}}', 0],
  ['source code', 'flags.go', 'package flags', 0],
])('%s: recognised as it should be', (_name, path, head, want) => {
  expect(connector.recognise(fileWithHead(path, head))).toBe(want);
});

test.each([
  { path: 'flagsmith.json', want: ['flagsmith', 'production', null, null, 'dana@example.test'] },
  { path: 'configcat.json', want: ['configcat', 'Production', 'off', 'on', 'Dana'] },
  {
    path: 'configcat-arrow.json',
    want: ['configcat', 'Production', 'off', 'on', 'dana@shop.example'],
  },
  { path: 'split-audit.json', want: ['split', 'production', 'off', 'on', 'dana'] },
  {
    path: 'azure-app-configuration.json',
    want: ['azure-app-configuration', 'production', null, 'on', null],
  },
  { path: 'split.json', want: ['split', 'production', 'off', 'on', 'dana'] },
  { path: 'statsig.json', want: ['statsig', null, 'off', 'on', 'dana'] },
  { path: 'flipt.jsonl', want: ['flipt', 'production', null, 'on', 'dana@shop.example'] },
  { path: 'growthbook.json', want: ['growthbook', 'production', 'off', 'on', 'dana@shop.example'] },
  { path: 'posthog.json', want: ['posthog', null, 'off', 'on', 'dana@shop.example'] },
])('$path of another vendor', async ({ path, want }) => {
  const root = fileURLToPath(new URL('fixtures', import.meta.url));
  const { changes, gaps } = await runConnector(connector, root, {
    choose: (file) => file.path === `others/${path}`,
  });
  expect(gaps).toEqual([]);
  expect(
    changes.map((change) =>
      change.type === 'flag' ? [change.source, change.environment, change.from, change.to, change.actor] : [],
    ),
  ).toEqual([want]);
  expect(changes).toMatchObject([{ flag: 'new_pay_flow', at: at('2024-01-15T14:22:00Z') }]);
});

test('flags as LaunchDarkly lists them say when each environment was last changed, not what was', async () => {
  const root = fileURLToPath(new URL('fixtures', import.meta.url));
  const { changes, gaps } = await runConnector(connector, root, {
    choose: (file) => file.path === 'others/launchdarkly-flags.json',
  });
  expect(gaps).toEqual([]);
  expect(changes).toMatchObject([
    {
      flag: 'new-basket',
      environment: 'production',
      from: null,
      to: null,
      at: at('2024-03-01T10:00:00Z'),
      summary: 'Flag new-basket was last changed in production; it is on now',
    },
    { environment: 'test', at: at('2024-02-29T10:00:00Z') },
  ]);
});

test.each([
  [
    'flagd',
    { flags: { cartFailure: { state: 'ENABLED', variants: { on: 1, off: 0 }, defaultVariant: 'on' } } },
  ],
  [
    'Unleash',
    { version: 2, features: [{ name: 'new-cart', enabled: true, strategies: [{ name: 'default' }] }] },
  ],
  ['GrowthBook', { status: 200, features: { 'new-cart': { defaultValue: true } } }],
])('a list of how flags of %s stand is counted, and no change', async (_name, document) => {
  const text = JSON.stringify(document);
  expect(connector.recognise(fileWithHead('flags.json', text))).toBe(0.9);
  expect(isFlagStates(text)).toBe(true);
  expect(countFlags(text)).toBe(1);
});

test('a list that says when flags were switched is one of changes', () => {
  const flag = { key: 'new-cart', enabled: true, from: 'off', to: 'on', at: '2024-03-01T10:00:00Z' };
  const head = JSON.stringify({ flags: [flag] });
  expect(isFlagStates(head)).toBe(true);
  expect(connector.recognise(fileWithHead('flags.json', head))).toBeGreaterThan(0.9);
});

test('how flags stand gives coverage alone', async () => {
  const { changes, coverage, gaps } = await runConnector(
    connector,
    fileURLToPath(new URL('fixtures/others', import.meta.url)),
    { choose: ({ path }) => path === 'flagd.json' },
  );
  expect([changes, gaps]).toEqual([[], []]);
  expect(coverage).toMatchObject([{ items: 1, unit: 'flags' }]);
});
