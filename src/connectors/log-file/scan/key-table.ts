/** What is known of each skeleton key of a file: where its fields stand, where its lines are counted, and when to look again. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { Cell } from '../aggregate/cell.ts';
import type { RequestSeries } from '../aggregate/request-series.ts';
import type { KnownFormats } from '../formats/parse-line.ts';
import { KeyReader } from './key-reader.ts';

/** Where the lines of a key are counted, for one service and one class of status. */
export interface Variant {
  readonly service: string | null;
  /** First digit of the HTTP status, 0 without one. */
  readonly statusClass: number;
  readonly severity: LogSeverity;
  /** Of the request, where the record has one: a key's lines have the same, as its words are part of the key. */
  readonly method: string | null;
  /** The server failed, or the record says that something did. */
  readonly isFailure: boolean;
  readonly cell: Cell;
  /** The service that the record names, or its pod where it names none: lines that agree belong here. */
  readonly said: string | null;
  /** Request series by route, for quick access. */
  readonly named: Map<string | null, RequestSeries>;
  /** The same by the kernel's number of their route, the one without a route first. */
  readonly series: (RequestSeries | undefined)[];
}

export class KeyState {
  /** Number of the key in the kernel. */
  readonly index: number;
  /** `fields`: read from bytes; `parse`: every line goes through the parser; `continuation`: belongs to the record above. */
  kind: 'new' | 'fields' | 'parse' | 'continuation' = 'new';
  readonly reader = new KeyReader();
  /** True while the kernel counts its lines. */
  isCounted = false;
  parsed = 0;
  /** Of its lines; null until one was parsed whose format is known. */
  formats: KnownFormats | null = null;
  /** Count of its lines, since they are read from bytes, at which one is parsed to check the reader. */
  nextCheck = 0;
  /** The variant of the last line; that of every line where the kernel counts them. */
  variant: Variant | null = null;
  readonly variants: Variant[] = [];

  constructor(index: number) {
    this.index = index;
  }
}
