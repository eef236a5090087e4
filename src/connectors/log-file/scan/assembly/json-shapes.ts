/**
 * The shape of a JSON line is a chain of segments, cut where a kept value begins: which one comes next is told by the hash of what came
 * before and the first bytes of the value, so that keys share segments. In memory: 1 where the kept value begins with a variable word,
 * else 0; then for each stretch its length, the kind of the token behind it, and its bytes, filled up to 16; behind FEED the key.
 */
import { byteAt, last, next } from './bytes';
import { hashBytes, mix } from './hash';
import {
  BARE, ENDS, FEED, INPUT, K1, K2, KINDS, MARK, MARKED_WORD, MAX_TOKENS, QUOTED, QUOTES, SHAPE, SHAPES_END,
  SPECIAL, TOKENS, WORD,
} from './layout';
import { guessOf } from './guesses';
import { closing } from './skeleton';
import { opening, recordStart, shapesEnd, stop, tokenCount } from './state';

/** Where the JSON line at `from` begins: up to the end of its first name. */
export function openingOfJson(from: i32): u64 {
  const name = next(QUOTES, from);
  return byteAt(name) == 34 ? mix(K2, hashBytes(from, next(QUOTES, name + 1))) : 0;
}

/** The end of a variable word in a JSON string, -1 where there is none at `at`. */
// @ts-ignore: decorator
@inline
export function endOfWord(at: i32): i32 {
  const end = min(next(ENDS, at), next(QUOTES, at));
  return next(SPECIAL, at) < end ? end : -1;
}

/** Takes the first bytes, at most 16, of the words that a kept value begins with into the hash. */
// @ts-ignore: decorator
@inline
export function branchOf(hash: u64, at: i32): u64 {
  const special = next(SPECIAL, at);
  let to = next(QUOTES, at);
  if (special < to) to = max(last(ENDS, special, at) + 1, at);
  const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const isIn = i8x16.lt_s(places, i8x16.splat(<i8>min(to - at, 16)));
  const bytes = v128.and(v128.load(INPUT + at), isIn);
  return mix(hash, (i64x2.extract_lane(bytes, 0) * K1) ^ rotl(i64x2.extract_lane(bytes, 1) * K2, 31));
}

/** The key of the JSON line at `from` where it has a known shape, else -1. Sets `stop` and the tokens where it has. */
export function keyOfShape(from: i32): i32 {
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
export function keepSegment(hash: u64, segment: usize, end: usize): bool {
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
export function keepJsonShape(key: usize, index: i32): void {
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
