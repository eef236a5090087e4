/**
 * Reads one file's bytes line by line into a FileAggregate. Lines of a known skeleton key are counted by the kernel, or read from bytes
 * where more than their time counts; the first lines of a new key, and later ones now and then as a check, go through the parser. How
 * the bytes are cut into pieces changes nothing.
 */

import type { Cell } from '../aggregate/cell.ts';
import { FileAggregate, OTHER } from '../aggregate/file-aggregate.ts';
import type { ZoneClock } from '../clock.ts';
import type { FormatContext } from '../format.ts';
import { callOf } from '../formats/call.ts';
import { mayBeginRecord } from '../formats/continuation.ts';
import { dateHint } from '../time/parse-stamp.ts';
import { Instants } from './instants.ts';
import { KernelSlots } from './kernel-slots.ts';
import type { KeyReader, ReadingTools } from './key-reader.ts';
import { KeyState, type Variant } from './key-table.ts';
import type { TokenLine } from './line-fields.ts';
import { borrowKernel, MAX_LINE, returnKernel } from './line-kernel.ts';
import { OpenRecords } from './open-records.ts';
import { ParsedRecords } from './parsed-records.ts';
import { RecordCounter } from './record-counter.ts';
import { noteUntimedLines } from './record-notes.ts';
import { keptRecord, severityOfHead } from './record-rules.ts';
import { SecondClock } from './second-clock.ts';
import { type CountedLines, SpanCounts } from './span-counts.ts';
import { StampReader } from './stamp-reader.ts';
import { UntimedKeys } from './untimed-keys.ts';
import { RouteTable, TextTable } from './value-readers.ts';
import { Workloads } from './workloads.ts';

/** Keys of one file that are learned. Real files have tens to hundreds; above this, lines are only counted by severity. */
const MAX_KEY_STATES = 3_000;
/** Lines of failures of one file that are parsed only to learn whom they are about. */
const MAX_IDENTITY_PARSES = 4_000;
/** Lines of one file that may go through the parser although their key found no place any more. */
const MAX_OVERFLOW_PARSES = 4_000;

export interface ScanOptions {
  readonly zone: ZoneClock;
  readonly modifiedAtMs: number;
  /** `08/05/2024` is the eighth of May. */
  readonly isDayFirst?: boolean;
  /** Milliseconds in one of the whole number at the end of access lines; null where that is not known. */
  readonly trailingUnitMs?: number | null;
  /** Columns that the file names in a header. */
  readonly columns?: readonly string[] | null;
  /** How far the clock that wrote the stamps ran ahead, whole seconds; 0 where that is not known. */
  readonly aheadMs: number;
  /** Records after this instant are counted as `future` and dropped; infinity for none. */
  readonly toMs: number;
  /** Service of records that name none. */
  readonly fallbackService: string | null;
  readonly services: ReadonlySet<string>;
  /** False where offsets in the bytes are not offsets in the file (compressed, recoded). */
  readonly hasByteOffsets: boolean;
  /** The first record and the last are known to be so far apart at least; 0 where that is not known. */
  readonly leastSpanMs?: number;
}

export class FileScanner {
  readonly result = new FileAggregate();
  readonly #options: ScanOptions;
  readonly #kernel = borrowKernel();
  readonly #bytes = this.#kernel.bytes;
  readonly #keys: KeyState[] = [];
  readonly #slots = new KernelSlots(this.#kernel);
  readonly #untimed = new UntimedKeys(this.#kernel);
  readonly #prefix: StampReader;
  readonly #tools: ReadingTools;
  readonly #open: OpenRecords;
  #isSound = true;
  /** Offset in the stream of the first byte of `#bytes`. */
  #base = 0;
  /** Lines before those in `#bytes`. */
  #linesBefore = 0;
  readonly #clock: SecondClock;
  readonly #counts: SpanCounts;
  readonly #counter = new RecordCounter(this.result.requests);
  readonly #instants: Instants;
  readonly #workloads = new Workloads();
  #overflowParses = 0;
  #identityParses = 0;
  /** Cells whose newest record lies in the chunk at hand. */
  #touched: Cell[] = [];
  #headStart = 0;
  #headEnd = 0;
  #headText = '';
  readonly #readHead = () =>
    this.#headEnd === 0 ? this.#headText : this.#text(this.#headStart, this.#headEnd);
  /** Where a stamp was last shown to the kernel. */
  #turnedAt = -1;
  readonly #line: { bytes: Uint8Array; end: number; tokens: Int32Array; tokenCount: number };

  constructor(options: ScanOptions) {
    this.#options = options;
    this.result.requests.expectSpan(options.leastSpanMs ?? 0);
    const yearHint = dateHint(new Date(options.modifiedAtMs).getUTCFullYear(), options.isDayFirst ?? false);
    const { services, trailingUnitMs = null, columns = null } = options;
    const context: FormatContext = { yearHint, services, trailingUnitMs, columns };
    this.#clock = new SecondClock(options.zone, options.modifiedAtMs, options.aheadMs);
    this.#instants = new Instants(this.#clock, this.result, options.toMs);
    this.#counts = new SpanCounts({
      kernel: this.#kernel,
      slots: this.#slots,
      untimed: this.#untimed,
      counter: this.#counter,
      clock: this.#clock,
      result: this.result,
      lines: this.#countedLines(),
      toMs: options.toMs,
      aheadMs: options.aheadMs,
    });
    this.#prefix = new StampReader(yearHint);
    this.#tools = {
      stamps: new StampReader(yearHint),
      texts: new TextTable(),
      routes: new RouteTable(),
      calls: new RouteTable(callOf),
    };
    const parsed = new ParsedRecords({
      kernel: this.#kernel,
      slots: this.#slots,
      untimed: this.#untimed,
      counts: this.#counts,
      counter: this.#counter,
      instants: this.#instants,
      workloads: this.#workloads,
      tools: this.#tools,
      context,
      result: this.result,
      fallbackService: options.fallbackService,
    });
    this.#open = new OpenRecords(context, (record) => parsed.take(record));
    this.#line = { bytes: this.#bytes, end: 0, tokens: this.#kernel.tokens, tokenCount: 0 };
  }

  #countedLines(): CountedLines {
    return {
      bytes: this.#bytes,
      text: (start, end) => this.#text(start, end),
      offsetOf: (start) => this.#offsetOf(start),
      numberOf: (line) => this.#linesBefore + line,
      touch: (cell, start, end, line) => this.#touch(cell, start, end, line),
    };
  }

  #offsetOf(start: number): number | null {
    return this.#options.hasByteOffsets ? this.#base + start : null;
  }

  /** Where the file's bytes go: room for CHUNK bytes behind an unfinished line, and for a line feed. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /**
   * Takes the whole lines in `bytes[from, end)` and returns the index behind the last one. `base` is the stream offset of `bytes[0]`;
   * a line feed stands before `from`. `bytes` may be overwritten afterwards.
   */
  takeLines(end: number, base: number, from = 0): number {
    const last = end === 0 ? -1 : this.#bytes.lastIndexOf(10, end - 1);
    if (last < from) return from;
    this.#isSound = false;
    this.#base = base;
    this.#linesBefore = this.result.lines;
    this.#kernel.begin(end);
    for (let at = from; at <= last; ) at = this.#takeFrom(at, last);
    this.#counts.settle();
    this.#keepTouched();
    this.#isSound = true;
    return last + 1;
  }

  /** Takes lines until one needed a decision, and returns where the next begins. */
  #takeFrom(start: number, last: number): number {
    const kernel = this.#kernel;
    const stop = kernel.run(start, last, this.#open.dueAt - this.#linesBefore);
    const { lineStart } = kernel;
    // closes records only where `due` was reached: to learn from them makes the kernel forget the line that it stopped at
    if (kernel.headEnd > 0) this.#passCounted(stop === 'line' ? kernel.lines - 1 : kernel.lines);
    if (stop === 'done') {
      this.result.lines = this.#linesBefore + kernel.lines;
      return last + 1;
    }
    if (stop === 'due') return lineStart;
    if (stop === 'full') {
      this.#counts.settle();
      return lineStart;
    }
    if (stop === 'prefix' && this.#turnPrefix(kernel.lineStart, start)) return kernel.lineStart;
    const from = kernel.lineStart;
    const hasPrefix = this.#prefix.readIso(this.#bytes, from);
    if (stop === 'prefix') kernel.takeLine(from, hasPrefix ? this.#prefix.end : from);
    this.result.lines = this.#linesBefore + kernel.lines;
    return this.#takeLine(hasPrefix) + 1;
  }

  /** The last of the lines that the kernel has counted is the record that continuations refer to. */
  #passCounted(lines: number): void {
    const { headStart, headEnd, headMs } = this.#kernel;
    this.#open.passHead(this.#linesBefore + lines, this.#readHead);
    this.#headStart = headStart;
    this.#headEnd = headEnd;
    this.#instants.passLast(this.#counts.startMs, headMs);
  }

  /** Shows the kernel the span of the stamp at `start`; false where that does not help it, which it has seen when it comes twice. */
  #turnPrefix(start: number, before: number): boolean {
    const prefix = this.#prefix;
    if (start === before && start === this.#turnedAt) return false;
    this.#turnedAt = start;
    if (!prefix.readIso(this.#bytes, start)) return false;
    this.#clock.take({ stamps: prefix, knownOffset: Number.NaN });
    return this.#counts.turn(start, 'iso', prefix);
  }

  /** Closes what is open; call once, after the last line. */
  finish(): FileAggregate {
    if (this.#isSound) this.#open.finishAll();
    this.result.hasYears = this.#clock.hasYears;
    this.result.finish();
    // a kernel that stopped in the middle of its work is nobody's any more
    if (this.#isSound) returnKernel(this.#kernel);
    return this.result;
  }

  /** Takes the line that the kernel stopped at, and returns the index of its line feed. */
  #takeLine(hasPrefix: boolean): number {
    const { lineStart, lineEnd, key: index } = this.#kernel;
    const key = index < 0 || index >= MAX_KEY_STATES ? null : this.#keyAt(index);
    if (key === null) this.#takeOverflow(lineStart, lineEnd, hasPrefix);
    else if (key.kind === 'fields' && !this.#open.isPartial && this.#mayRead(key)) {
      if (!this.#takeFields(key, lineStart, lineEnd)) this.#takeParsed(key, lineStart, lineEnd, hasPrefix);
    } else if (key.kind === 'continuation' && !this.#open.isOpen) {
      // belongs to a record that is counted and not kept
    } else if (this.#untimed.isCounted(key) && !this.#open.isPartial && this.#mayRead(key))
      this.#takeUntimed(key, lineStart, lineEnd, hasPrefix);
    else this.#takeParsed(key, lineStart, lineEnd, hasPrefix);
    return lineEnd;
  }

  #takeUntimed(key: KeyState, start: number, end: number, hasPrefix: boolean): void {
    // the record above may be the first that has a time
    this.#open.finishAll();
    if (!this.#untimed.isCounted(key)) {
      this.#takeParsed(key, start, end, hasPrefix);
      return;
    }
    noteUntimedLines(this.result, this.#untimed.severityOf(key.index), 1);
    this.#passHead(start, end);
  }

  #keyAt(index: number): KeyState {
    const known = this.#keys[index];
    if (known !== undefined) return known;
    const made = new KeyState(index);
    this.#keys[index] = made;
    return made;
  }

  /** False when the line is due to be parsed as a check. */
  #mayRead({ index }: KeyState): boolean {
    const remaining = this.#kernel.remaining(index) - 1;
    this.#kernel.setRemaining(index, remaining);
    return remaining > 0;
  }

  #takeFields(key: KeyState, start: number, end: number): boolean {
    const { reader } = key;
    const line = this.#line;
    line.tokenCount = this.#kernel.tokenCount;
    line.end = end;
    if (!reader.read(line, this.#prefix, this.#tools)) return false;
    const variant = this.#variantFor(key);
    if (variant === null) return false;
    if (reader.hasNoTime && Number.isNaN(this.#instants.lastMs)) return false;
    const asksWhom = variant.isFailure && reader.hasIdentity;
    const identity = asksWhom ? reader.readIdentity(line, this.#tools) : null;
    if (asksWhom && identity === null && this.#identityParses++ < MAX_IDENTITY_PARSES) return false;
    if (!reader.hasNoTime) this.#clock.take(reader);
    this.#slots.name(key, variant);
    if (key.isCounted && reader.layout !== null)
      this.#counts.turn(reader.stampAt, reader.layout, reader.stamps);
    // closes the records above: they may be of the same cell, and to learn from them moves the stamp readers
    this.#passHead(start, end);
    if (reader.hasNoTime) this.#takeUnhurried(variant, reader, this.#instants.lastMs, start, end);
    else this.#takeTimed(variant, reader, start, end);
    if (asksWhom && this.#instants.lastMs <= this.#options.toMs)
      variant.cell.noteFailing(identity, this.#instants.lastMs);
    return true;
  }

  #takeTimed(variant: Variant, reader: KeyReader, start: number, end: number): void {
    const clock = this.#clock;
    if (clock.isZoneless) this.result.zoneless++;
    if (clock.isYearless) this.result.yearless++;
    const { cell } = variant;
    const { ms } = clock;
    const isPlain = cell.second === clock.number || this.#beginSecond(cell);
    if (!isPlain || ms < cell.secondLow) {
      this.#takeUnhurried(variant, reader, clock.startMs + ms, start, end);
      return;
    }
    this.#instants.passLast(clock.startMs, ms);
    this.result.records++;
    this.#counter.countInSecond(variant, reader, clock);
    cell.read.offer(clock.startMs, clock.startMs + ms, () =>
      keptRecord(this.#text(start, end), clock.startMs + ms, this.result.lines, this.#offsetOf(start)),
    );
    if (ms >= cell.secondHigh) {
      cell.secondHigh = ms;
      this.#touch(cell, start, end, this.result.lines);
    }
  }

  #beginSecond(cell: Cell): boolean {
    const { number, startMs } = this.#clock;
    return startMs + 1000 <= this.#options.toMs && cell.beginSecond(number, startMs);
  }

  /** Null when the line's service, status and level were not seen together in a parsed line of the key. */
  #variantFor(key: KeyState): Variant | null {
    const { reader, variant } = key;
    const statusClass = reader.status >= 100 ? Math.trunc(reader.status / 100) : 0;
    const said = reader.service ?? this.#workloads.of(reader.pod);
    const isOfLine = (known: Variant) =>
      known.said === said &&
      known.statusClass === statusClass &&
      (reader.severity === null || known.severity === reader.severity);
    if (variant !== null && isOfLine(variant)) return variant;
    const other = key.variants.find(isOfLine);
    if (other !== undefined) key.variant = other;
    return other ?? null;
  }

  /** A record out of order, without a time, or near the end of the evidence: its instant is compared in full. */
  #takeUnhurried(variant: Variant, reader: KeyReader, atMs: number, start: number, end: number): void {
    this.#instants.passLast(atMs, 0);
    if (this.#instants.isFuture(atMs)) return;
    this.result.records++;
    const { cell } = variant;
    cell.endSecond();
    if (atMs < cell.firstMs) {
      cell.first = keptRecord(this.#text(start, end), atMs, this.result.lines, this.#offsetOf(start));
    }
    this.#counter.count(variant, reader, atMs);
    if (atMs >= cell.lastMs) this.#touch(cell, start, end, this.result.lines);
  }

  /** A record that is not kept open begins: continuations refer to it. */
  #passHead(start: number, end: number): void {
    this.#open.passHead(this.result.lines, this.#readHead);
    this.#headStart = start;
    this.#headEnd = end;
  }

  #touch(cell: Cell, start: number, end: number, line: number): void {
    if (cell.lastEnd === 0) this.#touched.push(cell);
    cell.lastStart = start;
    cell.lastEnd = end;
    cell.lastLine = line;
  }

  #text(start: number, end: number): string {
    const cut = Math.min(end, start + MAX_LINE);
    let to = cut;
    while (to > start && this.#bytes[to - 1] === 13) to--;
    return this.#bytes.toString('utf8', start, to);
  }

  #takeParsed(key: KeyState | null, start: number, end: number, hasPrefix: boolean): void {
    const raw = this.#text(start, end);
    const wasContinuation = this.#open.take({
      key,
      line: this.result.lines,
      byteOffset: this.#offsetOf(start),
      raw,
      tokens: this.#tokenLine(start, end),
      prefix: { wallMs: this.#prefix.wallMs, offsetMinutes: this.#prefix.offsetMinutes },
      prefixEnd: hasPrefix ? this.#prefix.end - start : 0,
    });
    if (!wasContinuation || key?.kind !== 'new' || mayBeginRecord(raw)) return;
    key.kind = 'continuation';
    this.#kernel.passKey(key.index);
  }

  #tokenLine(start: number, end: number): TokenLine {
    const cut = Math.min(end + 1, start + MAX_LINE);
    const tokens = this.#kernel.tokens.slice(0, this.#kernel.tokenCount).map((offset) => offset - start);
    const bytes = Buffer.from(this.#bytes.subarray(start, cut));
    return { bytes, end: bytes.length - 1, tokens, tokenCount: tokens.length };
  }

  /** Lines of keys beyond the table's bound: parsed while the budget lasts, then counted by severity alone. */
  #takeOverflow(start: number, end: number, hasPrefix: boolean): void {
    if (this.#overflowParses < MAX_OVERFLOW_PARSES) {
      this.#overflowParses++;
      this.#takeParsed(null, start, end, hasPrefix);
      return;
    }
    const atMs = hasPrefix
      ? this.#instants.of(this.#prefix.wallMs, this.#prefix.offsetMinutes, false)
      : this.#instants.lastMs;
    if (Number.isNaN(atMs)) return;
    if (Number.isNaN(this.#instants.lastMs)) this.#counts.endUntimed();
    this.#open.passHead(this.result.lines, this.#readHead);
    this.#headStart = start;
    this.#headEnd = end;
    if (this.#instants.isFuture(atMs)) return;
    this.#instants.passLast(atMs, 0);
    this.result.records++;
    this.result.overflow++;
    const service = this.#options.fallbackService;
    const severity = severityOfHead(this.#bytes.toString('latin1', start, Math.min(end, start + 160)));
    this.result.cellOf(service, severity, OTHER, OTHER).count1(atMs);
  }

  /** Before the bytes go away: the newest record of each cell that was counted from bytes, and the head that continuations refer to. */
  #keepTouched(): void {
    for (const cell of this.#touched) {
      cell.endSecond();
      if (cell.lastEnd === 0) continue;
      const { lastStart, lastEnd, lastLine } = cell;
      cell.lastEnd = 0;
      cell.last = keptRecord(
        this.#text(lastStart, lastEnd),
        cell.lastMs,
        lastLine,
        this.#offsetOf(lastStart),
      );
    }
    this.#touched = [];
    if (this.#headEnd > 0) this.#headText = this.#text(this.#headStart, this.#headEnd);
    this.#headEnd = 0;
  }
}
