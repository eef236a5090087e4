/** Hashes of stretches of bytes, and the names of fields whose values count. */
import { lastWord, nextWord } from './bytes';
import { FIRST_BYTES, INPUT, K1, K2, K3, KEPT_MASK } from './layout';

// @ts-ignore: decorator
@inline
export function mix(hash: u64, value: u64): u64 {
  return rotl((hash ^ value) * K3, 29);
}

/** Keeps the first `count` bytes, at most 16. */
// @ts-ignore: decorator
@inline
export function firstBytes(count: i32): v128 {
  return v128.load(FIRST_BYTES + 16 - count);
}

// @ts-ignore: decorator
@inline
export function mixBytes(hash: u64, bytes: v128): u64 {
  return mix(hash, (i64x2.extract_lane(bytes, 0) * K1) ^ rotl(i64x2.extract_lane(bytes, 1) * K2, 31));
}

/** 16 bytes a step, the last one masked: branches on the length would be mispredicted, which costs more than the work. */
// @ts-ignore: decorator
@inline
export function hashBytes(from: i32, to: i32): u64 {
  let hash: u64 = K1;
  let left = to - from;
  let at: usize = INPUT + from;
  do {
    hash = mixBytes(hash, v128.and(v128.load(at), firstBytes(min(left, 16))));
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
