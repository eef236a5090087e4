/** Joins lines into records: continuations to the head above them (per source behind wrappers), partial lines to one. It does not parse records. */

import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { continuesRecord } from '../formats/continuation.ts';
import { unwrapLine } from '../formats/parse-line.ts';
import type { LinePrefix } from './key-reader.ts';
import type { KeyState } from './key-table.ts';
import type { TokenLine } from './line-fields.ts';

/** Longest text and most lines of one record; what follows is dropped from it. */
const MAX_TEXT = 65_536;
const MAX_LINES = 400;
/** Sources (pods, containers) whose records may be open at once, and lines after which one closes. */
const MAX_SOURCES = 64;
const MAX_AGE = 64;

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
  /** The innermost wrapper around the head, null for none. */
  readonly wrapper: LogFormat | null;
  /** Payload of the head, and of further lines. */
  head: string;
  last: string;
  rest: string[];
  size: number;
  /** True while the head is an unfinished partial line. */
  isPartial: boolean;
  wasPartial: boolean;
}

export type NewLine = Pick<
  OpenRecord,
  'key' | 'line' | 'byteOffset' | 'raw' | 'tokens' | 'prefix' | 'prefixEnd'
>;

function sourceOf(outer: Partial<ParsedLine>): string {
  return `${outer.pod ?? ''}\n${outer.service ?? ''}\n${outer.host ?? ''}`;
}

export class OpenRecords {
  readonly #open = new Map<string, OpenRecord>();
  readonly #context: FormatContext;
  readonly #close: (record: OpenRecord) => void;
  /** Payload of the last head that was read without parsing; null after a parsed one. */
  #passedHead: (() => string) | null = null;
  #partials = 0;

  constructor(context: FormatContext, close: (record: OpenRecord) => void) {
    this.#context = context;
    this.#close = close;
  }

  /** True while a line may belong to a record that is kept open. */
  get isOpen(): boolean {
    return this.#open.size > 0;
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
      if (record.wrapper === null || line - record.line > MAX_AGE) this.#finish(record);
  }

  /** Takes a line that needs parsing. Returns true when it was a continuation. */
  take(newLine: NewLine): boolean {
    const { payload, outer, format } = unwrapLine(newLine.raw, this.#context);
    const source = sourceOf(outer);
    const above = this.#open.get(source);
    if (above?.isPartial === true) {
      this.#joinPartial(above, payload, outer.partial === true);
      return false;
    }
    if (this.#continues(payload, above, format !== null)) {
      if (above !== undefined) append(above, payload);
      return true;
    }
    if (above !== undefined) this.#finish(above);
    for (const record of this.#open.values())
      if (record.wrapper === null || newLine.line - record.line > MAX_AGE) this.#finish(record);
    if (this.#open.size >= MAX_SOURCES) this.finishAll();
    this.#passedHead = null;
    const isPartial = outer.partial === true;
    if (isPartial) this.#partials++;
    this.#open.set(source, {
      ...newLine,
      source,
      outer,
      wrapper: format,
      head: payload,
      last: payload,
      rest: [],
      size: payload.length,
      isPartial,
      wasPartial: isPartial,
    });
    return false;
  }

  #continues(payload: string, above: OpenRecord | undefined, isWrapped: boolean): boolean {
    if (above !== undefined) return continuesRecord(payload, { head: above.head, last: above.last });
    const passed = this.#passedHead;
    if (passed === null) return false;
    const head = isWrapped ? unwrapLine(passed(), this.#context).payload : passed();
    return continuesRecord(payload, { head, last: head });
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
