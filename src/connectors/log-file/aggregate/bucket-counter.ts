/** Counts per bucket of time with a bounded number of buckets: when there are too many, the width grows. Order of arrival does not matter. */
import type { BucketCounts } from '../../../domain/signal.ts';
import type { EpochMs } from '../../../domain/time.ts';

/** Widths in ms, each a multiple of the one before, so that coarsening is exact. */
export const BUCKET_WIDTHS = [1_000, 10_000, 60_000, 300_000, 3_600_000, 86_400_000] as const;

/** Distinct buckets that one counter may hold before it coarsens. 4,096 one-second buckets are an hour of constant traffic. */
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

  addAll(other: BucketCounter): void {
    other.#flush();
    this.widen(other.widthMs);
    this.#flush();
    const narrower = this.widthMs / other.widthMs;
    for (let i = 0; i < other.#index.length; i++)
      this.#push(Math.floor((other.#index[i] ?? 0) / narrower), other.#count[i] ?? 0);
    this.#boundNowAndThen();
  }

  /** Makes buckets that are narrower than one of the widths as wide as that, in one step. */
  widen(widthMs: number): void {
    this.#flush();
    if (this.widthMs >= widthMs) return;
    const factor = widthMs / this.widthMs;
    for (let i = 0; i < this.#index.length; i++) this.#index[i] = Math.floor((this.#index[i] ?? 0) / factor);
    this.widthMs = widthMs;
    this.#compact();
  }

  #flush(): void {
    if (this.#currentCount === 0) return;
    this.#push(this.#current, this.#currentCount);
    this.#currentCount = 0;
    this.#current = Number.NaN;
    this.#boundNowAndThen();
  }

  /** What comes up again takes room until it is joined; to join at each step would be quadratic. */
  #boundNowAndThen(): void {
    if (this.#index.length > 2 * MAX_BUCKETS) this.#bound();
  }

  #push(index: number, count: number): void {
    this.#index.push(index);
    this.#count.push(count);
  }

  /** Coarsens by the number of distinct buckets alone, so that the order of arrival decides nothing. */
  #bound(): void {
    this.#compact();
    while (this.#index.length > MAX_BUCKETS) this.widen(widerThan(this.widthMs));
  }

  /** Sorts and joins equal buckets. */
  #compact(): void {
    if (!isAscending(this.#index)) this.#sort();
    const [index, count] = [this.#index, this.#count];
    let last = -1;
    for (let i = 0; i < index.length; i++) {
      const [at, found] = [index[i] ?? 0, count[i] ?? 0];
      if (last >= 0 && index[last] === at) count[last] = (count[last] ?? 0) + found;
      else {
        last++;
        index[last] = at;
        count[last] = found;
      }
    }
    index.length = last + 1;
    count.length = last + 1;
  }

  /** By adding up in place where the buckets lie close together, which they nearly always do. */
  #sort(): void {
    const [index, count] = [this.#index, this.#count];
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const at of index) {
      if (at < least) least = at;
      if (at > most) most = at;
    }
    if (most - least > 8 * MAX_BUCKETS) {
      const order = Uint32Array.from(index.keys()).sort((a, b) => (index[a] ?? 0) - (index[b] ?? 0));
      this.#index = Array.from(order, (at) => index[at] ?? 0);
      this.#count = Array.from(order, (at) => count[at] ?? 0);
      return;
    }
    const sums = new Float64Array(most - least + 1);
    for (let i = 0; i < index.length; i++) {
      const at = (index[i] ?? 0) - least;
      sums[at] = (sums[at] ?? 0) + (count[i] ?? 0);
    }
    this.#index = [];
    this.#count = [];
    for (let at = 0; at < sums.length; at++) if (sums[at] !== 0) this.#push(at + least, sums[at] ?? 0);
  }

  /** At least as wide as `widthMs`, which is one of the widths or 0. */
  toCounts(widthMs: number): BucketCounts {
    this.widen(widthMs);
    this.#bound();
    return {
      widthMs: this.widthMs,
      at: this.#index.map((index) => (index * this.widthMs) as EpochMs),
      count: [...this.#count],
    };
  }
}

function isAscending(values: readonly number[]): boolean {
  for (let i = 1; i < values.length; i++) if ((values[i - 1] ?? 0) > (values[i] ?? 0)) return false;
  return true;
}
