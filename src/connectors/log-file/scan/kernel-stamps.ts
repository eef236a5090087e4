/** How the stamps of the span at hand look, as the hot kernel is told: up to eight looks, in its own memory (assembly/stamps.ts reads them). */
import type { SpanStamp } from './kernel-contract.ts';

/** Place in the kernel's memory; assembly/layout.ts has the same. */
const STAMP = 4096;
/** How many looks the stamps of a span may have. */
const MAX_LOOKS = 8;
/** Of one look. */
const WORDS = 32;
/** Where the kernel's state has how many there are, and behind it the records counted by each. */
const LOOKS = 24;

export class KernelStamps {
  readonly #state: Int32Array;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(buffer: ArrayBuffer, state: Int32Array) {
    this.#state = state;
    this.#words = new Int32Array(buffer, STAMP, MAX_LOOKS * WORDS);
    this.#bytes = new Uint8Array(buffer, STAMP, 4 * WORDS);
  }

  /** Begins a span: no stamp is of it until looks are added. */
  begin(): void {
    this.#state[LOOKS] = 0;
    // an empty text is that of no stamp
    this.#words[0] = 0;
  }

  /**
   * From now on stamps of the span, which has so many seconds, may look like this too, and are looked for as this first: a file goes on from
   * here. `aheadSeconds` is added to the seconds that they show. False where the span has as many looks as there may be.
   */
  add(stamp: SpanStamp, aheadSeconds: number, spanSeconds: number): boolean {
    const count = this.#state[LOOKS] as number;
    if (count === MAX_LOOKS) return false;
    this.#words.copyWithin(WORDS, 0, count * WORDS);
    this.#state.copyWithin(LOOKS + 2, LOOKS + 1, LOOKS + 1 + count);
    this.#state[LOOKS] = count + 1;
    this.#state[LOOKS + 1] = 0;
    this.#words[0] = stamp.text.length;
    this.#words[1] = stamp.hasFraction ? 1 : 0;
    this.#words[2] = stamp.digits;
    this.#words[3] = stamp.suffix.length;
    this.#words[4] = ['none', 'no-zone', 'small-letter'].indexOf(stamp.guard);
    this.#words[6] = stamp.seconds === 1 ? 0 : stamp.seconds / 10;
    this.#words[7] = aheadSeconds;
    this.#words[18] = spanSeconds;
    this.#bytes.set(stamp.text, 32);
    this.#bytes.set(stamp.suffix, 64);
    return true;
  }

  /** Hands over and forgets how many records with stamps of this look were counted; 0 is the look that was added last. */
  takeRecordsOf(look: number): number {
    const records = this.#state[LOOKS + 1 + look] as number;
    this.#state[LOOKS + 1 + look] = 0;
    return records;
  }
}
