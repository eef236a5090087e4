/**
 * The hot kernel in AssemblyScript (docs/adr/0005): takes whole lines out of linear memory, tells each line's skeleton key and where its
 * variable tokens start, and counts the lines that need nothing else. Everything that needs a decision is handed to file-scanner.ts.
 *
 * One pass makes three bit masks of the bytes, 16 at a time; what follows jumps from bit to bit. A skeleton is the runs of bytes between
 * variable tokens, without the delimiters at their edges. A token varies when it has a digit or an @, starts with /, or is the value
 * behind = of a field that is not kept. In JSON the names and the kept values count.
 *
 * Memory, in bytes; the same figures stand in ../line-kernel.ts:
 */
const STATE: usize = 0;
const TOKENS: usize = 1024;
const STAMP: usize = 4096;
const CLASS: usize = 5120;
const KEPT: usize = 8192;
const KEPT_NUMBERS: usize = 16384;
const TOUCHED: usize = 24576;
const TABLE: usize = 65536;
const KEYS: usize = 327680;
const ENDS: usize = 917504;
const SPECIAL: usize = 1146880;
const QUOTES: usize = 1376256;
const INPUT: usize = 1638400;

const MAX_TOKENS: i32 = 512;
const MAX_KEYS: i32 = 8192;
const TABLE_MASK: u64 = 16383;
const KEPT_MASK: u64 = 511;
const NO_LIMIT: i32 = 0x7fffffff;

const K1: u64 = 0x9e3779b97f4a7c15;
const K2: u64 = 0xc2b2ae3d27d4eb4f;
const K3: u64 = 0xd6e8feb86659fd93;

/** What `run` and `hashLine` leave in STATE, as i32: see the class of the same name in ../line-kernel.ts. */
const LINE_START: usize = 0;
const LINE_END: usize = 4;
const KEY: usize = 8;
const TOKEN_COUNT: usize = 12;
const LINES: usize = 16;
const HEAD_START: usize = 20;
const HEAD_END: usize = 24;
const TOUCHED_COUNT: usize = 28;
const LAST_MS: usize = 32;
const KEY_COUNT: usize = 36;
const HASH: usize = 40;

/** Answers of `run`. */
const DONE: i32 = 0;
const LINE: i32 = 1;
const PREFIX: i32 = 2;

/** Modes of a key: ask about each line; count by the stamp before the line; count by the stamp at its place; a continuation. */
const COUNT_BY_PREFIX: i32 = 1;
const COUNT_BY_PLACE: i32 = 2;
const CONTINUATION: i32 = 3;

/** Fields of a key at KEYS + 64 × key, as i32. */
const MODE: usize = 0;
const REMAINING: usize = 4;
const FROM_START: usize = 8;
const FROM_END: usize = 12;
const SKIP: usize = 16;
const BEFORE: usize = 20;
const COUNT: usize = 24;
const MIN_MS: usize = 28;
const MIN_START: usize = 32;
const MIN_END: usize = 36;
const MIN_LINE: usize = 40;
const MAX_MS: usize = 44;
const MAX_START: usize = 48;
const MAX_END: usize = 52;
const MAX_LINE: usize = 56;

/** The stamp of the second at hand: how its text begins and what may follow. */
const STAMP_LENGTH: usize = 0;
const STAMP_HAS_MARK: usize = 4;
const STAMP_DIGITS: usize = 8;
const STAMP_SUFFIX_LENGTH: usize = 12;
const STAMP_GUARD: usize = 16;
const STAMP_IS_ISO: usize = 20;
const STAMP_TEXT: usize = 32;
const STAMP_SUFFIX: usize = 64;

let tokenCount: i32 = 0;
let stop: i32 = 0;
let stampMs: i32 = 0;

// ---- bytes -> masks ----

/** Per low and high nibble, a bit for each group of bytes: both tables agree on a bit exactly for the members of its group. */
// @ts-ignore: decorator
@inline
function endsOf(low: v128, high: v128): v128 {
  const lows = i8x16(3, 1, 3, 1, 1, 1, 1, 3, 3, 3, 5, 29, 23, 29, 5, 1);
  const highs = i8x16(1, 1, 2, 4, 0, 8, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0);
  return v128.and(i8x16.swizzle(lows, low), i8x16.swizzle(highs, high));
}

/** Bits: 1 digit, 2 @, 4 line feed, 8 {, 16 ", 32 \, 64 /, 128 =. */
// @ts-ignore: decorator
@inline
function marksOf(low: v128, high: v128): v128 {
  const lows = i8x16(3, 1, 17, 1, 1, 1, 1, 1, 1, 1, 4, 8, 32, -128, 0, 64);
  const highs = i8x16(4, 0, 80, -127, 2, 32, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0);
  return v128.and(i8x16.swizzle(lows, low), i8x16.swizzle(highs, high));
}

/** A bit for each byte that has any of `bits`, none of which is the sign. */
// @ts-ignore: decorator
@inline
function having(bytes: v128, bits: i8): u64 {
  return <u64>(<u32>i8x16.bitmask(i8x16.gt_s(v128.and(bytes, i8x16.splat(bits)), i8x16.splat(0))));
}

/** Makes the masks of the bytes [from, to); `from` is a multiple of 64 and begins a line. */
export function prepare(from: i32, to: i32): void {
  let endsBefore: u64 = 1;
  let equalsBefore: u64 = 0;
  for (let at = from; at < to; at += 64) {
    let ends: u64 = 0;
    let special: u64 = 0;
    let quotes: u64 = 0;
    let slashes: u64 = 0;
    let equals: u64 = 0;
    for (let part = 3; part >= 0; part--) {
      const bytes = v128.load(INPUT + at + (part << 4));
      const low = v128.and(bytes, i8x16.splat(15));
      const high = i8x16.shr_u(bytes, 4);
      const marks = marksOf(low, high);
      ends = (ends << 16) | <u64>(<u32>i8x16.bitmask(i8x16.gt_s(endsOf(low, high), i8x16.splat(0))));
      special = (special << 16) | having(marks, 15);
      quotes = (quotes << 16) | having(marks, 52);
      // a shift of words brings the bit of each byte to its sign
      slashes = (slashes << 16) | <u64>(<u32>i8x16.bitmask(i16x8.shl(marks, 1)));
      equals = (equals << 16) | <u64>(<u32>i8x16.bitmask(marks));
    }
    special |= slashes & ((ends << 1) | endsBefore);
    special |= ((equals << 1) | equalsBefore) & (~ends | quotes);
    endsBefore = ends >> 63;
    equalsBefore = equals >> 63;
    const word = <usize>(at >> 6) << 3;
    store<u64>(ENDS + word, ends);
    store<u64>(SPECIAL + word, special);
    store<u64>(QUOTES + word, quotes);
  }
}

// @ts-ignore: decorator
@inline
function byteAt(at: i32): u32 {
  return load<u8>(INPUT + at);
}

/** The first position from `at` on whose bit is set; the line feed that ends the line has one in every mask. */
// @ts-ignore: decorator
@inline
function next(mask: usize, at: i32): i32 {
  let word = at >> 6;
  let bits = load<u64>(mask + (<usize>word << 3)) >> (at & 63);
  if (bits != 0) return at + <i32>ctz(bits);
  do bits = load<u64>(mask + (<usize>++word << 3));
  while (bits == 0);
  return (word << 6) + <i32>ctz(bits);
}

/** The last position before `at` whose bit is set, not below `floor` - 1. */
// @ts-ignore: decorator
@inline
function last(mask: usize, at: i32, floor: i32): i32 {
  let word = at >> 6;
  let bits = load<u64>(mask + (<usize>word << 3)) & ((<u64>1 << (at & 63)) - 1);
  while (bits == 0) {
    if (word << 6 <= floor) return floor - 1;
    bits = load<u64>(mask + (<usize>--word << 3));
  }
  return max((word << 6) + 63 - <i32>clz(bits), floor - 1);
}

// @ts-ignore: decorator
@inline
function isEnd(at: i32): bool {
  return load<u8>(CLASS + byteAt(at)) != 0;
}

// ---- hashing ----

// @ts-ignore: decorator
@inline
function mix(hash: u64, value: u64): u64 {
  return rotl((hash ^ value) * K3, 29);
}

// @ts-ignore: decorator
@inline
function hashBytes(from: i32, to: i32): u64 {
  const length = to - from;
  let at: usize = INPUT + from;
  const end: usize = INPUT + to;
  let hash: u64 = <u64>length * K2;
  if (length >= 8) {
    for (; at + 16 < end; at += 16) {
      hash = mix(hash, (load<u64>(at) * K1) ^ rotl(load<u64>(at, 8) * K2, 31));
    }
    // the last 16 bytes at most, read from either side
    if (at + 8 < end) hash = mix(hash, load<u64>(at) * K1);
    return mix(hash, load<u64>(end - 8) * K2);
  }
  if (length >= 4) return mix(hash, (<u64>load<u32>(at) << 32) | <u64>load<u32>(end - 4));
  if (length > 0)
    hash = mix(hash, (<u64>load<u8>(at) << 16) | (<u64>load<u8>(at + (length >> 1)) << 8) | <u64>load<u8>(end - 1));
  return hash;
}

/** Takes the bytes without the delimiters at their edges into the hash; delimiters alone leave it as it is. */
// @ts-ignore: decorator
@inline
function takeRun(hash: u64, from: i32, to: i32): u64 {
  let start = from;
  let end = to;
  while (start < end && isEnd(start)) start++;
  if (start >= end) return hash;
  while (isEnd(end - 1)) end--;
  return mix(hash, hashBytes(start, end));
}

function isKept(set: usize, hash: u64): bool {
  let at = hash & KEPT_MASK;
  let found = load<u64>(set + (<usize>at << 3));
  while (found != 0 && found != hash) {
    at = (at + 1) & KEPT_MASK;
    found = load<u64>(set + (<usize>at << 3));
  }
  return found != 0;
}

/** Keeps the field whose name stands in [from, to); the table must have room. `asNumber`: for its number instead of its text. */
export function keep(from: i32, to: i32, asNumber: bool): void {
  const set = asNumber ? KEPT_NUMBERS : KEPT;
  const hash = hashBytes(from, to);
  if (isKept(set, hash)) return;
  let at = hash & KEPT_MASK;
  while (load<u64>(set + (<usize>at << 3)) != 0) at = (at + 1) & KEPT_MASK;
  store<u64>(set + (<usize>at << 3), hash);
}

export function keeps(from: i32, to: i32): bool {
  return isKept(KEPT, hashBytes(from, to));
}

// ---- skeletons ----

// @ts-ignore: decorator
@inline
function addToken(at: i32): void {
  if (tokenCount < MAX_TOKENS) store<i32>(TOKENS + (<usize>tokenCount << 2), at), tokenCount++;
}

/** The quote that closes a string whose text begins at `from`, or the line feed. */
function closing(from: i32): i32 {
  let at = next(QUOTES, from);
  while (byteAt(at) == 92) at = byteAt(at + 1) == 10 ? at + 1 : next(QUOTES, at + 2);
  return at;
}

/**
 * Words and variable tokens from `from` to the line feed, or to `limit` inside a JSON string. Leaves in `stop` where it ended.
 * An object inside of text is read as JSON to the line's end.
 */
function hashText(from: i32, limit: i32, seed: u64): u64 {
  const isText = limit == NO_LIMIT;
  let hash = seed;
  let run = from;
  let at = from;
  for (;;) {
    let found = min(next(SPECIAL, at), limit);
    const byte = byteAt(found);
    if (found == limit || byte == 10) {
      stop = found;
      break;
    }
    if (byte == 123) {
      if (isText && byteAt(found + 1) == 34) return hashJson(found + 1, takeRun(hash, run, found));
      at = found + 1;
      continue;
    }
    if (found > run && byteAt(found - 1) == 61 && (byte > 64 || byte == 34)) {
      // a number or path varies whatever its name is
      const name = last(ENDS, found - 1, run) + 1;
      if (!isKept(KEPT, hashBytes(name, found - 1))) {
        hash = takeRun(hash, run, found);
        if (byte == 34) {
          addToken(found + 1);
          found = closing(found + 1);
          if (byteAt(found) == 34) found++;
        } else {
          addToken(found);
          found = next(ENDS, found + 1);
        }
        run = at = min(found, limit);
        continue;
      }
      at = found + 1;
      continue;
    }
    let start = last(ENDS, found, run) + 1;
    if (!isText) {
      const escape = last(QUOTES, found, start);
      if (escape >= start) start = min(escape + 2, found);
    }
    hash = takeRun(hash, run, start);
    if (tokenCount != 1 || load<i32>(TOKENS) != start) addToken(start);
    found = next(ENDS, found + 1);
    if (!isText) found = min(found, next(QUOTES, start));
    run = at = min(found, limit);
  }
  return takeRun(hash, run, stop);
}

/** From the first quote of an object to the line's end: names and kept values count, other values are passed over. */
function hashJson(from: i32, seed: u64): u64 {
  let hash = seed;
  let at = from;
  for (;;) {
    at = next(QUOTES, at);
    let byte = byteAt(at);
    if (byte != 34) {
      if (byte == 10) break;
      at++;
      continue;
    }
    const start = at + 1;
    const end = closing(start);
    at = end;
    if (byteAt(end) == 10) break;
    byte = byteAt(++at);
    if (byte == 32) byte = byteAt(++at);
    if (byte != 58) {
      addToken(start);
      continue;
    }
    const name = hashBytes(start, end);
    hash = mix(hash, name);
    byte = byteAt(++at);
    if (byte == 32) byte = byteAt(++at);
    if (byte == 34) {
      addToken(at + 1);
      const close = closing(at + 1);
      if (isKept(KEPT, name)) hash = hashText(at + 1, close, hash);
      at = byteAt(close) == 34 ? close + 1 : close;
    } else if (byte != 123 && byte != 91 && byte != 10) {
      addToken(at);
      const close = next(ENDS, at);
      if (close - at <= 5 && isKept(KEPT_NUMBERS, name)) hash = mix(hash, hashBytes(at, close));
      at = close;
    }
  }
  stop = at;
  return hash;
}

/** The hash of a line whose record begins at `from`, behind the stamp at its head. Sets `stop` and the tokens. */
function hashRecord(from: i32): u64 {
  let hash: u64 = K1;
  let at = from;
  tokenCount = 0;
  if (byteAt(at) == 60) {
    // the digits of a syslog priority are its level: they belong to the key
    const digits = at + 1;
    for (at = digits; byteAt(at) - 48 < 10; at++);
    hash = mix(hash, hashBytes(digits, at));
  }
  let first = at;
  while (isEnd(first) && byteAt(first) != 10 && byteAt(first) != 123) first++;
  if (!isEnd(first)) addToken(first);
  return hashText(at, NO_LIMIT, hash);
}

// ---- keys ----

/** The key with this hash, made where there is none; -1 when the table is full. */
function keyOf(hash: u64): i32 {
  let at = hash & TABLE_MASK;
  for (;;) {
    const slot = TABLE + (<usize>at << 4);
    const index = load<i32>(slot, 8);
    if (index != 0) {
      if (load<u64>(slot) == hash) return index - 1;
      at = (at + 1) & TABLE_MASK;
      continue;
    }
    const count = load<i32>(STATE + KEY_COUNT);
    if (count >= MAX_KEYS) return -1;
    store<u64>(slot, hash);
    store<i32>(slot, count + 1, 8);
    store<i32>(STATE + KEY_COUNT, count + 1);
    return count;
  }
}

/** Hashes the one line that starts at `start` with its record at `from`; the masks must be there. */
export function hashLine(start: i32, from: i32, withKey: bool): void {
  const hash = hashRecord(from);
  store<i32>(STATE + LINE_START, start);
  store<i32>(STATE + LINE_END, stop);
  store<i32>(STATE + TOKEN_COUNT, tokenCount);
  store<i32>(STATE + KEY, withKey ? keyOf(hash) : -1);
  store<u64>(STATE + HASH, hash);
}

// ---- stamps ----

// @ts-ignore: decorator
@inline
function looksIso(at: i32): bool {
  return byteAt(at + 4) == 45 && byteAt(at + 7) == 45 && byteAt(at + 13) == 58 && byteAt(at + 16) == 58;
}

/** Whether what follows a stamp without a zone could still be one. */
function isZoneAhead(at: i32, guard: i32): bool {
  const byte = byteAt(at);
  if (guard == 2) return byte != 32 || byteAt(at + 1) - 97 > 25;
  if (byte == 43 || byte == 45 || byte == 90) return true;
  if ((byte == 46 || byte == 44) && byteAt(at + 1) - 48 < 10) return true;
  if (byte != 32) return false;
  const ahead = byteAt(at + 1);
  if (ahead == 43 || (ahead == 45 && byteAt(at + 2) - 48 < 10)) return true;
  return ahead - 65 < 26 && (byteAt(at + 3) == 84 || byteAt(at + 3) == 67 || byteAt(at + 4) == 84);
}

/** The index behind the stamp at `at` where it lies in the second at hand, else -1; its milliseconds are left in `stampMs`. */
// @ts-ignore: decorator
@inline
function takeStamp(at: i32): i32 {
  const length = load<i32>(STAMP + STAMP_LENGTH);
  if (length == 0) return -1;
  const from: usize = INPUT + at;
  const text: usize = STAMP + STAMP_TEXT;
  if (length >= 16) {
    if (v128.any_true(v128.xor(v128.load(from), v128.load(text)))) return -1;
    if (load<u32>(from + length - 4) != load<u32>(text + length - 4)) return -1;
  } else {
    if (load<u64>(from) != load<u64>(text)) return -1;
    if (load<u64>(from + length - 8) != load<u64>(text + length - 8)) return -1;
  }
  let end = at + length;
  let ms: i32 = 0;
  const digits = load<i32>(STAMP + STAMP_DIGITS);
  let scale: i32 = 100;
  if (load<i32>(STAMP + STAMP_HAS_MARK) != 0) {
    const mark = byteAt(end);
    if ((mark != 46 && mark != 44) || byteAt(end + 1) - 48 > 9) return -1;
    for (end++; byteAt(end) - 48 < 10; end++) {
      ms += <i32>(byteAt(end) - 48) * scale;
      scale = scale / 10;
    }
  } else if (digits >= 0) {
    for (const to = end + digits; end < to; end++) {
      const digit = byteAt(end) - 48;
      if (digit > 9) return -1;
      ms += <i32>digit * scale;
      scale = scale / 10;
    }
    if (byteAt(end) - 48 < 10 || byteAt(end) == 46) return -1;
  }
  const suffix = load<i32>(STAMP + STAMP_SUFFIX_LENGTH);
  for (let i = 0; i < suffix; i++) if (byteAt(end + i) != load<u8>(STAMP + STAMP_SUFFIX + i)) return -1;
  end += suffix;
  const guard = load<i32>(STAMP + STAMP_GUARD);
  if (guard != 0 && isZoneAhead(end, guard)) return -1;
  stampMs = ms;
  return end;
}

/** Where a key's lines have their stamp, -1 where the ways to it disagree. */
// @ts-ignore: decorator
@inline
function stampPlace(key: usize): i32 {
  const fromStart = load<i32>(key, FROM_START);
  const fromEnd = load<i32>(key, FROM_END);
  let index = fromStart;
  if (fromStart < 0) index = tokenCount - fromEnd;
  else if (fromEnd > 0 && tokenCount - fromEnd != fromStart) return -1;
  if (index < 0 || index >= tokenCount) return -1;
  const at = load<i32>(TOKENS + (<usize>index << 2)) + load<i32>(key, SKIP);
  const before = load<i32>(key, BEFORE);
  return before != 0 && byteAt(at - 1) != before ? -1 : at;
}

// ---- lines ----

// @ts-ignore: decorator
@inline
function countLine(key: usize, index: i32, start: i32, end: i32, line: i32): void {
  const ms = stampMs;
  const count = load<i32>(key, COUNT);
  store<i32>(key, count + 1, COUNT);
  if (count == 0) {
    const touched = load<i32>(STATE + TOUCHED_COUNT);
    store<i32>(TOUCHED + (<usize>touched << 2), index);
    store<i32>(STATE + TOUCHED_COUNT, touched + 1);
  }
  if (count == 0 || ms < load<i32>(key, MIN_MS)) {
    store<i32>(key, ms, MIN_MS);
    store<i32>(key, start, MIN_START);
    store<i32>(key, end, MIN_END);
    store<i32>(key, line, MIN_LINE);
  }
  if (count == 0 || ms >= load<i32>(key, MAX_MS)) {
    store<i32>(key, ms, MAX_MS);
    store<i32>(key, start, MAX_START);
    store<i32>(key, end, MAX_END);
    store<i32>(key, line, MAX_LINE);
  }
}

/**
 * Takes lines from `from` on, the last of which ends at `lastFeed`. Counts what it can and stops at the first line that it can not:
 * LINE (hashed: STATE tells key, tokens and end) or PREFIX (begins like an ISO stamp of another second; not hashed). `single` stops at
 * the first line in any case. LINES grows by the lines counted, the one it stops at included for LINE.
 */
export function run(from: i32, lastFeed: i32, single: bool): i32 {
  let at = from;
  let line = load<i32>(STATE + LINES);
  const isIso = load<i32>(STAMP + STAMP_IS_ISO) != 0;
  let answer = DONE;
  let start = at;
  while (at <= lastFeed) {
    start = at;
    let record = start;
    let hasPrefix = false;
    if (looksIso(start)) {
      record = isIso ? takeStamp(start) : -1;
      if (record < 0) {
        answer = PREFIX;
        break;
      }
      hasPrefix = true;
    }
    const hash = hashRecord(record);
    const index = keyOf(hash);
    line++;
    const key: usize = KEYS + (<usize>index << 6);
    const mode = index < 0 || single ? 0 : load<i32>(key, MODE);
    if (mode == COUNT_BY_PLACE) {
      const place = stampPlace(key);
      hasPrefix = place >= 0 && takeStamp(place) >= 0;
    }
    if (mode == CONTINUATION) {
      at = stop + 1;
      continue;
    }
    const remaining = load<i32>(key, REMAINING);
    if (mode == 0 || !hasPrefix || remaining <= 1) {
      store<i32>(STATE + LINE_START, start);
      store<i32>(STATE + LINE_END, stop);
      store<i32>(STATE + TOKEN_COUNT, tokenCount);
      store<i32>(STATE + KEY, index);
      answer = LINE;
      break;
    }
    store<i32>(key, remaining - 1, REMAINING);
    countLine(key, index, start, stop, line);
    store<i32>(STATE + HEAD_START, start);
    store<i32>(STATE + HEAD_END, stop);
    store<i32>(STATE + LAST_MS, stampMs);
    at = stop + 1;
  }
  if (answer == PREFIX) store<i32>(STATE + LINE_START, start);
  store<i32>(STATE + LINES, line);
  return answer;
}

/** Call once before anything else, and again before another file. */
export function reset(): void {
  memory.fill(STATE, 0, 1024);
  memory.fill(STAMP, 0, 1024);
  memory.fill(KEPT, 0, TOUCHED - KEPT);
  memory.fill(TABLE, 0, ENDS - TABLE);
  for (let byte = 0; byte < 256; byte++) {
    const isDelimiter =
      byte <= 32 || byte == 34 || (byte >= 39 && byte <= 41) || byte == 44 || (byte >= 58 && byte <= 62);
    const isBracket = byte == 91 || byte == 93 || (byte >= 123 && byte <= 125);
    store<u8>(CLASS + byte, isDelimiter || isBracket ? 1 : 0);
  }
}
