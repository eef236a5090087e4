import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateSkews } from './clock-skew.ts';
import type { ClockView } from './zone-estimate.ts';

const START = Date.UTC(2025, 2, 4, 9);

/** A log that saw requests `r0` … each a second, `aheadMs` by its clock. */
function view(set: string, aheadMs: number, count = 8, jitterMs = 300): ClockView {
  const requestTimes = new Map(
    Array.from({ length: count }, (_, i) => [`r${i}`, START + i * 1000 + aheadMs + (i % 3) * jitterMs]),
  );
  return { path: `${set}.log`, set, isZoneless: false, firstMs: START, lastMs: START + 60_000, requestTimes };
}

const CASES: readonly {
  name: string;
  views: readonly ClockView[];
  want: Readonly<Record<string, number>>;
}[] = [
  { name: 'clocks that agree', views: [view('a', 0), view('b', 900), view('c', 4_000)], want: {} },
  {
    name: 'one of three is ahead: the two others outvote it',
    views: [view('a', 0), view('b', 0), view('c', 412_000)],
    want: { 'a.log': 0, 'b.log': 0, 'c.log': 412_000 },
  },
  {
    name: 'one is behind',
    views: [view('a', 0), view('b', 0), view('c', -65_000)],
    want: { 'a.log': 0, 'b.log': 0, 'c.log': -65_000 },
  },
  {
    name: 'of two, nobody knows which',
    views: [view('a', 0), view('b', 412_000)],
    want: { 'a.log': 0, 'b.log': 0 },
  },
  {
    name: 'too few requests in common',
    views: [view('a', 0, 2), view('b', 0, 2), view('c', 90_000, 2)],
    want: {},
  },
  { name: 'ids that are used again and again', views: [view('a', 0), view('b', 0, 8, 40_000)], want: {} },
];

describe('estimateSkews', () => {
  it.each(CASES)('$name', ({ views, want }) => {
    const found = estimateSkews(views);
    expect(Object.fromEntries([...found].map(([path, { aheadMs }]) => [path, aheadMs]))).toEqual(want);
  });

  it('says what it rests on, and that it corrected or not', () => {
    const found = estimateSkews([view('a', 0), view('b', 0), view('c', 412_000)]);
    expect(found.get('c.log')?.note).toBe(
      'Its clock is 412 s ahead of a, b, by 16 requests that both saw; times were corrected.',
    );
    expect(found.get('a.log')?.note).toMatch(/412 s behind c.*nothing was corrected/);
  });

  it('finds any skew of one clock among four to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50_000, max: 50_000 }), (seconds) => {
        fc.pre(Math.abs(seconds) >= 30);
        const found = estimateSkews([view('a', 0), view('b', 0), view('c', seconds * 1000), view('d', 0)]);
        expect(found.get('c.log')?.aheadMs).toBe(seconds * 1000);
        expect(found.get('a.log')?.aheadMs).toBe(0);
      }),
    );
  });
});
