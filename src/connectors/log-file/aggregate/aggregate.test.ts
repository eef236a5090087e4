import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsedLine } from '../formats/parsed.ts';
import { BucketCounter } from './bucket-counter.ts';
import { Cell } from './cell.ts';
import { LatencySketch } from './latency-sketch.ts';
import { countRequest, mergeBuckets, RequestCounter } from './request-series.ts';

describe('BucketCounter', () => {
  it('counts the same in any order, and loses nothing when it coarsens', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40_000_000 }), { maxLength: 300 }), (times) => {
        const counts = [times, times.toReversed()].map((list) => {
          const counter = new BucketCounter();
          for (const at of list) counter.add(at);
          return counter.toCounts(60_000);
        });
        expect(counts[0]).toEqual(counts[1]);
        expect(counts[0]?.count.reduce((a, b) => a + b, 0)).toBe(times.length);
      }),
      { numRuns: 50 },
    );
  });

  it('ends as fine in any order, near its bound too, and whether it was filled or joined', () => {
    const seconds = Array.from({ length: 3_000 }, (_, i) => i * 1_000);
    const filled = (...lists: readonly (readonly number[])[]) => {
      const counter = new BucketCounter();
      for (const list of lists) for (const at of list) counter.add(at);
      return counter;
    };
    const expected = filled(seconds.flatMap((at) => [at, at, at, at])).toCounts(0);
    expect([expected.widthMs, expected.at.length]).toEqual([1_000, 3_000]);
    expect(filled(seconds, seconds.toReversed(), seconds, seconds).toCounts(0)).toEqual(expected);
    const joined = filled(seconds);
    for (let i = 0; i < 3; i++) joined.addAll(filled(seconds.toReversed()));
    expect(joined.toCounts(0)).toEqual(expected);
  });

  it('adds rows of seconds as it adds each of them, at any width', () => {
    const row = fc.record({
      // some are as coarse as a day of seconds makes them
      start: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 80_000 })),
      counts: fc.array(fc.constantFrom(0, 0, 1, 2, 7), { minLength: 1, maxLength: 60 }),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 120 }), fc.boolean(), (rows, isCoarse) => {
        const [one, other] = [new BucketCounter(), new BucketCounter()];
        if (isCoarse) for (const counter of [one, other]) counter.widen(60_000);
        for (const { start, counts } of rows) {
          const padded = Int32Array.from([9, ...counts, 9]);
          one.addSeconds(start * 1_000, padded, 1, counts.length + 1);
          for (const [i, count] of counts.entries()) if (count > 0) other.add((start + i) * 1_000, count);
        }
        expect(one.toCounts(0)).toEqual(other.toCounts(0));
      }),
      { numRuns: 200 },
    );
  });

  it('adds wider buckets and buckets that lie far apart', () => {
    const wide = new BucketCounter();
    for (let i = 0; i < 10_000; i++) wide.add(1.7e12 + i * 1_000);
    const counter = new BucketCounter();
    counter.add(1.7e12 + 500);
    counter.add(1_000);
    counter.addAll(wide);
    const { at, count, widthMs } = counter.toCounts(0);
    expect([widthMs, at[0], count[0], at[1], count[1]]).toEqual([10_000, 0, 1, 1.7e12, 11]);
    expect(count.reduce((a, b) => a + b, 0)).toBe(10_002);
  });

  it('stays bounded over years of seconds and keeps every count', () => {
    const counter = new BucketCounter();
    for (let i = 0; i < 100_000; i++) counter.add(1.7e12 + i * 1_000);
    const { at, count, widthMs } = counter.toCounts(0);
    expect(at.length).toBeLessThanOrEqual(4_096);
    expect(count.reduce((a, b) => a + b, 0)).toBe(100_000);
    expect(at.every((start) => start % widthMs === 0)).toBe(true);
  });
});

describe('Cell', () => {
  it('lets the most frequent of several exceptions speak, whichever came first', () => {
    const cell = new Cell('cart', 'error', 'unhandled', 'unhandled');
    for (const type of ['ReadTimeout', 'QueryCanceled', 'QueryCanceled', 'KeyError', 'QueryCanceled'])
      cell.describe(
        parsedLine({ severity: 'error', message: 'unhandled', exceptionType: type, stack: `at ${type}` }),
      );
    expect([cell.exceptionType, cell.stack]).toEqual(['QueryCanceled', 'at QueryCanceled']);
  });
});

describe('LatencySketch', () => {
  it('is exact for few values and within 1 % for many', () => {
    const sketch = new LatencySketch();
    for (let ms = 1; ms <= 100; ms++) sketch.add(ms);
    expect(sketch.quantiles([0.5, 0.95, 0.99])).toEqual([50, 95, 99]);
    for (let ms = 101; ms <= 10_000; ms++) sketch.add(ms);
    const [p50 = 0, p99 = 0] = sketch.quantiles([0.5, 0.99]);
    expect(Math.abs(p50 / 5_000 - 1)).toBeLessThan(0.0101);
    expect(Math.abs(p99 / 9_900 - 1)).toBeLessThan(0.0101);
  });

  it('merged is the same as filled in one go', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 600 }),
        fc.nat(600),
        (values, cut) => {
          const whole = new LatencySketch();
          const parts = [new LatencySketch(), new LatencySketch()] as const;
          values.forEach((ms, i) => {
            whole.add(ms);
            parts[i < cut ? 0 : 1].add(ms);
          });
          parts[0].merge(parts[1]);
          expect(parts[0].quantiles([0, 0.5, 1])).toEqual(whole.quantiles([0, 0.5, 1]));
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('RequestCounter', () => {
  it('tells what was refused from what failed, in wider buckets too', () => {
    const counter = new RequestCounter();
    const series = counter.seriesOf('web', null);
    for (const [index, status] of [200, 401, 404, 500, Number.NaN].entries())
      countRequest(counter.bucketOf(series, 1e12 + index * 10_000), { status, durationMs: 5 });
    const [bucket] = mergeBuckets(series.buckets, counter.widthMs, 3_600_000).values();
    expect(bucket).toMatchObject({ count: 5, errors: 1, refused: 2 });
  });

  it.each([
    { name: 'many over half an hour', requests: 200, apartMs: 10_000, widthMs: 60_000 },
    { name: 'many within twenty minutes', requests: 200, apartMs: 6_000, widthMs: 10_000 },
    { name: 'a few, however far apart', requests: 90, apartMs: 60_000, widthMs: 10_000 },
  ])('keeps in fine buckets only what is told in them: $name', ({ requests, apartMs, widthMs }) => {
    const counter = new RequestCounter();
    const series = counter.seriesOf('web', null);
    for (let i = 0; i < requests; i++)
      countRequest(counter.bucketOfSecond(series, 1e12 + i * apartMs), { status: 200, durationMs: 5 });
    const counts = [...series.buckets.values()].map(({ count, latency }) => [count, latency.count]);
    expect(counter.widthMs).toBe(widthMs);
    expect(counts.reduce((sum, [count = 0]) => sum + count, 0)).toBe(requests);
    expect(counts.every(([count, measured]) => count === measured)).toBe(true);
  });

  it('counts what has too many routes for the service only', () => {
    const counter = new RequestCounter();
    for (let i = 0; i < 500; i++) {
      const bucket = counter.bucketOf(counter.seriesOf('web', `/r${i}`), 1e12);
      countRequest(bucket, { status: 200, durationMs: 5 });
    }
    const series = counter.series();
    expect(series.length).toBeLessThanOrEqual(201);
    const total = series
      .flatMap(({ buckets }) => [...buckets.values()])
      .reduce((sum, { count }) => sum + count, 0);
    expect(total).toBe(500);
  });
});
