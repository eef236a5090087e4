/** Quantiles of durations in bounded memory: exact for up to 256 values, then a histogram with buckets of 2 % (error at most 1 %). */

const EXACT_LIMIT = 256;
const GROWTH = Math.log(1.02);
/** Durations below a microsecond count as one. */
const SMALLEST_MS = 0.001;

/** Thousands of sketches begin with none of either, and arrays cost more to make than to fill. */
const NO_VALUES = new Float64Array(0);
const NO_BINS = new Uint32Array(0);

export class LatencySketch {
  /** Room for the values that are kept exactly, `count` of them; null once they are counted in bins. */
  #values: Float64Array | null = NO_VALUES;
  /** Counts of the bins from `#lowest` on. */
  #bins = NO_BINS;
  #lowest = 0;
  count = 0;

  add(ms: number): void {
    const values = this.#room(1);
    if (values !== null) values[this.count] = ms;
    else this.#put(ms);
    this.count++;
  }

  /** The first `count` of `values`. */
  addAll(values: Float64Array, count: number): void {
    const room = this.#room(count);
    if (room !== null) room.set(values.subarray(0, count), this.count);
    else for (let at = 0; at < count; at++) this.#put(values[at] as number);
    this.count += count;
  }

  /** The exact values, with room for so many more; null where there are too many. */
  #room(more: number): Float64Array | null {
    const values = this.#values;
    const wanted = this.count + more;
    if (values === null || wanted <= values.length) return values;
    if (wanted > EXACT_LIMIT) {
      this.#spill();
      return null;
    }
    const wider = new Float64Array(Math.min(EXACT_LIMIT, Math.max(8, 2 << (31 - Math.clz32(wanted - 1)))));
    wider.set(values);
    this.#values = wider;
    return wider;
  }

  #put(ms: number): void {
    this.#count(binOf(ms), 1);
  }

  #count(bin: number, count: number): void {
    const index = bin - this.#lowest;
    if (index < 0 || index >= this.#bins.length) this.#reserve(bin - 32, bin + 32);
    const at = bin - this.#lowest;
    this.#bins[at] = (this.#bins[at] ?? 0) + count;
  }

  /** Makes room for the bins from `from` to `to`. */
  #reserve(from: number, to: number): void {
    const isEmpty = this.#bins.length === 0;
    const end = this.#lowest + this.#bins.length - 1;
    if (!isEmpty && from >= this.#lowest && to <= end) return;
    const lowest = isEmpty ? from : Math.min(this.#lowest, from);
    const highest = isEmpty ? to : Math.max(end, to);
    const bins = new Uint32Array(highest - lowest + 1);
    if (!isEmpty) bins.set(this.#bins, this.#lowest - lowest);
    this.#bins = bins;
    this.#lowest = lowest;
  }

  #spill(): void {
    const values = this.#exact();
    this.#values = null;
    this.#putAll(values);
  }

  #exact(): Float64Array {
    return (this.#values ?? NO_VALUES).subarray(0, this.count);
  }

  #putAll(values: Float64Array): void {
    if (values.length === 0) return;
    const [least, most] = rangeOf(values);
    this.#reserve(binOf(least), binOf(most));
    countIn(this.#bins, this.#lowest, values);
  }

  merge(other: LatencySketch): void {
    if (other.#values !== null) {
      const values = other.#exact();
      const room = this.#room(values.length);
      if (room !== null) room.set(values, this.count);
      else this.#putAll(values);
      this.count += values.length;
      return;
    }
    if (this.#values !== null) this.#spill();
    this.count += other.count;
    const bins = other.#bins;
    this.#reserve(other.#lowest, other.#lowest + bins.length - 1);
    addBins(this.#bins, other.#lowest - this.#lowest, bins);
  }

  /** Values at the given quantiles (0…1, ascending), by nearest rank; NaN when empty. */
  quantiles(wanted: readonly number[]): number[] {
    if (this.#values !== null) {
      const sorted = this.#exact().slice().sort();
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

function rangeOf(values: Float64Array): readonly [least: number, most: number] {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

function countIn(bins: Uint32Array, lowest: number, values: Float64Array): void {
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
