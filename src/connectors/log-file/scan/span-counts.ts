/**
 * The span of time whose lines the kernel counts: which one it is, and what becomes of the counts when another begins. Where the evidence
 * ends within a span, it is a second.
 */
import type { Cell } from '../aggregate/cell.ts';
import type { FileAggregate } from '../aggregate/file-aggregate.ts';
import type { CountedRequests, SpanCount, SpanStamp } from './kernel-contract.ts';
import { SECONDS } from './kernel-counts.ts';
import type { KernelSlots } from './kernel-slots.ts';
import type { LineKernel } from './line-kernel.ts';
import type { RecordCounter } from './record-counter.ts';
import { noteFuture, noteUntimedLines } from './record-notes.ts';
import { keptRecord } from './record-rules.ts';
import type { SecondClock } from './second-clock.ts';
import { type Span, spanOf, spanStampOf } from './span-stamp.ts';
import type { StampLayout, StampReader } from './stamp-reader.ts';
import type { UntimedKeys } from './untimed-keys.ts';

const MINUTE_MS = 60_000;

/** The buffer that lines are counted in. Positions are indexes of its bytes. */
export interface CountedLines {
  readonly bytes: Uint8Array;
  text(start: number, end: number): string;
  /** Offset in the file; null where the bytes are not the file's. */
  offsetOf(start: number): number | null;
  /** Number in the file, from 1, of a line with this number in the buffer. */
  numberOf(line: number): number;
  /** Keeps the place of the newest record of a cell. */
  touch(cell: Cell, start: number, end: number, line: number): void;
}

interface Parts {
  readonly kernel: LineKernel;
  readonly slots: KernelSlots;
  readonly untimed: UntimedKeys;
  readonly counter: RecordCounter;
  readonly clock: SecondClock;
  readonly result: FileAggregate;
  readonly lines: CountedLines;
  readonly toMs: number;
  readonly aheadMs: number;
}

/** How stamps of the span look, and what counts for each record that has one. */
interface Look {
  readonly stamp: SpanStamp;
  readonly isZoneless: boolean;
  readonly isYearless: boolean;
}

export class SpanCounts {
  /** Instant at which the span begins; NaN before the first. */
  startMs = Number.NaN;
  #seconds = 0;
  #looks: Look[] = [];
  #isFuture = false;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * From now on records with stamps like this one are counted, which is that of the second that the clock shows: beside those of the
   * span at hand where it lies in that, else in a span of its own. False where stamps of its second have no look of their own.
   */
  turn(at: number, layout: StampLayout, stamps: StampReader): boolean {
    const { kernel, lines } = this.#parts;
    const shown = spanOf(lines.bytes, at, stamps.end, layout);
    if (this.#join(at, layout, stamps, shown)) return true;
    this.settle();
    const { startMs, seconds, isFuture } = this.#around(shown);
    const stamp = seconds === 0 ? null : this.#stampOf(at, layout, stamps, seconds === 1 ? 1 : shown.seconds);
    kernel.stamps.begin();
    kernel.counts.requestSeconds = this.#requestSeconds(startMs, seconds);
    this.startMs = startMs;
    this.#seconds = stamp === null ? 0 : seconds;
    this.#isFuture = isFuture;
    this.#looks = [];
    if (stamp !== null) this.#add(stamp, shown);
    return stamp !== null;
  }

  #stampOf(at: number, layout: StampLayout, stamps: StampReader, seconds: 1 | 60 | 100): SpanStamp | null {
    const hasZone = !Number.isNaN(stamps.offsetMinutes);
    return spanStampOf(this.#parts.lines.bytes, at, stamps.end, layout, { hasZone, seconds });
  }

  /** The longest stretch of the span that lies in one bucket of the requests. */
  #requestSeconds(startMs: number, seconds: number): number {
    const isOfMinutes = startMs % MINUTE_MS === 0 && (seconds * 1000) % MINUTE_MS === 0;
    return isOfMinutes && this.#parts.counter.requestWidthMs >= MINUTE_MS ? 60 : 10;
  }

  /** Stamps of this look, which show this second, are counted in the span at hand. False where that has too many looks. */
  #add(stamp: SpanStamp, { second }: Span): boolean {
    const { kernel, clock } = this.#parts;
    const within = (clock.startMs - this.startMs) / 1000;
    if (!kernel.stamps.add(stamp, stamp.seconds === 1 ? 0 : within - second, this.#seconds)) return false;
    const { isZoneless, isYearless } = clock;
    this.#looks.unshift({ stamp, isZoneless, isYearless });
    return true;
  }

  /** True where stamps like this one are counted in the span at hand. */
  #join(at: number, layout: StampLayout, stamps: StampReader, shown: Span): boolean {
    const within = (this.#parts.clock.startMs - this.startMs) / 1000;
    // NaN before the first span
    if (!(within >= 0 && within < this.#seconds)) return false;
    const stamp = this.#stampOf(at, layout, stamps, this.#seconds === 1 ? 1 : shown.seconds);
    if (stamp === null) return false;
    return this.#looks.some((look) => isSameLook(look.stamp, stamp)) || this.#add(stamp, shown);
  }

  /**
   * The longest span with the clock's second that lies on one side of the end of the evidence; no seconds where that second does not. It
   * begins before what the stamp shows: where many write, the last lines of a minute come after the first of the next.
   */
  #around({ second, seconds }: Span): { startMs: number; seconds: number; isFuture: boolean } {
    const { clock, toMs, aheadMs } = this.#parts;
    const spanMs = clock.startMs - second * 1000;
    // its tens of seconds must be those of request series
    const isAligned = aheadMs % 10_000 === 0;
    for (const [startMs, length] of [
      [spanMs - seconds * 1000, SECONDS - (SECONDS % seconds)],
      [spanMs, seconds],
      [clock.startMs, 1],
    ] as const) {
      const isFuture = startMs > toMs;
      const isOnOneSide = isFuture || startMs + length * 1000 <= toMs;
      if (isOnOneSide && (isAligned || length === 1)) return { startMs, seconds: length, isFuture };
    }
    return { startMs: clock.startMs, seconds: 0, isFuture: false };
  }

  /** Adds what the kernel has counted to cells and request series. */
  settle(): void {
    const { kernel } = this.#parts;
    if (!kernel.counts.hasCounts) return;
    this.#noteZones();
    const isFuture = this.#isFuture;
    kernel.counts.takeCounts(isFuture ? this.#addFuture : this.#addSpan);
    kernel.counts.takeRequests(isFuture ? ignore : this.#addRequests);
  }

  /** The file has shown a time: lines that have none are learned anew. */
  endUntimed(): void {
    this.settle();
    this.#parts.untimed.end();
  }

  readonly #addFuture = ({ count, minMs, maxMs }: SpanCount): void => {
    noteFuture(this.#parts.result, count, this.startMs + minMs, this.startMs + maxMs);
  };

  readonly #addRequests = (requests: CountedRequests): void => {
    const { slots, counter } = this.#parts;
    const variant = slots.at(requests.slot)?.variant;
    if (variant !== undefined) counter.countRequests(variant, requests, slots.routes, this.startMs);
  };

  readonly #addSpan = (found: SpanCount): void => {
    const { result, slots, untimed, lines, counter } = this.#parts;
    const { count } = found;
    noteUntimedLines(result, untimed.severityOf(found.slot), count);
    const slot = slots.at(found.slot);
    if (slot === undefined) return;
    const { variant, names } = slot;
    const { cell } = variant;
    result.records += count;
    const [firstMs, lastMs] = [this.startMs + found.minMs, this.startMs + found.maxMs];
    const line = lines.numberOf(found.minLine);
    const isEarlier = cell.first !== null && line < cell.first.line;
    if (firstMs < cell.firstMs || (firstMs === cell.firstMs && isEarlier)) {
      const text = lines.text(found.minStart, found.minEnd);
      cell.first = keptRecord(text, firstMs, line, lines.offsetOf(found.minStart));
    }
    cell.counted.offer(this.startMs, firstMs, () =>
      keptRecord(lines.text(found.minStart, found.minEnd), firstMs, line, lines.offsetOf(found.minStart)),
    );
    const lastLine = lines.numberOf(found.maxLine);
    const isNewest = lastMs > cell.lastMs || (lastMs === cell.lastMs && lastLine > cell.newestLine);
    cell.countSpan(this.startMs, found);
    counter.splitAll(cell, names, count, firstMs, lastMs);
    if (isNewest) lines.touch(cell, found.maxStart, found.maxEnd, lastLine);
  };

  #noteZones(): void {
    const { kernel, result } = this.#parts;
    this.#looks.forEach(({ isZoneless, isYearless }, look) => {
      const records = kernel.stamps.takeRecordsOf(look);
      if (isZoneless) result.zoneless += records;
      if (isYearless) result.yearless += records;
    });
  }
}

function isSameLook(one: SpanStamp, other: SpanStamp): boolean {
  return (
    one.seconds === other.seconds &&
    one.hasFraction === other.hasFraction &&
    one.digits === other.digits &&
    one.guard === other.guard &&
    Buffer.compare(one.text, other.text) === 0 &&
    Buffer.compare(one.suffix, other.suffix) === 0
  );
}

function ignore(): void {
  // what lies behind the end of the evidence is only counted
}
