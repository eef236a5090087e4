import fc from 'fast-check';
import { wilcoxonRankSum } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { compareSamples, rankScore, rankShift, type SampleQuestion } from './two-samples.ts';

const ASK: SampleQuestion = {
  confidence: 0.95,
  tolerance: 0.25,
  direction: 'both',
  effect: 'ratio',
  up: 1.2,
  down: 0.8,
};
const samples = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 20 });

describe('judgement of two samples', () => {
  const low = [9, 10, 11, 10, 9, 11, 10, 12, 8, 10];
  const high = low.map((value) => value * 2);
  test.each([
    { name: 'twice as high', before: low, after: high, ask: {}, want: 'HIGHER' },
    { name: 'half as high', before: high, after: low, ask: {}, want: 'LOWER' },
    {
      name: 'a fall where only rises matter',
      before: high,
      after: low,
      ask: { direction: 'up' },
      want: 'SAME',
    },
    { name: 'an effect that does not matter', before: low, after: high, ask: { up: 3 }, want: 'SAME' },
    {
      name: 'the same values in another order',
      before: low,
      after: [...low].reverse(),
      ask: {},
      want: 'SAME',
    },
    { name: 'one outlier', before: low, after: [...low.slice(1), 500], ask: {}, want: 'SAME' },
    {
      name: 'few values of which only one end bounds',
      before: [0, 0, 0, 0, 1],
      after: [2, 3, 3],
      ask: {},
      want: 'HIGHER',
    },
    { name: 'the same, exchanged', before: [2, 3, 3], after: [0, 0, 0, 0, 1], ask: {}, want: 'LOWER' },
    {
      name: 'mostly zero, then less so',
      before: Array.from({ length: 60 }, (_, index) => (index % 12 === 0 ? 1.5 : 0)),
      after: Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? 1.6 : 0)),
      ask: {},
      want: 'HIGHER',
    },
    { name: 'all tied', before: [5, 5, 5], after: [5, 5], ask: {}, want: 'SAME' },
    { name: 'from nothing', before: [0, 0, 0, 0, 0], after: [7, 7, 7, 7, 7], ask: {}, want: 'HIGHER' },
    { name: 'too few to tell', before: [1, 2], after: [3, 4], ask: {}, want: 'SAME' },
    { name: 'nothing after', before: low, after: [], ask: {}, want: 'NO-DATA' },
    { name: 'only gaps before', before: [Number.NaN], after: low, ask: {}, want: 'NO-DATA' },
    {
      name: 'values that are mostly higher',
      before: low,
      after: high,
      ask: { effect: 'superiority', up: 0.8, down: 0.2 },
      want: 'HIGHER',
    },
  ] as const)('$name → $want', ({ before, after, ask, want }) => {
    expect(compareSamples(before, after, { ...ASK, ...ask })).toBe(want);
  });

  test('the unit decides nothing', () => {
    fc.assert(
      fc.property(samples, samples, fc.constantFrom(0.001, 2, 1024), (before, after, unit) => {
        const scaled = (values: readonly number[]) => values.map((value) => value * unit);
        expect(compareSamples(scaled(before), scaled(after), ASK)).toBe(compareSamples(before, after, ASK));
      }),
    );
  });

  test('exchanged samples turn HIGHER into LOWER', () => {
    const ask = { ...ASK, effect: 'superiority', up: 0.6, down: 0.4 } as const;
    const other = { HIGHER: 'LOWER', LOWER: 'HIGHER', SAME: 'SAME', 'NO-DATA': 'NO-DATA' } as const;
    fc.assert(
      fc.property(samples, samples, (before, after) => {
        expect(compareSamples(after, before, ask)).toBe(other[compareSamples(before, after, ask)]);
      }),
    );
  });
});

describe('shift in ranks', () => {
  test('the middle of all pairwise differences, and an interval around it', () => {
    const shift = rankShift([1, 2, 3, 4, 5, 6], [21, 22, 23, 24, 25, 26], 0.95);
    expect(shift.estimate).toBeCloseTo(20, 6);
    expect(shift.low).toBeLessThan(20);
    expect(shift.high).toBeGreaterThan(20);
  });

  test('the sum of ranks agrees with an independent library', () => {
    fc.assert(
      fc.property(samples, samples, (first, second) => {
        const [n, m] = [second.length, first.length];
        const values = [...first, ...second];
        const ties = values.reduce(
          (sum, value) => sum + values.filter((other) => other === value).length ** 2 - 1,
          0,
        );
        const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
        const distance = wilcoxonRankSum(second, first) - (n * (n + 1)) / 2 - (n * m) / 2;
        const want = variance <= 0 ? 0 : (distance - Math.sign(distance) * 0.5) / Math.sqrt(variance);
        expect(rankScore(first, second, 0)).toBeCloseTo(want, 6);
      }),
    );
  });
});
