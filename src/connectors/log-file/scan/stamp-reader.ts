/** Time stamps straight from bytes, for the layouts that make up nearly all logs; any other goes through the parser of texts. No zone is assumed here. */
import { monthOf } from '../time/names.ts';
import { readStamp } from '../time/parse-stamp.ts';

export type StampLayout = 'iso' | 'epoch' | 'access' | 'text';

const COLON = 58;

/** No field of a clock or date is that large: the sum of a stamp with such a part is refused. Integers keep the reader free of doubles. */
const NO_DIGITS = 1_000;

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - 48;
  const ones = (bytes[at + 1] as number) - 48;
  return tens >>> 0 > 9 || ones >>> 0 > 9 ? NO_DIGITS : tens * 10 + ones;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}

/** The last stamp that was read; valid until the next call. */
export class StampReader {
  /** Wall-clock digits as if they were UTC; NaN when there was no stamp. */
  wallMs = Number.NaN;
  /** Minutes east of UTC; NaN for a stamp without a zone. */
  offsetMinutes = Number.NaN;
  yearless = false;
  /** Start of the second that holds `wallMs`, and the milliseconds behind it. */
  secondMs = Number.NaN;
  ms = 0;
  /** The same as long as second and zone stay the same; a number that was left does not come again. */
  second = 0;
  /** Index behind the stamp. */
  end = 0;
  readonly #yearHint: number;
  #secondOffset = Number.NaN;
  #secondYearless = false;
  /** The last date and clock that an ISO stamp had, as its bytes: stamps of one second follow each other. */
  #view: DataView = new DataView(new ArrayBuffer(0));
  #viewed: Uint8Array | null = null;
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;
  #e = -1;
  #clockMs = Number.NaN;
  #day = -1;
  #dayMs = 0;

  constructor(yearHint: number) {
    this.#yearHint = yearHint;
  }

  read(layout: StampLayout, bytes: Uint8Array, at: number): boolean {
    switch (layout) {
      case 'iso':
        return this.readIso(bytes, at);
      case 'epoch':
        return this.#readEpoch(bytes, at);
      case 'access':
        return this.#readAccess(bytes, at);
      case 'text':
        return this.#readText(bytes, at);
    }
  }

  #date(year: number, month: number, day: number): number {
    const packed = (year * 16 + month) * 32 + day;
    if (packed !== this.#day) {
      this.#day = packed;
      const isDate = month >= 1 && month <= 12 && day >= 1 && day <= 31;
      this.#dayMs = isDate ? Date.UTC(year, month - 1, day) : Number.NaN;
    }
    return this.#dayMs;
  }

  /** `2024-01-15T14:23:15.123Z` with `T` or a space, a point or comma, any zone or none. */
  readIso(bytes: Uint8Array, at: number): boolean {
    this.wallMs = Number.NaN;
    if (bytes !== this.#viewed) {
      this.#viewed = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    const view = this.#view;
    const isRepeated =
      at + 19 <= view.byteLength &&
      view.getInt32(at + 15) === this.#e &&
      view.getInt32(at + 12) === this.#d &&
      view.getInt32(at + 8) === this.#c &&
      view.getInt32(at + 4) === this.#b &&
      view.getInt32(at) === this.#a;
    return (isRepeated || this.#readClock(bytes, at)) && this.#readFraction(bytes, at + 19);
  }

  /** `2024-01-15T14:23:15`: sets the clock that the bytes stand for. */
  #readClock(bytes: Uint8Array, at: number): boolean {
    if (at + 19 > bytes.length) return false;
    if (bytes[at + 4] !== 45 || bytes[at + 13] !== COLON || bytes[at + 16] !== COLON) return false;
    const separator = bytes[at + 10];
    if (bytes[at + 7] !== 45 || (separator !== 84 && separator !== 32)) return false;
    const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2);
    const dayMs = this.#date(year, twoDigits(bytes, at + 5), twoDigits(bytes, at + 8));
    const hour = twoDigits(bytes, at + 11);
    const minute = twoDigits(bytes, at + 14);
    const second = twoDigits(bytes, at + 17);
    if (year > 9_999 || hour > 24 || minute > 59 || second > 60 || Number.isNaN(dayMs)) return false;
    const view = this.#view;
    this.#a = view.getInt32(at);
    this.#b = view.getInt32(at + 4);
    this.#c = view.getInt32(at + 8);
    this.#d = view.getInt32(at + 12);
    this.#e = view.getInt32(at + 15);
    this.#clockMs = dayMs + ((hour * 60 + minute) * 60 + second) * 1000;
    return true;
  }

  /** What stands behind the seconds: a fraction or none, a zone or none. */
  #readFraction(bytes: Uint8Array, from: number): boolean {
    let end = from;
    let ms = 0;
    const mark = bytes[end];
    if (mark === 46 || mark === 44) {
      let scale = 100;
      let digit = (bytes[end + 1] as number) - 48;
      for (; digit >>> 0 < 10; digit = (bytes[end + 1] as number) - 48) {
        ms += digit * scale;
        scale = (scale / 10) | 0;
        end++;
      }
      if (end > from) end++;
    }
    this.yearless = false;
    if (!this.#readZone(bytes, end)) return false;
    this.wallMs = this.#clockMs + ms;
    this.#settle(this.#clockMs, ms);
    return true;
  }

  #settle(secondMs: number, ms: number): void {
    this.ms = ms;
    const offset = this.offsetMinutes;
    const isSame =
      secondMs === this.secondMs &&
      this.yearless === this.#secondYearless &&
      (offset === this.#secondOffset || (Number.isNaN(offset) && Number.isNaN(this.#secondOffset)));
    if (isSame) return;
    this.second++;
    this.secondMs = secondMs;
    this.#secondOffset = offset;
    this.#secondYearless = this.yearless;
  }

  #settleAny(): void {
    const secondMs = Math.floor(this.wallMs / 1000) * 1000;
    this.#settle(secondMs, this.wallMs - secondMs);
  }

  /** `Z`, `+02:00`, `+0200` or none. A zone after a space is left to the parser of texts. */
  #readZone(bytes: Uint8Array, at: number): boolean {
    const mark = bytes[at];
    this.offsetMinutes = Number.NaN;
    this.end = at;
    if (mark === 90) {
      this.offsetMinutes = 0;
      this.end = at + 1;
      return true;
    }
    if (mark === 43 || mark === 45) {
      const hours = twoDigits(bytes, at + 1);
      const colon = bytes[at + 3] === COLON ? 1 : 0;
      const minutes = twoDigits(bytes, at + 3 + colon);
      if (hours >= NO_DIGITS || minutes >= NO_DIGITS) return false;
      this.offsetMinutes = (mark === 43 ? 1 : -1) * (hours * 60 + minutes);
      this.end = at + 5 + colon;
      return true;
    }
    const next = bytes[at + 1];
    const isSpacedZone = mark === 32 && (next === 43 || (next === 45 && isDigit(bytes[at + 2])));
    const isNamed =
      mark === 32 && next !== undefined && next >= 65 && next <= 90 && this.#isZoneName(bytes, at + 1);
    return !isSpacedZone && !isNamed;
  }

  /** `UTC`, `GMT`, `CEST` and the like: two to five capitals and then no letter; `INFO` and `ERROR` look the same and only cost the text parser. */
  #isZoneName(bytes: Uint8Array, at: number): boolean {
    return bytes[at + 2] === 84 || bytes[at + 2] === 67 || bytes[at + 3] === 84;
  }

  /** 10, 13, 16 or 19 digits; seconds may have a fraction. */
  #readEpoch(bytes: Uint8Array, at: number): boolean {
    this.wallMs = Number.NaN;
    let end = at;
    let value = 0;
    while (isDigit(bytes[end])) {
      if (end - at < 13) value = value * 10 + ((bytes[end] as number) - 48);
      end++;
    }
    const digits = end - at;
    if (digits === 10) {
      value *= 1000;
      let scale = 100;
      if (bytes[end] === 46)
        for (end++; isDigit(bytes[end]); end++) {
          value += ((bytes[end] as number) - 48) * scale;
          scale = Math.trunc(scale / 10);
        }
    } else if (digits !== 13 && digits !== 16 && digits !== 19) return false;
    this.wallMs = value;
    this.offsetMinutes = 0;
    this.yearless = false;
    this.end = end;
    this.#settleAny();
    return true;
  }

  /** `10/Oct/2000:13:55:36 -0700`, as access logs write it. */
  #readAccess(bytes: Uint8Array, at: number): boolean {
    this.wallMs = Number.NaN;
    if (bytes[at + 2] !== 47 || bytes[at + 6] !== 47 || bytes[at + 11] !== COLON || bytes[at + 20] !== 32)
      return false;
    const name = String.fromCharCode(
      bytes[at + 3] as number,
      bytes[at + 4] as number,
      bytes[at + 5] as number,
    );
    const year = twoDigits(bytes, at + 7) * 100 + twoDigits(bytes, at + 9);
    const dayMs = this.#date(year, monthOf(name), twoDigits(bytes, at));
    const clock =
      twoDigits(bytes, at + 12) * 3600 + twoDigits(bytes, at + 15) * 60 + twoDigits(bytes, at + 18);
    if (!this.#readZone(bytes, at + 21) || Number.isNaN(this.offsetMinutes)) return false;
    this.yearless = false;
    if (clock > 90_000) return false;
    this.wallMs = dayMs + clock * 1000;
    if (Number.isNaN(dayMs)) return false;
    this.#settleAny();
    return true;
  }

  #readText(bytes: Uint8Array, at: number): boolean {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(56, bytes.length - at)).toString(
      'latin1',
    );
    const newline = text.indexOf('\n');
    const stamp = readStamp(newline < 0 ? text : text.slice(0, newline), 0, this.#yearHint);
    this.wallMs = Number.NaN;
    if (stamp === null || stamp.wallMs === null) return false;
    this.wallMs = stamp.wallMs;
    this.offsetMinutes = stamp.offsetMinutes ?? Number.NaN;
    this.yearless = stamp.yearless;
    this.end = at + stamp.end;
    this.#settleAny();
    return true;
  }
}

/** The fastest layout that reads the stamp at `at` exactly as the text parser does. */
export function layoutOf(reader: StampReader, bytes: Uint8Array, at: number): StampLayout | null {
  if (!reader.read('text', bytes, at)) return null;
  const { wallMs, offsetMinutes, yearless } = reader;
  if (yearless) return 'text';
  for (const layout of ['iso', 'epoch', 'access'] as const) {
    const isSame =
      reader.read(layout, bytes, at) &&
      reader.wallMs === wallMs &&
      Object.is(reader.offsetMinutes, offsetMinutes);
    if (isSame) return layout;
  }
  return 'text';
}
