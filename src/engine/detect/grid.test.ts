import { describe, expect, it } from 'vitest';
import { atSecond } from '../_testing/situations.ts';
import { gridFor } from './grid.ts';

describe('gridFor', () => {
  it.each([
    { name: 'is as fine as the buckets where they are few', seconds: 200, bucketMs: 1000, want: 1000 },
    { name: 'holds whole buckets', seconds: 3000, bucketMs: 10_000, want: 20_000 },
    { name: 'takes the next width of the ladder', seconds: 2600, bucketMs: 1000, want: 12_000 },
    { name: 'covers a day in at most 240 bins', seconds: 86_400, bucketMs: 1000, want: 400_000 },
  ])('$name', ({ seconds, bucketMs, want }) => {
    const grid = gridFor({ from: atSecond(0), to: atSecond(seconds) }, bucketMs);
    expect(grid.widthMs).toBe(want);
    expect(grid.bins).toBeLessThanOrEqual(240);
  });

  it('does not move its bins for some more seconds at the end', () => {
    const widths = [2500, 2510, 2555, 2603].map(
      (seconds) => gridFor({ from: atSecond(0), to: atSecond(seconds) }, 1000).widthMs,
    );
    expect(new Set(widths)).toEqual(new Set([12_000]));
  });
});
