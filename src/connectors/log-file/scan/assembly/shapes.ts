/**
 * A shape is the text between the variable tokens of a key's lines. Comparing a line with the shape that its beginning suggests costs a
 * third of hashing it. A line that has the shape has the key: what it would be hashed from is the same, byte for byte.
 * In memory: key, then for each stretch its length (-1 ends the shape) and its bytes, filled up to 16.
 */
import { guessOf } from './guesses';
import { byteAt, next } from './bytes';
import { keepJsonShape } from './json-shapes';
import { ENDS, INPUT, MAX_TOKENS, SHAPE, SHAPES_END, SPECIAL, TOKENS } from './layout';
import { opening, recordStart, shapesEnd, stop, tokenCount } from './state';

/** Compares the line from its first variable token on, in which a mark stands at `found`. Sets `stop` and the tokens, whatever it answers. */
// @ts-ignore: decorator
@inline
export function hasShape(shape: usize, start: i32, found: i32): bool {
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
export function keepShape(key: usize, index: i32): void {
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
