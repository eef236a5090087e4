/** Hashes of stretches of bytes, and the names of fields whose values count. */
import { lastWord, nextWord } from './bytes';
import { INPUT, K1, K2, K3, KEPT_MASK } from './layout';

// @ts-ignore: decorator
@inline
export function mix(hash: u64, value: u64): u64 {
  return rotl((hash ^ value) * K3, 29);
}

/** 16 bytes a step, the last one masked: branches on the length would be mispredicted, which costs more than the work. */
// @ts-ignore: decorator
@inline
export function hashBytes(from: i32, to: i32): u64 {
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

/** Takes the bytes without the delimiters at their edges into the hash; delimiters alone leave it as it is. */
// @ts-ignore: decorator
@inline
export function takeRun(hash: u64, from: i32, to: i32): u64 {
  const start = nextWord(from);
  return start >= to ? hash : mix(hash, hashBytes(start, lastWord(to) + 1));
}

export function isKept(set: usize, hash: u64): bool {
  let at = hash & KEPT_MASK;
  let found = load<u64>(set + (<usize>at << 3));
  while (found != 0 && found != hash) {
    at = (at + 1) & KEPT_MASK;
    found = load<u64>(set + (<usize>at << 3));
  }
  return found != 0;
}
