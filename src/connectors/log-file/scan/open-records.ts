/** Joins lines into records: continuations to the head above them (per source behind wrappers), partial lines to one. It does not parse records. */

import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { continuesRecord } from '../formats/continuation.ts';
import { unwrapLine } from '../formats/parse-line.ts';
import { isTraceLine } from '../stack/parse-stack.ts';
import type { LinePrefix } from './key-reader.ts';
import type { KeyState } from './key-table.ts';
import type { TokenLine } from './line-fields.ts';

/** Longest text and most lines of one record; what follows is dropped from it. */
const MAX_TEXT = 65_536;
const MAX_LINES = 400;
/** Sources (pods, containers) whose records may be open at once, and lines after which one closes. */
const MAX_SOURCES = 64;
const MAX_AGE = 64;
/** A wrapper stamps the lines of one record within moments; an indented line later than this begins a record of its own (`sudo:      ada : …`). */
const MAX_APART_MS = 2000;

export interface OpenRecord {
  readonly key: KeyState | null;
  readonly source: string;
  readonly line: number;
  readonly byteOffset: number | null;
  /** The head line as it stands in the file. */
  readonly raw: string;
  /** Head line's bytes with a line feed, and its tokens, for learning. */
  readonly tokens: TokenLine;
  readonly prefix: LinePrefix;
  /** Bytes of the ISO stamp at the line's start, 0 without one: hashing begins behind it. */
  readonly prefixEnd: number;
  readonly outer: Partial<ParsedLine>;
  /** Around the head, the outermost first. */
  readonly wrappers: readonly LogFormat[];
  /** Payload of the head, and of further lines. */
  head: string;
  last: string;
  rest: string[];
  size: number;
  /** True while the head is an unfinished partial line. */
  isPartial: boolean;
  wasPartial: boolean;
}

interface Wrapped {
  readonly source: string;
  readonly outer: Partial<ParsedLine>;
}

export type NewLine = Pick<
  OpenRecord,
  'key' | 'line' | 'byteOffset' | 'raw' | 'tokens' | 'prefix' | 'prefixEnd'
>;

function sourceOf(outer: Partial<ParsedLine>): string {
  return `${outer.pod ?? ''}\n${outer.service ?? ''}\n${outer.host ?? ''}`;
}

function isLater(above: Partial<ParsedLine>, line: Partial<ParsedLine>): boolean {
  const [before, after] = [above.wallMs ?? null, line.wallMs ?? null];
  return before !== null && after !== null && after - before > MAX_APART_MS;
}

function indentOf(payload: string): number {
  return payload.length - payload.trimStart().length;
}

/** A program that indents its messages (`sudo:      ada : …`) continues none of them by another: behind a wrapper such a line stands beside its head. */
function standsBeside(payload: string, head: string): boolean {
  const indent = indentOf(head);
  return indent > 0 && indent === indentOf(payload) && !isTraceLine(payload);
}

export class OpenRecords {
  readonly #open = new Map<string, OpenRecord>();
  readonly #context: FormatContext;
  readonly #close: (record: OpenRecord) => void;
  /** Payload of the last head that was read without parsing; null after a parsed one. */
  #passedHead: (() => string) | null = null;
  /** The head that was taken last. */
  #newest: OpenRecord | null = null;
  #partials = 0;

  constructor(context: FormatContext, close: (record: OpenRecord) => void) {
    this.#context = context;
    this.#close = close;
  }

  /** True while a line may belong to a record that is kept open. */
  get isOpen(): boolean {
    return this.#open.size > 0;
  }

  /**
   * Number of the line whose head closes the oldest open record; up to it heads need not be seen. Infinity where nothing is open, 0 where
   * the next line decides.
   */
  get dueAt(): number {
    const newest = this.#newest;
    const isPlain = newest?.wrappers.length === 0 && this.#open.get(newest.source) === newest;
    if (isPlain || this.isPartial) return 0;
    for (const { line } of this.#open.values()) return line + MAX_AGE + 1;
    return Number.POSITIVE_INFINITY;
  }

  /** True while a partial line waits for its rest: then no line may be read without parsing. */
  get isPartial(): boolean {
    return this.#partials > 0;
  }

  /** A record that was counted without parsing began: plain records above it are complete. */
  passHead(line: number, head: () => string): void {
    this.#passedHead = head;
    if (this.#open.size === 0) return;
    for (const record of this.#open.values())
      if (record.wrappers.length === 0 || line - record.line > MAX_AGE) this.#finish(record);
  }

  /** Takes a line that needs parsing. Returns true when it was a continuation. */
  take(newLine: NewLine): boolean {
    const { payload, outer, wrappers } = unwrapLine(newLine.raw, this.#context, newLine.key?.formats ?? null);
    const source = sourceOf(outer);
    const above = this.#open.get(source);
    if (above?.isPartial === true) {
      this.#joinPartial(above, payload, outer.partial === true);
      return false;
    }
    const isNear = above !== undefined && !isLater(above.outer, outer);
    const isContinuation = isNear
      ? !(wrappers.length > 0 && standsBeside(payload, above.head)) &&
        continuesRecord(payload, { head: above.head, last: above.last })
      : this.#continuesPassed(payload, wrappers.length === 0 ? null : { source, outer });
    if (isContinuation) {
      if (isNear) append(above, payload);
      return true;
    }
    if (above !== undefined) this.#finish(above);
    for (const record of this.#open.values())
      if (record.wrappers.length === 0 || newLine.line - record.line > MAX_AGE) this.#finish(record);
    if (this.#open.size >= MAX_SOURCES) this.finishAll();
    this.#passedHead = null;
    const isPartial = outer.partial === true;
    if (isPartial) this.#partials++;
    this.#newest = {
      ...newLine,
      source,
      outer,
      wrappers,
      head: payload,
      last: payload,
      rest: [],
      size: payload.length,
      isPartial,
      wasPartial: isPartial,
    };
    this.#open.set(source, this.#newest);
    return false;
  }

  /** `wrapped`: who stamped a payload behind a wrapper; null for a line without one. What another source has said last tells nothing about it. */
  #continuesPassed(payload: string, wrapped: Wrapped | null): boolean {
    const passed = this.#passedHead;
    if (passed === null) return false;
    const raw = passed();
    if (wrapped === null) return continuesRecord(payload, { head: raw, last: raw });
    const unwrapped = unwrapLine(raw, this.#context);
    if (sourceOf(unwrapped.outer) !== wrapped.source) return continuesRecord(payload, { head: '', last: '' });
    if (isLater(unwrapped.outer, wrapped.outer) || standsBeside(payload, unwrapped.payload)) return false;
    return continuesRecord(payload, { head: unwrapped.payload, last: unwrapped.payload });
  }

  #joinPartial(above: OpenRecord, payload: string, isPartial: boolean): void {
    if (above.size < MAX_TEXT * 4) {
      above.head += payload;
      above.last = above.head;
      above.size = above.head.length;
    }
    if (isPartial) return;
    above.isPartial = false;
    this.#partials--;
  }

  #finish(record: OpenRecord): void {
    this.#open.delete(record.source);
    if (record.isPartial) this.#partials--;
    this.#close(record);
  }

  finishAll(): void {
    for (const record of [...this.#open.values()]) this.#finish(record);
  }
}

function append(record: OpenRecord, payload: string): void {
  record.last = payload;
  if (record.rest.length >= MAX_LINES || record.size > MAX_TEXT) return;
  record.rest.push(payload);
  record.size += payload.length;
}
