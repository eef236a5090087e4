/**
 * The hot kernel: one pass over a line gives the hash of its skeleton (the words that stay the same from record to record)
 * and where its tokens start. It makes no string and knows nothing of formats.
 */
import { WORD_SEED, WordSet } from './word-hash.ts';

/** Token starts that are kept per line. Later tokens are not addressable. */
const MAX_TOKENS = 512;
const MIX_1 = 0x9e3779b1 | 0;
const MIX_2 = 0x85ebca6b | 0;

/** Fields whose value tells records apart; every other value after `=` or in JSON is a variable. */
const KEPT_FIELDS =
  'level lvl severity levelname loglevel log.level severityText severity_text l at @l msg message event mt @mt @m short_message textPayload log text body @message service service.name app application component logger logger_name name category err error exception type method container container_name kind reason'.split(
    ' ',
  );

/** Fields whose number tells records apart (`"level":50`). */
const KEPT_NUMBERS =
  'level lvl severity severity_number severityNumber level_value levelno priority PRIORITY'.split(' ');

/** Words that follow a number as its unit. */
const UNITS =
  'ms s us ns m h sec secs seconds second min minutes millis B KB MB GB kB KiB MiB GiB bytes byte'.split(' ');

/** What a byte does to a token: 0 and 2 belong to it (2 is a letter), 4 makes it a variable, 128 ends it. */
const CLASS = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const isLetter = (byte > 64 && byte < 91) || (byte > 96 && byte < 123) || byte > 127;
  const isVariable = (byte > 47 && byte < 58) || byte === 64;
  if (isLetter) CLASS[byte] = 2;
  else if (isVariable) CLASS[byte] = 4;
  else if (byte <= 32) CLASS[byte] = 128;
}
for (const mark of '=:,;()[]{}"\'|<>') CLASS[mark.charCodeAt(0)] = 128;

const NEWLINE = 10;
const QUOTE = 34;
const SLASH = 47;
const EQUALS = 61;
const BACKSLASH = 92;

export class SkeletonHasher {
  /** Two independent halves of the key of the last line. */
  h1 = 0;
  h2 = 0;
  /** Start offsets of the last line's tokens, in order; `tokenCount` of them, at most 512. */
  readonly tokens = new Int32Array(MAX_TOKENS);
  tokenCount = 0;

  readonly #kept = new WordSet(KEPT_FIELDS);
  readonly #keptNumbers = new WordSet(KEPT_NUMBERS);
  readonly #units = new WordSet(UNITS);

  /** From now on the value of this field tells records apart; for formats that name their message oddly. At most 64 are taken. */
  keepField(hash: number): boolean {
    if (this.#kept.has(hash) || this.#kept.size >= KEPT_FIELDS.length + 64) return false;
    this.#kept.add(hash);
    return true;
  }

  /** Hashes from `from` to the line's end and returns the index of its line feed. There must be one at or after `from`. */
  hash(bytes: Uint8Array, from: number): number {
    const tokens = this.tokens;
    let h1 = 0x2545f491;
    let h2 = 0x61c88647;
    let count = 0;
    let i = from;
    let isDropped = false;
    let afterNumber = false;
    let c = bytes[i] as number;
    if (c === 60) {
      // the digits of a syslog priority are its level: they belong to the key
      for (c = bytes[++i] as number; c > 47 && c < 58; c = bytes[++i] as number)
        h1 = Math.imul(h1 ^ c, MIX_1);
    }
    for (;;) {
      let kind = CLASS[c] as number;
      while (kind === 128) {
        if (c === NEWLINE) {
          this.h1 = h1;
          this.h2 = h2;
          this.tokenCount = count;
          return i;
        }
        if (c === 123 && bytes[i + 1] === QUOTE) {
          this.h1 = h1;
          this.h2 = h2;
          this.tokenCount = count;
          return this.#hashJson(bytes, i + 1);
        }
        c = bytes[++i] as number;
        kind = CLASS[c] as number;
      }
      if (count < MAX_TOKENS) tokens[count++] = i;
      let word = WORD_SEED;
      let letters = 0;
      if (c === SLASH) kind = 4;
      const start = i;
      while (kind < 4) {
        word = ((word << 5) - word + c) | 0;
        letters |= kind;
        c = bytes[++i] as number;
        kind = CLASS[c] as number;
      }
      if (kind === 4) {
        do c = bytes[++i] as number;
        while ((CLASS[c] as number) < 128);
        afterNumber = true;
        isDropped = c === EQUALS;
      } else {
        if (letters > 0 && !isDropped && !(afterNumber && i - start < 8 && this.#units.has(word))) {
          h1 = Math.imul(h1 ^ word, MIX_1);
          h1 ^= h1 >>> 15;
          h2 = Math.imul(h2 ^ word, MIX_2);
          h2 ^= h2 >>> 13;
        }
        afterNumber = false;
        isDropped = false;
      }
      if (c === EQUALS) {
        isDropped = kind === 4 || !this.#kept.has(word);
        c = bytes[i + 1] as number;
        if (c === QUOTE) {
          i += 2;
          if (isDropped) {
            if (count < MAX_TOKENS) tokens[count++] = i;
            i = skipString(bytes, i);
          }
          isDropped = false;
          c = bytes[i] as number;
        } else if (c <= 32) isDropped = false;
      }
    }
  }

  /** From the first quote of an object to the line's end: field names and the words of kept values count, other values are passed over. */
  #hashJson(bytes: Uint8Array, from: number): number {
    const tokens = this.tokens;
    let i = from;
    for (;;) {
      let c = bytes[i] as number;
      while (c !== QUOTE) {
        if (c === NEWLINE) return i;
        c = bytes[++i] as number;
      }
      const start = i + 1;
      let name = WORD_SEED;
      c = bytes[++i] as number;
      while (c !== QUOTE && c !== NEWLINE) {
        name = ((name << 5) - name + c) | 0;
        if (c === BACKSLASH && bytes[i + 1] !== NEWLINE) i++;
        c = bytes[++i] as number;
      }
      if (c === NEWLINE) return i;
      c = bytes[++i] as number;
      if (c === 32) c = bytes[++i] as number;
      if (c !== 58) {
        if (this.tokenCount < MAX_TOKENS) tokens[this.tokenCount++] = start;
        continue;
      }
      this.#mix(name);
      c = bytes[++i] as number;
      if (c === 32) c = bytes[++i] as number;
      if (c === QUOTE) {
        if (this.#kept.has(name)) i = this.#hashString(bytes, i + 1);
        else {
          if (this.tokenCount < MAX_TOKENS) tokens[this.tokenCount++] = i + 1;
          i = skipString(bytes, i + 1);
        }
      } else if (c !== 123 && c !== 91 && c !== NEWLINE) {
        i = this.#hashScalar(bytes, i, this.#keptNumbers.has(name));
      }
    }
  }

  #mix(word: number): void {
    const a = Math.imul(this.h1 ^ word, MIX_1);
    this.h1 = a ^ (a >>> 15);
    const b = Math.imul(this.h2 ^ word, MIX_2);
    this.h2 = b ^ (b >>> 13);
  }

  /** A number, `true`, `false` or `null`: counts only where the number is a level, and then only when it is short. */
  #hashScalar(bytes: Uint8Array, from: number, isKept: boolean): number {
    if (this.tokenCount < MAX_TOKENS) this.tokens[this.tokenCount++] = from;
    let i = from;
    let c = bytes[i] as number;
    let value = WORD_SEED;
    while (c !== 44 && c !== 125 && c !== 93 && c !== NEWLINE) {
      value = ((value << 5) - value + c) | 0;
      c = bytes[++i] as number;
    }
    if (isKept && i - from <= 5) this.#mix(value);
    return i;
  }

  /** The words of a kept string; returns the index after its closing quote, or of the line feed. */
  #hashString(bytes: Uint8Array, from: number): number {
    const tokens = this.tokens;
    let i = from;
    let isDropped = false;
    let afterNumber = false;
    for (;;) {
      let c = bytes[i] as number;
      let kind = CLASS[c] as number;
      if (kind === 128) {
        if (c === NEWLINE) return i;
        i++;
        if (c === QUOTE) return i;
        if (c <= 32) isDropped = false;
        continue;
      }
      if (c === BACKSLASH) {
        i += bytes[i + 1] === NEWLINE ? 1 : 2;
        continue;
      }
      if (this.tokenCount < MAX_TOKENS) tokens[this.tokenCount++] = i;
      const start = i;
      let word = WORD_SEED;
      let letters = 0;
      if (c === SLASH) kind = 4;
      while (kind < 4 && c !== BACKSLASH) {
        word = ((word << 5) - word + c) | 0;
        letters |= kind;
        c = bytes[++i] as number;
        kind = CLASS[c] as number;
      }
      if (kind === 4) {
        do c = bytes[++i] as number;
        while ((CLASS[c] as number) < 128 && c !== BACKSLASH);
        afterNumber = true;
        isDropped = c === EQUALS;
        continue;
      }
      if (letters > 0 && !isDropped && !(afterNumber && i - start < 8 && this.#units.has(word)))
        this.#mix(word);
      afterNumber = false;
      isDropped = c === EQUALS && !this.#kept.has(word);
    }
  }
}

/** Index after the closing quote of a string that starts at `from`, or of the line feed where it is not closed. */
function skipString(bytes: Uint8Array, from: number): number {
  let i = from;
  for (;;) {
    const c = bytes[i] as number;
    if (c === QUOTE) return i + 1;
    if (c === NEWLINE) return i;
    i += c === BACKSLASH && bytes[i + 1] !== NEWLINE ? 2 : 1;
  }
}
