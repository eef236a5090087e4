/** Values straight from bytes: numbers, short texts and routes, with one string per distinct value instead of one per line. */
import { routeOf } from '../formats/request.ts';

const MAX_TEXT = 200;
const MAX_ENTRIES = 16_384;

/** Bytes that end a value whatever stands around it. */
const ENDS = new Uint8Array(256);
for (let byte = 0; byte <= 32; byte++) ENDS[byte] = 1;
for (const mark of '",;|<>()[]{}\'') ENDS[mark.charCodeAt(0)] = 1;

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
}

/** Three digits 100…599 that stand alone; NaN otherwise. */
export function readStatus(bytes: Uint8Array, at: number): number {
  const status =
    ((bytes[at] as number) - 48) * 100 +
    ((bytes[at + 1] as number) - 48) * 10 +
    (bytes[at + 2] as number) -
    48;
  const next = bytes[at + 3];
  const isAlone = next === undefined || next < 48 || (next > 57 && next < 65) || next > 122;
  return isAlone && status >= 100 && status <= 599 ? status : Number.NaN;
}

/** An unsigned decimal number with an optional fraction; NaN otherwise. */
export function readNumber(bytes: Uint8Array, at: number): number {
  let c = bytes[at] as number;
  if (!(c > 47 && c < 58)) return Number.NaN;
  let value = 0;
  let i = at;
  for (; c > 47 && c < 58; c = bytes[++i] as number) value = value * 10 + (c - 48);
  if (c === 46) {
    let scale = 1;
    for (c = bytes[++i] as number; c > 47 && c < 58; c = bytes[++i] as number) {
      scale *= 10;
      value = value * 10 + (c - 48);
    }
    value /= scale;
  }
  return i - at > 15 ? Number.NaN : value;
}

/** Texts by the hash of their bytes. Forgets all when full: an entry costs one string, a lost one costs it again. */
export class TextTable {
  readonly #texts = new Map<number, string>();

  /** The text that starts at `at` and ends before `after` or any delimiter; null when it is empty or longer than 200 bytes. */
  read(bytes: Uint8Array, at: number, after: number): string | null {
    let i = at;
    let hash = 17;
    for (let c = bytes[i] as number; c !== after && ENDS[c] === 0; c = bytes[++i] as number) {
      hash = ((hash << 5) - hash + c) | 0;
    }
    const length = i - at;
    if (length === 0 || length > MAX_TEXT) return null;
    // an integer of 32 bits: a Map of larger numbers allocates
    const key = Math.imul(hash ^ length, 0x9e3779b1);
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    if (this.#texts.size >= MAX_ENTRIES) this.#texts.clear();
    const text = textOf(bytes, at, i);
    this.#texts.set(key, text);
    return text;
  }
}

/** Routes of request targets; targets that differ only in numeric segments share one entry. */
export class RouteTable {
  readonly #routes = new Map<number, string | null>();
  readonly #routeOf: (text: string) => string | null;

  /** `read`: the route that a text is; null for one that is none. */
  constructor(read: (text: string) => string | null = routeOf) {
    this.#routeOf = read;
  }

  /** Null when what starts at `at` is none. */
  read(bytes: Uint8Array, at: number): string | null {
    let i = at;
    let hash = 17;
    let c = bytes[i] as number;
    for (; ENDS[c] === 0 && c !== 63 && c !== 35; c = bytes[++i] as number) {
      if (c > 47 && c < 58 && bytes[i - 1] === 47) {
        // digits directly behind a slash: whether the segment is a number shows at its end
        const start = i;
        for (c = bytes[i + 1] as number; c > 47 && c < 58; c = bytes[i + 1] as number) i++;
        const isWhole = c === 47 || c === 63 || c === 35 || ENDS[c] === 1;
        if (isWhole) hash = ((hash << 5) - hash + 1) | 0;
        else for (let k = start; k <= i; k++) hash = ((hash << 5) - hash + (bytes[k] as number)) | 0;
        continue;
      }
      hash = ((hash << 5) - hash + c) | 0;
    }
    if (i === at || i - at > 2000) return null;
    const known = this.#routes.get(hash);
    if (known !== undefined) return known;
    if (this.#routes.size >= MAX_ENTRIES) this.#routes.clear();
    const route = this.#routeOf(textOf(bytes, at, i));
    this.#routes.set(hash, route);
    return route;
  }
}
