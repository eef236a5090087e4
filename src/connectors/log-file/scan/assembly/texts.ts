/** Texts of a line that tell it from other lines of its key: a pod, a host, a zone. The kernel knows them by numbers that were given to them. */
import { byteAt, next } from './bytes';
import { hashBytes, mix } from './hash';
import {
  ENDS, HAS_NAMED_TEXTS, K1, MAX_TEXT_LENGTH, NAMED_TEXTS, NAMED_TEXTS_MASK, STATE, TEXTS, TEXTS_HASH, TEXTS_SHIFT, TEXTS_VERSION,
  TEXT_COUNT, TEXT_PLACES,
} from './layout';
import { locate } from './places';

/**
 * The number of the texts in the last line, -1 where they have none or cannot be read; in the first case their hash is left for the naming.
 * The hash covers at least what a reader takes for the text: it may tell apart more than there is.
 */
export function textsNumber(key: i32, description: i32): i32 {
  const texts = TEXTS + (<usize>description << TEXTS_SHIFT);
  const count = load<i32>(texts, TEXT_COUNT);
  let hash = mix(mix(K1, key), load<i32>(texts, TEXTS_VERSION));
  for (let i = 0; i < count; i++) {
    const at = locate(texts + TEXT_PLACES + (<usize>i << 4));
    if (at < 0) return -1;
    let end = next(ENDS, at);
    // an address goes on behind its colon
    while (byteAt(end) == 58 || byteAt(end) == 61) end = next(ENDS, end + 1);
    if (end == at || end - at > MAX_TEXT_LENGTH) return -1;
    hash = mix(hash, hashBytes(at, end));
  }
  for (let at = hash & NAMED_TEXTS_MASK; ; at = (at + 1) & NAMED_TEXTS_MASK) {
    const named = NAMED_TEXTS + (<usize>at << 4);
    const found = load<u64>(named);
    if (found == hash) return load<i32>(named, 8);
    if (found == 0) break;
  }
  store<u64>(STATE + TEXTS_HASH, hash);
  return -1;
}

/** Gives the texts whose hash was left a number; the table, 4,096 places, must not become full. */
export function nameTexts(number: i32): void {
  const hash = load<u64>(STATE + TEXTS_HASH);
  if (hash == 0) return;
  store<i32>(STATE + HAS_NAMED_TEXTS, 1);
  let at = hash & NAMED_TEXTS_MASK;
  while (load<u64>(NAMED_TEXTS + (<usize>at << 4)) != 0) at = (at + 1) & NAMED_TEXTS_MASK;
  store<u64>(NAMED_TEXTS + (<usize>at << 4), hash);
  store<i32>(NAMED_TEXTS + (<usize>at << 4), number, 8);
}
