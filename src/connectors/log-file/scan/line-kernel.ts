/**
 * The hot kernel's memory and calls, typed (assembly/line-kernel.ts is its source). It owns the buffer that a file is read into, finds
 * the skeleton key of each line and counts the lines of keys that were set up for it. It parses nothing and knows no time zone.
 */
import { KERNEL } from './line-kernel.generated.ts';

/** Longest line that is looked at; the rest of it is passed over. */
export const MAX_LINE = 262_144;
/** Bytes that a reader may put into the buffer at a time. */
export const CHUNK = 1 << 20;

/** Places in the kernel's memory; its source has the same. */
const TOKENS = 1024;
const STAMP = 4096;
const TOUCHED = 24_576;
const KEYS = 327_680;
const INPUT = 1_638_400;
const INPUT_SIZE = CHUNK + MAX_LINE + 64;
/** Behind the input, for lines that are hashed aside. */
const SCRATCH = INPUT_SIZE;

export const MAX_TOKENS = 512;
const MAX_KEYS = 8_192;
const MAX_EXTRA_FIELDS = 64;

/** Fields whose value tells records apart; every other value after `=` or in JSON is a variable. */
const KEPT_FIELDS =
  'level lvl severity levelname loglevel log.level severityText severity_text l at @l msg message event mt @mt @m short_message textPayload log text body @message service service.name app application component logger logger_name name category err error exception type method container container_name kind reason'.split(
    ' ',
  );

/** Fields whose number tells records apart (`"level":50`). */
const KEPT_NUMBERS =
  'level lvl severity severity_number severityNumber level_value levelno priority PRIORITY'.split(' ');

/** Why `run` stopped: every line was counted; a line needs a decision; a line begins like an ISO stamp of another second. */
export type Stop = 'done' | 'line' | 'prefix';
const STOPS: readonly Stop[] = ['done', 'line', 'prefix'];

/** How the stamps of one second look: the bytes up to the second, what may follow, and what must not. */
export interface SecondStamp {
  /** 8 to 32 bytes. */
  readonly text: Uint8Array;
  /** Digits behind a point or comma, as many as there are. */
  readonly hasFraction: boolean;
  /** Digits directly behind: exactly so many and no more; -1 where any byte may follow. */
  readonly digits: number;
  /** Zone, at most 8 bytes. */
  readonly suffix: Uint8Array;
  /** Behind the stamp: nothing that could be a zone; for stamps of syslog, a blank and a small letter. */
  readonly guard: 'none' | 'no-zone' | 'small-letter';
  readonly isIso: boolean;
}

/** Where the stamp stands in the lines of a key; see FieldPlace. Null: before the record, at the line's start. */
export interface CountedPlace {
  readonly fromStart: number;
  readonly fromEnd: number;
  readonly skip: number;
  readonly before: number;
}

/** What was counted of a key in one second. Milliseconds within the second; positions in the buffer; lines since `begin`. */
export interface SecondCount {
  readonly key: number;
  count: number;
  minMs: number;
  minStart: number;
  minEnd: number;
  minLine: number;
  maxMs: number;
  maxStart: number;
  maxEnd: number;
  maxLine: number;
}

/** The part of the platform's WebAssembly that is used; the types of Node do not have it. */
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  reset(): void;
  prepare(from: number, to: number): void;
  run(from: number, lastFeed: number, single: boolean): number;
  hashLine(start: number, from: number, withKey: boolean): void;
  keep(from: number, to: number, asNumber: boolean): void;
  keeps(from: number, to: number): number;
}

let compiled: object | null = null;

function instantiate(): Exports {
  compiled ??= new WebAssembly.Module(Buffer.from(KERNEL, 'base64'));
  return new WebAssembly.Instance(compiled).exports as Exports;
}

export class LineKernel {
  /** The input: `CHUNK + MAX_LINE` bytes and room for a line feed. */
  readonly bytes: Buffer;
  /** Starts of the last line's variable tokens, offsets in `bytes`; `tokenCount` of them. */
  readonly tokens: Int32Array;
  readonly #exports: Exports;
  readonly #state: Int32Array;
  readonly #stamp: Int32Array;
  readonly #stampBytes: Uint8Array;
  readonly #touched: Int32Array;
  readonly #keys: Int32Array;
  readonly #scratch: Buffer;
  #extraFields = 0;

  constructor() {
    this.#exports = instantiate();
    const { buffer } = this.#exports.memory;
    this.bytes = Buffer.from(buffer, INPUT, CHUNK + MAX_LINE + 2);
    this.tokens = new Int32Array(buffer, TOKENS, MAX_TOKENS);
    this.#state = new Int32Array(buffer, 0, 16);
    this.#stamp = new Int32Array(buffer, STAMP, 8);
    this.#stampBytes = new Uint8Array(buffer, STAMP + 32, 64);
    this.#touched = new Int32Array(buffer, TOUCHED, MAX_KEYS);
    this.#keys = new Int32Array(buffer, KEYS, MAX_KEYS * 16);
    this.#scratch = Buffer.from(buffer, INPUT + SCRATCH, MAX_LINE + 64);
  }

  /** Forgets the file before. */
  reset(): void {
    this.#exports.reset();
    this.#extraFields = 0;
    for (const name of KEPT_FIELDS) this.#keep(name, false);
    for (const name of KEPT_NUMBERS) this.#keep(name, true);
  }

  /** Call when the bytes in [0, end) have changed, before lines of them are taken; the first begins at 0. */
  begin(end: number): void {
    this.#exports.prepare(0, end);
    this.#state[4] = 0;
    this.#state[6] = 0;
  }

  /** Counts lines from `from` on, up to the line feed at `lastFeed`. `isSingle`: stops at the first in any case. */
  run(from: number, lastFeed: number, isSingle: boolean): Stop {
    this.#state[6] = 0;
    return STOPS[this.#exports.run(from, lastFeed, isSingle)] ?? 'done';
  }

  /** Hashes the line at `start` whose record begins at `from`; counts as a line. */
  takeLine(start: number, from: number): void {
    this.#exports.hashLine(start, from, true);
    this.#state[4] = this.lines + 1;
  }

  get lineStart(): number {
    return this.#state[0] as number;
  }

  /** Index of the line feed. */
  get lineEnd(): number {
    return this.#state[1] as number;
  }

  /** Small numbers from 0 in the order of appearance; -1 for a new key when 8,192 are known. */
  get key(): number {
    return this.#state[2] as number;
  }

  get tokenCount(): number {
    return this.#state[3] as number;
  }

  /** Lines taken since `begin`. */
  get lines(): number {
    return this.#state[4] as number;
  }

  /** The last line that the last `run` counted; end 0 where it counted none. */
  get headStart(): number {
    return this.#state[5] as number;
  }

  get headEnd(): number {
    return this.#state[6] as number;
  }

  /** Milliseconds of that line within the second. */
  get headMs(): number {
    return this.#state[8] as number;
  }

  /** From now on lines of the key are counted as long as they have a stamp of the second at hand at `place`. */
  countKey(key: number, place: CountedPlace | null): void {
    const at = key * 16;
    this.#keys[at] = place === null ? 1 : 2;
    if (place === null) return;
    this.#keys[at + 2] = place.fromStart;
    this.#keys[at + 3] = place.fromEnd;
    this.#keys[at + 4] = place.skip;
    this.#keys[at + 5] = place.before;
  }

  /** From now on every line of the key needs a decision, or none does: its lines continue records that are counted. */
  askForKey(key: number): void {
    this.#keys[key * 16] = 0;
  }

  passKey(key: number): void {
    this.#keys[key * 16] = 3;
  }

  /** Lines of the key that may be counted or read before one is to be checked; not positive once it is due. */
  remaining(key: number): number {
    return this.#keys[key * 16 + 1] as number;
  }

  setRemaining(key: number, lines: number): void {
    this.#keys[key * 16 + 1] = lines;
  }

  /** Null: no stamp is of the second at hand. */
  setSecond(stamp: SecondStamp | null): void {
    this.#stamp[0] = stamp?.text.length ?? 0;
    if (stamp === null) return;
    this.#stamp[1] = stamp.hasFraction ? 1 : 0;
    this.#stamp[2] = stamp.digits;
    this.#stamp[3] = stamp.suffix.length;
    this.#stamp[4] = ['none', 'no-zone', 'small-letter'].indexOf(stamp.guard);
    this.#stamp[5] = stamp.isIso ? 1 : 0;
    this.#stampBytes.set(stamp.text);
    this.#stampBytes.set(stamp.suffix, 32);
  }

  get hasCounts(): boolean {
    return this.#state[7] !== 0;
  }

  /** Hands over and forgets what was counted. The object is the same at every call. */
  takeCounts(take: (count: SecondCount) => void): void {
    const touched = this.#state[7] as number;
    const keys = this.#keys;
    this.#state[7] = 0;
    for (let i = 0; i < touched; i++) {
      const key = this.#touched[i] as number;
      const at = key * 16 + 6;
      take({
        key,
        count: keys[at] as number,
        minMs: keys[at + 1] as number,
        minStart: keys[at + 2] as number,
        minEnd: keys[at + 3] as number,
        minLine: keys[at + 4] as number,
        maxMs: keys[at + 5] as number,
        maxStart: keys[at + 6] as number,
        maxEnd: keys[at + 7] as number,
        maxLine: keys[at + 8] as number,
      });
      keys[at] = 0;
    }
  }

  /** From now on the value of this field tells records apart; for formats that name their message oddly. At most 64 are taken. */
  keepField(name: string): void {
    const length = this.#scratch.write(name, 0, MAX_LINE);
    if (this.#extraFields >= MAX_EXTRA_FIELDS || this.#exports.keeps(SCRATCH, SCRATCH + length) !== 0) return;
    this.#extraFields++;
    this.#keep(name, false);
  }

  #keep(name: string, asNumber: boolean): void {
    const length = this.#scratch.write(name, 0, MAX_LINE);
    this.#exports.keep(SCRATCH, SCRATCH + length, asNumber);
  }

  /**
   * Hash and tokens (from the line's start) of a line that is not in the buffer; `line` ends in its line feed and is no longer than
   * MAX_LINE. What `lineStart` and the others tell of the last line is lost.
   */
  hashAside(line: Uint8Array, from: number): { readonly hash: bigint; readonly tokens: Int32Array } {
    this.#scratch.set(line);
    this.#exports.prepare(SCRATCH, SCRATCH + line.length);
    this.#exports.hashLine(SCRATCH, SCRATCH + from, false);
    const tokens = this.tokens.slice(0, this.tokenCount).map((at) => at - SCRATCH);
    const [low = 0, high = 0] = this.#state.subarray(10, 12);
    return { hash: (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0), tokens };
  }
}

/** Each has 4 MiB, and address space that is given back late: files that are read one after the other share one. */
const idle: LineKernel[] = [];

export function borrowKernel(): LineKernel {
  const kernel = idle.pop() ?? new LineKernel();
  kernel.reset();
  return kernel;
}

export function returnKernel(kernel: LineKernel): void {
  if (idle.length < 2) idle.push(kernel);
}
