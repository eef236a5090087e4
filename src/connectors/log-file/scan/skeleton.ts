/**
 * The hot kernel: one pass over a line gives the hash of its skeleton (the words that stay the same from record to record)
 * and where its tokens start. It makes no string and knows nothing of formats.
 */
import { WORD_SEED, WordSet, wordHash } from './word-hash.ts';

/** Token starts that are kept per line. Later tokens are not addressable. */
const MAX_TOKENS = 512;
const MIX = 0x9e3779b1 | 0;

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

/** What a byte does to a token: 0 belongs to it, VARIES makes it a variable, ENDS ends it. */
const CLASS = new Uint8Array(256);
const VARIES = 4;
const ENDS = 128;
for (let byte = 0; byte <= 64; byte++) {
  if (byte <= 32) CLASS[byte] = ENDS;
  if ((byte > 47 && byte < 58) || byte === 64) CLASS[byte] = VARIES;
}
for (const mark of '=:,;()[]{}"\'|<>') CLASS[mark.charCodeAt(0)] = ENDS;

/** 1 where a word that hashes there behind a number is its unit; other words that share the place (1 of 200) drop out behind numbers too. */
const UNIT_FILTER = new Uint8Array(4096);
for (const unit of UNITS) UNIT_FILTER[wordHash(unit) & 4095] = 1;

export class SkeletonHasher {
  /** Two independent halves of the key of the last line. */
  h1 = 0;
  h2 = 0;
  /** Start offsets of the last line's tokens, in order; `tokenCount` of them, at most 512. */
  readonly tokens = new Int32Array(MAX_TOKENS);
  tokenCount = 0;

  readonly #kept = new WordSet(KEPT_FIELDS);
  readonly #keptNumbers = new WordSet(KEPT_NUMBERS);

  /** From now on the value of this field tells records apart; for formats that name their message oddly. At most 64 are taken. */
  keepField(hash: number): boolean {
    if (this.#kept.has(hash) || this.#kept.size >= KEPT_FIELDS.length + 64) return false;
    this.#kept.add(hash);
    return true;
  }

  /** Hashes from `from` to the line's end and returns the index of its line feed. There must be one at or after `from`. */
  hash(bytes: Uint8Array, from: number): number {
    // module constants as locals: loading them per byte costs the kernel a third of its speed
    const newline = 10;
    const quote = 34;
    const slash = 47;
    const equals = 61;
    const ends = 128;
    const varies = 4;
    const seed = 17;
    const mix = -1640531535;
    const classOf = CLASS;
    const unitFilter = UNIT_FILTER;
    const maxTokens = 512;
    const tokens = this.tokens;
    let h1 = 0x2545f491;
    let h2 = 0x61c88647;
    let count = 0;
    let i = from;
    let afterNumber = 0;
    let c = bytes[i] as number;
    if (c === 60) {
      // the digits of a syslog priority are its level: they belong to the key
      for (c = bytes[++i] as number; c > 47 && c < 58; c = bytes[++i] as number) h1 = Math.imul(h1 ^ c, mix);
    }
    for (;;) {
      let kind = classOf[c] as number;
      while (kind === ends) {
        if (c === newline || (c === 123 && bytes[i + 1] === quote)) {
          this.h1 = h1;
          this.h2 = h2;
          this.tokenCount = count;
          return c === newline ? i : this.#hashJson(bytes, i + 1);
        }
        c = bytes[++i] as number;
        kind = classOf[c] as number;
      }
      if (count < maxTokens) tokens[count++] = i;
      let word = seed;
      if (c === slash) kind = varies;
      while (kind < varies) {
        word = ((word << 5) - word + c) | 0;
        c = bytes[++i] as number;
        kind = classOf[c] as number;
      }
      if (kind === varies) {
        do c = bytes[++i] as number;
        while (classOf[c] !== ends);
        afterNumber = 1;
        continue;
      }
      if ((afterNumber & (unitFilter[word & 4095] as number)) === 0) {
        h1 = Math.imul(h1 ^ word, mix);
        h2 = (Math.imul(h2, 31) + word) | 0;
      }
      afterNumber = 0;
      if (c === equals && !this.#kept.has(word)) {
        c = bytes[++i] as number;
        if (c === quote) {
          if (count < maxTokens) tokens[count++] = i + 1;
          i = skipString(bytes, i + 1);
          c = bytes[i] as number;
        } else if (classOf[c] !== ends) {
          if (count < maxTokens) tokens[count++] = i;
          do c = bytes[++i] as number;
          while (classOf[c] !== ends);
        }
      }
    }
  }

  /** From the first quote of an object to the line's end: field names and the words of kept values count, other values are passed over. */
  #hashJson(bytes: Uint8Array, from: number): number {
    // module constants as locals: loading them per byte costs the kernel a third of its speed
    const newline = 10;
    const quote = 34;
    const backslash = 92;
    const seed = 17;
    const maxTokens = 512;
    const tokens = this.tokens;
    let i = from;
    for (;;) {
      let c = bytes[i] as number;
      while (c !== quote) {
        if (c === newline) return i;
        c = bytes[++i] as number;
      }
      const start = i + 1;
      let name = seed;
      c = bytes[++i] as number;
      while (c !== quote && c !== newline) {
        name = ((name << 5) - name + c) | 0;
        if (c === backslash && bytes[i + 1] !== newline) i++;
        c = bytes[++i] as number;
      }
      if (c === newline) return i;
      c = bytes[++i] as number;
      if (c === 32) c = bytes[++i] as number;
      if (c !== 58) {
        if (this.tokenCount < maxTokens) tokens[this.tokenCount++] = start;
        continue;
      }
      this.#mix(name);
      c = bytes[++i] as number;
      if (c === 32) c = bytes[++i] as number;
      if (c === quote) {
        if (this.#kept.has(name)) i = this.#hashString(bytes, i + 1);
        else {
          if (this.tokenCount < maxTokens) tokens[this.tokenCount++] = i + 1;
          i = skipString(bytes, i + 1);
        }
      } else if (c !== 123 && c !== 91 && c !== newline) {
        i = this.#hashScalar(bytes, i, this.#keptNumbers.has(name));
      }
    }
  }

  #mix(word: number): void {
    this.h1 = Math.imul(this.h1 ^ word, MIX);
    this.h2 = (Math.imul(this.h2, 31) + word) | 0;
  }

  /** A number, `true`, `false` or `null`: counts only where the number is a level, and then only when it is short. */
  #hashScalar(bytes: Uint8Array, from: number, isKept: boolean): number {
    if (this.tokenCount < MAX_TOKENS) this.tokens[this.tokenCount++] = from;
    let i = from;
    let c = bytes[i] as number;
    let value = WORD_SEED;
    while (c !== 44 && c !== 125 && c !== 93 && c !== 10) {
      value = ((value << 5) - value + c) | 0;
      c = bytes[++i] as number;
    }
    if (isKept && i - from <= 5) this.#mix(value);
    return i;
  }

  /** The words of a kept string; returns the index after its closing quote, or of the line feed. */
  #hashString(bytes: Uint8Array, from: number): number {
    // module constants as locals: loading them per byte costs the kernel a third of its speed
    const newline = 10;
    const quote = 34;
    const slash = 47;
    const equals = 61;
    const backslash = 92;
    const ends = 128;
    const varies = 4;
    const seed = 17;
    const mix = -1640531535;
    const classOf = CLASS;
    const unitFilter = UNIT_FILTER;
    const maxTokens = 512;
    const tokens = this.tokens;
    let count = this.tokenCount;
    let { h1, h2 } = this;
    let i = from;
    let afterNumber = 0;
    let c = bytes[i] as number;
    for (;;) {
      let kind = classOf[c] as number;
      while (kind === ends || c === backslash) {
        if (c === newline || c === quote) {
          this.h1 = h1;
          this.h2 = h2;
          this.tokenCount = count;
          return c === quote ? i + 1 : i;
        }
        if (c === backslash && bytes[i + 1] !== newline) i++;
        c = bytes[++i] as number;
        kind = classOf[c] as number;
      }
      if (count < maxTokens) tokens[count++] = i;
      let word = seed;
      if (c === slash) kind = varies;
      while (kind < varies && c !== backslash) {
        word = ((word << 5) - word + c) | 0;
        c = bytes[++i] as number;
        kind = classOf[c] as number;
      }
      if (kind === varies) {
        do c = bytes[++i] as number;
        while (classOf[c] !== ends && c !== backslash);
        afterNumber = 1;
        continue;
      }
      if ((afterNumber & (unitFilter[word & 4095] as number)) === 0) {
        h1 = Math.imul(h1 ^ word, mix);
        h2 = (Math.imul(h2, 31) + word) | 0;
      }
      afterNumber = 0;
      if (c !== equals || this.#kept.has(word)) continue;
      c = bytes[++i] as number;
      if (classOf[c] === ends || c === backslash) continue;
      if (count < maxTokens) tokens[count++] = i;
      while (classOf[c] !== ends && c !== backslash) c = bytes[++i] as number;
    }
  }
}

/** Index after the closing quote of a string that starts at `from`, or of the line feed where it is not closed. */
function skipString(bytes: Uint8Array, from: number): number {
  let i = from;
  for (;;) {
    const c = bytes[i] as number;
    if (c === 34) return i + 1;
    if (c === 10) return i;
    i += c === 92 && bytes[i + 1] !== 10 ? 2 : 1;
  }
}
