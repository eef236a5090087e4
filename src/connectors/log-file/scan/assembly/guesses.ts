/** The table that tells from a line's beginning which shape it may have. */
import { GUESSES, GUESS_MASK, KEYS, KEY_COUNT, KEY_SHIFT, SHAPE, SHAPES, STATE } from './layout';
import { shapesEnd } from './state';

export function forgetShapes(): void {
  memory.fill(GUESSES, 0, SHAPES - GUESSES);
  const end = KEYS + (<usize>load<i32>(STATE + KEY_COUNT) << KEY_SHIFT);
  for (let key: usize = KEYS; key < end; key += 1 << KEY_SHIFT) store<i32>(key, 0, SHAPE);
  shapesEnd = SHAPES;
}

// @ts-ignore: decorator
@inline
export function guessOf(hash: u64): usize {
  return GUESSES + (<usize>(hash & GUESS_MASK) << 4);
}
