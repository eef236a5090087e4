/** From bytes to bit masks, 16 bytes at a time, and the searches in them. */
import { CLASS, ENDS, INPUT, QUOTES, SPECIAL } from './layout';

/** Per low and high nibble, a bit for each group of bytes: both tables agree on a bit exactly for the members of its group. */
// @ts-ignore: decorator
@inline
export function endsOf(low: v128, high: v128): v128 {
  const lows = i8x16(3, 1, 3, 1, 1, 1, 1, 3, 3, 3, 5, 29, 23, 29, 5, 1);
  const highs = i8x16(1, 1, 2, 4, 0, 8, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0);
  return v128.and(i8x16.swizzle(lows, low), i8x16.swizzle(highs, high));
}

/** Bits: 1 digit, 2 @, 4 line feed, 8 {, 16 ", 32 \, 64 /, 128 =. */
// @ts-ignore: decorator
@inline
export function marksOf(low: v128, high: v128): v128 {
  const lows = i8x16(3, 1, 17, 1, 1, 1, 1, 1, 1, 1, 4, 8, 32, -128, 0, 64);
  const highs = i8x16(4, 0, 80, -127, 2, 32, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0);
  return v128.and(i8x16.swizzle(lows, low), i8x16.swizzle(highs, high));
}

/** A bit for each byte that has any of `bits`, none of which is the sign. */
// @ts-ignore: decorator
@inline
export function having(bytes: v128, bits: i8): u64 {
  return <u64>(<u32>i8x16.bitmask(i8x16.gt_s(v128.and(bytes, i8x16.splat(bits)), i8x16.splat(0))));
}

/** A bit for each quote, backslash and line feed of 64 bytes. */
export function quotesOf(at: i32): u64 {
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
export function byteAt(at: i32): u32 {
  return load<u8>(INPUT + at);
}

/** The first position from `at` on whose bit is set; the line feed that ends the line has one in every mask. */
// @ts-ignore: decorator
@inline
export function next(mask: usize, at: i32): i32 {
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
export function last(mask: usize, at: i32, floor: i32): i32 {
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
export function isEnd(at: i32): bool {
  return load<u8>(CLASS + byteAt(at)) != 0;
}

/** The first byte from `at` on that is no delimiter. */
// @ts-ignore: decorator
@inline
export function nextWord(at: i32): i32 {
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
export function lastWord(at: i32): i32 {
  let word = at >> 6;
  let bits = ~load<u64>(ENDS + (<usize>word << 3)) & ((<u64>1 << (at & 63)) - 1);
  while (bits == 0) bits = ~load<u64>(ENDS + (<usize>--word << 3));
  return (word << 6) + 63 - <i32>clz(bits);
}
