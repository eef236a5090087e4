/** Cuts a stream of bytes into whole lines for a scanner, in the scanner's buffer: the unfinished tail is carried. Lines beyond the longest length are cut, not kept. */
import { CHUNK, MAX_LINE } from '../scan/line-kernel.ts';

const NEWLINE = 10;
/** What a reader is given begins at a multiple of this: some processors copy a page five times as slowly to a place that lies just behind its own within a page. */
const ALIGNMENT = 64;

/** What takes the lines, and the buffer in which it takes them; see FileScanner. */
export interface LineTaker {
  readonly bytes: Buffer;
  takeLines(end: number, base: number, from: number): number;
}

export class LineFeeder {
  readonly #taker: LineTaker;
  readonly #buffer: Buffer;
  /** Where the lines that are not taken yet begin, and where they end. */
  #start = 0;
  #fill = 0;
  /** Stream offset of the buffer's first byte. */
  #base = 0;
  /** True while the rest of a line that was cut is passed over. */
  #isPassing = false;
  cutLines = 0;

  constructor(taker: LineTaker) {
    this.#taker = taker;
    this.#buffer = taker.bytes;
  }

  get bytes(): number {
    return this.#base + this.#fill;
  }

  /** Offset in the stream at which the first byte stands; call before the first one comes. */
  startAt(base: number): void {
    this.#base = base;
  }

  /** Where a reader may put its next bytes, at least CHUNK; `commit` says how many it put there. */
  space(): Buffer {
    return this.#buffer.subarray(this.#fill, this.#buffer.length - 1);
  }

  commit(count: number): void {
    this.#fill += count;
    if (this.#isPassing) this.#pass();
    this.#drop(this.#taker.takeLines(this.#fill, this.#base, this.#start));
    if (this.#fill - this.#start >= MAX_LINE) this.#cut();
  }

  write(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const space = this.space();
      const part = chunk.subarray(at, Math.min(chunk.length, at + Math.min(space.length, CHUNK)));
      space.set(part);
      at += part.length;
      this.commit(part.length);
    }
  }

  /** The last line may lack its line feed. */
  end(): void {
    if (this.#fill === this.#start) return;
    this.#buffer[this.#fill] = NEWLINE;
    const taken = this.#taker.takeLines(this.#fill + 1, this.#base, this.#start);
    this.#drop(Math.min(taken, this.#fill));
  }

  /** Forgets what lies before `to` and moves the rest to where it ends at a multiple of ALIGNMENT. */
  #drop(to: number): void {
    const start = (ALIGNMENT - ((this.#fill - to) % ALIGNMENT)) % ALIGNMENT;
    this.#buffer.copyWithin(start, to, this.#fill);
    // what stands before a line is its end of another
    if (start > 0) this.#buffer[start - 1] = NEWLINE;
    this.#fill += start - to;
    this.#base += to - start;
    this.#start = start;
  }

  /** A line of MAX_LINE bytes without an end: its beginning is taken as the line, the rest is passed over. */
  #cut(): void {
    this.cutLines++;
    const end = this.#start + MAX_LINE;
    const kept = this.#buffer[end];
    this.#buffer[end] = NEWLINE;
    this.#taker.takeLines(end + 1, this.#base, this.#start);
    this.#buffer[end] = kept ?? 0;
    this.#drop(end);
    this.#isPassing = true;
    this.#pass();
  }

  #pass(): void {
    const newline = this.#buffer.subarray(0, this.#fill).indexOf(NEWLINE, this.#start);
    this.#isPassing = newline < 0;
    this.#drop(newline < 0 ? this.#fill : newline + 1);
  }
}
