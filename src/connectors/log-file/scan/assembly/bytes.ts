/** From bytes to bit masks, 16 bytes at a time, and the searches in them. */
import { CLASS, ENDS, INPUT, QUOTES, SPECIAL } from './layout';

/**
 * A byte of ASCII is known by its low nibble and a bit for its high one: a table of 16 bytes by the low nibble holds any set of them. No
 * set has members from 0x60 to 0x6f, so the bit of those stands for the bytes beyond ASCII too.
 */
// @ts-ignore: decorator
@inline
function rowsOf(bytes: v128): v128 {
  const high = v128.and(i16x8.shr_u(bytes, 4), i8x16.splat(15));
  return i8x16.swizzle(i8x16(1, 2, 4, 8, 16, 32, 64, -128, 64, 64, 64, 64, 64, 64, 64, 64), high);
}

/** A bit for each of 16 bytes that the set has. */
// @ts-ignore: decorator
@inline
function membersOf(set: v128, low: v128, rows: v128): u64 {
  return <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.and(i8x16.swizzle(set, low), rows), rows)));
}

// @ts-ignore: decorator
@inline
function endsOf(low: v128, rows: v128): u64 {
  return membersOf(i8x16(7, 3, 7, 3, 3, 3, 3, 7, 7, 7, 11, -85, -113, -85, 11, 3), low, rows);
}

/** Digits, @, line feeds and {. */
// @ts-ignore: decorator
@inline
function marksOf(low: v128, rows: v128): u64 {
  return membersOf(i8x16(24, 8, 8, 8, 8, 8, 8, 8, 8, 8, 1, -128, 0, 0, 0, 0), low, rows);
}

/** Quotes, backslashes and line feeds. */
// @ts-ignore: decorator
@inline
function quotesOf(low: v128, rows: v128): u64 {
  return membersOf(i8x16(0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 32, 0, 0, 0), low, rows);
}

/** A bit for each of 16 bytes that ends a request target: delimiters but : and =, brackets, # and ?. */
// @ts-ignore: decorator
@inline
export function targetEndsOf(bytes: v128): u64 {
  const low = v128.and(bytes, i8x16.splat(15));
  return membersOf(i8x16(7, 3, 7, 7, 3, 3, 3, 7, 7, 7, 3, -85, -113, -93, 11, 11), low, rowsOf(bytes));
}

// @ts-ignore: decorator
@inline
export function digitsOf(bytes: v128): u64 {
  return <u64>(<u32>i8x16.bitmask(i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(48)), i8x16.splat(10))));
}

// @ts-ignore: decorator
@inline
function equalTo(bytes: v128, byte: i8): u64 {
  return <u64>(<u32>i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(byte))));
}

/** Makes the masks of the bytes [from, to); `from` is a multiple of 64 and begins a line. */
export function prepare(from: i32, to: i32): void {
  let endsBefore: u64 = 1;
  let equalsBefore: u64 = 0;
  for (let at = from; at < to; at += 64) {
    const input: usize = INPUT + at;
    // written out: in a loop the tables would be made anew for each part
    let bytes = v128.load(input);
    let low = v128.and(bytes, i8x16.splat(15));
    let rows = rowsOf(bytes);
    let ends = endsOf(low, rows);
    let special = marksOf(low, rows);
    let quotes = quotesOf(low, rows);
    let slashes = equalTo(bytes, 47);
    let equals = equalTo(bytes, 61);
    bytes = v128.load(input, 16);
    low = v128.and(bytes, i8x16.splat(15));
    rows = rowsOf(bytes);
    ends |= endsOf(low, rows) << 16;
    special |= marksOf(low, rows) << 16;
    quotes |= quotesOf(low, rows) << 16;
    slashes |= equalTo(bytes, 47) << 16;
    equals |= equalTo(bytes, 61) << 16;
    bytes = v128.load(input, 32);
    low = v128.and(bytes, i8x16.splat(15));
    rows = rowsOf(bytes);
    ends |= endsOf(low, rows) << 32;
    special |= marksOf(low, rows) << 32;
    quotes |= quotesOf(low, rows) << 32;
    slashes |= equalTo(bytes, 47) << 32;
    equals |= equalTo(bytes, 61) << 32;
    bytes = v128.load(input, 48);
    low = v128.and(bytes, i8x16.splat(15));
    rows = rowsOf(bytes);
    ends |= endsOf(low, rows) << 48;
    special |= marksOf(low, rows) << 48;
    quotes |= quotesOf(low, rows) << 48;
    slashes |= equalTo(bytes, 47) << 48;
    equals |= equalTo(bytes, 61) << 48;
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
