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
const KINDS: usize = 3072;
const STAMP: usize = 4096;
const CLASS: usize = 5120;
const TARGET_CLASS: usize = 5376;
const KEPT: usize = 8192;
const KEPT_NUMBERS: usize = 16384;
const TOUCHED: usize = 24576;
const TABLE: usize = 65536;
const KEYS: usize = 327680;
const SLOTS: usize = 589824;
const REQUESTS: usize = 999424;
const ROUTES: usize = 1064960;
const EVENTS: usize = 1130496;
const PAIRS: usize = 1392640;
const PAIR_TABLE: usize = 1458176;
const PAIRS_TOUCHED: usize = 1474560;
const ENDS: usize = 1523712;
const SPECIAL: usize = 1753088;
const QUOTES: usize = 1982464;
const INPUT: usize = 2211840;
const GUESSES: usize = 3801088;
const SHAPES: usize = 3817472;
const SHAPES_END: usize = 4186112;

const MAX_TOKENS: i32 = 512;
const MAX_KEYS: i32 = 8192;
const TABLE_MASK: u64 = 16383;
const KEPT_MASK: u64 = 511;
const ROUTE_MASK: u64 = 4095;
const GUESS_MASK: u64 = 1023;
const PAIR_MASK: u32 = 4095;
const MAX_EVENTS: i32 = 16384;
const MAX_PAIRS: i32 = 2048;

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
const EVENT_COUNT: usize = 48;
const ROUTE_HASH: usize = 56;
const PAIR_COUNT: usize = 64;
const TOUCHED_PAIRS: usize = 68;

/** Answers of `run`. */
const DONE: i32 = 0;
const LINE: i32 = 1;
const PREFIX: i32 = 2;
const FULL: i32 = 3;

/** Modes of a key: ask about each line; count by the stamp before the line; count by the stamp at its place; a continuation. */
const COUNT_BY_PREFIX: i32 = 1;
const COUNT_BY_PLACE: i32 = 2;
const CONTINUATION: i32 = 3;

/** Fields of a key at KEYS + 32 × key, as i32; the four of a place are in this order. */
const KEY_SHIFT: usize = 5;
const MODE: usize = 0;
const REMAINING: usize = 4;
const PLACE: usize = 8;
/** 1 + number of the request's description, 0 for records that are no requests. */
const REQUEST: usize = 24;
/** Where its shape lies; 0 for none so far, -1 where its lines have none. */
const SHAPE: usize = 28;
const FROM_START: usize = 0;
const FROM_END: usize = 4;
const SKIP: usize = 8;
const BEFORE: usize = 12;

/** Fields of what is counted, at SLOTS + 40 × slot; the slot of a key that has only one has the key's number. */
const SLOT_SIZE: usize = 40;
const COUNT: usize = 0;
const MIN_MS: usize = 4;
const MIN_START: usize = 8;
const MIN_END: usize = 12;
const MIN_LINE: usize = 16;
const MAX_MS: usize = 20;
const MAX_START: usize = 24;
const MAX_END: usize = 28;
const MAX_LINE: usize = 32;

/** How the requests of a key are read, at REQUESTS + 128 × number: three places with a flag each, and a slot by class of status. */
const REQUEST_SHIFT: usize = 7;
const HAS_STATUS: usize = 0;
const STATUS_PLACE: usize = 4;
const HAS_DURATION: usize = 20;
const DURATION_PLACE: usize = 24;
const HAS_ROUTE: usize = 40;
const ROUTE_PLACE: usize = 44;
const FACTOR: usize = 64;
/** 1 + slot for each first digit of the status, 0 to 5; 0 for none. */
const CLASS_SLOTS: usize = 72;

/** Requests of the second at hand that share slot and route, at PAIRS + 32 × number. Their durations are a chain of events. */
const PAIR_SHIFT: usize = 5;
const PAIR_SLOT: usize = 0;
const PAIR_ROUTE: usize = 4;
const PAIR_REQUESTS: usize = 8;
const PAIR_MIN_MS: usize = 12;
const PAIR_MAX_MS: usize = 16;
/** 1 + number of the newest event, 0 for none. */
const PAIR_NEWEST: usize = 20;

/** The duration of a request and 1 + the number of the event before, at EVENTS + 16 × number. */
const EVENT_SHIFT: usize = 4;
const EVENT_BEFORE: usize = 8;

/** The stamp of the second at hand: how its text begins and what may follow. */
const STAMP_LENGTH: usize = 0;
const STAMP_HAS_MARK: usize = 4;
const STAMP_DIGITS: usize = 8;
const STAMP_SUFFIX_LENGTH: usize = 12;
const STAMP_GUARD: usize = 16;
const STAMP_IS_ISO: usize = 20;
const STAMP_TEXT: usize = 32;
const STAMP_SUFFIX: usize = 64;

/** What a token of JSON is: where it ends shows in it. */
const QUOTED: i32 = 1;
const BARE: i32 = 2;
/** A word inside of a kept value. */
const WORD: i32 = 3;
/** A kept number, whose digits count. */
const KEPT_NUMBER: i32 = 4;
/** The beginning of a kept value; that of one which begins with a variable word. */
const MARK: i32 = 5;
const MARKED_WORD: i32 = 6;
/** No token: the line's end. */
const FEED: i32 = 7;

let shapesEnd: usize = SHAPES;
/** Hash of the last record up to its first variable token, 0 where that cannot begin a shape. */
let opening: u64 = 0;
let guessed: i32 = -1;
/** Where the last record began, if it is JSON that may have a shape; else -1. */
let recordStart: i32 = -1;
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

/** A bit for each quote, backslash and line feed of 64 bytes. */
function quotesOf(at: i32): u64 {
  let quotes: u64 = 0;
  for (let part = 3; part >= 0; part--) {
    const bytes = v128.load(INPUT + at + (part << 4));
    quotes = (quotes << 16) | having(marksOf(v128.and(bytes, i8x16.splat(15)), i8x16.shr_u(bytes, 4)), 52);
  }
  return quotes;
}

/** Makes the masks of the bytes [from, to); `from` is a multiple of 64 and begins a line. */
export function prepare(from: i32, to: i32): void {
  let endsBefore: u64 = 1;
  let equalsBefore: u64 = 0;
  for (let at = from; at < to; at += 64) {
    let ends: u64 = 0;
    let special: u64 = 0;
    let slashes: u64 = 0;
    let equals: u64 = 0;
    let seen = i64x2.splat(0);
    for (let part = 3; part >= 0; part--) {
      const bytes = v128.load(INPUT + at + (part << 4));
      const low = v128.and(bytes, i8x16.splat(15));
      const high = i8x16.shr_u(bytes, 4);
      const marks = marksOf(low, high);
      ends = (ends << 16) | <u64>(<u32>i8x16.bitmask(i8x16.gt_s(endsOf(low, high), i8x16.splat(0))));
      special = (special << 16) | having(marks, 15);
      seen = v128.or(seen, marks);
      // a shift of words brings the bit of each byte to its sign
      slashes = (slashes << 16) | <u64>(<u32>i8x16.bitmask(i16x8.shl(marks, 1)));
      equals = (equals << 16) | <u64>(<u32>i8x16.bitmask(marks));
    }
    special |= slashes & ((ends << 1) | endsBefore);
    // most blocks of text have no quote, backslash or brace: then the delimiters among the marks are line feeds
    const quotes = v128.any_true(v128.and(seen, i8x16.splat(56))) ? quotesOf(at) : ends & special;
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

/** 16 bytes a step, the last one masked: branches on the length would be mispredicted, which costs more than the work. */
// @ts-ignore: decorator
@inline
function hashBytes(from: i32, to: i32): u64 {
  let hash: u64 = K1;
  let left = to - from;
  let at: usize = INPUT + from;
  do {
    const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const bytes = v128.and(v128.load(at), i8x16.lt_s(places, i8x16.splat(<i8>min(left, 16))));
    const low = i64x2.extract_lane(bytes, 0);
    const high = i64x2.extract_lane(bytes, 1);
    hash = mix(hash, (low * K1) ^ rotl(high * K2, 31));
    at += 16;
    left -= 16;
  } while (left > 0);
  return hash;
}

/** The first byte from `at` on that is no delimiter. */
// @ts-ignore: decorator
@inline
function nextWord(at: i32): i32 {
  let word = at >> 6;
  let bits = ~load<u64>(ENDS + (<usize>word << 3)) >> (at & 63);
  if (bits != 0) return at + <i32>ctz(bits);
  do bits = ~load<u64>(ENDS + (<usize>++word << 3));
  while (bits == 0);
  return (word << 6) + <i32>ctz(bits);
}

/** The last byte before `at` that is no delimiter; there must be one. */
// @ts-ignore: decorator
@inline
function lastWord(at: i32): i32 {
  let word = at >> 6;
  let bits = ~load<u64>(ENDS + (<usize>word << 3)) & ((<u64>1 << (at & 63)) - 1);
  while (bits == 0) bits = ~load<u64>(ENDS + (<usize>--word << 3));
  return (word << 6) + 63 - <i32>clz(bits);
}

/** Takes the bytes without the delimiters at their edges into the hash; delimiters alone leave it as it is. */
// @ts-ignore: decorator
@inline
function takeRun(hash: u64, from: i32, to: i32): u64 {
  const start = nextWord(from);
  return start >= to ? hash : mix(hash, hashBytes(start, lastWord(to) + 1));
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
  if (shapesEnd != SHAPES) forgetShapes();
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

// @ts-ignore: decorator
@inline
function addJsonToken(at: i32, kind: i32): void {
  store<u8>(KINDS + tokenCount, <u8>kind);
  addToken(at);
}

/** The quote that closes a string whose text begins at `from`, or the line feed. */
function closing(from: i32): i32 {
  let at = next(QUOTES, from);
  while (byteAt(at) == 92) at = byteAt(at + 1) == 10 ? at + 1 : next(QUOTES, at + 2);
  return at;
}

/**
 * Words and variable tokens of text, from `from` to the line feed or the brace of an object; or of a JSON string, to `limit`. Leaves in
 * `stop` where it ended. `isText` is known where this is inlined.
 */
// @ts-ignore: decorator
@inline
function hashWords(from: i32, limit: i32, seed: u64, isText: bool): u64 {
  let hash = seed;
  let run = from;
  let at = from;
  for (;;) {
    let found = next(SPECIAL, at);
    if (!isText && found >= limit) {
      stop = limit;
      break;
    }
    const byte = byteAt(found);
    if (isText && byte == 10) {
      stop = found;
      break;
    }
    if (byte == 123) {
      if (isText && byteAt(found + 1) == 34) {
        stop = found;
        break;
      }
      at = found + 1;
      continue;
    }
    if ((byte > 64 || byte == 34) && found > run && byteAt(found - 1) == 61) {
      // a number or path varies whatever its name is
      const name = last(ENDS, found - 1, run) + 1;
      if (!isKept(KEPT, hashBytes(name, found - 1))) {
        hash = takeRun(hash, run, found);
        if (byte == 34) {
          addJsonToken(found + 1, QUOTED);
          found = closing(found + 1);
          if (byteAt(found) == 34) found++;
        } else {
          addJsonToken(found, WORD);
          found = next(ENDS, found + 1);
        }
        run = at = isText ? found : min(found, limit);
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
    // listed already: the first word of a line, and the start of a string
    if (tokenCount == 0 || load<i32>(TOKENS + (<usize>(tokenCount - 1) << 2)) != start) addJsonToken(start, WORD);
    else store<u8>(KINDS + tokenCount - 1, <u8>MARKED_WORD);
    found = next(ENDS, found + 1);
    if (!isText) found = min(min(found, next(QUOTES, start)), limit);
    run = at = found;
  }
  return takeRun(hash, run, stop);
}

/** An object inside of text is read as JSON to the line's end. */
function hashText(from: i32, seed: u64): u64 {
  const hash = hashWords(from, 0, seed, true);
  if (byteAt(stop) != 123) return hash;
  opening = 0;
  return hashJson(stop + 1, hash);
}

function hashString(from: i32, limit: i32, seed: u64): u64 {
  return hashWords(from, limit, seed, false);
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
      addJsonToken(start, QUOTED);
      continue;
    }
    const name = hashBytes(start, end);
    hash = mix(hash, name);
    byte = byteAt(++at);
    if (byte == 32) byte = byteAt(++at);
    if (byte == 34) {
      const isMark = isKept(KEPT, name);
      addJsonToken(at + 1, isMark ? MARK : QUOTED);
      const close = closing(at + 1);
      if (isMark) hash = hashString(at + 1, close, hash);
      at = byteAt(close) == 34 ? close + 1 : close;
    } else if (byte != 123 && byte != 91 && byte != 10) {
      const close = next(ENDS, at);
      const isMark = isKept(KEPT_NUMBERS, name);
      addJsonToken(at, isMark ? KEPT_NUMBER : BARE);
      // a longer one would tell each record apart, and has no shape
      if (isMark && close - at <= 5) hash = mix(hash, hashBytes(at, close));
      else if (isMark) opening = 0;
      at = close;
    }
  }
  stop = at;
  return hash;
}

// ---- shapes ----

/**
 * A shape is the text between the variable tokens of a key's lines. Comparing a line with the shape that its beginning suggests costs a
 * third of hashing it. A line that has the shape has the key: what it would be hashed from is the same, byte for byte.
 * In memory: key, then for each stretch its length (-1 ends the shape) and its bytes, filled up to 16.
 */
function forgetShapes(): void {
  memory.fill(GUESSES, 0, SHAPES - GUESSES);
  for (let key: usize = KEYS; key < KEYS + (<usize>MAX_KEYS << KEY_SHIFT); key += 1 << KEY_SHIFT) store<i32>(key, 0, SHAPE);
  shapesEnd = SHAPES;
}

// @ts-ignore: decorator
@inline
function guessOf(hash: u64): usize {
  return GUESSES + (<usize>(hash & GUESS_MASK) << 4);
}

/** Compares the line from its first variable token on, in which a mark stands at `found`. Sets `stop` and the tokens, whatever it answers. */
// @ts-ignore: decorator
@inline
function hasShape(shape: usize, start: i32, found: i32): bool {
  let token: usize = TOKENS + (<usize>tokenCount << 2);
  if (tokenCount != 1 || load<i32>(TOKENS) != start) {
    store<i32>(token, start);
    token += 4;
  }
  let at = next(ENDS, found + 1);
  let stretch = shape + 4;
  let isSame = true;
  while (isSame) {
    const length = load<i32>(stretch);
    stretch += 4;
    for (let done = 0; done < length && isSame; done += 16) {
      const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
      const isIn = i8x16.lt_s(places, i8x16.splat(<i8>min(length - done, 16)));
      const differs = v128.xor(v128.load(INPUT + at + done), v128.load(stretch));
      isSame = !v128.any_true(v128.and(differs, isIn));
      stretch += 16;
    }
    at += length;
    if (!isSame || load<i32>(stretch) < 0) break;
    const end = next(ENDS, at);
    isSame = next(SPECIAL, at) < end;
    store<i32>(token, at);
    token += 4;
    at = end;
  }
  tokenCount = <i32>((token - TOKENS) >> 2);
  stop = at;
  return isSame && byteAt(at) == 10;
}

/** Writes the shape of the last line, whose tokens are known, and lets its beginning suggest it. */
function keepShape(key: usize, index: i32): void {
  const known = load<i32>(key, SHAPE);
  if (known < 0 || opening == 0) return;
  if (recordStart >= 0) {
    keepJsonShape(key, index);
    return;
  }
  if (known == 0) {
    store<i32>(key, -1, SHAPE);
    const end = shapesEnd + 1024;
    if (end > SHAPES_END) return;
    const shape = shapesEnd;
    store<i32>(shape, index);
    let stretch = shape + 4;
    let at: i32 = -1;
    for (let i = 0; i <= tokenCount; i++) {
      const start = i == tokenCount ? stop : load<i32>(TOKENS + (<usize>i << 2));
      const close = i == tokenCount ? stop : next(ENDS, start);
      const isVariable = i == tokenCount || next(SPECIAL, start) < close;
      // the first token may be a word of the beginning
      if (i == 0 && !isVariable) continue;
      const isQuoted = start >= 2 && byteAt(start - 1) == 34 && byteAt(start - 2) == 61;
      if (!isVariable || isQuoted || tokenCount >= MAX_TOKENS) return;
      if (at >= 0) {
        const length = start - at;
        if (length < 0 || stretch + length + 64 > end) return;
        store<i32>(stretch, length);
        stretch += 4;
        memory.copy(stretch, INPUT + at, length);
        stretch += ((<usize>length + 15) >> 4) << 4;
      }
      at = close;
    }
    store<i32>(stretch, -1);
    shapesEnd = ((stretch + 4 + 15) >> 4) << 4;
    store<i32>(key, <i32>shape, SHAPE);
  }
  const guess = guessOf(opening);
  store<u64>(guess, opening);
  store<i32>(guess, load<i32>(key, SHAPE), 8);
}

// ---- shapes of JSON ----

/**
 * The shape of a JSON line is a chain of segments, cut where a kept value begins: which one comes next is told by the hash of what came
 * before and the first bytes of the value, so that keys share segments. In memory: 1 where the kept value begins with a variable word,
 * else 0; then for each stretch its length, the kind of the token behind it, and its bytes, filled up to 16; behind FEED the key.
 */

/** Where the JSON line at `from` begins: up to the end of its first name. */
function openingOfJson(from: i32): u64 {
  const name = next(QUOTES, from);
  return byteAt(name) == 34 ? mix(K2, hashBytes(from, next(QUOTES, name + 1))) : 0;
}

/** The end of a variable word in a JSON string, -1 where there is none at `at`. */
// @ts-ignore: decorator
@inline
function endOfWord(at: i32): i32 {
  const end = min(next(ENDS, at), next(QUOTES, at));
  return next(SPECIAL, at) < end ? end : -1;
}

/** Takes the first bytes, at most 16, of the words that a kept value begins with into the hash. */
// @ts-ignore: decorator
@inline
function branchOf(hash: u64, at: i32): u64 {
  const special = next(SPECIAL, at);
  let to = next(QUOTES, at);
  if (special < to) to = max(last(ENDS, special, at) + 1, at);
  const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const isIn = i8x16.lt_s(places, i8x16.splat(<i8>min(to - at, 16)));
  const bytes = v128.and(v128.load(INPUT + at), isIn);
  return mix(hash, (i64x2.extract_lane(bytes, 0) * K1) ^ rotl(i64x2.extract_lane(bytes, 1) * K2, 31));
}

/** The key of the JSON line at `from` where it has a known shape, else -1. Sets `stop` and the tokens where it has. */
function keyOfShape(from: i32): i32 {
  let hash = opening;
  let guess = guessOf(hash);
  if (load<u64>(guess) != hash) return -1;
  let step: usize = load<i32>(guess, 8) + 4;
  let token: usize = TOKENS;
  let at = from;
  while (true) {
    const length = load<i32>(step);
    const kind = load<i32>(step, 4);
    step += 8;
    for (let done = 0; done < length; done += 16) {
      const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
      const isIn = i8x16.lt_s(places, i8x16.splat(<i8>min(length - done, 16)));
      const differs = v128.xor(v128.load(INPUT + at + done), v128.load(step));
      if (v128.any_true(v128.and(differs, isIn))) return -1;
      step += 16;
    }
    at += length;
    if (kind == FEED) {
      if (byteAt(at) != 10) return -1;
      stop = at;
      tokenCount = <i32>((token - TOKENS) >> 2);
      return load<i32>(step);
    }
    store<i32>(token, at);
    token += 4;
    if (kind == QUOTED) {
      at = closing(at);
      if (byteAt(at) != 34) return -1;
    } else if (kind == BARE) {
      const byte = byteAt(at);
      if (byte == 34 || byte == 91 || byte == 123 || byte == 10) return -1;
      at = next(ENDS, at);
    } else if (kind == WORD) {
      at = endOfWord(at);
      if (at < 0) return -1;
    } else if (kind == MARK) {
      hash = branchOf(hash, at);
      guess = guessOf(hash);
      if (load<u64>(guess) != hash) return -1;
      step = load<i32>(guess, 8);
      if (load<i32>(step) != 0) {
        at = endOfWord(at);
        if (at < 0) return -1;
      }
      step += 4;
    }
  }
}

/** Makes the bytes [segment, end) what the hash suggests, or takes them back where it suggests the same; false where it suggests others. */
function keepSegment(hash: u64, segment: usize, end: usize): bool {
  const guess = guessOf(hash);
  if (load<u64>(guess) == hash) {
    if (memory.compare(load<i32>(guess, 8), segment, end - segment) != 0) return false;
    shapesEnd = segment;
    return true;
  }
  store<u64>(guess, hash);
  store<i32>(guess, <i32>segment, 8);
  shapesEnd = end;
  return true;
}

/** Writes the shape of the last line, a JSON one whose record began at `recordStart` and whose tokens are known. Tried once for each key. */
function keepJsonShape(key: usize, index: i32): void {
  store<i32>(key, -1, SHAPE);
  if (tokenCount >= MAX_TOKENS) return;
  let hash = opening;
  let at = recordStart;
  let segment = shapesEnd;
  store<i32>(segment, 0);
  let step = segment + 4;
  for (let i = 0; i <= tokenCount; i++) {
    const start = i == tokenCount ? stop : load<i32>(TOKENS + (<usize>i << 2));
    const kind: i32 = i == tokenCount ? FEED : load<u8>(KINDS + i);
    const length = start - at;
    if (length < 0 || step + length + 128 > SHAPES_END) return;
    const isMark = kind == MARK || kind == MARKED_WORD;
    store<i32>(step, length);
    store<i32>(step, isMark ? MARK : kind, 4);
    step += 8;
    const filled = ((<usize>length + 15) >> 4) << 4;
    memory.fill(step, 0, filled);
    memory.copy(step, INPUT + at, length);
    step += filled;
    at = start;
    if (kind == FEED) {
      store<i32>(step, index);
      keepSegment(hash, segment, step + 4);
    } else if (kind == QUOTED) at = closing(start);
    else if (kind == BARE) at = next(ENDS, start);
    else if (kind == WORD) at = endOfWord(start);
    else if (isMark) {
      if (!keepSegment(hash, segment, step)) return;
      hash = branchOf(hash, start);
      segment = step = shapesEnd;
      store<i32>(segment, kind == MARKED_WORD ? 1 : 0);
      step += 4;
      if (kind == MARKED_WORD) at = endOfWord(start);
    }
  }
}

/**
 * The hash of a line whose record begins at `from`, behind the stamp at its head. Sets `stop` and the tokens. `mayGuess`: where the line
 * has the shape that its beginning suggests, `guessed` is its key and the hash is not computed; else it is -1.
 */
function hashRecord(from: i32, mayGuess: bool): u64 {
  let hash: u64 = K1;
  let at = from;
  tokenCount = 0;
  guessed = -1;
  recordStart = -1;
  opening = 0;
  if (byteAt(at) == 60) {
    // the digits of a syslog priority are its level: they belong to the key
    const digits = at + 1;
    for (at = digits; byteAt(at) - 48 < 10; at++);
    hash = mix(hash, hashBytes(digits, at));
  }
  let first = at;
  while (isEnd(first) && byteAt(first) != 10 && byteAt(first) != 123) first++;
  if (!isEnd(first)) addToken(first);
  if (mayGuess) {
    const found = next(SPECIAL, at);
    const byte = byteAt(found);
    if (byte == 123 && found == from && byteAt(from + 1) == 34) {
      recordStart = from;
      opening = openingOfJson(from);
      guessed = opening == 0 ? -1 : keyOfShape(from);
      if (guessed >= 0) return 0;
      return hashJson(from + 1, hash);
    }
    // a digit, a path or an address, and no object before it: the beginning is a run of words
    if (byte != 10 && byte != 34 && byte < 65) {
      const start = last(ENDS, found, at) + 1;
      opening = takeRun(hash, at, start);
      const guess = guessOf(opening);
      if (load<u64>(guess) == opening) {
        const shape: usize = load<i32>(guess, 8);
        if (hasShape(shape, start, found)) {
          guessed = load<i32>(shape);
          return 0;
        }
        tokenCount = isEnd(first) ? 0 : 1;
      }
    }
  }
  return hashText(at, hash);
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
  const hash = hashRecord(from, false);
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

/** Where the value of a place stands in the last line, -1 where the ways to it disagree. */
// @ts-ignore: decorator
@inline
function locate(place: usize): i32 {
  const fromStart = load<i32>(place, FROM_START);
  const fromEnd = load<i32>(place, FROM_END);
  let index = fromStart;
  if (fromStart < 0) index = tokenCount - fromEnd;
  else if (fromEnd > 0 && tokenCount - fromEnd != fromStart) return -1;
  if (index < 0 || index >= tokenCount) return -1;
  const at = load<i32>(TOKENS + (<usize>index << 2)) + load<i32>(place, SKIP);
  const before = load<i32>(place, BEFORE);
  return before != 0 && byteAt(at - 1) != before ? -1 : at;
}

// ---- requests ----

/** Three digits 100 to 599 that stand alone; -1 otherwise. */
// @ts-ignore: decorator
@inline
function readStatus(at: i32): i32 {
  const hundreds = byteAt(at) - 48;
  const tens = byteAt(at + 1) - 48;
  const ones = byteAt(at + 2) - 48;
  const behind = byteAt(at + 3);
  const isAlone = behind < 48 || (behind > 57 && behind < 65) || behind > 122;
  return isAlone && hundreds - 1 < 5 && tens < 10 && ones < 10 ? <i32>(hundreds * 100 + tens * 10 + ones) : -1;
}

/** An unsigned decimal number of at most 15 bytes; NaN otherwise. */
// @ts-ignore: decorator
@inline
function readNumber(from: i32): f64 {
  let at = from;
  let digit = byteAt(at) - 48;
  if (digit > 9) return NaN;
  let value: u64 = 0;
  for (; digit < 10 && at - from < 16; digit = byteAt(++at) - 48) value = value * 10 + digit;
  let scale: f64 = 1;
  if (byteAt(at) == 46) {
    for (digit = byteAt(++at) - 48; digit < 10 && at - from < 16; digit = byteAt(++at) - 48) {
      scale *= 10;
      value = value * 10 + digit;
    }
  }
  return at - from > 15 ? NaN : <f64>value / scale;
}

/** Hash of a request target without its query, the same for all numbers between slashes; 0 for an empty or endless one. */
// @ts-ignore: decorator
@inline
function readTarget(from: i32): u64 {
  let hash: u64 = K2;
  let at = from;
  let byte = byteAt(at);
  while (load<u8>(TARGET_CLASS + byte) == 0) {
    if (byte - 48 < 10 && byteAt(at - 1) == 47) {
      const start = at;
      while (byteAt(at) - 48 < 10) at++;
      byte = byteAt(at);
      if (byte == 47 || load<u8>(TARGET_CLASS + byte) != 0) hash = (hash ^ 1) * K3;
      else for (let i = start; i < at; i++) hash = (hash ^ byteAt(i)) * K3;
      continue;
    }
    hash = (hash ^ byte) * K3;
    byte = byteAt(++at);
  }
  return at == from || at - from > 2000 ? 0 : (hash ^ (hash >> 29)) * K1;
}

/** The number under which a target's route was named, -1 for none; the hash is left for the naming. */
function routeOf(hash: u64): i32 {
  store<u64>(STATE + ROUTE_HASH, hash);
  for (let at = hash & ROUTE_MASK; hash != 0; at = (at + 1) & ROUTE_MASK) {
    const slot = ROUTES + (<usize>at << 4);
    const found = load<u64>(slot);
    if (found == hash) return load<i32>(slot, 8);
    if (found == 0) break;
  }
  return -1;
}

/** Names the target whose hash was left; the table, 4,096 places, must not become full. */
export function nameRoute(route: i32): void {
  const hash = load<u64>(STATE + ROUTE_HASH);
  if (hash == 0) return;
  let at = hash & ROUTE_MASK;
  while (load<u64>(ROUTES + (<usize>at << 4)) != 0) at = (at + 1) & ROUTE_MASK;
  store<u64>(ROUTES + (<usize>at << 4), hash);
  store<i32>(ROUTES + (<usize>at << 4), route, 8);
}

/** The pair of a slot and a route, -1 where there is no room for a new one. */
function pairOf(slot: i32, route: i32): i32 {
  let at: u32 = (<u32>slot * 0x9e3779b1 + <u32>route * 0x85ebca6b) >> 20;
  for (;;) {
    const index = load<i32>(PAIR_TABLE + (<usize>at << 2)) - 1;
    if (index < 0) break;
    const pair = PAIRS + (<usize>index << PAIR_SHIFT);
    if (load<i32>(pair, PAIR_SLOT) == slot && load<i32>(pair, PAIR_ROUTE) == route) return index;
    at = (at + 1) & PAIR_MASK;
  }
  const made = load<i32>(STATE + PAIR_COUNT);
  if (made == MAX_PAIRS) return -1;
  store<i32>(STATE + PAIR_COUNT, made + 1);
  store<i32>(PAIR_TABLE + (<usize>at << 2), made + 1);
  const pair = PAIRS + (<usize>made << PAIR_SHIFT);
  store<i32>(pair, slot, PAIR_SLOT);
  store<i32>(pair, route, PAIR_ROUTE);
  return made;
}

/** Notes the request in the last line and returns its slot; -1 where it needs a decision. */
function takeRequest(request: usize): i32 {
  let status: i32 = 0;
  if (load<i32>(request, HAS_STATUS) != 0) {
    const at = locate(request + STATUS_PLACE);
    status = at < 0 ? -1 : readStatus(at);
    if (status < 0) return -1;
  }
  const slot = load<i32>(request + CLASS_SLOTS + (<usize>(status / 100) << 2)) - 1;
  if (slot < 0) return -1;
  let duration: f64 = NaN;
  if (load<i32>(request, HAS_DURATION) != 0) {
    const at = locate(request + DURATION_PLACE);
    if (at >= 0) duration = readNumber(at) * load<f64>(request, FACTOR);
    if (isNaN(duration)) return -1;
  }
  let route: i32 = -1;
  if (load<i32>(request, HAS_ROUTE) != 0) {
    const at = locate(request + ROUTE_PLACE);
    if (at >= 0) route = routeOf(readTarget(at));
    if (route < 0) return -1;
    store<u64>(STATE + ROUTE_HASH, 0);
  }
  const index = pairOf(slot, route);
  if (index < 0) return -1;
  const pair = PAIRS + (<usize>index << PAIR_SHIFT);
  const requests = load<i32>(pair, PAIR_REQUESTS);
  store<i32>(pair, requests + 1, PAIR_REQUESTS);
  if (requests == 0) {
    const touched = load<i32>(STATE + TOUCHED_PAIRS);
    store<i32>(PAIRS_TOUCHED + (<usize>touched << 2), index);
    store<i32>(STATE + TOUCHED_PAIRS, touched + 1);
    store<i32>(pair, stampMs, PAIR_MIN_MS);
    store<i32>(pair, stampMs, PAIR_MAX_MS);
  } else {
    store<i32>(pair, min(load<i32>(pair, PAIR_MIN_MS), stampMs), PAIR_MIN_MS);
    store<i32>(pair, max(load<i32>(pair, PAIR_MAX_MS), stampMs), PAIR_MAX_MS);
  }
  if (isNaN(duration)) return slot;
  const count = load<i32>(STATE + EVENT_COUNT);
  const event = EVENTS + (<usize>count << EVENT_SHIFT);
  store<f64>(event, duration);
  store<i32>(event, load<i32>(pair, PAIR_NEWEST), EVENT_BEFORE);
  store<i32>(pair, count + 1, PAIR_NEWEST);
  store<i32>(STATE + EVENT_COUNT, count + 1);
  return slot;
}

// ---- lines ----

// @ts-ignore: decorator
@inline
function countLine(index: i32, start: i32, end: i32, line: i32): void {
  const slot: usize = SLOTS + <usize>index * SLOT_SIZE;
  const ms = stampMs;
  const count = load<i32>(slot, COUNT);
  store<i32>(slot, count + 1, COUNT);
  if (count == 0) {
    const touched = load<i32>(STATE + TOUCHED_COUNT);
    store<i32>(TOUCHED + (<usize>touched << 2), index);
    store<i32>(STATE + TOUCHED_COUNT, touched + 1);
  }
  if (count == 0 || ms < load<i32>(slot, MIN_MS)) {
    store<i32>(slot, ms, MIN_MS);
    store<i32>(slot, start, MIN_START);
    store<i32>(slot, end, MIN_END);
    store<i32>(slot, line, MIN_LINE);
  }
  if (count == 0 || ms >= load<i32>(slot, MAX_MS)) {
    store<i32>(slot, ms, MAX_MS);
    store<i32>(slot, start, MAX_START);
    store<i32>(slot, end, MAX_END);
    store<i32>(slot, line, MAX_LINE);
  }
}

/**
 * Takes lines from `from` on, the last of which ends at `lastFeed`. Counts what it can and stops at the first line that it can not:
 * LINE (hashed: STATE tells key, tokens and end), PREFIX (begins like an ISO stamp of another second; not hashed) or FULL (no room for requests). `single` stops at
 * the first line in any case. LINES grows by the lines counted, the one it stops at included for LINE.
 */
export function run(from: i32, lastFeed: i32, single: bool): i32 {
  let at = from;
  let line = load<i32>(STATE + LINES);
  const isIso = load<i32>(STAMP + STAMP_IS_ISO) != 0;
  let answer = DONE;
  let start = at;
  store<u64>(STATE + ROUTE_HASH, 0);
  while (at <= lastFeed) {
    start = at;
    let record = start;
    let hasPrefix = false;
    if (load<i32>(STATE + EVENT_COUNT) >= MAX_EVENTS) {
      answer = FULL;
      break;
    }
    if (looksIso(start)) {
      record = isIso ? takeStamp(start) : -1;
      if (record < 0) {
        answer = PREFIX;
        break;
      }
      hasPrefix = true;
    }
    const hash = hashRecord(record, !single);
    const index = guessed >= 0 ? guessed : keyOf(hash);
    line++;
    const key: usize = KEYS + (<usize>index << KEY_SHIFT);
    const mode = index < 0 || single ? 0 : load<i32>(key, MODE);
    if (mode == CONTINUATION) {
      at = stop + 1;
      continue;
    }
    if (mode == COUNT_BY_PLACE) {
      const place = locate(key + PLACE);
      hasPrefix = place >= 0 && takeStamp(place) >= 0;
    }
    const remaining = load<i32>(key, REMAINING);
    let slot = mode == 0 || !hasPrefix || remaining <= 1 ? -1 : index;
    if (slot >= 0) {
      const request = load<i32>(key, REQUEST);
      if (request != 0) slot = takeRequest(REQUESTS + (<usize>(request - 1) << REQUEST_SHIFT));
    }
    if (slot < 0) {
      store<i32>(STATE + LINE_START, start);
      store<i32>(STATE + LINE_END, stop);
      store<i32>(STATE + TOKEN_COUNT, tokenCount);
      store<i32>(STATE + KEY, index);
      answer = LINE;
      break;
    }
    store<i32>(key, remaining - 1, REMAINING);
    if (guessed < 0) keepShape(key, index);
    countLine(slot, start, stop, line);
    store<i32>(STATE + HEAD_START, start);
    store<i32>(STATE + HEAD_END, stop);
    store<i32>(STATE + LAST_MS, stampMs);
    at = stop + 1;
  }
  if (answer == PREFIX || answer == FULL) store<i32>(STATE + LINE_START, start);
  store<i32>(STATE + LINES, line);
  return answer;
}

/** Call once before anything else, and again before another file. */
export function reset(): void {
  memory.fill(STATE, 0, 1024);
  memory.fill(STAMP, 0, 1024);
  memory.fill(KEPT, 0, TOUCHED - KEPT);
  memory.fill(TABLE, 0, ENDS - TABLE);
  forgetShapes();
  for (let byte = 0; byte < 256; byte++) {
    const isDelimiter =
      byte <= 32 || byte == 34 || (byte >= 39 && byte <= 41) || byte == 44 || (byte >= 58 && byte <= 62);
    const isBracket = byte == 91 || byte == 93 || (byte >= 123 && byte <= 125);
    store<u8>(CLASS + byte, isDelimiter || isBracket ? 1 : 0);
    const endsTarget = isBracket || byte == 35 || byte == 63 || (isDelimiter && byte != 58 && byte != 61);
    store<u8>(TARGET_CLASS + byte, endsTarget ? 1 : 0);
  }
}
