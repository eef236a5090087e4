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
    // by index: before a loop is optimised, and in most runs none is, an iterator costs three times the work
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    this.#reserve(binOf(least), binOf(most));
    const bins = this.#bins;
    const lowest = this.#lowest;
    for (let i = 0; i < values.length; i++) {
      const at = binOf(values[i] as number) - lowest;
      bins[at] = (bins[at] as number) + 1;
    }
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
    const own = this.#bins;
    const shift = other.#lowest - this.#lowest;
    for (let i = 0; i < bins.length; i++) own[i + shift] = (own[i + shift] as number) + (bins[i] as number);
  }

  /** Values at the given quantiles (0…1, ascending), by nearest rank; NaN when empty. */
  quantiles(wanted: readonly number[]): number[] {
    if (this.#values !== null) {
      const sorted = this.#exact().slice().sort();
      return wanted.map((q) =>
        toMicroseconds(sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN),
      );
    }
    const found: number[] = [];
    const bins = this.#bins;
    let seen = 0;
    for (let index = 0; index < bins.length && found.length < wanted.length; index++) {
      seen += bins[index] as number;
      while (found.length < wanted.length && seen >= this.#rankOf(wanted[found.length] as number))
        found.push(roundMs(Math.exp((this.#lowest + index + 0.5) * GROWTH)));
    }
    return found;
  }

  #rankOf(quantile: number): number {
    return Math.max(1, Math.ceil(quantile * this.count));
  }
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
