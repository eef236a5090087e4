/** Takes names of fields whose values tell records apart. */
import { hashBytes, isKept } from './hash';
import { KEPT, KEPT_MASK, KEPT_NUMBERS, TOUCHED, SHAPES } from './layout';
import { forgetShapes } from './guesses';
import { shapesEnd } from './state';

/** Keeps the field whose name stands in [from, to); the table must have room. `asNumber`: for its number instead of its text. */
export function keep(from: i32, to: i32, asNumber: bool): void {
  const set = asNumber ? KEPT_NUMBERS : KEPT;
  const hash = hashBytes(from, to);
  if (isKept(set, hash)) return;
  let at = hash & KEPT_MASK;
  while (load<u64>(set + (<usize>at << 3)) != 0) at = (at + 1) & KEPT_MASK;
  store<u64>(set + (<usize>at << 3), hash);
  if (shapesEnd != SHAPES) forgetShapes();
}

/** No field is kept any more. */
export function forgetFields(): void {
  memory.fill(KEPT, 0, TOUCHED - KEPT);
}

export function keeps(from: i32, to: i32): bool {
  return isKept(KEPT, hashBytes(from, to));
}
