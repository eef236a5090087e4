import fc from 'fast-check';
import { quantileSorted, standardDeviation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import {
  currentBurst,
  incompleteBeta,
  judgeErrorRate,
  logGamma,
  median,
  overdispersion,
  probabilityOfRise,
  quantile,
  scanForBurst,
} from './statistics.ts';

const flat = (length: number, value: number) => new Array<number>(length).fill(value);

describe('basics', () => {
  test('the median agrees with an independent library', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (values) => {
          const sorted = [...values].sort((a, b) => a - b);
          expect(median(values)).toBeCloseTo(quantileSorted(sorted, 0.5), 6);
        },
      ),
    );
  });

  test.each([
    { values: [], q: 0.5, want: 0 },
    { values: [3], q: 0.99, want: 3 },
    { values: [1, 2, 3, 4], q: 0.5, want: 2.5 },
    { values: [1, 2, 3, 4, 5], q: 1, want: 5 },
  ])('quantile $q of $values', ({ values, q, want }) => {
    expect(quantile(values, q)).toBe(want);
  });

  test('counts with the variance of a Poisson process are not overdispersed', () => {
    expect(overdispersion([1, 1, 1, 1])).toBe(1);
    expect(overdispersion([0, 0, 0, 12])).toBeCloseTo(
      (standardDeviation([0, 0, 0, 12]) ** 2 * (4 / 3)) / 3,
      6,
    );
  });
});

describe('special functions (reference values from tables)', () => {
  test.each([
    { x: 0.5, want: Math.log(Math.sqrt(Math.PI)) },
    { x: 5, want: Math.log(24) },
    { x: 10.5, want: 13.940625219404 },
  ])('ln gamma of $x', ({ x, want }) => {
    expect(logGamma(x)).toBeCloseTo(want, 9);
  });

  test.each([
    { x: 0.5, a: 1, b: 1, want: 0.5 },
    { x: 0.3, a: 2, b: 3, want: 0.3483 },
    { x: 0.9, a: 0.5, b: 0.5, want: 0.7951672353 },
    { x: 0, a: 2, b: 2, want: 0 },
    { x: 1, a: 2, b: 2, want: 1 },
  ])('incomplete beta at $x with $a, $b', ({ x, a, b, want }) => {
    expect(incompleteBeta(x, a, b)).toBeCloseTo(want, 4);
  });
});

describe('before and after', () => {
  test.each([
    {
      name: 'a tenfold rise on enough requests',
      before: { k: 10, n: 10_000 },
      after: { k: 50, n: 1000 },
      want: 'ROLLBACK',
    },
    { name: 'the same rate', before: { k: 100, n: 10_000 }, after: { k: 100, n: 10_000 }, want: 'OK' },
    { name: 'two errors are never enough', before: { k: 0, n: 1000 }, after: { k: 2, n: 20 }, want: 'WATCH' },
    { name: 'next to no traffic', before: { k: 1, n: 100 }, after: { k: 0, n: 3 }, want: 'INCONCLUSIVE' },
  ])('$name → $want', ({ before, after, want }) => {
    expect(judgeErrorRate(before, after)).toBe(want);
  });

  test('more errors after never lower the probability of a rise', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), (k, extra) => {
        const before = { k: 5, n: 1000 };
        expect(probabilityOfRise(before, { k: k + extra, n: 500 }, 2)).toBeGreaterThanOrEqual(
          probabilityOfRise(before, { k, n: 500 }, 2) - 1e-9,
        );
      }),
    );
  });

  test('nothing observed on either side says nothing', () => {
    expect(probabilityOfRise({ k: 0, n: 0 }, { k: 0, n: 0 }, 2)).toBe(0.5);
  });
});

describe('bursts of sparse counts', () => {
  test('silence, then one a second, is found from its first bin', () => {
    const counts = [...flat(100, 0), ...flat(10, 1), ...flat(30, 0)];
    expect(scanForBurst(counts, flat(counts.length, 1))).toMatchObject({ from: 100, to: 109, inside: 10 });
  });

  test('a steady background is no burst', () => {
    const counts = Array.from({ length: 120 }, (_, index) => (index % 7 === 0 ? 1 : 0));
    expect(scanForBurst(counts, flat(120, 1))).toBeNull();
  });

  test('more events because of more requests are no burst', () => {
    const exposure = [...flat(60, 10), ...flat(60, 100)];
    const counts = exposure.map((value) => value / 10);
    expect(scanForBurst(counts, exposure)).toBeNull();
  });

  test('two events are never significant', () => {
    expect(scanForBurst([...flat(200, 0), 2], flat(201, 1))).toBeNull();
  });

  test('the answer does not depend on the unit of exposure', () => {
    const counts = [...flat(50, 0), 4, 5, 6, ...flat(20, 0)];
    const a = scanForBurst(counts, flat(counts.length, 1));
    const b = scanForBurst(counts, flat(counts.length, 1000));
    expect(a?.from).toBe(b?.from);
    expect(a?.strength).toBeCloseTo(b?.strength ?? 0, 3);
  });
});

describe('the burst that is meant', () => {
  const HOUR = 60;
  const night = [...flat(60, 0), ...flat(10, 20), ...flat(300, 0)];
  const ones = (values: readonly number[]) => flat(values.length, 1);

  test('an earlier burst does not hide the one that goes on', () => {
    const counts = [...night, ...flat(20, 2)];
    expect(currentBurst(counts, ones(counts), HOUR / 2)).toMatchObject({ from: 370, to: 389, inside: 40 });
  });

  test('a pause that is too short belongs to the same burst', () => {
    const counts = [...flat(100, 0), ...flat(10, 5), ...flat(10, 0), ...flat(10, 5)];
    expect(currentBurst(counts, ones(counts), HOUR / 2)).toMatchObject({ from: 100, to: 129, inside: 100 });
  });

  test('where nothing goes on it is the strongest', () => {
    const counts = [...flat(100, 0), ...flat(5, 3), ...flat(100, 0), ...flat(10, 20), ...flat(60, 0), 1];
    expect(currentBurst(counts, ones(counts), HOUR / 2)).toMatchObject({ from: 205, to: 214 });
  });

  test('the last, thinner seconds of a burst are its end and no burst of their own', () => {
    const counts = [...flat(71, 0), ...flat(35, 12), 6, ...flat(32, 0)];
    expect(currentBurst(counts, ones(counts), HOUR / 2)).toMatchObject({ from: 71, to: 106, inside: 426 });
  });

  test('what begins after a pause that its own rate does not have is a burst of its own', () => {
    const counts = [...flat(60, 0), ...flat(5, 60), ...flat(60, 0), ...flat(60, 3)];
    expect(currentBurst(counts, ones(counts), HOUR)).toMatchObject({ from: 125, to: 184, inside: 180 });
  });

  test('the start of a burst is a rise, never the end of something louder', () => {
    const counts = [...flat(40, 0), ...flat(6, 150), ...flat(60, 2)];
    expect(scanForBurst(counts, ones(counts))?.from).toBe(40);
  });
});
