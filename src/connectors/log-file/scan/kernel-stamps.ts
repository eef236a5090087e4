/** How the stamps of the span at hand look, as the hot kernel is told: up to four looks, in its own memory (assembly/stamps.ts reads them). */
import type { SpanStamp } from './kernel-contract.ts';

/** Place in the kernel's memory; assembly/layout.ts has the same. */
const STAMP = 4096;
/** How many looks the stamps of a span may have. */
const MAX_LOOKS = 4;
/** Where the kernel's state has how many there are, and behind it the records counted by each. */
const LOOKS = 24;

export class KernelStamps {
  readonly #state: Int32Array;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(buffer: ArrayBuffer, state: Int32Array) {
    this.#state = state;
    this.#words = new Int32Array(buffer, STAMP, MAX_LOOKS * 32);
    this.#bytes = new Uint8Array(buffer, STAMP, MAX_LOOKS * 128);
  }

  /** Begins a span of so many seconds; stamps of it look like `stamp`, which shows the seconds of the span itself. Null: none is of it. */
  begin(stamp: SpanStamp | null, seconds: number): void {
    this.#state[LOOKS] = 0;
    // an empty text is that of no stamp
    this.#words[0] = 0;
    if (stamp !== null) this.add(stamp, 0, seconds);
  }

  /**
   * From now on stamps of the span may look like this too; `aheadSeconds` is added to the seconds that they show. Returns the number of
   * the look; null where the span has as many as there may be.
   */
  add(stamp: SpanStamp, aheadSeconds: number, spanSeconds: number): number | null {
    const number = this.#state[LOOKS] as number;
    if (number === MAX_LOOKS) return null;
    this.#state[LOOKS] = number + 1;
    this.#state[LOOKS + 1 + number] = 0;
    const at = number * 32;
    this.#words[at] = stamp.text.length;
    this.#words[at + 1] = stamp.hasFraction ? 1 : 0;
    this.#words[at + 2] = stamp.digits;
    this.#words[at + 3] = stamp.suffix.length;
    this.#words[at + 4] = ['none', 'no-zone', 'small-letter'].indexOf(stamp.guard);
    this.#words[at + 6] = stamp.seconds === 1 ? 0 : stamp.seconds / 10;
    this.#words[at + 7] = aheadSeconds;
    this.#words[at + 18] = spanSeconds;
    this.#bytes.set(stamp.text, at * 4 + 32);
    this.#bytes.set(stamp.suffix, at * 4 + 64);
    return number;
  }

  /** Hands over and forgets how many records with stamps of this look were counted. */
  takeRecordsOf(look: number): number {
    const records = this.#state[LOOKS + 1 + look] as number;
    this.#state[LOOKS + 1 + look] = 0;
    return records;
  }
}
