import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Spread } from './spread.ts';

const MINUTE = 60_000;

/** Offers the spans, each cut into parts of so many records, by the first of each part. */
function keptOf(spans: readonly (readonly [number, readonly number[]])[], size: number): readonly number[] {
  const spread = new Spread<{ readonly atMs: number }>();
  for (const [spanMs, times] of spans)
    for (let from = 0; from < times.length; from += size) {
      const atMs = Math.min(...times.slice(from, from + size));
      spread.offer(spanMs, atMs, () => ({ atMs }));
    }
  return spread.kept.map(({ atMs }) => atMs);
}

describe('Spread', () => {
  it('keeps one record of stretches that double', () => {
    const minutes = Array.from({ length: 40 }, (_, i) => [i * MINUTE, [i * MINUTE + 7]] as const);
    expect(keptOf(minutes, 1)).toEqual([1, 2, 4, 8, 16, 32].map((minute) => minute * MINUTE + 7));
  });

  it('keeps none within a minute, and none of before', () => {
    expect(
      keptOf(
        [
          [0, [5]],
          [1_000, [1_200]],
          [59_000, [59_100]],
          [-MINUTE, [-9]],
        ],
        1,
      ),
    ).toEqual([]);
  });

  it('keeps the same however spans are cut', () => {
    const times = fc.array(fc.integer({ min: 0, max: MINUTE - 1 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(times, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), (all, size) => {
        const spans = all.map((own, i) => [i * MINUTE, own.map((ms) => i * MINUTE + ms)] as const);
        expect(keptOf(spans, size)).toEqual(keptOf(spans, 99));
      }),
    );
  });
});
