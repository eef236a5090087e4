/**
 * A shape is the text between the variable tokens of a key's lines. Comparing a line with the shape that its beginning suggests costs a
 * third of hashing it. A line that has the shape has the key: what it would be hashed from is the same, byte for byte.
 * In memory: the steps of each stretch (steps.ts), behind the last of which the line ends.
 */
import { guessOf } from './guesses';
import { byteAt, next } from './bytes';
import { keepJsonShape } from './json-shapes';
import { ENDS, FEED, MAX_TOKENS, SHAPE, SPECIAL, STEP_KEY, STEP_KIND, STEP_LENGTH, STEP_SIZE, STRETCH, TOKENS, WORD } from './layout';
import { opening, recordStart, shapesEnd, stop, tokenCount } from './state';
import { differs, endOfVariable, writeStretch } from './steps';

/** Bytes that one shape may take. */
const MAX_SHAPE: usize = 2048;

/**
 * The key of the line, which is compared from its first variable token on, in which a mark stands at `found`; -1 where it has another
 * shape. Sets `stop` and the tokens, whatever it answers.
 */
// @ts-ignore: decorator
@inline
export function keyOfWords(shape: usize, start: i32, found: i32): i32 {
  let token: usize = TOKENS + (<usize>tokenCount << 2);
  if (tokenCount != 1 || load<i32>(TOKENS) != start) {
    store<i32>(token, start);
    token += 4;
  }
  let at = next(ENDS, found + 1);
  let step = shape;
  let key: i32 = -1;
  while (!differs(step, at)) {
    at += load<i32>(step, STEP_LENGTH);
    const kind = load<i32>(step, STEP_KIND);
    if (kind == WORD) {
      store<i32>(token, at);
      token += 4;
      at = endOfVariable(at);
      if (at < 0) break;
    } else if (kind != STRETCH) {
      if (byteAt(at) == 10) key = load<i32>(step, STEP_KEY);
      break;
    }
    step += STEP_SIZE;
  }
  tokenCount = <i32>((token - TOKENS) >> 2);
  stop = at;
  return key;
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
    const shape = shapesEnd;
    let step = shape;
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
        if (start < at) return;
        step = writeStretch(step, at, start, i == tokenCount ? FEED : WORD, index);
        if (step == 0 || step > shape + MAX_SHAPE) return;
      }
      at = close;
    }
    shapesEnd = step;
    store<i32>(key, <i32>shape, SHAPE);
  }
  const guess = guessOf(opening);
  store<u64>(guess, opening);
  store<i32>(guess, load<i32>(key, SHAPE), 8);
}
