/** What is counted per service, severity and group of messages within one file. */
import type { LogSeverity } from '../../../domain/signal.ts';
import { IdentityPairs } from '../../_kit/failing-identities.ts';
import type { Identity, ParsedLine } from '../format.ts';
import type { KnownFormats } from '../formats/parse-line.ts';
import { AttributeVotes } from './attribute-votes.ts';
import { BucketCounter } from './bucket-counter.ts';
import { Spread } from './spread.ts';

/** A record kept word for word. `line` is 1-based; `byteOffset` null where the file is compressed or recoded. */
export interface KeptRecord {
  readonly atMs: number;
  /** At most 8,192 characters. */
  readonly text: string;
  /** Hash of the whole line where it is longer than `text`, else null. */
  readonly sha256: string | null;
  readonly line: number;
  readonly byteOffset: number | null;
}

export interface SplitCount {
  count: number;
  firstMs: number;
  lastMs: number;
}

/**
 * Records of a span of time: milliseconds within it of the first and the last; how many each of its seconds has, from `row` on, and how many
 * seconds have any.
 */
export interface SpanRecords {
  readonly count: number;
  readonly filled: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly rows: Int32Array;
  readonly row: number;
}

/** The names by which records are split; null stands for absent. */
export interface RecordNames {
  readonly pod: string | null;
  readonly host: string | null;
  readonly version: string | null;
  readonly zone: string | null;
  readonly peer: string | null;
}

export type SplitDimension = 'pod' | 'version' | 'zone' | 'host' | 'route' | 'peer';

/** Values per dimension of one cell; what comes later is not split. */
const MAX_SPLITS = 200;
/** What a trace says beside the type of its exception. */
const THROWN = 'exception.message';
/** Records between the first and the last. */
const MAX_MIDDLE = 4;

/** Width of the buckets in which ids are told apart. */
const IDENTITY_MS = 300_000;

export class Cell {
  readonly service: string | null;
  readonly severity: LogSeverity;
  /** What its messages have in common; see groupOf. */
  readonly group: string;
  /** The template of the first of them. */
  readonly template: string;
  count = 0;
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  readonly buckets = new BucketCounter();
  first: KeptRecord | null = null;
  last: KeptRecord | null = null;
  readonly middle: KeptRecord[] = [];
  /** Of those that the kernel has counted, and of those that were read from bytes. */
  readonly counted = new Spread<KeptRecord>();
  readonly read = new Spread<KeptRecord>();
  /** Of the record that was parsed last; others of the cell may differ. */
  formats: KnownFormats | null = null;
  /** Whom its records of failures were about; null where none said. */
  failing: IdentityPairs | null = null;
  readonly splits = new Map<SplitDimension, Map<string, SplitCount>>();
  message = '';
  stack: string | null = null;
  exceptionType: string | null = null;
  #votes = 0;
  readonly #attributes = new AttributeVotes();
  #thrown: string | null = null;
  logger: string | null = null;
  /** Number of the second whose records are counted apart, 0 for none; see `beginSecond`. */
  second = 0;
  secondCount = 0;
  /** Records of that second before `secondLow` ms or not before `secondHigh` ms would be the first or the last of the cell. */
  secondLow = 0;
  secondHigh = 0;
  #secondMs = 0;
  /** Position of the newest record in the chunk at hand; `lastEnd` 0 when it was already kept. */
  lastStart = 0;
  lastEnd = 0;
  lastLine = 0;

  constructor(service: string | null, severity: LogSeverity, group: string, template: string) {
    this.service = service;
    this.severity = severity;
    this.group = group;
    this.template = template;
  }

  /**
   * From now on records of this second may be counted in `secondCount`, with `secondHigh` raised: small integers, which cost a tenth
   * of a time in a double. False where the cell is empty or already past that second.
   */
  beginSecond(second: number, startMs: number): boolean {
    this.endSecond();
    if (this.count === 0 || this.lastMs >= startMs + 1000) return false;
    if (!Number.isInteger(this.firstMs) || !Number.isInteger(this.lastMs)) return false;
    this.second = second;
    this.#secondMs = startMs;
    // `| 0` keeps the fields small integers
    this.secondLow = this.firstMs > startMs ? (this.firstMs - startMs) | 0 : 0;
    this.secondHigh = this.lastMs > startMs ? (this.lastMs - startMs) | 0 : 0;
    return true;
  }

  /** Adds what was counted apart; due before anything else is read of the cell. */
  endSecond(): void {
    this.second = 0;
    if (this.secondCount === 0) return;
    this.count += this.secondCount;
    this.lastMs = this.#secondMs + this.secondHigh;
    this.buckets.add(this.#secondMs, this.secondCount);
    this.secondCount = 0;
  }

  /** Line of the newest record so far; 0 for none. */
  get newestLine(): number {
    return this.lastEnd === 0 ? (this.last?.line ?? 0) : this.lastLine;
  }

  /** Adds records of the span that starts at `startMs`, which have rows of seconds. */
  countSpan(startMs: number, { count, filled, rows, row, minMs, maxMs }: SpanRecords): void {
    this.endSecond();
    this.count += count;
    this.firstMs = Math.min(this.firstMs, startMs + minMs);
    this.lastMs = Math.max(this.lastMs, startMs + maxMs);
    const first = Math.trunc(minMs / 1000);
    const last = Math.trunc(maxMs / 1000);
    if (first === last) this.buckets.add(startMs + first * 1000, count);
    else
      this.buckets.addSeconds(startMs + first * 1000, rows, row + first, row + last + 1, {
        sum: count,
        filled,
      });
  }

  /** A record that is kept by itself: forgets the position of the newest one where this one is newer. Lines decide within an instant. */
  passNewest(atMs: number, line: number): void {
    this.endSecond();
    if (atMs > this.lastMs || (atMs === this.lastMs && line > this.lastLine)) this.lastEnd = 0;
  }

  count1(atMs: number): void {
    this.endSecond();
    this.count++;
    if (atMs < this.firstMs) this.firstMs = atMs;
    if (atMs > this.lastMs) this.lastMs = atMs;
    this.buckets.add(atMs);
  }

  /** Keeps what a fully parsed record tells beyond its count. */
  describe(parsed: ParsedLine): void {
    if (this.message === '') {
      this.message = parsed.message;
      this.logger = parsed.logger;
    }
    this.#attributes.hear(parsed.attributes);
    this.#hear(parsed);
  }

  /** What most of its parsed records say; of the exception what the one that speaks for them said. */
  get attributes(): Readonly<Record<string, string>> {
    const { [THROWN]: _, ...common } = this.#attributes.common();
    return this.#thrown === null ? common : { ...common, [THROWN]: this.#thrown };
  }

  /** Of several exceptions under one message the most frequent speaks for it (majority vote of Boyer and Moore), the first of equals. */
  #hear({ exceptionType, stack, attributes }: ParsedLine): void {
    if (this.exceptionType === null || exceptionType === this.exceptionType) {
      this.exceptionType ??= exceptionType;
      this.stack ??= stack;
      this.#thrown ??= attributes[THROWN] ?? null;
      if (exceptionType !== null) this.#votes++;
      return;
    }
    if (exceptionType === null || --this.#votes > 0) return;
    this.exceptionType = exceptionType;
    this.stack = stack;
    this.#thrown = attributes[THROWN] ?? null;
    this.#votes = 1;
  }

  keep(record: KeptRecord): void {
    // records that were held open come after those behind them
    const isFirst =
      this.first === null ||
      record.atMs < this.first.atMs ||
      (record.atMs === this.first.atMs && record.line < this.first.line);
    if (isFirst) {
      const earlier = this.first;
      this.first = record;
      if (earlier === null) {
        this.last ??= record;
        return;
      }
      this.#keepMiddle(earlier);
      return;
    }
    const isNewest =
      this.last === null ||
      record.atMs > this.last.atMs ||
      (record.atMs === this.last.atMs && record.line > this.last.line);
    if (isNewest) {
      const before = this.last;
      this.last = record;
      if (before !== null && before !== this.first) this.#keepMiddle(before);
      return;
    }
    this.#keepMiddle(record);
  }

  #keepMiddle(record: KeptRecord): void {
    if (this.middle.length < MAX_MIDDLE) this.middle.push(record);
  }

  /** A record of a failure names somebody, of the kind that came first in the cell; null where it does and was not read. */
  noteFailing(identity: Identity | null, atMs: number): void {
    if (identity === null) {
      this.failing?.miss();
      return;
    }
    this.failing ??= new IdentityPairs(identity.kind);
    if (this.failing.kind !== identity.kind) return;
    this.failing.add(identity.id, Math.floor(atMs / IDENTITY_MS) * IDENTITY_MS);
  }

  split(dimension: SplitDimension, value: string, atMs: number, count = 1, lastMs = atMs): void {
    let values = this.splits.get(dimension);
    if (values === undefined) {
      values = new Map();
      this.splits.set(dimension, values);
    }
    let split = values.get(value);
    if (split === undefined) {
      if (values.size >= MAX_SPLITS) return;
      split = { count: 0, firstMs: atMs, lastMs: atMs };
      values.set(value, split);
    }
    split.count += count;
    if (atMs < split.firstMs) split.firstMs = atMs;
    if (lastMs > split.lastMs) split.lastMs = lastMs;
  }
}
