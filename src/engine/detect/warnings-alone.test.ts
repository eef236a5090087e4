import { expect, test } from 'vitest';
import { every, patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
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
