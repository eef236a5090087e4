/** Room for lists of durations that are looked at later: a list that is copied whole costs a hundredth of one that is taken value by value. */

/** Values of all lists: half a megabyte. */
const MAX_VALUES = 65_536;
/** Most files have a few hundred requests. */
const FIRST_BLOCK = 256;
const LARGEST_BLOCK = 8_192;

export class DurationLists {
  #block = new Float64Array(0);
  /** Values in the block at hand, and in all. */
  #used = 0;
  #kept = 0;

  hasRoomFor(count: number): boolean {
    return this.#kept + count <= MAX_VALUES;
  }

  /** A copy of `values[from, to)` that stays as it is until `clear`. */
  keep(values: Float64Array, from: number, to: number): Float64Array {
    const count = to - from;
    if (this.#used + count > this.#block.length) {
      this.#block = new Float64Array(
        Math.max(count, FIRST_BLOCK, Math.min(LARGEST_BLOCK, 2 * this.#block.length)),
      );
      this.#used = 0;
    }
    const list = this.#block.subarray(this.#used, this.#used + count);
    list.set(values.subarray(from, to));
    this.#used += count;
    this.#kept += count;
    return list;
  }

  /** The lists that were given out are nobody's any more. */
  clear(): void {
    this.#used = 0;
    this.#kept = 0;
  }
}
