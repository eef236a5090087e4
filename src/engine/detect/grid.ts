/** Lays bucketed counts of signals on one regular grid, so that scans see silence as well as events. */
import type { BucketCounts } from '../../domain/signal.ts';
import { type EpochMs, epochMs, type Interval } from '../../domain/time.ts';

/** More bins cost quadratic time and add no precision that an incident needs: 240 over 4 h is one a minute. */
const MAX_BINS = 240;

export interface Grid {
  readonly from: EpochMs;
  readonly widthMs: number;
  readonly bins: number;
}

/** Widths that a grid may have, as multiples of its buckets: the first ones, then the second ones by powers of ten. */
const FIRST_STEPS = [1, 2, 3, 4, 5, 6, 8] as const;
const STEPS = [10, 12, 15, 20, 25, 30, 40, 50, 60, 80] as const;

/**
 * The finest grid over the interval with at most 240 bins whose bins hold whole buckets. Its width takes few values, so that
 * a record more or less at the end of the interval moves no bin, and with it no onset.
 */
export function gridFor(interval: Interval, bucketWidthMs: number): Grid {
  const span = Math.max(1, interval.to - interval.from + 1);
  const finest = Math.max(bucketWidthMs, 1000);
  const widthMs = finest * stepFor(Math.ceil(span / MAX_BINS / finest));
  return { from: interval.from, widthMs, bins: Math.max(1, Math.ceil(span / widthMs)) };
}

function stepFor(least: number): number {
  const first = FIRST_STEPS.find((step) => step >= least);
  if (first !== undefined) return first;
  for (let scale = 1; ; scale *= 10) {
    const step = STEPS.find((candidate) => candidate * scale >= least);
    if (step !== undefined) return step * scale;
  }
}

export function binOf(grid: Grid, at: EpochMs): number {
  return Math.min(grid.bins - 1, Math.max(0, Math.floor((at - grid.from) / grid.widthMs)));
}

export function startOf(grid: Grid, bin: number): EpochMs {
  return epochMs(grid.from + bin * grid.widthMs);
}

export function layOut(grid: Grid, buckets: readonly BucketCounts[]): number[] {
  const counts = new Array<number>(grid.bins).fill(0);
  for (const bucket of buckets) {
    bucket.at.forEach((at, index) => {
      if (at + bucket.widthMs < grid.from) return;
      const bin = binOf(grid, at);
      counts[bin] = (counts[bin] ?? 0) + (bucket.count[index] ?? 0);
    });
  }
  return counts;
}
