/**
 * The second that the last stamp lies in, with a number of its own, and the milliseconds within it. Lines of one second share one reading
 * of zone and year, and are counted in small integers; it reads no bytes.
 */
import { nearestYear, withYear, type ZoneClock } from '../clock.ts';
import type { StampReader } from './stamp-reader.ts';

/** Where a line's stamp was read, and the offset that stands for a missing one (NaN for none). */
export interface StampSource {
  readonly stamps: StampReader;
  readonly knownOffset: number;
}

export class SecondClock {
  /** Grows with every change of second or zone; never 0, never the same for two seconds. */
  number = 0;
  /** Instant of the second's start. */
  startMs = Number.NaN;
  /** 0 to 999. */
  ms = 0;
  isZoneless = false;
  isYearless = false;
  readonly #zone: ZoneClock;
  readonly #modifiedAtMs: number;
  readonly #aheadMs: number;
  #stamps: StampReader | null = null;
  #second = -1;
  #knownOffset = Number.NaN;
  /** Wall clock of the last stamp with a year; NaN before one. */
  #datedMs = Number.NaN;

  /** `aheadMs`: how far the clock that wrote the stamps ran ahead, whole seconds. */
  constructor(zone: ZoneClock, modifiedAtMs: number, aheadMs: number) {
    this.#zone = zone;
    this.#modifiedAtMs = modifiedAtMs;
    this.#aheadMs = aheadMs;
  }

  /** Takes the stamp that `source` has read last. */
  take(source: StampSource): void {
    const { stamps, knownOffset } = source;
    const isSameOffset =
      knownOffset === this.#knownOffset || (Number.isNaN(knownOffset) && Number.isNaN(this.#knownOffset));
    if (stamps !== this.#stamps || stamps.second !== this.#second || !isSameOffset) this.#turn(source);
    this.ms = stamps.ms;
  }

  #turn({ stamps, knownOffset }: StampSource): void {
    this.#stamps = stamps;
    this.#second = stamps.second;
    this.#knownOffset = knownOffset;
    const offset = Number.isNaN(stamps.offsetMinutes) ? knownOffset : stamps.offsetMinutes;
    this.number++;
    this.isZoneless = Number.isNaN(offset);
    this.isYearless = stamps.yearless;
    this.startMs = this.instant(stamps.secondMs, offset, stamps.yearless);
  }

  /** Whether any stamp had a year. */
  get hasYears(): boolean {
    return !Number.isNaN(this.#datedMs);
  }

  /** A wall clock's instant; an offset of NaN stands for none. */
  instant(wallMs: number, offsetMinutes: number, yearless: boolean): number {
    if (!yearless) this.#datedMs = wallMs;
    const wall = yearless ? this.#withYear(wallMs) : wallMs;
    const offset = Number.isNaN(offsetMinutes) ? this.#zone.offsetMinutes(wall) : offsetMinutes;
    return wall - offset * 60_000 - this.#aheadMs;
  }

  /** A copied file is younger than its records: a stamp with a year beside this one tells more than when the file was written. */
  #withYear(wallMs: number): number {
    const dated = this.#datedMs;
    return Number.isNaN(dated) ? withYear(wallMs, this.#modifiedAtMs) : nearestYear(wallMs, dated);
  }
}
