/** What the first bytes of a file say of the rest: UTF-8 or UTF-16, text or binary. It converts UTF-16 and drops byte order marks and NUL padding. */

import { StringDecoder } from 'node:string_decoder';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'binary';

const SAMPLE = 65_536;
/** Share of control bytes above which a file is binary. Text has next to none; random bytes have 11 %. */
const MAX_CONTROL_SHARE = 0.03;

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is them that are looked for
const CONTROL = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/;

/** NULs at the start are padding (a log that was truncated under its writer) and do not count. */
export function encodingOf(head: Uint8Array): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  let start = 0;
  while (start < head.length && head[start] === 0) start++;
  const sample = head.subarray(start, start + SAMPLE);
  if (sample.length === 0) return head.length === 0 ? 'utf-8' : 'binary';
  // almost every log: found out by one native search, where to look at each byte in cold code takes longer than to read the file
  if (!CONTROL.test(Buffer.from(sample.buffer, sample.byteOffset, sample.length).toString('latin1')))
    return 'utf-8';
  const zeros = [0, 0];
  let controls = 0;
  for (let i = 0; i < sample.length; i++) {
    const byte = sample[i] as number;
    if (byte === 0) zeros[(start + i) & 1] = (zeros[(start + i) & 1] ?? 0) + 1;
    const isControl = byte < 32 && byte !== 0 && byte !== 27 && (byte < 9 || byte > 13);
    if (isControl || byte === 127) controls++;
  }
  const half = sample.length / 2;
  if (sample.length >= 8 && (zeros[1] ?? 0) > half * 0.4 && (zeros[0] ?? 0) < half * 0.05) return 'utf-16le';
  if (sample.length >= 8 && (zeros[0] ?? 0) > half * 0.4 && (zeros[1] ?? 0) < half * 0.05) return 'utf-16be';
  const isControlled = controls > sample.length * MAX_CONTROL_SHARE;
  const isPadded = (zeros[0] ?? 0) + (zeros[1] ?? 0) > sample.length * 0.3;
  return isControlled || (isPadded && controls > 8) ? 'binary' : 'utf-8';
}

/** Recodes a stream of UTF-16 chunks to UTF-8; an odd byte waits for the next chunk, an unpaired surrogate becomes U+FFFD. */
export class Utf16Recoder {
  readonly #decoder = new StringDecoder('utf16le');
  readonly #isBigEndian: boolean;
  #odd: Uint8Array = new Uint8Array(0);

  constructor(encoding: 'utf-16le' | 'utf-16be') {
    this.#isBigEndian = encoding === 'utf-16be';
  }

  recode(chunk: Uint8Array): Buffer {
    const bytes = Buffer.concat([this.#odd, chunk]);
    const even = bytes.length - (bytes.length % 2);
    this.#odd = bytes.subarray(even);
    const part = bytes.subarray(0, even);
    if (this.#isBigEndian) part.swap16();
    return Buffer.from(this.#decoder.write(part), 'utf8');
  }
}
