/** Quantiles of durations in bounded memory: exact for up to 256 values, then a histogram with buckets of 2 % (error at most 1 %). */

const EXACT_LIMIT = 256;
const GROWTH = Math.log(1.02);
/** Durations below a microsecond count as one. */
const SMALLEST_MS = 0.001;

const NO_VALUES: number[] = [];
const NO_BINS = new Uint32Array(0);
/** Beside those that are needed, a third further: extremes come one by one, and new bins cost more than they count. */
const MORE_BINS = 16;

/** Values on their way to be sorted: numbers alone are sorted in a tenth of the time that a comparison of two takes. */
const sorting = new Float64Array(EXACT_LIMIT);

export class LatencySketch {
  /** What is kept exactly; null once it is counted in bins. */
  #values: number[] | null = NO_VALUES;
  /** Counts of the bins from `#lowest` on. */
  #bins = NO_BINS;
  #lowest = 0;
  /** Others have the same arrays: copied before one is written to. Most of the thousands of sketches of a log end in one series each. */
  #isShared = true;
  count = 0;

  add(ms: number): void {
    if (this.#isExactWith(1)) this.#own().push(ms);
    else this.#put(ms);
    this.count++;
  }

  /** The first `count` of `values`. */
  addAll(values: ArrayLike<number>, count: number): void {
    if (this.#isExactWith(count)) pushAll(this.#own(), values, count);
    else this.#putAll(values, count);
    this.count += count;
  }

  /** False where there are too many values with so many more: then they are in bins. */
  #isExactWith(more: number): boolean {
    if (this.#values !== null && this.count + more <= EXACT_LIMIT) return true;
    this.#spill();
    return false;
  }

  #spill(): void {
    const values = this.#values;
    if (values === null) return;
    this.#values = null;
    this.#putAll(values, values.length);
  }

  /** The exact values, to be written to. */
  #own(): number[] {
    if (this.#isShared) this.#values = this.#values?.slice() ?? [];
    this.#isShared = false;
    return this.#values ?? [];
  }

  #put(ms: number): void {
    const bin = binOf(ms);
    this.#reserve(bin, bin);
    const at = bin - this.#lowest;
    this.#bins[at] = (this.#bins[at] ?? 0) + 1;
  }

  #putAll(values: ArrayLike<number>, count: number): void {
    if (count === 0) return;
    const [least, most] = rangeOf(values, count);
    this.#reserve(binOf(least), binOf(most));
    countIn(this.#bins, this.#lowest, values, count);
  }

  /** Bins to be written to, with those from `from` to `to`. */
  #reserve(from: number, to: number): void {
    const isEmpty = this.#bins.length === 0;
    const end = this.#lowest + this.#bins.length - 1;
    if (!isEmpty && !this.#isShared && from >= this.#lowest && to <= end) return;
    const lowest = isEmpty || from < this.#lowest ? from - MORE_BINS : this.#lowest;
    const highest = isEmpty || to > end ? to + MORE_BINS : end;
    const bins = new Uint32Array(highest - lowest + 1);
    if (!isEmpty) bins.set(this.#bins, this.#lowest - lowest);
    this.#bins = bins;
    this.#lowest = lowest;
    this.#isShared = false;
  }

  merge(other: LatencySketch): void {
    if (other.count === 0) return;
    if (this.count === 0) this.#share(other);
    else if (other.#values !== null) {
      this.addAll(other.#values, other.count);
      return;
    } else {
      this.#spill();
      this.#reserve(other.#lowest, other.#lowest + other.#bins.length - 1);
      addBins(this.#bins, other.#lowest - this.#lowest, other.#bins);
    }
    this.count += other.count;
  }

  #share(other: LatencySketch): void {
    this.#values = other.#values;
    this.#bins = other.#bins;
    this.#lowest = other.#lowest;
    this.#isShared = true;
    other.#isShared = true;
  }

  /** Values at the given quantiles (0…1, ascending), by nearest rank; NaN when empty. */
  quantiles(wanted: readonly number[]): number[] {
    const values = this.#values;
    if (values !== null) {
      sorting.set(values);
      const sorted = sorting.subarray(0, values.length).sort();
      return wanted.map((q) =>
        toMicroseconds(sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN),
      );
    }
    const bins = this.#bins;
    let at = { index: 0, seen: 0 };
    return wanted.map((quantile) => {
      at = binOfRank(bins, Math.max(1, Math.ceil(quantile * this.count)), at);
      return roundMs(Math.exp((this.#lowest + at.index + 0.5) * GROWTH));
    });
  }
}

/* Loops by themselves, by index: V8 optimises a loop with all that stands around it, and before it does, an iterator costs three times the work. */

function pushAll(into: number[], values: ArrayLike<number>, count: number): void {
  for (let i = 0; i < count; i++) into.push(values[i] as number);
}

function rangeOf(values: ArrayLike<number>, count: number): readonly [least: number, most: number] {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

function countIn(bins: Uint32Array, lowest: number, values: ArrayLike<number>, count: number): void {
  for (let i = 0; i < count; i++) {
    const at = binOf(values[i] as number) - lowest;
    bins[at] = (bins[at] as number) + 1;
  }
}

function addBins(bins: Uint32Array, shift: number, other: Uint32Array): void {
  for (let i = 0; i < other.length; i++) bins[i + shift] = (bins[i + shift] as number) + (other[i] as number);
}

interface Place {
  readonly index: number;
  /** Values in the bins before. */
  readonly seen: number;
}

/** The bin that has the value of this rank, from 1, which lies not before `from`. */
function binOfRank(bins: Uint32Array, rank: number, { index, seen }: Place): Place {
  let at = index;
  let before = seen;
  while (at < bins.length && before + (bins[at] as number) < rank) before += bins[at++] as number;
  return { index: at, seen: before };
}

/** Bins of whole milliseconds below 4,096: a logarithm a record would cost more than all else here. */
let binOfMs: Int16Array | null = null;

function binOf(ms: number): number {
  binOfMs ??= Int16Array.from({ length: 4_096 }, (_, whole) => binOfAny(whole));
  return ms < 4_096 && ms === (ms | 0) ? (binOfMs[ms] ?? 0) : binOfAny(ms);
}

function binOfAny(ms: number): number {
  return Math.floor(Math.log(Math.max(ms, SMALLEST_MS)) / GROWTH);
}

function roundMs(ms: number): number {
  return Number(ms.toPrecision(4));
}

/** Bytes and parser may differ in the last bits of a product. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
