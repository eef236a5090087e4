import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitHinge, levels, segment, withoutSeason } from './change-point.ts';

const wobble = (index: number) => ((index * index * 7919) % 101) / 101;
const series = (length: number, level: (index: number) => number) =>
  Array.from({ length }, (_, index) => level(index) + 4 * wobble(index));
const LEVELS = { minLength: 3, minEffectRatio: 0.05 };
const startsOf = (values: readonly number[]) => levels(values, LEVELS).map((part) => part.from);

describe('piecewise constant fit', () => {
  test('a step is cut where it is', () => {
    const values = series(60, (index) => (index < 40 ? 100 : 160));
    expect(segment(values).map((part) => part.from)).toEqual([0, 40]);
  });

  test('noise alone stays one piece', () => {
    expect(segment(Array.from({ length: 80 }, (_, index) => 50 + 17 * wobble(index)))).toHaveLength(1);
  });

  test('nothing has no pieces', () => {
    expect(segment([])).toEqual([]);
  });

  test('pieces cover every value once and carry its mean', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 }), (values) => {
        const parts = segment(values);
        expect(parts.flatMap((part) => values.slice(part.from, part.to + 1))).toEqual(values);
        for (const { from, to, mean } of parts) {
          const inside = values.slice(from, to + 1);
          expect(mean).toBeCloseTo(inside.reduce((sum, value) => sum + value, 0) / inside.length, 9);
        }
      }),
    );
  });

  test('dropping starts loses nothing: as good as trying every cut in two', () => {
    const sse = (values: readonly number[]) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    };
    fc.assert(
      fc.property(fc.nat(28), fc.integer({ min: 20, max: 90 }), (cut, jump) => {
        const values = series(40, (index) => (index < cut + 6 ? 0 : jump));
        const found = segment(values);
        const cost = found.reduce((sum, part) => sum + sse(values.slice(part.from, part.to + 1)), 0);
        const best = Math.min(
          ...values
            .slice(1)
            .map((_, index) => sse(values.slice(0, index + 1)) + sse(values.slice(index + 1))),
        );
        expect(found).toHaveLength(2);
        expect(cost).toBeCloseTo(best, 6);
      }),
    );
  });
});

describe('levels', () => {
  const step = series(40, (index) => (index < 20 ? 100 : 200));
  test.each([
    { name: 'a spike is no level', values: series(40, (index) => (index === 20 ? 300 : 100)), want: [0] },
    {
      name: 'a spike before a step does not move it',
      values: step.map((value, index) => (index === 3 ? 300 : value)),
      want: [0, 20],
    },
    {
      name: 'a spike at the very start belongs to what follows',
      values: step.map((value, index) => (index === 0 ? 900 : value)),
      want: [0, 20],
    },
    {
      name: 'a step of less than a twentieth is none',
      values: Array.from({ length: 60 }, (_, index) => (index < 30 ? 1000 : 1020) + wobble(index)),
      want: [0],
    },
    {
      name: 'up and down again',
      values: series(60, (index) => (index >= 20 && index < 40 ? 200 : 100)),
      want: [0, 20, 40],
    },
    { name: 'two values have one level', values: [1, 100], want: [0] },
    { name: 'nothing has none', values: [], want: [] },
  ])('$name', ({ values, want }) => {
    expect(startsOf(values)).toEqual(want);
  });

  test('neither the unit nor the origin of the scale moves a cut', () => {
    const values = series(50, (index) => (index < 30 ? 100 : 170));
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (unit) => {
        expect(startsOf(values.map((value) => value * unit))).toEqual(startsOf(values));
      }),
    );
  });
});

describe('climbs', () => {
  test('a slow climb begins where it left its level', () => {
    const hinge = fitHinge(series(60, (index) => 100 + Math.max(0, index - 20) * 5));
    expect(hinge?.errorRatio).toBeLessThan(0.2);
    expect(Math.abs((hinge?.at ?? 0) - 20)).toBeLessThanOrEqual(1);
    expect(hinge?.slope).toBeCloseTo(5, 0);
  });

  test('a step is no climb', () => {
    expect(fitHinge(series(60, (index) => (index < 30 ? 100 : 200)))?.errorRatio ?? 9).toBeGreaterThan(1);
  });

  test.each([{ values: [] }, { values: [1, 2, 3] }, { values: [5, 5, 5, 5, 5, 5, 5] }])(
    'nothing is said of $values',
    ({ values }) => {
      expect(fitHinge(values)).toBeNull();
    },
  );
});

describe('seasons', () => {
  const day = (index: number) => index % 24;
  const usual = (index: number) => 100 + 50 * Math.sin((day(index) / 24) * 2 * Math.PI);

  test('what recurs every day is taken away, what does not stays', () => {
    const values = Array.from({ length: 96 }, (_, index) => usual(index) + (index >= 90 ? 80 : 0));
    const flat = withoutSeason(
      values,
      values.map((_, index) => day(index)),
    );
    expect(Math.max(...(flat ?? []).slice(0, 90)) - Math.min(...(flat ?? []).slice(0, 90))).toBeLessThan(1);
    expect(flat?.slice(90).every((value) => value > 170)).toBe(true);
  });

  test('two days are no season', () => {
    const values = Array.from({ length: 48 }, (_, index) => usual(index));
    expect(
      withoutSeason(
        values,
        values.map((_, index) => day(index)),
      ),
    ).toBeNull();
  });
});

test('a million values end, and a step among them is found', () => {
  const values = Array.from({ length: 1_000_000 }, (_, index) => (index < 600_000 ? 1 : 5));
  const parts = segment(values);
  expect(parts.map(({ from }) => from)).toEqual([0, 600_000]);
  expect(parts.at(-1)?.to).toBe(999_999);
});
