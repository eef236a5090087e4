/** The steps of shapes: how a line is compared with them, and how they are written. */
import { bitsFrom, next } from './bytes';
import { firstBytes } from './hash';
import { ENDS, FEED, INPUT, SHAPES_END, SPECIAL, STEP_KEY, STEP_KIND, STEP_LENGTH, STEP_SIZE, STRETCH } from './layout';

/** Whether the bytes at `at` are not those of the step. */
// @ts-ignore: decorator
@inline
export function differs(step: usize, at: i32): bool {
  const differences = v128.xor(v128.load(INPUT + at), v128.load(step));
  return v128.any_true(v128.and(differences, firstBytes(load<i32>(step, STEP_LENGTH))));
}

/** The end of the variable word at `at`, -1 where no such word stands there. */
// @ts-ignore: decorator
@inline
export function endOfVariable(at: i32): i32 {
  const ends = bitsFrom(ENDS, at);
  if (ends != 0) return (bitsFrom(SPECIAL, at) & (ends - 1) & ~ends) != 0 ? at + <i32>ctz(ends) : -1;
  const end = next(ENDS, at);
  return next(SPECIAL, at) < end ? end : -1;
}

/** Writes the bytes [from, to) and what stands behind them; `key` for FEED. Returns where the next step goes, 0 where there is no room. */
export function writeStretch(at: usize, from: i32, to: i32, kind: i32, key: i32): usize {
  let step = at;
  let left = to - from;
  do {
    if (step + STEP_SIZE > SHAPES_END) return 0;
    const length = min(left, 16);
    v128.store(step, v128.and(v128.load(INPUT + to - left), firstBytes(length)));
    store<i32>(step, length, STEP_LENGTH);
    left -= length;
    store<i32>(step, left > 0 ? STRETCH : kind, STEP_KIND);
    store<i32>(step, kind == FEED ? key : 0, STEP_KEY);
    step += STEP_SIZE;
  } while (left > 0);
  return step;
}
