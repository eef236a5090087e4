/** From a record to its key. */
import { byteAt, isEnd, last, needQuotes, next } from './bytes';
import { hashBytes, mix, takeRun } from './hash';
import { keyOfShape, openingOfJson } from './json-shapes';
import {
  ENDS, HASH, K1, KEY, KEY_COUNT, LINE_END, LINE_START, MAX_KEYS, SPECIAL, STATE, TABLE, TABLE_MASK,
  TOKEN_COUNT,
} from './layout';
import { guessOf } from './guesses';
import { keyOfWords } from './shapes';
import { addToken, hashJson, hashText } from './skeleton';
import { guessed, opening, recordStart, stop, tokenCount } from './state';

/**
 * The hash of a line whose record begins at `from`, behind the stamp at its head. Sets `stop` and the tokens. `mayGuess`: where the line
 * has the shape that its beginning suggests, `guessed` is its key and the hash is not computed; else it is -1.
 */
export function hashRecord(from: i32, mayGuess: bool): u64 {
  let hash: u64 = K1;
  let at = from;
  tokenCount = 0;
  guessed = -1;
  recordStart = -1;
  opening = 0;
  if (byteAt(at) == 60) {
    // the digits of a syslog priority are its level: they belong to the key
    const digits = at + 1;
    for (at = digits; byteAt(at) - 48 < 10; at++);
    hash = mix(hash, hashBytes(digits, at));
  }
  let first = at;
  while (isEnd(first) && byteAt(first) != 10 && byteAt(first) != 123) first++;
  if (!isEnd(first)) addToken(first);
  if (mayGuess) {
    const found = next(SPECIAL, at);
    const byte = byteAt(found);
    if (byte == 123 && found == from && byteAt(from + 1) == 34) {
      needQuotes();
      recordStart = from;
      opening = openingOfJson(from);
      guessed = opening == 0 ? -1 : keyOfShape(from);
      if (guessed >= 0) return 0;
      return hashJson(from + 1, hash);
    }
    // a digit, a path or an address, and no object before it: the beginning is a run of words
    if (byte != 10 && byte != 34 && byte < 65) {
      const start = last(ENDS, found, at) + 1;
      opening = takeRun(hash, at, start);
      const guess = guessOf(opening);
      if (load<u64>(guess) == opening) {
        guessed = keyOfWords(load<i32>(guess, 8), start, found);
        if (guessed >= 0) return 0;
        tokenCount = isEnd(first) ? 0 : 1;
      }
    }
  }
  return hashText(at, hash);
}

/** The key with this hash, made where there is none; -1 when the table is full. */
export function keyOf(hash: u64): i32 {
  let at = hash & TABLE_MASK;
  for (;;) {
    const slot = TABLE + (<usize>at << 4);
    const index = load<i32>(slot, 8);
    if (index != 0) {
      if (load<u64>(slot) == hash) return index - 1;
      at = (at + 1) & TABLE_MASK;
      continue;
    }
    const count = load<i32>(STATE + KEY_COUNT);
    if (count >= MAX_KEYS) return -1;
    store<u64>(slot, hash);
    store<i32>(slot, count + 1, 8);
    store<i32>(STATE + KEY_COUNT, count + 1);
    return count;
  }
}

/** Hashes the one line that starts at `start` with its record at `from`; the masks must be there. */
export function hashLine(start: i32, from: i32, withKey: bool): void {
  const hash = hashRecord(from, false);
  store<i32>(STATE + LINE_START, start);
  store<i32>(STATE + LINE_END, stop);
  store<i32>(STATE + TOKEN_COUNT, tokenCount);
  store<i32>(STATE + KEY, withKey ? keyOf(hash) : -1);
  store<u64>(STATE + HASH, hash);
}
