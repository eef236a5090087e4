import { expect, test } from 'vitest';
import { atSecond, every, patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
import { normalise } from '../normalise/normalise.ts';
import { detect } from './detect.ts';

const found = (pause: number) =>
  detect(
    normalise(
      snapshotOf({
        streams: [streamOf('cart', 0, 3600), streamOf('rates', 0, 3600)],
        patterns: [
          patternAt('connect ECONNREFUSED', 'cart', every(0.5, 2000, 2020)),
          patternAt('no rate: 429 too many requests', 'rates', every(1, 2020 + pause, 3590)),
        ],
      }),
    ),
  );

test('a burst that was over for minutes does not date what began then', () => {
  expect(found(330).onsetAt).toBe(atSecond(2350));
});

test('one that it follows does', () => {
  expect(found(30).onsetAt).toBe(atSecond(2000));
});
