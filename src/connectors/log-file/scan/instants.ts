/** The instants of a file's records: how they come out of wall clocks, which was the last, and which lie behind the end of the evidence. */
import type { FileAggregate } from '../aggregate/file-aggregate.ts';
import { noteFuture } from './record-notes.ts';
import type { SecondClock } from './second-clock.ts';

export class Instants {
  readonly #clock: SecondClock;
  readonly #result: FileAggregate;
  readonly #toMs: number;
  /** Of the last record: the start of its second or span, and what comes on top, a small integer; adding them for each line would cost. */
  #startMs = Number.NaN;
  #restMs = 0;

  constructor(clock: SecondClock, result: FileAggregate, toMs: number) {
    this.#clock = clock;
    this.#result = result;
    this.#toMs = toMs;
  }

  /** Instant of the last record; NaN before the first that has one. */
  get lastMs(): number {
    return this.#startMs + this.#restMs;
  }

  passLast(startMs: number, restMs: number): void {
    this.#startMs = startMs;
    this.#restMs = restMs;
  }

  /** The instant of a wall clock, which is counted where it lacks its zone (an offset of NaN) or its year. */
  of(wallMs: number, offsetMinutes: number, yearless: boolean): number {
    if (yearless) this.#result.yearless++;
    if (Number.isNaN(offsetMinutes)) this.#result.zoneless++;
    return this.#clock.instant(wallMs, offsetMinutes, yearless);
  }

  /** True for a record after the end of the evidence, which is noted. */
  isFuture(atMs: number): boolean {
    if (atMs <= this.#toMs) return false;
    noteFuture(this.#result, 1, atMs, atMs);
    return true;
  }
}
