/**
 * Quantiles of durations in bounded memory: exact for up to 256 values, then a histogram with buckets of 2 % (error at most 1 %). Lists that
 * lie elsewhere are only referred to until they are counted or asked about, and change nothing of what is answered.
 */

const EXACT_LIMIT = 256;
const GROWTH = Math.log(1.02);
/** Durations below a microsecond count as one. */
const SMALLEST_MS = 0.001;

const NO_VALUES: number[] = [];
const NO_BINS = new Uint32Array(0);
const NO_LISTS: Float64Array[] = [];
/** Values in lists and exact ones that are sorted to be asked about; more are counted in bins first. */
const MAX_SORTED = 4_096;
/** Beside those that are needed, a third further: extremes come one by one, and new bins cost more than they count. */
const MORE_BINS = 16;

/**
 * Values on their way to be sorted, and their bits: numbers that are not negative are in the order of these, and V8, which looks at each double
 * whether it is one, sorts whole numbers twice as fast.
 */
const sorting = new Float64Array(MAX_SORTED);
const sortingBits = new BigUint64Array(sorting.buffer);

export class LatencySketch {
  /** What is kept exactly; null once it is counted in bins. */
  #values: number[] | null = NO_VALUES;
  /** Counts of the bins from `#lowest` on. */
  #bins = NO_BINS;
  #lowest = 0;
  /** Values that are in neither yet. */
  #lists = NO_LISTS;
  /** Others have the same arrays: copied before one is written to. Most of the thousands of sketches of a log end in one series each. */
  #isShared = true;
  #hasSharedLists = true;
  /** Values that are kept exactly or in bins; with those in lists, `count`. */
  #told = 0;
  count = 0;

  /** Not negative. */
  add(ms: number): void {
    // the bits of -0 are those of a negative number
    if (this.#isExactWith(1)) this.#own().push(ms + 0);
    else this.#put(ms);
    this.#told++;
    this.count++;
  }

  /** The list must stay as it is until `settle`. */
  addList(values: Float64Array): void {
    if (this.#hasSharedLists) this.#lists = [...this.#lists];
    this.#hasSharedLists = false;
    this.#lists.push(values);
    this.count += values.length;
  }

  get hasLists(): boolean {
    return this.#lists.length > 0;
  }

  /** Counts what is in lists, and lets go of them. */
  settle(): void {
    if (!this.hasLists) return;
    const lists = this.#lists;
    this.#lists = NO_LISTS;
    this.#hasSharedLists = true;
    // what will be too much is not kept value by value first
    this.#isExactWith(this.count - this.#told);
    for (const list of lists) this.#addAll(list);
  }

  #addAll(values: ArrayLike<number>): void {
    if (this.#isExactWith(values.length)) pushAll(this.#own(), values);
    else this.#putAll(values);
    this.#told += values.length;
  }

  /** False where there are too many values with so many more: then they are in bins. */
  #isExactWith(more: number): boolean {
    if (this.#values !== null && this.#told + more <= EXACT_LIMIT) return true;
    this.#spill();
    return false;
  }

  #spill(): void {
    const values = this.#values;
    if (values === null) return;
    this.#values = null;
    this.#putAll(values);
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

  #putAll(values: ArrayLike<number>): void {
    if (values.length === 0) return;
    const [least, most] = rangeOf(values);
    this.#reserve(binOf(least), binOf(most));
    countIn(this.#bins, this.#lowest, values);
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
    else {
      this.#mergeTold(other);
      for (const list of other.#lists) this.addList(list);
    }
  }

  #mergeTold(other: LatencySketch): void {
    if (other.#told === 0) return;
    this.count += other.#told;
    if (other.#values !== null) {
      this.#addAll(other.#values);
      return;
    }
    this.#spill();
    this.#reserve(other.#lowest, other.#lowest + other.#bins.length - 1);
    addBins(this.#bins, other.#lowest - this.#lowest, other.#bins);
    this.#told += other.#told;
  }

  #share(other: LatencySketch): void {
    this.#values = other.#values;
    this.#bins = other.#bins;
    this.#lowest = other.#lowest;
    this.#lists = other.#lists;
    this.#told = other.#told;
    this.count = other.count;
    this.#isShared = true;
    this.#hasSharedLists = true;
    other.#isShared = true;
    other.#hasSharedLists = true;
  }

  /** Values at the given quantiles (0…1, ascending), by nearest rank; NaN when empty. */
  quantiles(wanted: readonly number[]): number[] {
    const { count } = this;
    if (this.#values === null || count > MAX_SORTED) this.settle();
    const values = this.#values;
    if (values !== null) {
      const sorted = sortedOf(values, this.#lists, count);
      const at = (q: number) => sorted[Math.max(0, Math.ceil(q * count) - 1)] ?? Number.NaN;
      return wanted.map((q) => (count > EXACT_LIMIT ? middleOf(binOf(at(q))) : toMicroseconds(at(q))));
    }
    const bins = this.#bins;
    let at: Place = { index: 0, seen: 0 };
    return wanted.map((quantile) => {
      at = binOfRank(bins, Math.max(1, Math.ceil(quantile * count)), at);
      return middleOf(this.#lowest + at.index);
    });
  }
}

/** The values and those of the lists, `count` in all, in order; until the next call. */
function sortedOf(values: readonly number[], lists: readonly Float64Array[], count: number): Float64Array {
  sorting.set(values);
  let at = values.length;
  for (const list of lists) {
    sorting.set(list, at);
    at += list.length;
  }
  sortingBits.subarray(0, count).sort();
  return sorting.subarray(0, count);
}

function middleOf(bin: number): number {
  return roundMs(Math.exp((bin + 0.5) * GROWTH));
}

/* Loops by themselves, by index: V8 optimises a loop with all that stands around it, and before it does, an iterator costs three times the work. */

function pushAll(into: number[], values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) into.push(values[i] as number);
}

function rangeOf(values: ArrayLike<number>): readonly [least: number, most: number] {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

function countIn(bins: Uint32Array, lowest: number, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
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
