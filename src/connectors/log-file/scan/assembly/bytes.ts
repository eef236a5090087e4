/** From bytes to bit masks, 16 bytes at a time, and the searches in them. */
import {
  CLASS, ENDS, ENDS_SET, EQUALS, INPUT, MARKS_SET, NIBBLE, QUOTES, QUOTES_SET, ROW_BITS, SETS, SLASHES, SPECIAL, TARGET_ENDS_SET,
} from './layout';

/**
 * A byte of ASCII is known by its low nibble and a bit for its high one: a table of 16 bytes by the low nibble holds any set of them. No
 * set has members from 0x60 to 0x6f, so the bit of those stands for the bytes beyond ASCII too.
 */
// @ts-ignore: decorator
@inline
function rowsOf(bytes: v128, rowBits: v128, nibble: v128): v128 {
  return i8x16.swizzle(rowBits, v128.and(i16x8.shr_u(bytes, 4), nibble));
}

/** A bit for each of 16 bytes that the set has. */
// @ts-ignore: decorator
@inline
function membersOf(set: v128, low: v128, rows: v128): u64 {
  return <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.and(i8x16.swizzle(set, low), rows), rows)));
}

/** A bit for each of 16 bytes that ends a request target. */
// @ts-ignore: decorator
@inline
export function targetEndsOf(bytes: v128): u64 {
  const nibble = v128.load(SETS, NIBBLE);
  const rows = rowsOf(bytes, v128.load(SETS, ROW_BITS), nibble);
  return membersOf(v128.load(SETS, TARGET_ENDS_SET), v128.and(bytes, nibble), rows);
}

// @ts-ignore: decorator
@inline
export function digitsOf(bytes: v128): u64 {
  return <u64>(<u32>i8x16.bitmask(i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(48)), i8x16.splat(10))));
}

// @ts-ignore: decorator
@inline
function equalTo(bytes: v128, byte: v128): u64 {
  return <u64>(<u32>i8x16.bitmask(i8x16.eq(bytes, byte)));
}

/**
 * The sets lie in memory, not in the code: before V8 optimises it, and in most runs it never does, it makes a constant of 16 bytes anew in
 * four instructions wherever one is used. Call once.
 */
export function writeSets(): void {
  v128.store(SETS, i8x16(1, 2, 4, 8, 16, 32, 64, -128, 64, 64, 64, 64, 64, 64, 64, 64), ROW_BITS);
  v128.store(SETS, i8x16.splat(15), NIBBLE);
  v128.store(SETS, i8x16(7, 3, 7, 3, 3, 3, 3, 7, 7, 7, 11, -85, -113, -85, 11, 3), ENDS_SET);
  v128.store(SETS, i8x16(24, 8, 8, 8, 8, 8, 8, 8, 8, 8, 1, -128, 0, 0, 0, 0), MARKS_SET);
  v128.store(SETS, i8x16(0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 32, 0, 0, 0), QUOTES_SET);
  v128.store(SETS, i8x16(7, 3, 7, 7, 3, 3, 3, 7, 7, 7, 3, -85, -113, -93, 11, 11), TARGET_ENDS_SET);
  v128.store(SETS, i8x16.splat(47), SLASHES);
  v128.store(SETS, i8x16.splat(61), EQUALS);
}

/** QUOTES are asked for in few files, and made from the first bytes on that need them. */
let areQuotesWanted: bool = false;
/** Where bytes end whose QUOTES are not made yet; 0 where they are. */
let quotesMissingTo: i32 = 0;

export function forgetQuotes(): void {
  areQuotesWanted = false;
  quotesMissingTo = 0;
}

/** Call before QUOTES are read. */
// @ts-ignore: decorator
@inline
export function needQuotes(): void {
  if (quotesMissingTo != 0) makeQuotes();
}

function makeQuotes(): void {
  const rowBits = v128.load(SETS, ROW_BITS);
  const nibble = v128.load(SETS, NIBBLE);
  const quoteSet = v128.load(SETS, QUOTES_SET);
  for (let at = 0; at < quotesMissingTo; at += 16) {
    const bytes = v128.load(INPUT + at);
    store<u16>(QUOTES + (at >> 3), <u16>membersOf(quoteSet, v128.and(bytes, nibble), rowsOf(bytes, rowBits, nibble)));
  }
  areQuotesWanted = true;
  quotesMissingTo = 0;
}

/** Makes the masks of the bytes [from, to); `from` is a multiple of 64 and begins a line, 0 for the input. */
export function prepare(from: i32, to: i32): void {
  if (from == 0) quotesMissingTo = areQuotesWanted ? 0 : to;
  if (from != 0 || areQuotesWanted) prepareAll(from, to);
  else prepareText(from, to);
}

function prepareAll(from: i32, to: i32): void {
  makeMasks(from, to, true);
}

function prepareText(from: i32, to: i32): void {
  makeMasks(from, to, false);
}

/** ENDS, SPECIAL and, where `hasQuotes`, which is known where this is inlined, QUOTES. */
// @ts-ignore: decorator
@inline
function makeMasks(from: i32, to: i32, hasQuotes: bool): void {
  const rowBits = v128.load(SETS, ROW_BITS);
  const nibble = v128.load(SETS, NIBBLE);
  const endSet = v128.load(SETS, ENDS_SET);
  const markSet = v128.load(SETS, MARKS_SET);
  const quoteSet = v128.load(SETS, QUOTES_SET);
  const slash = v128.load(SETS, SLASHES);
  const equal = v128.load(SETS, EQUALS);
  let endsBefore: u64 = 1;
  let equalsBefore: u64 = 0;
  for (let at = from; at < to; at += 64) {
    const input: usize = INPUT + at;
    let bytes = v128.load(input);
    let low = v128.and(bytes, nibble);
    let rows = rowsOf(bytes, rowBits, nibble);
    let ends = membersOf(endSet, low, rows);
    let special = membersOf(markSet, low, rows);
    let quotes: u64 = hasQuotes ? membersOf(quoteSet, low, rows) : 0;
    let slashes = equalTo(bytes, slash);
    let equals = equalTo(bytes, equal);
    bytes = v128.load(input, 16);
    low = v128.and(bytes, nibble);
    rows = rowsOf(bytes, rowBits, nibble);
    ends |= membersOf(endSet, low, rows) << 16;
    special |= membersOf(markSet, low, rows) << 16;
    if (hasQuotes) quotes |= membersOf(quoteSet, low, rows) << 16;
    slashes |= equalTo(bytes, slash) << 16;
    equals |= equalTo(bytes, equal) << 16;
    bytes = v128.load(input, 32);
    low = v128.and(bytes, nibble);
    rows = rowsOf(bytes, rowBits, nibble);
    ends |= membersOf(endSet, low, rows) << 32;
    special |= membersOf(markSet, low, rows) << 32;
    if (hasQuotes) quotes |= membersOf(quoteSet, low, rows) << 32;
    slashes |= equalTo(bytes, slash) << 32;
    equals |= equalTo(bytes, equal) << 32;
    bytes = v128.load(input, 48);
    low = v128.and(bytes, nibble);
    rows = rowsOf(bytes, rowBits, nibble);
    ends |= membersOf(endSet, low, rows) << 48;
    special |= membersOf(markSet, low, rows) << 48;
    if (hasQuotes) quotes |= membersOf(quoteSet, low, rows) << 48;
    slashes |= equalTo(bytes, slash) << 48;
    equals |= equalTo(bytes, equal) << 48;
    special |= slashes & ((ends << 1) | endsBefore);
    const values = (equals << 1) | equalsBefore;
    special |= values & ~ends;
    // a value in quotes is rare enough to look for byte by byte
    for (let left = values & ends; left != 0; left &= left - 1) {
      const bit = ctz(left);
      if (load<u8>(input + <usize>bit) == 34) special |= <u64>1 << bit;
    }
    endsBefore = ends >> 63;
    equalsBefore = equals >> 63;
    const word = <usize>(at >> 6) << 3;
    store<u64>(ENDS + word, ends);
    store<u64>(SPECIAL + word, special);
    if (hasQuotes) store<u64>(QUOTES + word, quotes);
  }
}

// @ts-ignore: decorator
@inline
export function byteAt(at: i32): u32 {
  return load<u8>(INPUT + at);
}

/**
 * The bits of a mask from the position `at` on, of which at least 57 are there: read from the byte that has the first one, so that few
 * searches have to go on to another word.
 */
// @ts-ignore: decorator
@inline
export function bitsFrom(mask: usize, at: i32): u64 {
  return load<u64>(mask + (at >> 3)) >> (at & 7);
}

/** The bits of a mask before the position `at`, the last of them as the sign; at least 56 are there. */
// @ts-ignore: decorator
@inline
function bitsBefore(mask: usize, at: i32): u64 {
  return load<u64>(mask + (at >> 3) - 7) << (8 - (at & 7));
}

/** The first position from `at` on whose bit is set; the line feed that ends the line has one in every mask. */
// @ts-ignore: decorator
@inline
export function next(mask: usize, at: i32): i32 {
  let bits = bitsFrom(mask, at);
  while (bits == 0) {
    at = (at & ~7) + 64;
    bits = bitsFrom(mask, at);
  }
  return at + <i32>ctz(bits);
}

/** The last position before `at` whose bit is set, not below `floor` - 1. */
// @ts-ignore: decorator
@inline
export function last(mask: usize, at: i32, floor: i32): i32 {
  let bits = bitsBefore(mask, at);
  while (bits == 0) {
    at = (at & ~7) - 56;
    if (at <= floor) return floor - 1;
    bits = bitsBefore(mask, at);
  }
  return max(at - 1 - <i32>clz(bits), floor - 1);
}

// @ts-ignore: decorator
@inline
export function isEnd(at: i32): bool {
  return load<u8>(CLASS + byteAt(at)) != 0;
}

/** The first byte from `at` on that is no delimiter. */
// @ts-ignore: decorator
@inline
export function nextWord(at: i32): i32 {
  let bits = ~load<u64>(ENDS + (at >> 3)) >> (at & 7);
  while (bits == 0) {
    at = (at & ~7) + 64;
    bits = ~load<u64>(ENDS + (at >> 3));
  }
  return at + <i32>ctz(bits);
}

/** The last byte before `at` that is no delimiter; there must be one. */
// @ts-ignore: decorator
@inline
export function lastWord(at: i32): i32 {
  let bits = ~load<u64>(ENDS + (at >> 3) - 7) << (8 - (at & 7));
  while (bits == 0) {
    at = (at & ~7) - 56;
    bits = ~load<u64>(ENDS + (at >> 3) - 7) << (8 - (at & 7));
  }
  return at - 1 - <i32>clz(bits);
}
