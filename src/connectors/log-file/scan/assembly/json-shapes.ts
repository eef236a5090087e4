/**
 * The shape of a JSON line is a chain of segments, cut where a kept value begins: which one comes next is told by the hash of what came
 * before and the first bytes of the value, so that keys share segments. In memory: 1 where the kept value begins with a variable word,
 * else 0; then the steps (steps.ts) of each stretch.
 */
import { bitsFrom, byteAt, last, next } from './bytes';
import { firstBytes, hashBytes, mix, mixBytes } from './hash';
import {
  BARE, ENDS, FEED, INPUT, K2, KINDS, MARK, MARKED_WORD, MAX_TOKENS, OPENING_TEXT, QUOTED, QUOTES, SHAPE, SHAPES_END,
  SPECIAL, STEP_KEY, STEP_KIND, STEP_LENGTH, STEP_SIZE, STRETCH, TOKENS, WORD,
} from './layout';
import { guessOf } from './guesses';
import { closing } from './skeleton';
import { opening, recordStart, shapesEnd, stop, tokenCount } from './state';
import { differs, writeStretch } from './steps';

/** Of the line whose first bytes are kept: how many of them are its opening, 0 for none, and the hash of that. */
let openingLength: i32 = 0;
let openingHash: u64 = 0;

/** Where the JSON line at `from` begins: up to the end of its first name. Most lines of a file begin like the one before. */
export function openingOfJson(from: i32): u64 {
  const text = v128.load(INPUT + from);
  const differences = v128.xor(text, v128.load(OPENING_TEXT));
  if (openingLength > 0 && !v128.any_true(v128.and(differences, firstBytes(openingLength)))) return openingHash;
  const name = next(QUOTES, from);
  if (byteAt(name) != 34) return 0;
  const end = next(QUOTES, name + 1);
  const hash = mix(K2, hashBytes(from, end));
  if (end - from < 16) {
    v128.store(OPENING_TEXT, text);
    openingLength = end - from + 1;
    openingHash = hash;
  }
  return hash;
}

/** The end of a variable word in a JSON string, -1 where there is none at `at`. */
// @ts-ignore: decorator
@inline
export function endOfWord(at: i32): i32 {
  const ends = bitsFrom(ENDS, at) | bitsFrom(QUOTES, at);
  if (ends != 0) return (bitsFrom(SPECIAL, at) & (ends - 1) & ~ends) != 0 ? at + <i32>ctz(ends) : -1;
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
  return mixBytes(hash, v128.and(v128.load(INPUT + at), firstBytes(min(to - at, 16))));
}

/** The key of the JSON line at `from` where it has a known shape, else -1. Sets `stop` and the tokens where it has. */
export function keyOfShape(from: i32): i32 {
  let hash = opening;
  let guess = guessOf(hash);
  if (load<u64>(guess) != hash) return -1;
  let step: usize = load<i32>(guess, 8) + 4;
  let token: usize = TOKENS;
  let at = from;
  while (!differs(step, at)) {
    at += load<i32>(step, STEP_LENGTH);
    const kind = load<i32>(step, STEP_KIND);
    const key = load<i32>(step, STEP_KEY);
    step += STEP_SIZE;
    if (kind == STRETCH) continue;
    if (kind == FEED) {
      if (byteAt(at) != 10) return -1;
      stop = at;
      tokenCount = <i32>((token - TOKENS) >> 2);
      return key;
    }
    store<i32>(token, at);
    token += 4;
    if (kind == WORD) {
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
    } else if (kind == QUOTED) {
      const end = next(QUOTES, at);
      at = byteAt(end) == 34 ? end : closing(at);
      if (byteAt(at) != 34) return -1;
    } else if (kind == BARE) {
      const byte = byteAt(at);
      if (byte == 34 || byte == 91 || byte == 123 || byte == 10) return -1;
      at = next(ENDS, at);
    }
  }
  return -1;
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
    const isMark = kind == MARK || kind == MARKED_WORD;
    if (start < at) return;
    step = writeStretch(step, at, start, isMark ? MARK : kind, index);
    if (step == 0 || step + STEP_SIZE > SHAPES_END) return;
    at = start;
    if (kind == FEED) keepSegment(hash, segment, step);
    else if (kind == QUOTED) at = closing(start);
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
