/**
 * The hot kernel's memory and calls, typed (assembly/ has its source). It owns the buffer that a file is read into, finds
 * the skeleton key of each line and counts the lines of keys that were set up for it. It parses nothing and knows no time zone.
 */
import { keptModule } from '../../_kit/kept-wasm.ts';
import { withTieringBudget } from '../../_kit/wasm-tiering.ts';
import type { CountedPlace, CountedRequest, Stop } from './kernel-contract.ts';
import { KernelCounts, MAX_SLOTS } from './kernel-counts.ts';
import { KernelStamps } from './kernel-stamps.ts';
import { KERNEL } from './line-kernel.generated.ts';

/** Longest line that is looked at; the rest of it is passed over. */
export const MAX_LINE = 262_144;
/** Bytes that a reader may put into the buffer at a time. */
export const CHUNK = 1 << 19;

/** Places in the kernel's memory; assembly/layout.ts has the same. */
const TOKENS = 1024;
const KEYS = 327_680;
const REQUESTS = 999_424;
const TEXTS_OF_KEY = 1_482_752;
const TEXTS = 4_194_304;
const CLASSES = 4_292_608;
const INPUT = 2_211_840;
const INPUT_SIZE = CHUNK + MAX_LINE + 128;
/** Behind the input, for lines that are hashed aside. */
const SCRATCH = INPUT_SIZE;

export const MAX_TOKENS = 512;
const MAX_KEYS = 8_192;
const MAX_REQUESTS = 512;
/** Names of targets; the kernel's table has twice as many places. */
const MAX_ROUTE_NAMES = 2_048;
const MAX_EXTRA_FIELDS = 64;
/** Keys whose lines are told apart by texts, the texts of one, and combinations with a number; the kernel's table has twice as many places. */
const MAX_TEXT_KEYS = 512;
export const MAX_TEXTS = 3;
const MAX_NAMED_TEXTS = 2_048;

/** Fields whose value tells records apart; every other value after `=` or in JSON is a variable. */
const KEPT_FIELDS =
  'level lvl severity levelname loglevel log.level severityText severity_text l at @l msg message event mt @mt @m short_message textPayload log text body @message service service.name app application component logger logger_name name category err error exception type method container container_name kind reason'.split(
    ' ',
  );

/** Fields whose number tells records apart (`"level":50`). */
const KEPT_NUMBERS =
  'level lvl severity severity_number severityNumber level_value levelno priority PRIORITY'.split(' ');

const STOPS: readonly Stop[] = ['done', 'line', 'prefix', 'full', 'due'];
const NEVER = 0x7fff_ffff;

/** The part of the platform's WebAssembly that is used; the types of Node do not have it. */
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  reset(): void;
  prepare(from: number, to: number): void;
  run(from: number, lastFeed: number, single: boolean, due: number): number;
  hashLine(start: number, from: number, withKey: boolean): void;
  forgetFields(): void;
  keep(from: number, to: number, asNumber: boolean): void;
  keeps(from: number, to: number): number;
  nameRoute(route: number): void;
  gather(): void;
  nameTexts(number: number): void;
}

/**
 * A few megabytes of log spend it (see withTieringBudget). Optimising what is hot here costs 30 ms of CPU; until then a megabyte costs 1.5 ms
 * more than it needs to.
 */
const TIERING_BUDGET = 300_000_000;

let compiled: object | null = null;

function compile(): object {
  const binary = Buffer.from(KERNEL, 'base64');
  return keptModule(binary) ?? withTieringBudget(TIERING_BUDGET, () => new WebAssembly.Module(binary));
}

function instantiate(): Exports {
  compiled ??= compile();
  return new WebAssembly.Instance(compiled).exports as Exports;
}

export class LineKernel {
  /** The input: `CHUNK + MAX_LINE` bytes, as much as aligning them takes, and room for a line feed. */
  readonly bytes: Buffer;
  /** Starts of the last line's variable tokens, offsets in `bytes`; `tokenCount` of them. */
  readonly tokens: Int32Array;
  readonly stamps: KernelStamps;
  readonly counts: KernelCounts;
  readonly #exports: Exports;
  readonly #state: Int32Array;
  readonly #keys: Int32Array;
  readonly #requests: Int32Array;
  readonly #textsOfKey: Int32Array;
  readonly #texts: Int32Array;
  readonly #classes: Int32Array;
  readonly #factors: Float64Array;
  readonly #scratch: Buffer;
  #requestCount = 0;
  #slotCount = MAX_KEYS;
  #routeNames = 0;
  #textKeys = 0;
  #namedTexts = 0;
  #extraFields = 0;

  constructor() {
    this.#exports = instantiate();
    const { buffer } = this.#exports.memory;
    this.bytes = Buffer.from(buffer, INPUT, CHUNK + MAX_LINE + 66);
    this.tokens = new Int32Array(buffer, TOKENS, MAX_TOKENS);
    this.#state = new Int32Array(buffer, 0, 40);
    this.stamps = new KernelStamps(buffer, this.#state);
    this.counts = new KernelCounts(buffer, this.#state, this.#exports.gather);
    this.#keys = new Int32Array(buffer, KEYS, MAX_KEYS * 8);
    this.#requests = new Int32Array(buffer, REQUESTS, MAX_REQUESTS * 32);
    this.#textsOfKey = new Int32Array(buffer, TEXTS_OF_KEY, MAX_KEYS);
    this.#texts = new Int32Array(buffer, TEXTS, MAX_TEXT_KEYS * 16);
    this.#classes = new Int32Array(buffer, CLASSES, MAX_NAMED_TEXTS * 6);
    this.#factors = new Float64Array(buffer, REQUESTS, MAX_REQUESTS * 16);
    this.#scratch = Buffer.from(buffer, INPUT + SCRATCH, MAX_LINE + 64);
    this.#keepUsual();
  }

  /** Forgets the file before. */
  reset(): void {
    this.#exports.reset();
    if (this.#extraFields > 0) this.#keepUsual();
    this.#requestCount = 0;
    this.#slotCount = MAX_KEYS;
    this.#routeNames = 0;
    this.#texts.fill(0, 0, this.#textKeys * 16);
    this.#textKeys = 0;
    this.#namedTexts = 0;
  }

  /** No field tells records apart but those that do in any file. */
  #keepUsual(): void {
    this.#extraFields = 0;
    this.#exports.forgetFields();
    for (const name of KEPT_FIELDS) this.#keep(name, false);
    for (const name of KEPT_NUMBERS) this.#keep(name, true);
  }

  /** Call when the bytes in [0, end) have changed, before lines of them are taken; the first begins at 0 or behind a line feed. */
  begin(end: number): void {
    this.#exports.prepare(0, end);
    this.#state[4] = 0;
    this.#state[6] = 0;
  }

  /**
   * Counts lines from `from` on, up to the line feed at `lastFeed` and to the line of number `due` since `begin`. Infinity: to any, and
   * continuations are passed over. Where it is reached already, it stops at the first line in any case.
   */
  run(from: number, lastFeed: number, due: number): Stop {
    this.#state[6] = 0;
    const isSingle = due <= this.lines;
    return (
      STOPS[this.#exports.run(from, lastFeed, isSingle, isSingle ? NEVER : Math.min(due, NEVER))] ?? 'done'
    );
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

  /** Milliseconds of that line within the span. */
  get headMs(): number {
    return this.#state[8] as number;
  }

  /** From now on lines of the key are counted, in the slot with its number, as long as they have a stamp of the span at hand at `place`. */
  countKey(key: number, place: CountedPlace | null): void {
    const at = key * 8;
    this.#keys[at] = place === null ? 1 : 2;
    if (place !== null) setPlace(this.#keys, at + 2, place);
  }

  /** From now on lines of the key are counted in the slot with its number, whatever their time. */
  countUntimed(key: number): void {
    this.#keys[key * 8] = 4;
  }

  /** Lines of the key are requests, which are counted in slots of their own. False when there is no room: then the key is to be asked for. */
  countRequests(key: number, { status, duration, route }: CountedRequest): boolean {
    const at = key * 8 + 6;
    const known = this.#keys[at] as number;
    if (known === 0 && this.#requestCount === MAX_REQUESTS) return false;
    const request = known === 0 ? this.#requestCount++ : known - 1;
    this.#keys[at] = request + 1;
    [status, duration, route].forEach((place, i) => {
      this.#requests[request * 32 + i * 5] = place === null ? 0 : 1;
      if (place !== null) setPlace(this.#requests, request * 32 + i * 5 + 1, place);
    });
    this.#factors[request * 16 + 8] = duration?.factor ?? 1;
    return true;
  }

  /**
   * Lines of the key are counted apart by the texts at these places, at most MAX_TEXTS: those that `nameTexts` was told a slot for.
   * False when there is no room. No places: by nothing. Where the places or `areAsked` change, what was named has no name any more.
   */
  countTexts(key: number, places: readonly CountedPlace[], areAsked: boolean): boolean {
    const known = this.#textsOfKey[key] as number;
    if (known === 0 && places.length === 0) return true;
    if (known === 0 && this.#textKeys === MAX_TEXT_KEYS) return false;
    const description = known === 0 ? this.#textKeys++ : known - 1;
    this.#textsOfKey[key] = places.length === 0 ? 0 : description + 1;
    const at = description * 16;
    const before = this.#texts.slice(at, at + 16).join();
    this.#texts[at] = places.length;
    this.#texts[at + 14] = areAsked ? 1 : 0;
    places.forEach((place, i) => {
      setPlace(this.#texts, at + 2 + i * 4, place);
    });
    if (before !== this.#texts.slice(at, at + 16).join())
      this.#texts[at + 1] = (this.#texts[at + 1] as number) + 1;
    return true;
  }

  /** True when `run` stopped at a line because its texts have no number. */
  get lacksTexts(): boolean {
    return this.#state[18] !== 0 || this.#state[19] !== 0;
  }

  /** The number of the texts in the line that `run` stopped at, -1 where they have none. */
  get textsNumber(): number {
    return this.#state[20] as number;
  }

  /** A slot for what is told apart by its texts; null where there is no room for one. */
  #newSlot(): number | null {
    return this.#slotCount === MAX_SLOTS ? null : this.#slotCount++;
  }

  /** Gives the texts that lack a number a slot of their own; null where there is no room. Not for requests. */
  slotOfTexts(): number | null {
    if (this.#namedTexts === MAX_NAMED_TEXTS) return null;
    const slot = this.#newSlot();
    if (slot === null) return null;
    this.#namedTexts++;
    this.#exports.nameTexts(slot);
    return slot;
  }

  /** The same for texts of requests, which get a number: their slots are those of `requestSlotOfTexts`. */
  numberOfTexts(): number | null {
    if (this.#namedTexts === MAX_NAMED_TEXTS) return null;
    const number = this.#namedTexts++;
    this.#exports.nameTexts(number);
    return number;
  }

  /** The slot for requests with texts of this number and this first digit of the status, null where there is no room for it. */
  requestSlotOfTexts(number: number, statusClass: number): number | null {
    const at = number * 6 + statusClass;
    const known = (this.#classes[at] as number) - 1;
    if (known >= 0) return known;
    const slot = this.#newSlot();
    if (slot !== null) this.#classes[at] = slot + 1;
    return slot;
  }

  /** The slot for requests of the key with this first digit of the status (0 to 5), null where there is no room for it. */
  requestSlot(key: number, statusClass: number): number | null {
    const request = (this.#keys[key * 8 + 6] as number) - 1;
    const at = request * 32 + 18 + statusClass;
    const known = (this.#requests[at] as number) - 1;
    if (known >= 0) return known;
    const slot = this.#newSlot();
    if (slot !== null) this.#requests[at] = slot + 1;
    return slot;
  }

  /** From now on requests of the key with this first digit of the status need a decision. */
  withholdSlot(key: number, statusClass: number): void {
    const request = (this.#keys[key * 8 + 6] as number) - 1;
    if (request >= 0) this.#requests[request * 32 + 18 + statusClass] = 0;
  }

  /** Names the route of the line that `run` stopped at, where that is why it stopped. */
  nameRoute(route: number): void {
    if (this.#routeNames === MAX_ROUTE_NAMES) return;
    this.#routeNames++;
    this.#exports.nameRoute(route);
  }

  /** True when `run` stopped at a request because its target has no name. */
  get lacksRoute(): boolean {
    return this.#state[14] !== 0 || this.#state[15] !== 0;
  }

  /** From now on every line of the key needs a decision. */
  askForKey(key: number): void {
    this.#keys[key * 8] = 0;
  }

  /** From now on lines of the key are passed over: they continue records that are counted. */
  passKey(key: number): void {
    this.#keys[key * 8] = 3;
  }

  /** Lines of the key that may be counted or read before one is to be checked; not positive once it is due. */
  remaining(key: number): number {
    return this.#keys[key * 8 + 1] as number;
  }

  setRemaining(key: number, lines: number): void {
    this.#keys[key * 8 + 1] = lines;
  }

  /** From now on the value of this field tells records apart; for formats that name their message oddly. At most 64 are taken. */
  keepField(name: string, asNumberToo = false): void {
    const length = this.#scratch.write(name, 0, MAX_LINE);
    if (this.#extraFields >= MAX_EXTRA_FIELDS || this.#exports.keeps(SCRATCH, SCRATCH + length) !== 0) return;
    this.#extraFields++;
    this.#keep(name, false);
    if (asNumberToo) this.#keep(name, true);
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

function setPlace(memory: Int32Array, at: number, { fromStart, fromEnd, skip, before }: CountedPlace): void {
  memory[at] = fromStart;
  memory[at + 1] = fromEnd;
  memory[at + 2] = skip;
  memory[at + 3] = before;
}

/** Each has 5 MiB, and address space that is given back late: files that are read one after the other share one. */
const idle: LineKernel[] = [];

export function borrowKernel(): LineKernel {
  const kernel = idle.pop() ?? new LineKernel();
  kernel.reset();
  return kernel;
}

export function returnKernel(kernel: LineKernel): void {
  if (idle.length < 2) idle.push(kernel);
}
