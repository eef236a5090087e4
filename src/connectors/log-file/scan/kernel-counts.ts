/** What the hot kernel has counted, as it is handed over: records by slot, each with a row of seconds; requests by slot, route and stretch of time. */
import type { CountedRequests, SpanCount } from './kernel-contract.ts';

/** Places in the kernel's memory; assembly/layout.ts has the same. */
const TOUCHED = 24_576;
const SLOTS = 589_824;
const PAIRS = 1_392_640;
const PAIRS_TOUCHED = 1_474_560;
const ROWS = 4_390_912;
const CLOSED_PAIRS = 5_312_512;
const DURATIONS = 5_410_816;

/** In the kernel's state. */
const PAIR_SECONDS = 22;

export const MAX_SLOTS = 10_240;
const MAX_EVENTS = 16_384;
const MAX_PAIRS = 2_048;
const MAX_ROWS = 768;
/** Of one row: the longest span. */
export const SECONDS = 300;
const MAX_CLOSED_PAIRS = 4_096;

export class KernelCounts {
  readonly #state: Int32Array;
  readonly #touched: Int32Array;
  readonly #slots: Int32Array;
  readonly #pairs: Int32Array;
  readonly #touchedPairs: Int32Array;
  readonly #closedPairs: Int32Array;
  readonly #gather: () => void;
  readonly #span: SpanCount;
  readonly #found: CountedRequests;

  /** `gather` lays the durations of all requests side by side. */
  constructor(buffer: ArrayBuffer, state: Int32Array, gather: () => void) {
    this.#state = state;
    this.#gather = gather;
    this.#touched = new Int32Array(buffer, TOUCHED, MAX_SLOTS);
    this.#slots = new Int32Array(buffer, SLOTS, MAX_SLOTS * 10);
    this.#pairs = new Int32Array(buffer, PAIRS, MAX_PAIRS * 8);
    this.#touchedPairs = new Int32Array(buffer, PAIRS_TOUCHED, MAX_PAIRS);
    this.#span = {
      slot: 0,
      count: 0,
      rows: new Int32Array(buffer, ROWS, MAX_ROWS * SECONDS),
      row: 0,
      filled: 0,
      minMs: 0,
      minStart: 0,
      minEnd: 0,
      minLine: 0,
      maxMs: 0,
      maxStart: 0,
      maxEnd: 0,
      maxLine: 0,
    };
    this.#closedPairs = new Int32Array(buffer, CLOSED_PAIRS, MAX_CLOSED_PAIRS * 6);
    this.#found = {
      slot: 0,
      route: 0,
      count: 0,
      startMs: 0,
      minMs: 0,
      maxMs: 0,
      durations: new Float64Array(buffer, DURATIONS, MAX_EVENTS),
      durationsFrom: 0,
      durationsTo: 0,
    };
  }

  /** Seconds of the span, so many by so many, whose requests are counted together. Not while there are counts. */
  set requestSeconds(seconds: number) {
    this.#state[PAIR_SECONDS] = seconds;
  }

  get hasCounts(): boolean {
    return this.#state[7] !== 0;
  }

  /** Hands over and forgets what each slot has counted. */
  takeCounts(take: (count: SpanCount) => void): void {
    const slots = this.#slots;
    const span = this.#span;
    const touched = this.#state[7] as number;
    this.#state[7] = 0;
    for (let i = 0; i < touched; i++) {
      const slot = this.#touched[i] as number;
      const at = slot * 10;
      span.slot = slot;
      span.count = slots[at] as number;
      span.row = i * SECONDS;
      span.filled = (slots[at + 9] as number) >> 16;
      span.minMs = slots[at + 1] as number;
      span.minStart = slots[at + 2] as number;
      span.minEnd = slots[at + 3] as number;
      span.minLine = slots[at + 4] as number;
      span.maxMs = slots[at + 5] as number;
      span.maxStart = slots[at + 6] as number;
      span.maxEnd = slots[at + 7] as number;
      span.maxLine = slots[at + 8] as number;
      take(span);
      slots[at] = 0;
    }
    span.rows.fill(0, 0, touched * SECONDS);
  }

  /** Hands over and forgets the requests. */
  takeRequests(take: (requests: CountedRequests) => void): void {
    const [touched, closedEnd] = [this.#state[17] as number, (this.#state[23] as number) * 6];
    const pairs = this.#pairs;
    const closed = this.#closedPairs;
    const found = this.#found;
    found.durationsTo = 0;
    this.#gather();
    const fill = (memory: Int32Array, at: number) => {
      found.count = memory[at] as number;
      found.minMs = memory[at + 1] as number;
      found.maxMs = memory[at + 2] as number;
      found.durationsFrom = found.durationsTo;
      found.durationsTo = memory[at + 3] as number;
      take(found);
    };
    const stretchMs = 1000 * (this.#state[PAIR_SECONDS] as number);
    const name = (pair: number, stretch: number) => {
      found.slot = pairs[pair * 8] as number;
      found.route = pairs[pair * 8 + 1] as number;
      found.startMs = stretch * stretchMs;
    };
    for (let at = 0; at < closedEnd; at += 6) {
      name(closed[at] as number, closed[at + 1] as number);
      fill(closed, at + 2);
    }
    for (let i = 0; i < touched; i++) {
      const pair = this.#touchedPairs[i] as number;
      name(pair, pairs[pair * 8 + 6] as number);
      fill(pairs, pair * 8 + 2);
      pairs[pair * 8 + 2] = 0;
      pairs[pair * 8 + 5] = 0;
    }
    this.#state[12] = 0;
    this.#state[17] = 0;
    this.#state[23] = 0;
  }
}
