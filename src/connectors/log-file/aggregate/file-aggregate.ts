/** Everything that one log file amounts to, in its own clock. Bounded, whatever the file holds. */
import type { LogSeverity } from '../../../domain/signal.ts';
import { Cell } from './cell.ts';
import { RequestCounter } from './request-series.ts';

/** Templates of one file; records of further ones are counted under OTHER. */
const MAX_CELLS = 4_000;
/** Template of what could not be told apart any more. */
export const OTHER = '<*>';

export interface FileStream {
  readonly service: string | null;
  records: number;
  firstMs: number;
  lastMs: number;
  /** Every record is in one of them. */
  readonly cells: Cell[];
}

/** A record whose wording speaks of a rollout, in the file's own clock. */
export interface RolloutRecord {
  readonly atMs: number;
  readonly service: string | null;
  readonly message: string;
  readonly severity: LogSeverity;
  readonly version: string | null;
  readonly text: string;
  readonly line: number;
  readonly byteOffset: number | null;
}

export class FileAggregate {
  readonly cells = new Map<string, Cell>();
  /** Empty until `finish`. */
  readonly streams = new Map<string | null, FileStream>();
  readonly requests = new RequestCounter();
  readonly rollouts: RolloutRecord[] = [];
  /** Records whose time is at or before the end of the triage's evidence. */
  records = 0;
  lines = 0;
  /** Records that went through the parser, which costs a hundred times what counting does. */
  parsed = 0;
  /** Records after `asOf` or `--until`, which do not exist for this triage. */
  future = 0;
  /** First and last instant of what was read, those records included. */
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  /** Records before the first stamp of the file, or all of a file without stamps, by severity. */
  readonly untimed = new Map<LogSeverity, number>();
  readonly untimedSamples: {
    readonly text: string;
    readonly line: number;
    readonly byteOffset: number | null;
  }[] = [];
  zoneless = 0;
  yearless = 0;
  /** Whether any stamp had a year. */
  hasYears = false;
  /** Records whose wording was counted under OTHER. */
  overflow = 0;
  /** Lines cut at the longest length. */
  cutLines = 0;
  invalidBytes = false;
  rolloutsDropped = 0;
  /** When requests were seen, by request id: of parsed records only, so mostly of the file's beginning. */
  readonly requestTimes = new Map<string, number>();

  /** The cell of the messages in a group; `template` is how a new one reads. */
  cellOf(service: string | null, severity: LogSeverity, group: string, template: string): Cell {
    const key = `${service ?? ''}\n${severity}\n${group}`;
    const known = this.cells.get(key);
    if (known !== undefined) return known;
    if (this.cells.size >= MAX_CELLS && group !== OTHER) {
      this.overflow++;
      return this.cellOf(service, severity, OTHER, OTHER);
    }
    const made = new Cell(service, severity, group, template);
    this.cells.set(key, made);
    return made;
  }

  /** Closes the counts: call once, after the last record. */
  finish(): void {
    for (const cell of this.cells.values()) {
      cell.endSecond();
      if (cell.count === 0) continue;
      const stream = this.#streamOf(cell.service);
      stream.records += cell.count;
      stream.firstMs = Math.min(stream.firstMs, cell.firstMs);
      stream.lastMs = Math.max(stream.lastMs, cell.lastMs);
      stream.cells.push(cell);
      this.firstMs = Math.min(this.firstMs, cell.firstMs);
      this.lastMs = Math.max(this.lastMs, cell.lastMs);
    }
  }

  #streamOf(service: string | null): FileStream {
    const known = this.streams.get(service);
    if (known !== undefined) return known;
    const made = {
      service,
      records: 0,
      firstMs: Number.POSITIVE_INFINITY,
      lastMs: Number.NEGATIVE_INFINITY,
      cells: [],
    };
    this.streams.set(service, made);
    return made;
  }

  /** For a closed aggregate whose counts are wanted no finer: what is added up afterwards is a fraction. */
  widen(widthMs: number): void {
    for (const cell of this.cells.values()) cell.buckets.widen(widthMs);
  }
}
