import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toIso } from '../../domain/time.ts';
import { fileWithHead, runConnector } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';
import { barRows, linesOf, wordRows } from './printed.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

async function readFixture(name: string) {
  const found = await runConnector(connector, fixtures, { choose: ({ path }) => path === name });
  return {
    ...found,
    told: found.platformFacts.map(({ kind, service, at, summary }) => [
      kind,
      service,
      at === null ? null : toIso(at),
      summary,
    ]),
  };
}

test.each([
  [
    'systemctl-status.txt',
    [['oom-killed', 'basket-api', '2024-03-01T10:44:37Z', 'Unit basket-api failed: killed, out of memory']],
  ],
  ['failed-units.txt', [['other', 'basket-api', null, 'Unit basket-api is in state failed (Checkout API)']]],
  [
    'top-nodes-20240301T104500Z.txt',
    [
      ['other', null, '2024-03-01T10:45:00Z', 'Node ip-10-0-1-12.ec2.internal uses 97 % of its processors'],
      ['other', null, '2024-03-01T10:45:00Z', 'Node ip-10-0-1-12.ec2.internal uses 94 % of its memory'],
    ],
  ],
  [
    'docker-stats.txt',
    [
      [
        'other',
        'basket-api',
        null,
        'Container shop-basket-api-1 uses 98.28 % of its memory (503.2MiB / 512MiB)',
      ],
    ],
  ],
  ['df.txt', [['other', null, null, '/ is full: 100 % of /dev/nvme0n1p1 is used']]],
  ['free.txt', [['other', null, null, 'Memory of the machine: 99 % is in use']]],
  [
    'top.txt',
    [
      ['other', null, null, 'Processors of the machine: 0.4 % idle'],
      ['other', null, null, 'Process 4121 (node) takes 98.7 % of a processor'],
    ],
  ],
  [
    'ps.txt',
    [
      [
        'other',
        null,
        null,
        'Process 4121 (node /srv/basket/server.js) takes 98.7 % of a processor and 6.3 % of memory',
      ],
    ],
  ],
  ['ss.txt', [['other', null, null, 'Connections to 0.0.0.0:8080 wait to be accepted: 129 of at most 128']]],
  [
    'pg_stat_activity.txt',
    [
      [
        'other',
        null,
        '2024-03-01T10:31:12.120Z',
        "A session waits for a lock, the first (81234, basket-api) in: UPDATE orders SET status = 'paid' WHERE id = $1; session 81240 (nightly-report), older than that, holds a transaction open and does nothing, after: LOCK TABLE orders IN EXCLUSIVE MODE",
      ],
      [
        'other',
        null,
        '2024-03-01T10:29:58.020Z',
        'Session 81240 (nightly-report) holds a transaction open and does nothing, after: LOCK TABLE orders IN EXCLUSIVE MODE',
      ],
    ],
  ],
  [
    'processlist-2024-03-01_10-45.txt',
    [
      [
        'other',
        null,
        '2024-03-01T10:31:28Z',
        'A session waits for a lock, the first (8123, basket) in: SELECT * FROM orders WHERE id = 7; session 8140 (migrate), older than that, runs: ALTER TABLE orders ADD COLUMN note text',
      ],
    ],
  ],
  [
    'haproxy-stats.csv',
    [
      ['other', null, null, 'Server web1 of backend basket is DOWN (L4CON)'],
      ['other', null, null, 'Backend basket has no server left'],
    ],
  ],
  ['explain.txt', []],
  ['crontab.txt', []],
  ['stub_status.txt', []],
  ['rollout-history.txt', []],
])('%s', async (name, want) => {
  const { told, gaps, coverage } = await readFixture(name);
  expect(told).toEqual(want);
  expect(gaps).toEqual([]);
  expect(coverage[0]?.items).toBeGreaterThan(0);
});

test.each([
  ['pg_stat_activity.txt', '828'],
  ['processlist-2024-03-01_10-45.txt', '812'],
])('%s says how long sessions have waited', async (name, seconds) => {
  const { platformFacts } = await readFixture(name);
  expect(platformFacts[0]?.attributes).toEqual({ 'lock.wait.seconds': seconds });
});

test.each([
  ['sar.txt', 'processors in use', 'cpu', { host: 'web-3' }, 11],
  ['vmstat.txt', 'processors in use', 'cpu', {}, 2],
  ['iostat.txt', 'disk busy', 'saturation', { host: 'web-3', device: 'nvme0n1' }, 1],
])('%s gives series of the machine', async (name, metric, meaning, attributes, samples) => {
  const { series, gaps } = await readFixture(name);
  expect(gaps).toEqual([]);
  const own = series.find((one) => one.name === metric);
  expect(own).toMatchObject({ meaning, attributes, service: null, unit: 'ratio' });
  expect(own?.at).toHaveLength(samples);
  expect(toIso(own?.at[0] ?? (0 as never))).toMatch(/^2024-03-01T/);
});

test('the clock of sar goes on over midnight, with halves of the day', async () => {
  const text = `Linux 6.1.0 (web-3) \t03/01/2024 \t_x86_64_\t(4 CPU)

11:50:01 PM     CPU     %user     %nice   %system   %iowait    %steal     %idle
11:59:01 PM     all     10.00      0.00      0.00      0.00      0.00     90.00
12:10:01 AM     all     20.00      0.00      0.00      0.00      0.00     80.00
`;
  const { SAMPLES } = await import('./kinds/samples.ts');
  const kind = SAMPLES.find((one) => one.is(text));
  const read = kind?.read(linesOf(text), { path: 'sar', printedAt: null, zone: null });
  expect(
    read?.series
      .find(({ name }) => name === 'processors in use')
      ?.samples.map(([at, value]) => [toIso(at), value]),
  ).toEqual([
    ['2024-03-01T23:59:01Z', 10],
    ['2024-03-02T00:10:01Z', 20],
  ]);
});

test.each([
  ['server.log', '2024-03-01T10:00:00Z INFO started\n'],
  ['notes.txt', 'Active users complained, we looked at top and free\n'],
  ['pods.txt', 'NAME   READY   STATUS   RESTARTS   AGE\ncart-7c9d5f4b6d-2xq9z   1/1   Running   0   9d\n'],
  ['metrics.csv', 'time,cpu\n2024-03-01T10:00:00Z,1\n'],
])('%s is left to others', (name, head) => {
  expect(connector.recognise(fileWithHead(name, head))).toBe(0);
});

test('rows of words and of bars are read from any text', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      const lines = linesOf(`a  b  c\n${text}`);
      expect(wordRows(lines, /^a/).length).toBeLessThanOrEqual(lines.length);
      expect(barRows(linesOf(`a | b\n--+--\n${text}`)).length).toBeLessThanOrEqual(lines.length);
    }),
  );
});
