/** Stamps of the span at hand, compared byte by byte with how such stamps look. */
import { byteAt } from './bytes';
import {
  INPUT, SPAN_SECONDS, STAMP, STAMP_AHEAD, STAMP_COUNT, STAMP_DIGITS, STAMP_GUARD, STAMP_HAS_MARK, STAMP_LENGTH, STAMP_SHIFT,
  STAMP_SUFFIX, STAMP_SUFFIX_LENGTH, STAMP_TENS, STAMP_TEXT, STATE,
} from './layout';
import { stampLook, stampMs, stampSecond } from './state';

/** `....-..-.....:..:` */
// @ts-ignore: decorator
@inline
export function looksIso(at: i32): bool {
  const date = load<u32>(INPUT + at, 4) & 0xff0000ff;
  const time = load<u32>(INPUT + at, 13) & 0xff0000ff;
  return date == 0x2d00002d && time == 0x3a00003a;
}

/** Whether what follows a stamp without a zone could still be one. */
export function isZoneAhead(at: i32, guard: i32): bool {
  const byte = byteAt(at);
  if (guard == 2) return byte != 32 || byteAt(at + 1) - 97 > 25;
  if (byte == 43 || byte == 45 || byte == 90) return true;
  if ((byte == 46 || byte == 44) && byteAt(at + 1) - 48 < 10) return true;
  if (byte != 32) return false;
  const ahead = byteAt(at + 1);
  if (ahead == 43 || (ahead == 45 && byteAt(at + 2) - 48 < 10)) return true;
  return ahead - 65 < 26 && (byteAt(at + 3) == 84 || byteAt(at + 3) == 67 || byteAt(at + 4) == 84);
}

/** The line has no time: it is counted at the start of the span. */
export function noStamp(): void {
  stampSecond = 0;
  stampMs = 0;
  stampLook = -1;
}

/** The index behind the stamp at `at` where it looks like this and lies in the span at hand, else -1; where in it is left in `stampSecond` and `stampMs`. */
// @ts-ignore: decorator
@inline
function takeLook(stamp: usize, at: i32): i32 {
  const length = load<i32>(stamp, STAMP_LENGTH);
  if (length == 0) return -1;
  const from: usize = INPUT + at;
  const text: usize = stamp + STAMP_TEXT;
  if (length >= 16) {
    if (v128.any_true(v128.xor(v128.load(from), v128.load(text)))) return -1;
    if (load<u32>(from + length - 4) != load<u32>(text + length - 4)) return -1;
  } else {
    if (load<u64>(from) != load<u64>(text)) return -1;
    if (load<u64>(from + length - 8) != load<u64>(text + length - 8)) return -1;
  }
  let end = at + length;
  let second: i32 = 0;
  const mostTens = load<i32>(stamp, STAMP_TENS);
  if (mostTens != 0) {
    const tens = byteAt(end) - 48;
    const ones = byteAt(end + 1) - 48;
    if (tens >= <u32>mostTens || ones > 9) return -1;
    second = <i32>(tens * 10 + ones) + load<i32>(stamp, STAMP_AHEAD);
    if (<u32>second >= load<u32>(stamp, SPAN_SECONDS)) return -1;
    end += 2;
  }
  let ms: i32 = 0;
  const digits = load<i32>(stamp, STAMP_DIGITS);
  let scale: i32 = 100;
  if (load<i32>(stamp, STAMP_HAS_MARK) != 0) {
    const mark = byteAt(end);
    if ((mark != 46 && mark != 44) || byteAt(end + 1) - 48 > 9) return -1;
    for (end++; byteAt(end) - 48 < 10; end++) {
      ms += <i32>(byteAt(end) - 48) * scale;
      scale = scale / 10;
    }
  } else if (digits >= 0) {
    for (const to = end + digits; end < to; end++) {
      const digit = byteAt(end) - 48;
      if (digit > 9) return -1;
      ms += <i32>digit * scale;
      scale = scale / 10;
    }
    if (byteAt(end) - 48 < 10 || byteAt(end) == 46) return -1;
  }
  const suffix = load<i32>(stamp, STAMP_SUFFIX_LENGTH);
  for (let i = 0; i < suffix; i++) if (byteAt(end + i) != load<u8>(stamp + STAMP_SUFFIX + i)) return -1;
  end += suffix;
  const guard = load<i32>(stamp, STAMP_GUARD);
  if (guard != 0 && isZoneAhead(end, guard)) return -1;
  stampSecond = second;
  stampMs = second * 1000 + ms;
  return end;
}

/** In a file of several programs, or of several wrappers, stamps of one span look differently. */
function takeOther(at: i32): i32 {
  const count = load<i32>(STATE + STAMP_COUNT);
  for (let i = 1; i < count; i++) {
    const end = takeLook(STAMP + (<usize>i << STAMP_SHIFT), at);
    if (end < 0) continue;
    stampLook = i;
    return end;
  }
  return -1;
}

/** The index behind the stamp at `at` where it lies in the span at hand, else -1; what it is is left in `stampSecond`, `stampMs`, `stampLook`. */
// @ts-ignore: decorator
@inline
export function takeStamp(at: i32): i32 {
  const end = takeLook(STAMP, at);
  if (end < 0) return takeOther(at);
  stampLook = 0;
  return end;
}
