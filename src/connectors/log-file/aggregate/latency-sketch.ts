/** Quantiles of durations in bounded memory: exact for up to 256 values, then a histogram with buckets of 2 % (error at most 1 %). */

const EXACT_LIMIT = 256;
const GROWTH = Math.log(1.02);
/** Durations below a microsecond count as one. */
const SMALLEST_MS = 0.001;

export class LatencySketch {
  #values: number[] | null = [];
  /** Counts of the bins from `#lowest` on. */
  #bins = new Uint32Array(0);
  #lowest = 0;
  count = 0;

  add(ms: number): void {
    this.count++;
    if (this.#values !== null) {
      this.#values.push(ms);
      if (this.#values.length > EXACT_LIMIT) this.#spill();
      return;
    }
    this.#put(ms);
  }

  /** The first `count` of `values`. */
  addAll(values: Float64Array, count: number): void {
    let at = 0;
    for (; this.#values !== null && at < count; at++) this.add(values[at] as number);
    this.count += count - at;
    for (; at < count; at++) this.#put(values[at] as number);
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
    const values = this.#values ?? [];
    this.#values = null;
    this.#putAll(values);
  }

  #putAll(values: readonly number[]): void {
    if (values.length === 0) return;
    let [least, most] = [Number.POSITIVE_INFINITY, 0];
    for (const value of values) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
    this.#reserve(binOf(least), binOf(most));
    const [bins, lowest] = [this.#bins, this.#lowest];
    for (const value of values) {
      const at = binOf(value) - lowest;
      bins[at] = (bins[at] ?? 0) + 1;
    }
  }

  merge(other: LatencySketch): void {
    this.count += other.count;
    if (other.#values !== null && this.#values !== null) {
      for (const value of other.#values) this.#values.push(value);
      if (this.#values.length > EXACT_LIMIT) this.#spill();
      return;
    }
    if (this.#values !== null) this.#spill();
    this.#putAll(other.#values ?? []);
    const bins = other.#bins;
    if (bins.length === 0) return;
    this.#reserve(other.#lowest, other.#lowest + bins.length - 1);
    const shift = other.#lowest - this.#lowest;
    for (let i = 0; i < bins.length; i++)
      this.#bins[i + shift] = (this.#bins[i + shift] ?? 0) + (bins[i] ?? 0);
  }

  /** Values at the given quantiles (0…1, ascending), by nearest rank; NaN when empty. */
  quantiles(wanted: readonly number[]): number[] {
    if (this.#values !== null) {
      const sorted = Float64Array.from(this.#values).sort();
      return wanted.map((q) =>
        toMicroseconds(sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN),
      );
    }
    return wanted.map((q) => {
      const rank = Math.max(1, Math.ceil(q * this.count));
      let seen = 0;
      const index = this.#bins.findIndex((count) => {
        seen += count;
        return seen >= rank;
      });
      return index < 0 ? Number.NaN : roundMs(Math.exp((this.#lowest + index + 0.5) * GROWTH));
    });
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
