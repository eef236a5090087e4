/** Quantiles of durations in bounded memory: exact for up to 256 values, then a histogram with buckets of 2 % (error at most 1 %). */

const EXACT_LIMIT = 256;
const GROWTH = Math.log(1.02);
/** Durations below a microsecond count as one. */
const SMALLEST_MS = 0.001;

export class LatencySketch {
  #values: number[] | null = [];
  #histogram: Map<number, number> | null = null;
  count = 0;

  add(ms: number): void {
    this.count++;
    if (this.#values !== null) {
      this.#values.push(ms);
      if (this.#values.length > EXACT_LIMIT) this.#spill();
      return;
    }
    this.#put(ms, 1);
  }

  #put(ms: number, count: number): void {
    const bin = Math.floor(Math.log(Math.max(ms, SMALLEST_MS)) / GROWTH);
    const histogram = this.#histogram ?? new Map<number, number>();
    histogram.set(bin, (histogram.get(bin) ?? 0) + count);
    this.#histogram = histogram;
  }

  #spill(): void {
    for (const value of this.#values ?? []) this.#put(value, 1);
    this.#values = null;
  }

  merge(other: LatencySketch): void {
    this.count += other.count;
    if (other.#values !== null && this.#values !== null) {
      this.#values.push(...other.#values);
      if (this.#values.length > EXACT_LIMIT) this.#spill();
      return;
    }
    if (this.#values !== null) this.#spill();
    for (const value of other.#values ?? []) this.#put(value, 1);
    for (const [bin, count] of other.#histogram ?? [])
      this.#histogram?.set(bin, (this.#histogram.get(bin) ?? 0) + count);
  }

  /** Values at the given quantiles (0…1, ascending), by nearest rank; NaN when empty. */
  quantiles(wanted: readonly number[]): number[] {
    if (this.#values !== null) {
      const sorted = [...this.#values].sort((a, b) => a - b);
      return wanted.map((q) =>
        toMicroseconds(sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN),
      );
    }
    const bins = [...(this.#histogram ?? [])].sort((a, b) => a[0] - b[0]);
    return wanted.map((q) => {
      const rank = Math.max(1, Math.ceil(q * this.count));
      let seen = 0;
      const found = bins.find(([, count]) => {
        seen += count;
        return seen >= rank;
      });
      return found === undefined ? Number.NaN : roundMs(Math.exp((found[0] + 0.5) * GROWTH));
    });
  }
}

function roundMs(ms: number): number {
  return Number(ms.toPrecision(4));
}

/** Bytes and parser may differ in the last bits of a product. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
