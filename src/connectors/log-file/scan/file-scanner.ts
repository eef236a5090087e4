/**
 * Reads one file's bytes line by line into a FileAggregate. Lines of a known skeleton key are counted from bytes alone; the first
 * lines of a new key, and later ones now and then as a check, go through the parser. How the bytes are cut into pieces changes nothing.
 */
import { workloadOfPod } from '../../../domain/service.ts';
import type { Cell } from '../aggregate/cell.ts';
import { countStream, FileAggregate, OTHER } from '../aggregate/file-aggregate.ts';
import { withYear, type ZoneClock } from '../clock.ts';
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { parseLine } from '../formats/parse-line.ts';
import { withOuter } from '../formats/parsed.ts';
import { serviceOf } from '../service-name.ts';
import { templateOf } from '../template/template.ts';
import { speaksOfRollout } from '../wording/rollout-wording.ts';
import type { ReadingTools } from './key-reader.ts';
import { type KeyState, KeyTable, type Variant } from './key-table.ts';
import type { TokenLine } from './line-fields.ts';
import { type OpenRecord, OpenRecords } from './open-records.ts';
import { MAX_ROLLOUTS, noteRequest, noteRollout, noteUntimed } from './record-notes.ts';
import { FIELD_NAME, keptRecord, nextCheck, severityOfHead, withZone } from './record-rules.ts';
import { SkeletonHasher } from './skeleton.ts';
import { StampReader } from './stamp-reader.ts';
import { RouteTable, TextTable } from './value-readers.ts';
import { wordHash } from './word-hash.ts';

/** Longest line that is looked at; the rest of it is passed over. */
export const MAX_LINE = 262_144;
/** Lines of one file that may go through the parser although their key found no place any more. */
const MAX_OVERFLOW_PARSES = 4_000;

export interface ScanOptions {
  readonly zone: ZoneClock;
  readonly modifiedAtMs: number;
  /** Records after this instant are counted as `future` and dropped; infinity for none. */
  readonly asOfMs: number;
  /** Service of records that name none. */
  readonly fallbackService: string | null;
  readonly services: ReadonlySet<string>;
  /** False where offsets in the bytes are not offsets in the file (compressed, recoded). */
  readonly hasByteOffsets: boolean;
}

export class FileScanner {
  readonly result = new FileAggregate();
  readonly #options: ScanOptions;
  readonly #hasher = new SkeletonHasher();
  readonly #table = new KeyTable();
  readonly #prefix: StampReader;
  readonly #tools: ReadingTools;
  readonly #context: FormatContext;
  readonly #open: OpenRecords;
  #hint: LogFormat | null = null;
  #bytes: Buffer = Buffer.alloc(0);
  /** Offset in the stream of the first byte of `#bytes`. */
  #base = 0;
  #lastMs = Number.NaN;
  readonly #workloads = new Map<string, string>();
  #overflowParses = 0;
  /** Cells whose newest record lies in the chunk at hand. */
  #touched: Cell[] = [];
  #headStart = 0;
  #headEnd = 0;
  #headText = '';
  readonly #readHead = () =>
    this.#headEnd === 0 ? this.#headText : this.#text(this.#headStart, this.#headEnd);
  readonly #line: { bytes: Uint8Array; tokens: Int32Array; tokenCount: number };

  constructor(options: ScanOptions) {
    this.#options = options;
    const yearHint = new Date(options.modifiedAtMs).getUTCFullYear();
    this.#context = { yearHint, services: options.services };
    this.#prefix = new StampReader(yearHint);
    this.#tools = { stamps: new StampReader(yearHint), texts: new TextTable(), routes: new RouteTable() };
    this.#open = new OpenRecords(this.#context, (record) => this.#closeRecord(record));
    this.#line = { bytes: this.#bytes, tokens: this.#hasher.tokens, tokenCount: 0 };
  }

  /**
   * Takes the whole lines in `bytes[0, end)` and returns the index behind the last one. `base` is the stream offset of `bytes[0]`.
   * `bytes` may be reused afterwards.
   */
  takeLines(bytes: Buffer, end: number, base: number): number {
    const last = bytes.lastIndexOf(10, end - 1);
    if (end === 0 || last < 0) return 0;
    this.#bytes = bytes;
    this.#base = base;
    this.#line.bytes = bytes;
    let at = 0;
    while (at <= last) at = this.#takeLine(at) + 1;
    this.#keepTouched();
    return at;
  }

  /** Closes what is open; call once, after the last line. */
  finish(): FileAggregate {
    this.#open.finishAll();
    for (const { firstMs, lastMs } of this.result.streams.values()) {
      this.result.firstMs = Math.min(this.result.firstMs, firstMs);
      this.result.lastMs = Math.max(this.result.lastMs, lastMs);
    }
    return this.result;
  }

  /** Returns the index of the line feed that ends the line at `start`. */
  #takeLine(start: number): number {
    const bytes = this.#bytes;
    this.result.lines++;
    const prefix = this.#prefix;
    const hasPrefix = prefix.readIso(bytes, start);
    const from = hasPrefix ? prefix.end : start;
    const end = this.#hasher.hash(bytes, from);
    const key = this.#table.find(this.#hasher.h1, this.#hasher.h2);
    if (key === null) this.#takeOverflow(start, end, hasPrefix);
    else if (key.kind === 'fields' && !this.#open.isPartial && ++key.count !== key.nextCheck) {
      if (!this.#takeFields(key, start, end)) this.#takeParsed(key, start, end, hasPrefix);
    } else if (key.kind === 'continuation' && !this.#open.isOpen) {
      // belongs to a record that is counted and not kept
    } else this.#takeParsed(key, start, end, hasPrefix);
    return end;
  }

  #takeFields(key: KeyState, start: number, end: number): boolean {
    const { reader } = key;
    const line = this.#line;
    line.tokenCount = this.#hasher.tokenCount;
    if (!reader.read(line, this.#prefix, this.#tools)) return false;
    const statusClass = reader.status >= 100 ? Math.trunc(reader.status / 100) : 0;
    const said = reader.service ?? this.#workloadOf(reader.pod);
    let variant = key.variant;
    if (variant === null || variant.said !== said || variant.statusClass !== statusClass) {
      variant =
        key.variants.find((other) => other.said === said && other.statusClass === statusClass) ?? null;
      if (variant === null) return false;
      key.variant = variant;
    }
    const atMs = reader.hasNoTime
      ? this.#lastMs
      : this.#instant(reader.wallMs, reader.offsetMinutes, reader.yearless);
    if (Number.isNaN(atMs)) return false;
    this.#open.passHead(this.result.lines, this.#readHead);
    this.#headStart = start;
    this.#headEnd = end;
    this.#lastMs = atMs;
    if (atMs > this.#options.asOfMs) {
      this.#noteFuture(atMs);
      return true;
    }
    this.result.records++;
    const { cell } = variant;
    if (atMs < cell.firstMs) {
      const offset = this.#options.hasByteOffsets ? this.#base + start : null;
      cell.first = keptRecord(this.#text(start, end), atMs, this.result.lines, offset);
    }
    this.#count(variant, reader, atMs);
    if (atMs >= cell.lastMs) {
      if (cell.lastEnd === 0) this.#touched.push(cell);
      cell.lastStart = start;
      cell.lastEnd = end;
      cell.lastLine = this.result.lines;
    }
    return true;
  }

  #count(
    variant: Variant,
    values: {
      readonly pod: string | null;
      readonly host: string | null;
      readonly version: string | null;
      readonly status: number;
      readonly durationMs: number;
      readonly route: string | null;
      readonly isRequest: boolean;
    },
    atMs: number,
  ): void {
    const { cell } = variant;
    cell.count1(atMs);
    countStream(variant.stream, atMs);
    if (values.pod !== null) cell.split('pod', values.pod, atMs);
    else if (values.host !== null) cell.split('host', values.host, atMs);
    if (values.version !== null) cell.split('version', values.version, atMs);
    if (!values.isRequest) return;
    let series = variant.series.get(values.route);
    if (series === undefined) {
      series = this.result.requests.seriesOf(variant.service, values.route);
      variant.series.set(values.route, series);
    }
    this.result.requests.add(series, atMs, values.status, values.durationMs);
    if (values.route !== null && (values.status >= 500 || cell.severity !== 'info'))
      cell.split('route', values.route, atMs);
  }

  #instant(wallMs: number, offsetMinutes: number, yearless: boolean): number {
    const wall = yearless ? withYear(wallMs, this.#options.modifiedAtMs) : wallMs;
    if (yearless) this.result.yearless++;
    if (!Number.isNaN(offsetMinutes)) return wall - offsetMinutes * 60_000;
    this.result.zoneless++;
    return wall - this.#options.zone.offsetMinutes(wall) * 60_000;
  }

  /** The pod's workload; pods come again and again, so each is worked out once. */
  #workloadOf(pod: string | null): string | null {
    if (pod === null) return null;
    const known = this.#workloads.get(pod);
    if (known !== undefined) return known;
    if (this.#workloads.size > 10_000) this.#workloads.clear();
    const workload = workloadOfPod(pod);
    this.#workloads.set(pod, workload);
    return workload;
  }

  #text(start: number, end: number): string {
    const cut = Math.min(end, start + MAX_LINE);
    let to = cut;
    while (to > start && this.#bytes[to - 1] === 13) to--;
    return this.#bytes.toString('utf8', start, to);
  }

  #takeParsed(key: KeyState | null, start: number, end: number, hasPrefix: boolean): void {
    const wasContinuation = this.#open.take({
      key,
      line: this.result.lines,
      byteOffset: this.#options.hasByteOffsets ? this.#base + start : null,
      raw: this.#text(start, end),
      tokens: this.#tokenLine(start, end),
      prefix: { wallMs: this.#prefix.wallMs, offsetMinutes: this.#prefix.offsetMinutes },
      prefixEnd: hasPrefix ? this.#prefix.end - start : 0,
    });
    if (wasContinuation && key !== null && key.kind === 'new') key.kind = 'continuation';
  }

  #tokenLine(start: number, end: number): TokenLine {
    const cut = Math.min(end + 1, start + MAX_LINE);
    const tokens = this.#hasher.tokens.slice(0, this.#hasher.tokenCount).map((offset) => offset - start);
    return { bytes: Buffer.from(this.#bytes.subarray(start, cut)), tokens, tokenCount: tokens.length };
  }

  #closeRecord(record: OpenRecord): void {
    const parsed = this.#parse(record);
    const { key } = record;
    const service = serviceOf(parsed, this.#options.fallbackService);
    const atMs =
      parsed.wallMs === null
        ? this.#lastMs
        : this.#instant(parsed.wallMs, parsed.offsetMinutes ?? Number.NaN, parsed.yearless);
    if (Number.isNaN(atMs)) {
      noteUntimed(this.result, record, parsed.severity);
      return;
    }
    const variant = this.#variantOf(service, parsed);
    if (key !== null) this.#learn(key, record, parsed, variant);
    this.#lastMs = Math.max(atMs, Number.isNaN(this.#lastMs) ? atMs : this.#lastMs);
    noteRequest(this.result, parsed, atMs);
    if (atMs > this.#options.asOfMs) {
      this.#noteFuture(atMs);
      return;
    }
    this.result.records++;
    const { request } = parsed;
    this.#count(
      variant,
      {
        pod: parsed.pod,
        host: parsed.host,
        version: parsed.version,
        status: request?.status ?? Number.NaN,
        durationMs: request?.durationMs ?? Number.NaN,
        route: request?.route ?? null,
        isRequest: request !== null,
      },
      atMs,
    );
    variant.cell.describe(parsed);
    const kept = keptRecord(record.raw, atMs, record.line, record.byteOffset);
    variant.cell.keep(kept);
    noteRollout(this.result, record, parsed, service, atMs);
  }

  #parse(record: OpenRecord): ParsedLine {
    const rest = record.rest.length === 0 ? '' : `\n${record.rest.join('\n')}`;
    const text = record.wasPartial ? record.head : record.raw;
    const { format, parsed } = parseLine(text + rest, this.#context, this.#hint);
    if (record.wasPartial)
      return withZone(withOuter(parsed, { ...record.outer, partial: false }), record.outer);
    this.#hint = format;
    return withZone(parsed, record.outer);
  }

  #variantOf(service: string | null, parsed: ParsedLine): Variant {
    const status = parsed.request?.status ?? null;
    return {
      service,
      said: parsed.service ?? this.#workloadOf(parsed.pod),
      statusClass: status === null ? 0 : Math.trunc(status / 100),
      cell: this.result.cellOf(service, parsed.severity, templateOf(parsed.message)),
      stream: this.result.streamOf(service),
      series: new Map(),
    };
  }

  #learn(key: KeyState, record: OpenRecord, parsed: ParsedLine, variant: Variant): void {
    key.parsed++;
    const isMultiSource =
      record.wasPartial || (speaksOfRollout(parsed.message) && key.parsed <= MAX_ROLLOUTS);
    if (isMultiSource) {
      key.kind = 'parse';
      return;
    }
    if (key.kind === 'parse') return;
    key.reader.learn(record.tokens, parsed, record.prefix, this.#tools, (at, length) =>
      this.#isInKey(record, at, length),
    );
    key.nextCheck = nextCheck(key.count, key.reader.isRequest);
    key.kind = key.reader.isReady ? 'fields' : 'parse';
    this.#keepFields(record.raw, [parsed.message, parsed.service]);
    const isKnown = key.variants.some(
      (other) => other.said === variant.said && other.statusClass === variant.statusClass,
    );
    if (!isKnown && key.variants.length < 64) key.variants.push(variant);
  }

  /** Whether the bytes at a place decide over the key: then they are the same in all its lines. */
  #isInKey({ tokens, prefixEnd }: OpenRecord, at: number, length: number): boolean {
    const bytes = Buffer.from(tokens.bytes);
    if (at < prefixEnd || bytes[bytes.length - 1] !== 10) return false;
    this.#hasher.hash(bytes, prefixEnd);
    const { h1, h2 } = this.#hasher;
    for (let i = at; i < at + length; i++) {
      const byte = bytes[i] as number;
      if (byte >= 48 && byte <= 57) return false;
      if ((byte > 64 && byte < 91) || (byte > 96 && byte < 123)) bytes[i] = byte & 1 ? byte + 1 : byte - 1;
    }
    this.#hasher.hash(bytes, prefixEnd);
    return this.#hasher.h1 !== h1 || this.#hasher.h2 !== h2;
  }

  /** The fields that hold message and service tell this file's records apart, whatever they are called. */
  #keepFields(raw: string, values: readonly (string | null)[]): void {
    for (const value of values) {
      const text = value?.split(/["\\\n]/, 1)[0]?.slice(0, 24) ?? '';
      const at = text === '' ? -1 : raw.indexOf(`"${text}`);
      const name = at < 0 ? null : FIELD_NAME.exec(raw.slice(Math.max(0, at - 72), at));
      if (name !== null) this.#hasher.keepField(wordHash(name[1] ?? name[2] ?? ''));
    }
  }

  #noteFuture(atMs: number): void {
    this.result.future++;
    this.result.firstMs = Math.min(this.result.firstMs, atMs);
    this.result.lastMs = Math.max(this.result.lastMs, atMs);
  }

  /** Lines of keys beyond the table's bound: parsed while the budget lasts, then counted by severity alone. */
  #takeOverflow(start: number, end: number, hasPrefix: boolean): void {
    if (this.#overflowParses < MAX_OVERFLOW_PARSES) {
      this.#overflowParses++;
      this.#takeParsed(null, start, end, hasPrefix);
      return;
    }
    const atMs = hasPrefix
      ? this.#instant(this.#prefix.wallMs, this.#prefix.offsetMinutes, false)
      : this.#lastMs;
    if (Number.isNaN(atMs)) return;
    this.#open.passHead(this.result.lines, this.#readHead);
    this.#headStart = start;
    this.#headEnd = end;
    if (atMs > this.#options.asOfMs) {
      this.#noteFuture(atMs);
      return;
    }
    this.#lastMs = atMs;
    this.result.records++;
    this.result.overflow++;
    const service = this.#options.fallbackService;
    const severity = severityOfHead(this.#bytes.toString('latin1', start, Math.min(end, start + 160)));
    this.result.cellOf(service, severity, OTHER).count1(atMs);
    countStream(this.result.streamOf(service), atMs);
  }

  /** Before the bytes go away: the newest record of each cell that was counted from bytes, and the head that continuations refer to. */
  #keepTouched(): void {
    for (const cell of this.#touched) {
      const { lastStart, lastEnd, lastLine } = cell;
      cell.lastEnd = 0;
      const offset = this.#options.hasByteOffsets ? this.#base + lastStart : null;
      cell.last = keptRecord(this.#text(lastStart, lastEnd), cell.lastMs, lastLine, offset);
    }
    this.#touched = [];
    if (this.#headEnd > 0) this.#headText = this.#text(this.#headStart, this.#headEnd);
    this.#headEnd = 0;
  }
}
