/** The skeleton of a record: the hash of all that does not vary in it, and where its variable tokens start. */
import { byteAt, last, needQuotes, next } from './bytes';
import { hashBytes, isKept, mix, takeRun } from './hash';
import {
  BARE, ENDS, KEPT, KEPT_NUMBER, KEPT_NUMBERS, KINDS, MARK, MARKED_WORD, MAX_TOKENS, QUOTED, QUOTES,
  SPECIAL, TOKENS, WORD,
} from './layout';
import { opening, stop, tokenCount } from './state';

// @ts-ignore: decorator
@inline
export function addToken(at: i32): void {
  if (tokenCount < MAX_TOKENS) store<i32>(TOKENS + (<usize>tokenCount << 2), at), tokenCount++;
}

// @ts-ignore: decorator
@inline
export function addJsonToken(at: i32, kind: i32): void {
  store<u8>(KINDS + tokenCount, <u8>kind);
  addToken(at);
}

/** The quote that closes a string whose text begins at `from`, or the line feed. */
export function closing(from: i32): i32 {
  let at = next(QUOTES, from);
  while (byteAt(at) == 92) at = byteAt(at + 1) == 10 ? at + 1 : next(QUOTES, at + 2);
  return at;
}

/**
 * Words and variable tokens of text, from `from` to the line feed or the brace of an object; or of a JSON string, to `limit`. Leaves in
 * `stop` where it ended. `isText` is known where this is inlined.
 */
// @ts-ignore: decorator
@inline
export function hashWords(from: i32, limit: i32, seed: u64, isText: bool): u64 {
  let hash = seed;
  let run = from;
  let at = from;
  for (;;) {
    let found = next(SPECIAL, at);
    if (!isText && found >= limit) {
      stop = limit;
      break;
    }
    const byte = byteAt(found);
    if (isText && byte == 10) {
      stop = found;
      break;
    }
    if (byte == 123) {
      if (isText && byteAt(found + 1) == 34) {
        stop = found;
        break;
      }
      at = found + 1;
      continue;
    }
    if ((byte > 64 || byte == 34) && found > run && byteAt(found - 1) == 61) {
      // a number or path varies whatever its name is
      const name = last(ENDS, found - 1, run) + 1;
      if (!isKept(KEPT, hashBytes(name, found - 1))) {
        hash = takeRun(hash, run, found);
        if (byte == 34) {
          if (isText) needQuotes();
          addJsonToken(found + 1, QUOTED);
          found = closing(found + 1);
          if (byteAt(found) == 34) found++;
        } else {
          addJsonToken(found, WORD);
          found = next(ENDS, found + 1);
        }
        run = at = isText ? found : min(found, limit);
        continue;
      }
      at = found + 1;
      continue;
    }
    let start = last(ENDS, found, run) + 1;
    if (!isText) {
      const escape = last(QUOTES, found, start);
      if (escape >= start) start = min(escape + 2, found);
    }
    hash = takeRun(hash, run, start);
    // listed already: the first word of a line, and the start of a string
    if (tokenCount == 0 || load<i32>(TOKENS + (<usize>(tokenCount - 1) << 2)) != start) addJsonToken(start, WORD);
    else store<u8>(KINDS + tokenCount - 1, <u8>MARKED_WORD);
    found = next(ENDS, found + 1);
    if (!isText) found = min(min(found, next(QUOTES, start)), limit);
    run = at = found;
  }
  return takeRun(hash, run, stop);
}

/** An object inside of text is read as JSON to the line's end. */
export function hashText(from: i32, seed: u64): u64 {
  const hash = hashWords(from, 0, seed, true);
  if (byteAt(stop) != 123) return hash;
  opening = 0;
  return hashJson(stop + 1, hash);
}

export function hashString(from: i32, limit: i32, seed: u64): u64 {
  return hashWords(from, limit, seed, false);
}

/** From the first quote of an object to the line's end: names and kept values count, other values are passed over. */
export function hashJson(from: i32, seed: u64): u64 {
  needQuotes();
  let hash = seed;
  let at = from;
  for (;;) {
    at = next(QUOTES, at);
    let byte = byteAt(at);
    if (byte != 34) {
      if (byte == 10) break;
      at++;
      continue;
    }
    const start = at + 1;
    const end = closing(start);
    at = end;
    if (byteAt(end) == 10) break;
    byte = byteAt(++at);
    if (byte == 32) byte = byteAt(++at);
    if (byte != 58) {
      addJsonToken(start, QUOTED);
      continue;
    }
    const name = hashBytes(start, end);
    hash = mix(hash, name);
    byte = byteAt(++at);
    if (byte == 32) byte = byteAt(++at);
    if (byte == 34) {
      const isMark = isKept(KEPT, name);
      addJsonToken(at + 1, isMark ? MARK : QUOTED);
      const close = closing(at + 1);
      if (isMark) hash = hashString(at + 1, close, hash);
      at = byteAt(close) == 34 ? close + 1 : close;
    } else if (byte != 123 && byte != 91 && byte != 10) {
      const close = next(ENDS, at);
      const isMark = isKept(KEPT_NUMBERS, name);
      addJsonToken(at, isMark ? KEPT_NUMBER : BARE);
      // a longer one would tell each record apart, and has no shape
      if (isMark && close - at <= 5) hash = mix(hash, hashBytes(at, close));
      else if (isMark) opening = 0;
      at = close;
    }
  }
  stop = at;
  return hash;
}
