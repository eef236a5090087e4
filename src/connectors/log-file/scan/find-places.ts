/** Searches one line for every place where a value that the parser read may stand. Slow; only for the first lines of a key. */
import { type FieldPlace, isWordByte, placeAt, type TokenLine } from './line-fields.ts';
import { layoutOf, type StampLayout, type StampReader } from './stamp-reader.ts';
import { readNumber } from './value-readers.ts';

export interface StampPlace extends FieldPlace {
  readonly layout: StampLayout;
  /** Offset of the records where the stamp itself has none and the parser knew it otherwise (from a wrapper); else NaN. */
  readonly knownOffset: number;
}

export interface NumberPlace extends FieldPlace {
  /** Milliseconds in one of the unit that the line uses. */
  readonly factor: number;
}

const UNIT_FACTORS = [1, 1000, 0.001, 0.000001];
const MAX_STAMPS = 8;
const MAX_NUMBERS = 32;
const MAX_TARGETS = 32;

/** The parser rounds to a microsecond. */
export function isSameDuration(ms: number, wanted: number | null): boolean {
  return wanted !== null && Math.abs(ms - wanted) < 0.001;
}

/** What the parser read of a line's stamp; an offset of NaN is that of none. */
export interface ReadStamp {
  readonly wallMs: number;
  readonly offsetMinutes: number;
  readonly yearless: boolean;
}

/** `knownOffset` stands for the zone that the stamp lacks. */
export function isSameStamp(stamps: StampReader, wanted: ReadStamp, knownOffset: number): boolean {
  const offset = Number.isNaN(stamps.offsetMinutes) ? knownOffset : stamps.offsetMinutes;
  // the end of a whole date looks like one without a year: 03-04 09:00 in 2025-03-04 09:00
  return (
    stamps.wallMs === wanted.wallMs &&
    stamps.yearless === wanted.yearless &&
    Object.is(offset, wanted.offsetMinutes)
  );
}

/** Places whose stamp is the parser's, the last one first: an inner stamp beats its wrapper's. */
export function stampPlaces(line: TokenLine, wanted: ReadStamp, stamps: StampReader): StampPlace[] {
  const { offsetMinutes } = wanted;
  const found: StampPlace[] = [];
  for (let at = line.bytes.length - 1; at >= 0 && found.length < MAX_STAMPS; at--) {
    if (!isWordByte(line.bytes[at]) || isWordByte(line.bytes[at - 1])) continue;
    const layout = layoutOf(stamps, line.bytes, at);
    if (layout === null || !stamps.read(layout, line.bytes, at)) continue;
    if (!isSameStamp(stamps, wanted, offsetMinutes)) continue;
    const knownOffset = Number.isNaN(stamps.offsetMinutes) ? offsetMinutes : Number.NaN;
    const place = placeAt(line, at, stamps.end - at);
    if (place !== null) found.push({ ...place, layout, knownOffset });
  }
  return found;
}

/** Numbers that are the duration in some unit, the last one first: durations stand behind status and size. */
export function durationPlaces(line: TokenLine, durationMs: number): NumberPlace[] {
  const found: NumberPlace[] = [];
  for (let at = line.bytes.length - 1; at >= 0 && found.length < MAX_NUMBERS; at--) {
    const byte = line.bytes[at] as number;
    if (byte < 48 || byte > 57 || isNumberByte(line.bytes[at - 1])) continue;
    const value = readNumber(line.bytes, at);
    for (const factor of UNIT_FACTORS) {
      const place = isSameDuration(value * factor, durationMs) ? placeAt(line, at, 1) : null;
      if (place !== null) found.push({ ...place, factor });
    }
  }
  return found;
}

function isNumberByte(byte: number | undefined): boolean {
  return byte === 46 || (byte !== undefined && byte > 47 && byte < 58);
}

/** Places where a path or an http address begins. */
export function targetPlaces(line: TokenLine): FieldPlace[] {
  const found: FieldPlace[] = [];
  const { bytes } = line;
  for (let at = 0; at < bytes.length && found.length < MAX_TARGETS; at++) {
    if (isWordByte(bytes[at - 1])) continue;
    const isUrl =
      bytes[at] === 104 && bytes[at + 1] === 116 && bytes[at + 2] === 116 && bytes[at + 3] === 112;
    const place = bytes[at] === 47 || isUrl ? placeAt(line, at, 1) : null;
    if (place !== null) found.push(place);
  }
  return found;
}
