/**
 * Time stamps by their digits: ISO and its relatives, CLF, syslog, ctime, RFC 1123, epochs of four magnitudes, TAI64N,
 * ordinal and compact dates. Never `Date.parse`: it is slow, reads zone-less stamps as local time and rejects half of these.
 */
import { digitRun, digitsAt, isDigitAt, isLetterAt, isSpaceAt, skipSpaces, wordAt } from './cursor.ts';
import { isWeekday, monthOf } from './names.ts';
import { type ClockPart, readClock, readCompactClock, readDottedClock, readZone } from './parse-clock.ts';

export interface Stamp {
  /** Wall-clock digits as if UTC, epoch ms; null for a clock without a date. */
  readonly wallMs: number | null;
  readonly offsetMinutes: number | null;
  readonly yearless: boolean;
  /** Index after the stamp. */
  readonly end: number;
}

interface DatePart {
  readonly year: number | null;
  readonly month: number;
  readonly day: number;
  readonly end: number;
}

const DAY_MS = 86_400_000;

/**
 * What a file's other stamps and its age tell of its dates, in the one number that readers of stamps are handed: the year for
 * stamps without one, and half a year more where the day stands before the month between slashes.
 */
export function dateHint(year: number, isDayFirst: boolean): number {
  return isDayFirst ? year + 0.5 : year;
}

/** First and last year that a log can be from; outside it the digits mean something else. */
const FIRST_YEAR = 1980;
const LAST_YEAR = 2100;

function isYear(value: number): boolean {
  return value >= FIRST_YEAR && value <= LAST_YEAR;
}

function dateOf(year: number | null, month: number, day: number, end: number): DatePart | null {
  if (month < 1 || month > 12 || day < 1 || day > 31 || (year !== null && !isYear(year))) return null;
  return { year, month, day, end };
}

function stampOf(date: DatePart, clock: ClockPart, yearHint: number): Stamp {
  const year = date.year ?? Math.floor(yearHint);
  const wallMs = Date.UTC(year, date.month - 1, date.day) + clock.dayMs;
  return { wallMs, offsetMinutes: clock.offsetMinutes, yearless: date.year === null, end: clock.end };
}

/** Index of the clock after a date: `T`, `_`, `:`, `.`, `-`, a comma, or spaces, some of them together (`, `). */
function clockStart(text: string, index: number): number {
  let at = index;
  if (
    text[at] === ',' ||
    text[at] === ';' ||
    text[at] === ':' ||
    text[at] === '.' ||
    text[at] === '_' ||
    text[at] === '|'
  )
    at++;
  else if ((text[at] === 'T' || text[at] === 't' || text[at] === '-') && isDigitAt(text, at + 1)) at++;
  at = skipSpaces(text, at);
  if (text.startsWith('at ', at)) at += 3;
  else if (text.startsWith('- ', at)) at += 2;
  return at;
}

function withClock(text: string, date: DatePart | null, yearHint: number): Stamp | null {
  if (date === null) return null;
  const at = clockStart(text, date.end);
  const clock =
    readClock(text, at) ??
    readCompactClock(text, at) ??
    (/[-_ ]/.test(text[date.end] ?? '') ? readDottedClock(text, at) : null);
  return clock === null ? null : stampOf(date, clock, yearHint);
}

function monthAt(text: string, index: number): { month: number; end: number } | null {
  const word = wordAt(text, index);
  const month = word.length < 3 ? 0 : monthOf(word);
  if (month === 0) return null;
  const end = index + word.length;
  return { month, end: text[end] === '.' ? end + 1 : end };
}

/** A four-digit year after a date and one of its separators; a clock's hour is not one. */
function yearAt(text: string, index: number): { year: number; end: number } | null {
  let at = index;
  if (text[at] === ',') at++;
  at = skipSpaces(text, at);
  if (digitRun(text, at) !== 4) return null;
  const year = digitsAt(text, at, 4);
  return isYear(year) ? { year, end: at + 4 } : null;
}

/** `15-JAN-24 10.00.00`, as Oracle writes it: two digits of the year between the mark and a space. */
function shortYearAt(text: string, index: number): { year: number; end: number } | null {
  const isShort = text[index - 1] === '-' && digitRun(text, index) === 2 && isSpaceAt(text, index + 2);
  return isShort ? { year: 2000 + digitsAt(text, index, 2), end: index + 2 } : null;
}

/** `2024 Jan 15`. */
function yearThenName(text: string, index: number, year: number): DatePart | null {
  const named = monthAt(text, index + 5);
  const days = named !== null && isSpaceAt(text, named.end) ? digitRun(text, named.end + 1) : 0;
  if (named === null || days < 1 || days > 2) return null;
  return dateOf(year, named.month, digitsAt(text, named.end + 1, days), named.end + 1 + days);
}

/** `2024-01-15`, `2024/1/15`, `2024.01.15`, and the ordinal `2024-015`. */
function yearFirst(text: string, index: number): DatePart | null {
  const year = digitsAt(text, index, 4);
  const mark = text[index + 4];
  if (mark === ' ' && isYear(year) && isLetterAt(text, index + 5)) return yearThenName(text, index, year);
  if (!isYear(year) || (mark !== '-' && mark !== '/' && mark !== '.')) return null;
  const second = index + 5;
  const count = digitRun(text, second);
  if (count === 3) {
    const ordinal = digitsAt(text, second, 3);
    if (ordinal < 1 || ordinal > 366) return null;
    const date = new Date(Date.UTC(year, 0, 1) + (ordinal - 1) * DAY_MS);
    return { year, month: date.getUTCMonth() + 1, day: date.getUTCDate(), end: second + 3 };
  }
  const named = count === 0 ? monthAt(text, second) : null;
  const month = named?.month ?? digitsAt(text, second, count);
  const third = (named?.end ?? second + count) + 1;
  const days = digitRun(text, third);
  if (count > 2 || days < 1 || days > 2 || text[third - 1] !== mark) return null;
  return dateOf(year, month, digitsAt(text, third, days), third + days);
}

/**
 * Two short numbers and a year: the year is the group with four digits; else `yy/mm/dd`.
 * Day and month are told apart by a value above 12, then by the mark (dots and dashes: day first; slashes: as the file has them).
 */
function shortGroups(text: string, index: number, hint: number): DatePart | null {
  const isDayFirst = !Number.isInteger(hint);
  const firstDigits = digitRun(text, index);
  const mark = text[index + firstDigits];
  const secondAt = index + firstDigits + 1;
  const first = digitsAt(text, index, firstDigits);
  const named = monthAt(text, secondAt);
  if (named !== null) {
    const yearFrom = text[named.end] === mark ? named.end + 1 : named.end;
    const year = yearAt(text, yearFrom) ?? (mark === '-' ? shortYearAt(text, yearFrom) : null);
    return dateOf(year?.year ?? null, named.month, first, year?.end ?? named.end);
  }
  const secondDigits = digitRun(text, secondAt);
  if (secondDigits < 1 || secondDigits > 2) return null;
  const second = digitsAt(text, secondAt, secondDigits);
  const thirdAt = secondAt + secondDigits + 1;
  if (text[thirdAt - 1] !== mark)
    return mark === '-' && (isSpaceAt(text, thirdAt - 1) || text[thirdAt - 1] === '|')
      ? dateOf(null, first, second, thirdAt - 1)
      : null;
  const thirdDigits = digitRun(text, thirdAt);
  const third = digitsAt(text, thirdAt, thirdDigits);
  const end = thirdAt + thirdDigits;
  if (thirdDigits === 4) {
    const dayFirst = first > 12 || (second <= 12 && (mark !== '/' || isDayFirst));
    return dayFirst ? dateOf(third, second, first, end) : dateOf(third, first, second, end);
  }
  if (thirdDigits !== 2 || firstDigits !== 2) return null;
  // `05/08/24`: nobody logs in 2005 any more, so that the year stands last
  const yearLast = mark === '/' && first >= 1 && first < 10 && third > 12 && third <= 50;
  if (yearLast && isDayFirst && second <= 12) return dateOf(2000 + third, second, first, end);
  return yearLast ? dateOf(2000 + third, first, second, end) : dateOf(2000 + first, second, third, end);
}

/** `20240115`, `240115`, and `20240115142315` without a mark between date and clock. */
function compactDate(text: string, index: number, count: number, yearHint: number): Stamp | null {
  const yearDigits = count === 6 ? 2 : 4;
  const year = digitsAt(text, index, yearDigits) + (count === 6 ? 2000 : 0);
  const monthAt = index + yearDigits;
  const date = dateOf(year, digitsAt(text, monthAt, 2), digitsAt(text, monthAt + 2, 2), monthAt + 4);
  if (date === null) return null;
  if (count === 6 && !isSpaceAt(text, date.end)) return null;
  return withClock(text, date, yearHint);
}

/**
 * Epoch by the number of digits: 10 seconds (with a fraction), 13 ms, 16 µs, 19 ns; only between 2001 and 2100.
 * Null when the digits are glued to a letter or another number.
 */
function epochStamp(text: string, index: number, count: number): Stamp | null {
  const seconds = digitsAt(text, index, 10);
  if (seconds < 978_307_200 || seconds > 4_102_444_800) return null;
  let end = index + count;
  let ms = count >= 13 ? digitsAt(text, index + 10, 3) : 0;
  const fraction = text[end] === '.' || text[end] === ',' ? digitRun(text, end + 1) : 0;
  if (fraction > 0) {
    if (count === 10)
      ms = Number(
        text
          .slice(end + 1, end + 4)
          .padEnd(3, '0')
          .replaceAll(/\D/g, '0'),
      );
    end += 1 + fraction;
  }
  if (isLetterAt(text, end) || text[end] === '-' || text[end] === '_') return null;
  return { wallMs: seconds * 1000 + ms, offsetMinutes: 0, yearless: false, end };
}

/** `@` + 16 hex digits of TAI64 seconds + 8 of nanoseconds. TAI64 labels are 2^62 plus 10 s ahead of the Unix epoch. */
function tai64(text: string, index: number): Stamp | null {
  const hex = /^@(4[0-9a-f]{15})([0-9a-f]{8})?(?![0-9a-z])/.exec(text.slice(index, index + 26));
  if (hex === null) return null;
  const seconds = Number(BigInt(`0x${hex[1]}`) - 0x4000000000000000n) - 10;
  const ms = Math.floor(Number.parseInt(hex[2] ?? '0', 16) / 1e6);
  if (seconds < 0 || seconds > 4_102_444_800 || ms > 999) return null;
  return { wallMs: seconds * 1000 + ms, offsetMinutes: 0, yearless: false, end: index + hex[0].length };
}

/** `Jan 15 2024 10:00:00`, `Jan 15, 2024 2:05:09 PM`, `Jan 15 10:00:00 CET 2024`: month first, the year before or after the clock. */
function monthFirst(text: string, index: number, yearHint: number): Stamp | null {
  const month = monthAt(text, index);
  if (month === null) return null;
  const dayAt = skipSpaces(
    text,
    text[month.end] === '-' || text[month.end] === '/' ? month.end + 1 : month.end,
  );
  const days = digitRun(text, dayAt);
  if (days < 1 || days > 2) return null;
  const dayEnd = dayAt + days;
  const early = yearAt(text, text[dayEnd] === '-' || text[dayEnd] === '/' ? dayEnd + 1 : dayEnd);
  const date = dateOf(early?.year ?? null, month.month, digitsAt(text, dayAt, days), early?.end ?? dayEnd);
  const stamp = withClock(text, date, yearHint);
  if (stamp === null || date === null || early !== null) return stamp;
  const late = isSpaceAt(text, stamp.end) ? yearAt(text, stamp.end) : null;
  const isClock = late !== null && text[late.end] === ':' && !isSpaceAt(text, late.end + 1);
  if (late === null || isLetterAt(text, late.end) || isClock) return stamp;
  const clock = readClock(text, clockStart(text, date.end));
  if (clock === null) return stamp;
  const zone = clock.offsetMinutes === null ? readZone(text, late.end) : null;
  return {
    ...stampOf({ ...date, year: late.year }, clock, yearHint),
    offsetMinutes: zone?.value ?? clock.offsetMinutes,
    end: zone?.end ?? late.end,
  };
}

/** `15 Jan 2024 10:00:00`, `15 Jan 10:00:00`. */
function dayFirst(text: string, index: number, count: number, yearHint: number): Stamp | null {
  const month = monthAt(text, skipSpaces(text, index + count));
  if (month === null) return null;
  const year = yearAt(text, month.end);
  const date = dateOf(year?.year ?? null, month.month, digitsAt(text, index, count), year?.end ?? month.end);
  return withClock(text, date, yearHint);
}

function digitStamp(text: string, index: number, yearHint: number): Stamp | null {
  const count = digitRun(text, index);
  const mark = text[index + count];
  switch (count) {
    case 1:
    case 2: {
      if (mark === ':') {
        const clock = readClock(text, index);
        return clock === null || clock.end - index < 7
          ? null
          : { wallMs: null, offsetMinutes: clock.offsetMinutes, yearless: true, end: clock.end };
      }
      if (mark === ' ') return dayFirst(text, index, count, yearHint);
      return mark === '-' || mark === '/' || mark === '.'
        ? withClock(text, shortGroups(text, index, yearHint), yearHint)
        : null;
    }
    case 4:
      return withClock(text, yearFirst(text, index), yearHint);
    case 6:
    case 8:
    case 14:
    case 17:
      return compactDate(text, index, count, yearHint);
    case 10:
    case 13:
    case 16:
    case 19:
      return epochStamp(text, index, count);
    default:
      return null;
  }
}

/** What was read of the last text: a dozen formats ask for the same stamp of a line before one takes it. By index and year. */
const read = { text: '', stamps: new Map<number, Stamp | null>() };

/**
 * The stamp that starts exactly at `index`; null when there is none. `yearHint` fills a missing year.
 * A clock without a date is a stamp with `wallMs` null, so that a caller can step over it.
 */
export function readStamp(text: string, index: number, yearHint: number): Stamp | null {
  if (read.text !== text) {
    read.text = text;
    read.stamps.clear();
  }
  const key = index * 10_000 + yearHint;
  const known = read.stamps.get(key);
  if (known !== undefined) return known;
  const stamp = stampAt(text, index, yearHint);
  read.stamps.set(key, stamp);
  return stamp;
}

function stampAt(text: string, index: number, yearHint: number): Stamp | null {
  if (isDigitAt(text, index)) return digitStamp(text, index, yearHint);
  if (text[index] === '@') return tai64(text, index);
  if (!isLetterAt(text, index)) return null;
  const word = wordAt(text, index);
  if (!isWeekday(word)) return monthFirst(text, index, yearHint);
  let at = index + word.length;
  if (text[at] === ',') at++;
  at = skipSpaces(text, at);
  return isDigitAt(text, at) ? digitStamp(text, at, yearHint) : monthFirst(text, at, yearHint);
}

/** Milliseconds since the epoch of a number whose unit shows in its size: < 1e11 s, < 1e14 ms, < 1e17 µs, else ns. */
function epochMsOf(value: number): number | null {
  if (!Number.isFinite(value) || value < 1e8) return null;
  if (value < 1e11) return Math.floor(value * 1000 + 1e-3);
  if (value < 1e14) return Math.floor(value);
  if (value < 1e17) return Math.floor(value / 1e3 + 1e-3);
  return value < 1e20 ? Math.floor(value / 1e6 + 1e-3) : null;
}

function instant(ms: number | null): Stamp | null {
  return ms === null ? null : { wallMs: ms, offsetMinutes: 0, yearless: false, end: 0 };
}

function numberField(value: object, key: string): number | null {
  const field: unknown = Reflect.get(value, key);
  const number = typeof field === 'string' ? Number(field) : field;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** `{"$date": …}`, `{"epochSecond": …, "nanoOfSecond": …}`, `{"seconds": …, "nanos": …}`. */
function stampOfObject(value: object, yearHint: number): Stamp | null {
  const date: unknown = Reflect.get(value, '$date');
  if (date !== undefined) return typeof date === 'object' ? null : stampOfValue(date, yearHint);
  const seconds = numberField(value, 'epochSecond') ?? numberField(value, 'seconds');
  if (seconds === null) return null;
  const nanos = numberField(value, 'nanoOfSecond') ?? numberField(value, 'nanos') ?? 0;
  return instant(epochMsOf(seconds) === null ? null : seconds * 1000 + Math.floor(nanos / 1e6));
}

/** The stamp that a decoded JSON value holds: text, a number of any magnitude, or one of the usual objects. Null for anything else. */
export function stampOfValue(value: unknown, yearHint: number): Stamp | null {
  if (typeof value === 'number') return instant(epochMsOf(value));
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return stampOfObject(value, yearHint);
  if (typeof value !== 'string' || value.length > 64) return null;
  const text = value.trim();
  if (/^\d{9,20}(\.\d+)?$/.test(text)) return instant(epochMsOf(Number(text)));
  const dotNet = /^\/Date\((\d{1,16})([+-]\d{4})?\)\/$/.exec(text);
  if (dotNet !== null) return instant(Number(dotNet[1]));
  return readStamp(text.startsWith('[') ? text.slice(1) : text, 0, yearHint);
}
