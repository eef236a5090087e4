/** What is known of each skeleton key of a file: open addressing on the two halves of the hash, bounded. */
import type { Cell } from '../aggregate/cell.ts';
import type { RequestSeries } from '../aggregate/request-series.ts';
import { KeyReader } from './key-reader.ts';

/** Keys of one file. Real files have tens to hundreds; above this, lines are only counted by severity. */
export const MAX_KEYS = 8_192;

/** Where the lines of a key are counted, for one service and one class of status. */
export interface Variant {
  readonly service: string | null;
  /** First digit of the HTTP status, 0 without one. */
  readonly statusClass: number;
  readonly cell: Cell;
  /** The service that the record names, or its pod where it names none: lines that agree belong here. */
  readonly said: string | null;
  /** Request series by route, for quick access. */
  readonly series: Map<string | null, RequestSeries>;
}

export class KeyState {
  /** `fields`: read from bytes; `parse`: every line goes through the parser; `continuation`: belongs to the record above. */
  kind: 'new' | 'fields' | 'parse' | 'continuation' = 'new';
  readonly reader = new KeyReader();
  count = 0;
  parsed = 0;
  /** Count at which a line is parsed to check the reader. */
  nextCheck = 1;
  variant: Variant | null = null;
  readonly variants: Variant[] = [];
}

export class KeyTable {
  #slots = new Int32Array(3 * 256);
  #mask = 255;
  readonly #states: KeyState[] = [];

  get size(): number {
    return this.#states.length;
  }

  /** Null for an unknown key when the table is full. */
  find(h1: number, h2: number): KeyState | null {
    const slots = this.#slots;
    let slot = (h1 & this.#mask) * 3;
    for (;;) {
      const index = slots[slot + 2] as number;
      if (index === 0) return this.#insert(slot, h1, h2);
      if (slots[slot] === h1 && slots[slot + 1] === h2) return this.#states[index - 1] ?? null;
      slot += 3;
      if (slot === slots.length) slot = 0;
    }
  }

  #insert(slot: number, h1: number, h2: number): KeyState | null {
    if (this.#states.length >= MAX_KEYS) return null;
    const state = new KeyState();
    this.#states.push(state);
    this.#slots[slot] = h1;
    this.#slots[slot + 1] = h2;
    this.#slots[slot + 2] = this.#states.length;
    if (this.#states.length * 2 > this.#mask) this.#grow();
    return state;
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array(3 * (this.#mask + 1));
    for (let i = 0; i < old.length; i += 3) {
      if (old[i + 2] === 0) continue;
      let slot = ((old[i] as number) & this.#mask) * 3;
      while (this.#slots[slot + 2] !== 0) slot = slot + 3 === this.#slots.length ? 0 : slot + 3;
      this.#slots.set(old.subarray(i, i + 3), slot);
    }
  }
}
