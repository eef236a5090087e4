import { expect, test } from 'vitest';
import { every, patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { detect } from './detect.ts';

const told = (text: string, step: number) =>
  detect(
    normalise(
      snapshotOf({
        streams: [streamOf('lockers', 0, 3600)],
        patterns: [
          patternAt('locker shown', 'lockers', every(2, 0, 3590), {}, 'info'),
          patternAt(text, 'lockers', every(step, 2000, 3590), {}, 'warn'),
        ],
      }),
    ),
  ).primary;

test('a warning that was never seen and makes up a good part of all that is told is a symptom', () => {
  expect(told('session unknown', 4)?.service).toBe('lockers');
});

test.each([
  ['a few of them', 'session unknown', 40],
  ['advice to whoever writes the code', 'option x is deprecated', 4],
])('%s are none', (_name, text, step) => {
  expect(told(text, step)).toBeNull();
});
