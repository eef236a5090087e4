import { describe, expect, test } from 'vitest';
import { atSecond, every, patternAt } from '../_testing/situations.ts';
import { shapeOfEvents } from './event-shape.ts';

const shapeAt = (seconds: readonly number[]) => {
  const { buckets, firstSeenAt, lastSeenAt } = patternAt('it failed', 'cart', seconds);
  return shapeOfEvents(buckets, { from: firstSeenAt, to: lastSeenAt }, seconds.length);
};
const scattered = (count: number) => Array.from({ length: count }, (_, index) => (index * index * 37) % 3600);

describe('how failures come', () => {
  test.each([
    { name: 'a handful', seconds: [1, 500, 900], want: 'sparse' },
    { name: 'many within seconds', seconds: every(1, 100, 140), want: 'burst' },
    { name: 'from one moment on', seconds: every(7, 600, 3600), want: 'step' },
    { name: 'at no rhythm', seconds: scattered(40).sort((a, b) => a - b), want: 'step' },
    {
      name: 'every five minutes, for some seconds',
      seconds: every(300, 0, 3600).flatMap((start) => [start, start + 1, start + 2]),
      want: 'periodic',
    },
    {
      name: 'more and more',
      seconds: Array.from({ length: 60 }, (_, index) => Math.round(3600 * Math.sqrt((index + 1) / 60))),
      want: 'ramp',
    },
  ])('$name → $want', ({ seconds, want }) => {
    expect(shapeAt(seconds)).toBe(want);
  });

  test('only what lies in the spell counts', () => {
    const { buckets } = patternAt('it failed', 'cart', [...every(300, 0, 1800), ...every(3, 2000, 2040)]);
    expect(shapeOfEvents(buckets, { from: atSecond(2000), to: atSecond(2040) }, 14)).toBe('burst');
  });
});
