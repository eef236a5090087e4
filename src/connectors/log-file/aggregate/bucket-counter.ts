/** Counts per bucket of time with a bounded number of buckets: when there are too many, the width grows. Order of arrival does not matter. */
import type { BucketCounts } from '../../../domain/signal.ts';
import type { EpochMs } from '../../../domain/time.ts';

/** Widths in ms, each a multiple of the one before, so that coarsening is exact. */
export const BUCKET_WIDTHS = [1_000, 10_000, 60_000, 300_000, 3_600_000, 86_400_000] as const;

/** Non-empty buckets that one counter may hold before it coarsens. 4,096 one-second buckets are an hour of constant traffic. */
const MAX_BUCKETS = 4_096;

export function widerThan(widthMs: number): number {
  return BUCKET_WIDTHS.find((width) => width > widthMs) ?? widthMs * 10;
}

export class BucketCounter {
  widthMs: number = BUCKET_WIDTHS[0];
  /** Bucket numbers and counts in order of arrival; a bucket may come up again after others. */
  #index: number[] = [];
  #count: number[] = [];
  #current = Number.NaN;
  #currentCount = 0;

  add(at: number, count = 1): void {
    const index = Math.floor(at / this.widthMs);
    if (index === this.#current) {
      this.#currentCount += count;
      return;
    }
    this.#flush();
    this.#current = Math.floor(at / this.widthMs);
    this.#currentCount = count;
  }

  addAll(buckets: BucketCounts): void {
    while (this.widthMs < buckets.widthMs) this.coarsen();
    buckets.at.forEach((at, i) => {
      this.#flush();
      this.#current = Math.floor(at / this.widthMs);
      this.#currentCount = buckets.count[i] ?? 0;
    });
  }

  #flush(): void {
    if (this.#currentCount === 0) return;
    this.#index.push(this.#current);
    this.#count.push(this.#currentCount);
    this.#currentCount = 0;
    this.#current = Number.NaN;
    if (this.#index.length <= MAX_BUCKETS) return;
    this.#compact();
    while (this.#index.length > MAX_BUCKETS / 2) this.coarsen();
  }

  coarsen(): void {
    const wider = widerThan(this.widthMs);
    if (!Number.isNaN(this.#current)) this.#current = Math.floor((this.#current * this.widthMs) / wider);
    this.#index = this.#index.map((index) => Math.floor((index * this.widthMs) / wider));
    this.widthMs = wider;
    this.#compact();
  }

  /** Sorts and joins equal buckets. */
  #compact(): void {
    const sums = new Map<number, number>();
    this.#index.forEach((index, i) => {
      sums.set(index, (sums.get(index) ?? 0) + (this.#count[i] ?? 0));
    });
    const sorted = [...sums].sort((a, b) => a[0] - b[0]);
    this.#index = sorted.map(([index]) => index);
    this.#count = sorted.map(([, count]) => count);
  }

  /** At least as wide as `widthMs`. */
  toCounts(widthMs: number): BucketCounts {
    this.#flush();
    while (this.widthMs < widthMs) this.coarsen();
    this.#compact();
    return {
      widthMs: this.widthMs,
      at: this.#index.map((index) => (index * this.widthMs) as EpochMs),
      count: [...this.#count],
    };
  }
}
