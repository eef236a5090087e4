/** The table that tells from a line's beginning which shape it may have. */
import { GUESSES, GUESS_MASK, KEYS, KEY_SHIFT, MAX_KEYS, SHAPE, SHAPES } from './layout';
import { shapesEnd } from './state';

export function forgetShapes(): void {
  memory.fill(GUESSES, 0, SHAPES - GUESSES);
  for (let key: usize = KEYS; key < KEYS + (<usize>MAX_KEYS << KEY_SHIFT); key += 1 << KEY_SHIFT) store<i32>(key, 0, SHAPE);
  shapesEnd = SHAPES;
}

// @ts-ignore: decorator
@inline
export function guessOf(hash: u64): usize {
  return GUESSES + (<usize>(hash & GUESS_MASK) << 4);
}
