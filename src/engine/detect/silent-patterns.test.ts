import { describe, expect, test } from 'vitest';
import { every, patternAt, seriesOf, snapshotOf, streamOf } from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { silentWork } from './series-symptoms.ts';
import { silentPatterns } from './silent-patterns.ts';

const look = (patterns: Parameters<typeof snapshotOf>[0]['patterns']) =>
  silentPatterns(
    normalise(snapshotOf({ streams: [streamOf('desk', 0, 7200)], ...(patterns && { patterns }) }, 7200)),
  );
const received = patternAt('order <*> received', 'desk', every(10, 0, 7200), {}, 'info');
const stored = (to: number) => patternAt('order <*> stored', 'desk', every(10, 0, to), {}, 'info');

test.each([
  {
    name: 'a line that stops while another goes on',
    patterns: [received, stored(4800)],
    want: ['order <*> stored'],
  },
  {
    name: 'a line that comes a fifth as often while another comes as ever',
    patterns: [
      received,
      patternAt('order <*> stored', 'desk', [...every(10, 0, 4800), ...every(50, 4800, 7200)], {}, 'info'),
    ],
    want: ['order <*> stored'],
  },
  {
    name: 'none where the other comes less often, too',
    patterns: [
      patternAt('order <*> received', 'desk', [...every(10, 0, 4800), ...every(16, 4800, 7200)], {}, 'info'),
      patternAt('order <*> stored', 'desk', [...every(10, 0, 4800), ...every(50, 4800, 7200)], {}, 'info'),
    ],
    want: [],
  },
  { name: 'none where both go on', patterns: [received, stored(7200)], want: [] },
  {
    name: 'none where the whole service stops',
    patterns: [patternAt('order <*> received', 'desk', every(10, 0, 4800), {}, 'info'), stored(4800)],
    want: [],
  },
  {
    name: 'none where the line goes on in other words',
    patterns: [
      received,
      stored(4800),
      patternAt('order <*> is stored', 'desk', every(10, 4800, 7200), {}, 'info'),
    ],
    want: [],
  },
  {
    name: 'a line that stops while instances start, which say so a few times a minute and no more',
    patterns: [
      received,
      stored(4800),
      patternAt('desk <*> listening on port <*>', 'desk', every(10, 4790, 4840), {}, 'info'),
    ],
    want: ['order <*> stored'],
  },
  {
    name: 'a line that stops while a heartbeat goes on in the name of another topic',
    patterns: [
      stored(4800),
      patternAt('heartbeat topic=orders lag=<*>', 'desk', every(12, 0, 4800), {}, 'info'),
      patternAt('heartbeat topic=orders-v2 lag=<*>', 'desk', every(12, 4800, 7200), {}, 'info'),
    ],
    want: ['order <*> stored'],
  },
  {
    name: 'a line that stops while one begins that says no',
    patterns: [
      received,
      stored(4800),
      patternAt('order <*> not for this desk', 'desk', every(10, 4800, 7200), {}, 'info'),
    ],
    want: ['order <*> stored'],
  },
  {
    name: 'the one line of a service that stops while a warning takes its place',
    patterns: [
      stored(4800),
      patternAt('order <*> refused: <*> lines', 'desk', every(10, 4800, 7200), {}, 'warn'),
    ],
    want: ['order <*> stored'],
  },
  {
    name: 'none where a rare warning goes on',
    patterns: [stored(4800), patternAt('slow answer of <*>', 'desk', every(200, 0, 7200), {}, 'warn')],
    want: [],
  },
])('$name', ({ patterns, want }) => {
  expect(look(patterns).map(({ pattern }) => pattern)).toEqual(want);
});

test('a handful of lines over a week beside it, in another file, does not hide it', () => {
  const week = -7 * 86_400;
  const deployed = { ...streamOf('desk', week, 4000, 'deploy.log'), records: 4 };
  const situation = normalise(
    snapshotOf({ streams: [streamOf('desk', 0, 7200), deployed], patterns: [received, stored(4800)] }, 7200),
  );
  expect(silentPatterns(situation).map(({ pattern }) => pattern)).toEqual(['order <*> stored']);
});

describe('work that is counted', () => {
  const steady = (count: number, value: number) => Array.from({ length: count }, (_, at) => value + (at % 3));
  const done = (name: string, values: readonly number[]) =>
    silentWork(
      normalise(snapshotOf({ series: [seriesOf('other', 'desk', values, { name })] }, values.length * 60)),
    ).map((symptom) => `${symptom.class} ${symptom.service}`);
  const fell = [...steady(90, 10), ...new Array<number>(40).fill(0)];

  test.each([
    { name: 'hardly any is done any more', of: 'orders_per_min', values: fell, want: ['silence desk'] },
    { name: 'it goes on', of: 'orders_per_min', values: steady(130, 10), want: [] },
    { name: 'it came back', of: 'orders_per_min', values: [...fell, ...steady(60, 10)], want: [] },
    {
      name: 'little was ever done',
      of: 'orders_per_min',
      values: [...steady(90, 0), ...fell.slice(90)],
      want: [],
    },
    { name: 'fewer failures', of: 'failed_orders_per_min', values: fell, want: [] },
    { name: 'a level and no pace', of: 'open_orders', values: fell, want: [] },
  ])('$name', ({ of, values, want }) => {
    expect(done(of, values)).toEqual(want);
  });
});
