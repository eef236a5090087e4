/** The clock and zone part of a time stamp: `14:23:15,123 +02:00`, `142315.123`, `2:05:09 PM EST`. Dates are read elsewhere. */
import { digitRun, digitsAt, isDigitAt, isLetterAt, isSpaceAt, skipSpaces } from './cursor.ts';
import { zoneMinutes } from './names.ts';

export interface ClockPart {
  /** Milliseconds since midnight, 0…86,400,999 (a leap second is kept). */
  readonly dayMs: number;
  readonly offsetMinutes: number | null;
  readonly end: number;
}

interface Read {
  readonly value: number;
  readonly end: number;
}

/** Whole milliseconds of a fraction of a second, further digits cut off: `.9996` is 999, never the next second. */
function fractionMs(text: string, index: number, count: number): number {
  const digits = Math.min(count, 3);
  return digitsAt(text, index, digits) * 10 ** (3 - digits);
}

/** `.123`, `,123456` or `:259149` (three digits or more after a colon). */
function readFraction(text: string, index: number): Read {
  const mark = text.charCodeAt(index);
  const count = digitRun(text, index + 1);
  const isPoint = mark === 46 || mark === 44;
  if (count === 0 || count > 12 || !(isPoint || (mark === 58 && count >= 3))) return { value: 0, end: index };
  return { value: fractionMs(text, index + 1, count), end: index + 1 + count };
}

function readMeridiem(text: string, index: number, hour: number): Read {
  const at = skipSpaces(text, index);
  const half = text.slice(at, at + 2).toUpperCase();
  if ((half !== 'AM' && half !== 'PM') || isLetterAt(text, at + 2) || hour > 12 || hour === 0)
    return { value: hour, end: index };
  return { value: (hour % 12) + (half === 'PM' ? 12 : 0), end: at + 2 };
}

/** `+02:00`, `-0800`, `+05`; minutes above 59 or hours above 15 are no offset. */
function readOffset(text: string, index: number): Read | null {
  const sign = text.charCodeAt(index);
  if (sign !== 43 && sign !== 45 && sign !== 0x2212) return null;
  const count = digitRun(text, index + 1);
  if (count !== 2 && count !== 4) return null;
  const hours = digitsAt(text, index + 1, 2);
  let minutes = count === 4 ? digitsAt(text, index + 3, 2) : 0;
  let end = index + 1 + count;
  if (count === 2 && text[end] === ':' && digitRun(text, end + 1) === 2) {
    minutes = digitsAt(text, end + 1, 2);
    end += 3;
  }
  if (hours > 15 || minutes > 59) return null;
  return { value: (sign === 43 ? 1 : -1) * (hours * 60 + minutes), end };
}

function readAbbreviation(text: string, index: number): Read | null {
  let end = index;
  while (end - index < 5 && text.charCodeAt(end) >= 65 && text.charCodeAt(end) <= 90) end++;
  if (end === index || isLetterAt(text, end) || isDigitAt(text, end) || text[end] === '_') return null;
  const minutes = zoneMinutes(text.slice(index, end));
  if (minutes === null) return null;
  if (minutes === 0 && isSpaceAt(text, end)) {
    const spaced = readOffset(text, end + 1);
    if (spaced !== null && spaced.end - end === 6 && !isDigitAt(text, spaced.end)) return spaced;
  }
  const hasOffset = (text[end] === '+' || text[end] === '-') && minutes === 0;
  const offset = hasOffset ? readOffset(text, end) : null;
  return offset ?? { value: minutes, end };
}

/**
 * A zone directly at `index` or after one space. An offset wins over an abbreviation that follows it (`-0400 EDT`).
 * A bare `-08` after a space is not taken for an offset: it may be the start of anything.
 */
export function readZone(text: string, index: number): Read | null {
  if (text[index] === 'z' && !isLetterAt(text, index + 1)) return { value: 0, end: index + 1 };
  const spaced = isSpaceAt(text, index);
  const at = spaced ? index + 1 : index;
  if (text[at] === '(') {
    const inside = readAbbreviation(text, at + 1);
    return inside !== null && text[inside.end] === ')' ? { value: inside.value, end: inside.end + 1 } : null;
  }
  const offset = readOffset(text, at);
  if (offset !== null && (!spaced || offset.end - at >= 5)) {
    const named = isSpaceAt(text, offset.end) ? readAbbreviation(text, offset.end + 1) : null;
    return { value: offset.value, end: named?.end ?? offset.end };
  }
  return readAbbreviation(text, at);
}

function clock(
  text: string,
  end: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
): ClockPart | null {
  if (hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 60) return null;
  const zone = readZone(text, end);
  const dayMs = ((hour * 60 + minute) * 60 + second) * 1000 + ms;
  return { dayMs, offsetMinutes: zone?.value ?? null, end: zone?.end ?? end };
}

/** `H:MM`, `HH:MM:SS` with an optional fraction, half of the day and zone; null when there is no clock at `index`. */
export function readClock(text: string, index: number): ClockPart | null {
  const hours = digitRun(text, index);
  if ((hours !== 1 && hours !== 2) || text[index + hours] !== ':') return null;
  let end = index + hours + 1;
  if (digitRun(text, end) !== 2) return null;
  const minute = digitsAt(text, end, 2);
  end += 2;
  let second = 0;
  let ms = 0;
  if (text[end] === ':' && digitRun(text, end + 1) === 2) {
    second = digitsAt(text, end + 1, 2);
    const fraction = readFraction(text, end + 3);
    ms = fraction.value;
    end = fraction.end;
  } else if (text[end] === '.' && digitRun(text, end + 1) === 2 && text.startsWith(' [', end + 3)) {
    // structlog's console before its version 21 printed a point before the seconds
    second = digitsAt(text, end + 1, 2);
    end += 3;
  }
  const hour = readMeridiem(text, end, digitsAt(text, index, hours));
  return clock(text, hour.end, hour.value, minute, second, ms);
}

/** `08.15.30.250001`, `08.15.30:250` and `08-15-30.250`, as DB2, game engines and names of files have it behind a date and a dash. */
export function readDottedClock(text: string, index: number): ClockPart | null {
  const parts = /^(\d\d)([.-])(\d\d)\2(\d\d)(?!\d)/.exec(text.slice(index, index + 9));
  if (parts === null) return null;
  const fraction = readFraction(text, index + 8);
  const [hour, minute, second] = [parts[1], parts[3], parts[4]].map(Number);
  const half = readMeridiem(text, fraction.end, hour ?? 0);
  return clock(text, half.end, half.value, minute ?? 0, second ?? 0, fraction.value);
}

/** `HHMMSS` with an optional fraction (`142315,672`, `142315123`). */
export function readCompactClock(text: string, index: number): ClockPart | null {
  const count = digitRun(text, index);
  if (count !== 6 && count !== 9) return null;
  const glued = count === 9 ? { value: digitsAt(text, index + 6, 3), end: index + 9 } : null;
  const fraction = glued ?? readFraction(text, index + 6);
  const [hour, minute, second] = [0, 2, 4].map((at) => digitsAt(text, index + at, 2));
  return clock(text, fraction.end, hour ?? 0, minute ?? 0, second ?? 0, fraction.value);
}
