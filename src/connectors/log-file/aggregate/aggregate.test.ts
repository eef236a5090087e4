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
          one.addSeconds(start * 1_000, padded, 1, counts.length + 1, {
            sum: counts.reduce<number>((sum, count) => sum + count, 0),
            filled: counts.filter((count) => count > 0).length,
          });
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

  it('takes a duration of minus nothing for none', () => {
    const sketch = new LatencySketch();
    for (const ms of [3, -0, 2]) sketch.add(ms);
    expect(sketch.quantiles([0, 1])).toEqual([0, 3]);
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

  it('with lists, counted sooner or later, alone or merged, answers as if the values had come one by one', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 300 });
    const step = fc.record({ values, part: fc.nat(1), as: fc.constantFrom('list', 'values', 'settled') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const whole = new LatencySketch();
        const parts = [new LatencySketch(), new LatencySketch()] as const;
        for (const { values, part, as } of steps) {
          const sketch = parts[part === 0 ? 0 : 1];
          for (const ms of values) whole.add(ms);
          if (as === 'values') for (const ms of values) sketch.add(ms);
          else sketch.addList(Float64Array.from(values));
          if (as === 'settled') sketch.settle();
        }
        const copy = new LatencySketch();
        copy.merge(parts[0]);
        copy.merge(parts[1]);
        expect([copy.count, copy.quantiles([0, 0.5, 0.99, 1])]).toEqual([
          whole.count,
          whole.quantiles([0, 0.5, 0.99, 1]),
        ]);
        // what it was made of is as it was
        copy.add(1e9);
        copy.settle();
        expect(parts[0].count + parts[1].count).toBe(whole.count);
        parts[1].merge(parts[0]);
        expect(parts[1].quantiles([0.5, 1])).toEqual(whole.quantiles([0.5, 1]));
      }),
      { numRuns: 100 },
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

  it('keeps lists of durations through wider buckets, and makes room when they are too many', () => {
    const [listed, plain] = [new RequestCounter(), new RequestCounter()];
    const room = new Float64Array(3_000);
    for (let minute = 0; minute < 60; minute++) {
      const at = 1e12 + minute * 60_000;
      room.forEach((_, i) => {
        room[i] = ((i * 7919 + minute) % 5_000) + 1;
      });
      const [mine, theirs] = [listed, plain].map((counter) =>
        counter.bucketOf(counter.seriesOf('web', `/r${minute % 3}`), at),
      );
      if (mine === undefined || theirs === undefined) throw new Error('no bucket');
      listed.addDurations(mine, room, 10, 10 + minute * 45);
      for (const ms of room.subarray(10, 10 + minute * 45)) theirs.latency.add(ms);
      // the many buckets of another series make both counters coarser
      for (const counter of [listed, plain])
        for (let i = 0; i < 3; i++) counter.bucketOf(counter.seriesOf('api', null), at + i * 10_000);
    }
    const told = (counter: RequestCounter) =>
      counter
        .series()
        .map(({ route, buckets }) => [
          route,
          [...buckets].map(([index, { latency }]) => [index, latency.count, latency.quantiles([0.5, 0.99])]),
        ]);
    expect(listed.widthMs).toBe(60_000);
    expect(told(listed)).toEqual(told(plain));
    listed.settle();
    expect(told(listed)).toEqual(told(plain));
  });

  it('is coarse from the start where the file is known to be long', () => {
    const counter = new RequestCounter();
    counter.expectSpan(20 * 60_000);
    expect(counter.widthMs).toBe(10_000);
    counter.expectSpan(20 * 60_000 + 1);
    expect(counter.widthMs).toBe(60_000);
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
