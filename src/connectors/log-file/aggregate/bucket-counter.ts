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

/** Counts that are kept as they come; as many again, and they are joined. */
const FEW = 64;
/** Counts lie in one array by their buckets where that has at most so many places for each bucket that is counted. */
const SPARENESS = 8;

/** Of counts: all together, and how many are not 0. */
interface Totals {
  readonly sum: number;
  readonly filled: number;
}

export class BucketCounter {
  widthMs: number = BUCKET_WIDTHS[0];
  /** Where counts are few or far between: bucket numbers and counts as they came; a bucket may come up again. */
  #index: number[] = [];
  #count: number[] = [];
  /** Length of these at which they are joined. */
  #limit = FEW;
  /**
   * Otherwise: the counts of the buckets from `#base` on, of which `#used` are not 0. Whole numbers: each double that code reads before V8
   * optimises it is an object. Four billion records of one pattern in one bucket are more than is read.
   */
  #sums: Uint32Array | null = null;
  #base = 0;
  #used = 0;
  /** Number of the bucket from which on the array holds nothing. */
  #end = 0;
  /** The bucket that was counted last is not in either yet. */
  #current = Number.NaN;
  #currentCount = 0;

  add(at: number, count = 1): void {
    if (Math.floor(at / this.widthMs) === this.#current) {
      this.#currentCount += count;
      return;
    }
    this.#flush();
    this.#current = Math.floor(at / this.widthMs);
    this.#currentCount = count;
  }

  /**
   * Adds `counts[from, to)`, of seconds that follow each other; the first starts at `startMs`. `sum` of them, of which `filled` are not 0.
   */
  addSeconds(startMs: number, counts: Int32Array, from: number, to: number, { sum, filled }: Totals): void {
    this.#flush();
    const seconds = this.widthMs / 1000;
    const first = Math.floor(startMs / 1000);
    const last = first + to - from - 1;
    if (Math.floor(first / seconds) === Math.floor(last / seconds)) {
      if (sum > 0) this.#put(Math.floor(first / seconds), sum);
      return;
    }
    const sums = seconds === 1 ? this.#roomFor(first, last, filled) : null;
    if (sums === null) this.#addApart(first, counts, from, to);
    else this.#addBeside(sums, first, counts.subarray(from, to), filled);
  }

  /** The array of sums with places for the buckets from `first` to `last`; null where the counts are too few or too far between for one. */
  #roomFor(first: number, last: number, filled: number): Uint32Array | null {
    const length = last - first + 1;
    if (this.#sums === null && this.#index.length === 0 && filled * SPARENESS >= length) {
      this.#sums = new Uint32Array(2 * length);
      this.#base = first;
      this.#end = first;
      this.#used = 0;
    }
    for (const index of [first, last]) {
      const sums = this.#sums;
      if (sums !== null && (index < this.#base || index >= this.#base + sums.length))
        this.#reach(sums, index);
    }
    return this.#sums;
  }

  /** Adds counts for which there is room, the first of them to the bucket `first`. `filled` of them are not 0. */
  #addBeside(sums: Uint32Array, first: number, counts: Int32Array | Uint32Array, filled: number): void {
    const at = first - this.#base;
    const shared = Math.min(counts.length, Math.max(0, this.#end - first));
    // most follow what was counted before, and are only copied
    const { begun, added } = addRow(sums, at, counts, shared);
    sums.set(counts.subarray(shared), at + shared);
    this.#used += begun + filled - added;
    this.#end = Math.max(this.#end, first + counts.length);
    if (this.#used > MAX_BUCKETS) this.widen(widerThan(this.widthMs));
  }

  #addApart(first: number, counts: Int32Array, from: number, to: number): void {
    const { widthMs } = this;
    for (let i = from; i < to; i++) {
      const count = counts[i] as number;
      if (count > 0) this.#putOf(Math.floor(((first + i - from) * 1000) / widthMs), widthMs, count);
    }
  }

  addAll(other: BucketCounter): void {
    other.#flush();
    this.widen(other.widthMs);
    this.#flush();
    if (this.#sums === null && this.#index.length === 0 && this.widthMs === other.widthMs) {
      this.#copy(other);
      return;
    }
    const sums = other.#sums;
    if (sums === null) {
      for (let i = 0; i < other.#index.length; i++)
        this.#putOf(other.#index[i] as number, other.widthMs, other.#count[i] as number);
      return;
    }
    const beside = this.widthMs === other.widthMs ? this.#roomFor(other.#base, other.#end - 1, 0) : null;
    if (beside !== null) {
      this.#addBeside(beside, other.#base, sums.subarray(0, other.#end - other.#base), other.#used);
      return;
    }
    for (let i = 0; i < sums.length; i++)
      if (sums[i] !== 0) this.#putOf(other.#base + i, other.widthMs, sums[i] as number);
  }

  #copy(other: BucketCounter): void {
    this.#index = other.#index.slice();
    this.#count = other.#count.slice();
    this.#limit = other.#limit;
    this.#sums = other.#sums?.slice() ?? null;
    this.#base = other.#base;
    this.#used = other.#used;
    this.#end = other.#end;
  }

  /** Makes buckets that are narrower than one of the widths as wide as that, in one step. */
  widen(widthMs: number): void {
    this.#flush();
    if (this.widthMs >= widthMs) return;
    const factor = widthMs / this.widthMs;
    this.widthMs = widthMs;
    const sums = this.#sums;
    if (sums === null) {
      const index = this.#index;
      for (let i = 0; i < index.length; i++) index[i] = Math.floor((index[i] as number) / factor);
      this.#join();
      return;
    }
    const base = Math.floor(this.#base / factor);
    const end = Math.ceil(this.#end / factor);
    const wider = new Uint32Array(end - base);
    const used = addCoarser(
      wider,
      sums.subarray(0, this.#end - this.#base),
      this.#base - base * factor,
      factor,
    );
    this.#sums = wider;
    this.#base = base;
    this.#end = end;
    this.#used = used;
    if (used > MAX_BUCKETS) this.widen(widerThan(this.widthMs));
  }

  #flush(): void {
    if (this.#currentCount === 0) return;
    const index = this.#current;
    const count = this.#currentCount;
    this.#currentCount = 0;
    this.#current = Number.NaN;
    this.#put(index, count);
  }

  /** Counts that belong to a bucket of another width, which is no wider than that of before this call. */
  #putOf(index: number, widthMs: number, count: number): void {
    this.#put(Math.floor((index * widthMs) / this.widthMs), count);
  }

  #put(index: number, count: number): void {
    const sums = this.#sums;
    if (sums === null) {
      this.#index.push(index);
      this.#count.push(count);
      if (this.#index.length >= this.#limit) this.#join();
      return;
    }
    const at = index - this.#base;
    if (at < 0 || at >= sums.length) {
      this.#reach(sums, index);
      this.#put(index, count);
      return;
    }
    const before = sums[at] as number;
    sums[at] = before + count;
    if (index >= this.#end) this.#end = index + 1;
    if (before === 0 && ++this.#used > MAX_BUCKETS) this.widen(widerThan(this.widthMs));
  }

  /** Makes room for one more bucket, as the first or the last, and some more beside it; or gives the array up. */
  #reach(sums: Uint32Array, index: number): void {
    const from = Math.min(index, this.#base);
    const to = Math.max(index, this.#base + sums.length - 1);
    if (to - from >= SPARENESS * Math.max(FEW, this.#used + 1)) {
      this.#scatter(sums);
      return;
    }
    const more = to - from + 1;
    const base = index < this.#base ? from - more : from;
    const wider = new Uint32Array(2 * more);
    wider.set(sums, this.#base - base);
    this.#sums = wider;
    this.#base = base;
  }

  #scatter(sums: Uint32Array): void {
    for (let i = 0; i < sums.length; i++) {
      if (sums[i] === 0) continue;
      this.#index.push(this.#base + i);
      this.#count.push(sums[i] as number);
    }
    this.#sums = null;
    this.#limit = 2 * Math.max(FEW, this.#index.length);
  }

  /** Sorts what came and joins equal buckets; coarsens by the number of distinct ones alone, so that the order of arrival decides nothing. */
  #join(): void {
    const joined = new Map<number, number>();
    for (let i = 0; i < this.#index.length; i++) {
      const at = this.#index[i] as number;
      joined.set(at, (joined.get(at) ?? 0) + (this.#count[i] as number));
    }
    this.#index = [...joined.keys()].sort((a, b) => a - b);
    this.#count = this.#index.map((at) => joined.get(at) ?? 0);
    const used = this.#index.length;
    this.#limit = 2 * Math.max(FEW, used);
    if (used > MAX_BUCKETS) {
      this.widen(widerThan(this.widthMs));
      return;
    }
    const base = this.#index[0] ?? 0;
    const span = (this.#index.at(-1) ?? 0) - base + 1;
    if (used < FEW || span > SPARENESS * used) return;
    const sums = new Uint32Array(span);
    for (let i = 0; i < used; i++) sums[(this.#index[i] as number) - base] = this.#count[i] as number;
    this.#sums = sums;
    this.#base = base;
    this.#end = base + span;
    this.#used = used;
    this.#index = [];
    this.#count = [];
  }

  /** At least as wide as `widthMs`, which is one of the widths or 0. */
  toCounts(widthMs: number): BucketCounts {
    this.widen(widthMs);
    if (this.#sums === null) this.#join();
    const sums = this.#sums;
    if (sums === null)
      return {
        widthMs: this.widthMs,
        at: this.#index.map((index) => this.#startOf(index)),
        count: [...this.#count],
      };
    const at: EpochMs[] = [];
    const count: number[] = [];
    for (let i = 0; i < sums.length; i++) {
      if (sums[i] === 0) continue;
      at.push(this.#startOf(this.#base + i));
      count.push(sums[i] as number);
    }
    return { widthMs: this.widthMs, at, count };
  }

  #startOf(index: number): EpochMs {
    return (index * this.widthMs) as EpochMs;
  }
}

/*
 * Loops by themselves: V8 optimises what loops together with all that stands around it, and in a window of a log that compiling costs more than
 * the loops do.
 */

/** Adds the first `length` of `counts` to `sums` from `at` on; how many of them are not 0, and how many places were 0 and are not any more. */
function addRow(
  sums: Uint32Array,
  at: number,
  counts: ArrayLike<number>,
  length: number,
): { readonly begun: number; readonly added: number } {
  let begun = 0;
  let added = 0;
  for (let i = 0, place = at; i < length; i++, place++) {
    const count = counts[i] as number;
    if (count === 0) continue;
    added++;
    const before = sums[place] as number;
    if (before === 0) begun++;
    sums[place] = before + count;
  }
  return { begun, added };
}

/** Adds `factor` places of `sums` to each of `wider`, which are all 0; the first of `sums` lies `ahead` behind the first of them. How many are not 0 then. */
function addCoarser(wider: Uint32Array, sums: Uint32Array, ahead: number, factor: number): number {
  let used = 0;
  for (let at = 0, from = -ahead; at < wider.length; at++, from += factor) {
    const isWhole = from >= 0 && from + factor <= sums.length;
    const sum =
      isWhole && factor === 10 ? sumOfTen(sums, from) : sumOf(sums, Math.max(0, from), from + factor);
    if (sum !== 0) used++;
    wider[at] = sum;
  }
  return used;
}

function sumOf(sums: Uint32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from, end = Math.min(to, sums.length); i < end; i++) sum += sums[i] as number;
  return sum;
}

/** The same for seconds: before V8 has optimised a loop, going round costs more than adding. */
function sumOfTen(sums: Uint32Array, at: number): number {
  const five = (i: number) =>
    (sums[i] as number) +
    (sums[i + 1] as number) +
    (sums[i + 2] as number) +
    (sums[i + 3] as number) +
    (sums[i + 4] as number);
  return five(at) + five(at + 5);
}
