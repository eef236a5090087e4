import { expect, test } from 'vitest';
import { every, patternAt, seriesOf, snapshotOf, streamOf } from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { detect } from './detect.ts';

const told = (text: string, step: number, before: readonly number[] = []) =>
  detect(
    normalise(
      snapshotOf({
        streams: [streamOf('lockers', 0, 3600)],
        patterns: [
          patternAt('locker shown', 'lockers', every(2, 0, 3590), {}, 'info'),
          patternAt(text, 'lockers', [...before, ...every(step, 2000, 3590)], {}, 'warn'),
        ],
      }),
    ),
  ).primary;

test('a warning that was never seen and makes up a good part of all that is told is a symptom', () => {
  expect(told('session unknown', 4)?.service).toBe('lockers');
});

test('and so is one that came now and then, and comes all the time now', () => {
  expect(told('session unknown', 4, every(400, 0, 2000))?.service).toBe('lockers');
});

test('but not one that came a third as often', () => {
  expect(told('session unknown', 4, every(12, 0, 2000))).toBeNull();
});

test.each([
  ['a few of them', 'session unknown', 40],
  ['advice to whoever writes the code', 'option x is deprecated', 4],
])('%s are none', (_name, text, step) => {
  expect(told(text, step)).toBeNull();
});

test.each([
  { name: 'nothing measures how its requests fare', series: [], want: 'lockers' },
  { name: 'they fare as ever', series: [seriesOf('latency', 'lockers', new Array(60).fill(40))], want: null },
])('an old warning that comes ten times as often, where $name: $want', ({ series, want }) => {
  const { primary } = detect(
    normalise(
      snapshotOf({
        streams: [streamOf('lockers', 0, 3600)],
        series,
        patterns: [
          patternAt('locker opened', 'lockers', every(1, 0, 3590), {}, 'info'),
          patternAt(
            'locker shut again',
            'lockers',
            [...every(200, 0, 2000), ...every(10, 2000, 3590)],
            {},
            'warn',
          ),
        ],
      }),
    ),
  );
  expect(primary?.service ?? null).toBe(want);
});
