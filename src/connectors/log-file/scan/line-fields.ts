/**
 * Where a value stands in the lines of one skeleton key, learned from fully parsed lines: the ordinal of its token from either end,
 * and the marks before it. A place that once gave another value than the parser is dropped.
 */

/** A line with the starts of its tokens, offsets from `bytes`' start. */
export interface TokenLine {
  readonly bytes: Uint8Array;
  /** Offset of the line feed. */
  readonly end: number;
  readonly tokens: Int32Array;
  readonly tokenCount: number;
}

/** A value in one line's bytes. */
export interface Span {
  readonly at: number;
  readonly length: number;
}

export interface FieldPlace {
  /** Index of the token from the start, -1 where that did not hold. */
  readonly fromStart: number;
  /** Index of the token from the end (1 is the last), 0 where that did not hold. */
  readonly fromEnd: number;
  /** Bytes between the token's start and the value. */
  readonly skip: number;
  /** The byte before the value, 0 at the line's start. */
  readonly before: number;
  /** The byte behind the value. */
  readonly after: number;
}

const MAX_PLACES = 12;
const MAX_SKIP = 256;
/** Tokens beyond this are not listed, so that the end is unknown. */
const MAX_COUNTED = 512;

/** Offset of the value in a line, or -1 where the two ways to its token disagree, the mark before it is another, or the line ends before. */
export function locate(place: FieldPlace, { bytes, end, tokens, tokenCount }: TokenLine): number {
  const { fromStart, fromEnd } = place;
  let index = fromStart;
  if (fromStart < 0) index = tokenCount - fromEnd;
  else if (fromEnd > 0 && tokenCount - fromEnd !== fromStart) return -1;
  if (index < 0 || index >= tokenCount) return -1;
  const at = (tokens[index] as number) + place.skip;
  return at >= end || (place.before !== 0 && bytes[at - 1] !== place.before) ? -1 : at;
}

/** The place with those of its two ways that lead to a matching value; null where neither does. */
export function narrow<Place extends FieldPlace>(
  place: Place,
  line: TokenLine,
  matches: (at: number, place: Place) => boolean,
): Place | null {
  if (place.fromStart >= 0 && line.tokenCount - place.fromEnd === place.fromStart) {
    // both ways lead to one token, as they nearly always do
    const at = locate(place, line);
    return at >= 0 && matches(at, place) ? place : null;
  }
  const leads = (way: FieldPlace) => {
    const at = locate(way, line);
    return at >= 0 && matches(at, place);
  };
  const fromStart = place.fromStart >= 0 && leads({ ...place, fromEnd: 0 }) ? place.fromStart : -1;
  // both may lead to the same bytes by different tokens
  const agrees = fromStart < 0 || line.tokenCount - place.fromEnd === fromStart;
  const fromEnd = place.fromEnd > 0 && agrees && leads({ ...place, fromStart: -1 }) ? place.fromEnd : 0;
  if (fromStart === place.fromStart && fromEnd === place.fromEnd) return place;
  return fromStart < 0 && fromEnd === 0 ? null : { ...place, fromStart, fromEnd };
}

function tokenAt(line: TokenLine, offset: number): number {
  let index = -1;
  for (let i = 0; i < line.tokenCount && (line.tokens[i] as number) <= offset; i++) index = i;
  return index;
}

/** The place that names the value at `offset`, of `length` bytes; null where it is out of reach. */
export function placeAt(line: TokenLine, offset: number, length: number): FieldPlace | null {
  const index = tokenAt(line, offset);
  if (index < 0) return null;
  const skip = offset - (line.tokens[index] as number);
  if (skip > MAX_SKIP) return null;
  return {
    fromStart: index,
    fromEnd: line.tokenCount < MAX_COUNTED ? line.tokenCount - index : 0,
    skip,
    before: offset === 0 ? 0 : (line.bytes[offset - 1] ?? 0),
    after: line.bytes[offset + length] ?? 10,
  };
}

/** Every place where `text` stands as a whole, left to right; at most 12. */
export function placesOf(line: TokenLine, text: string): FieldPlace[] {
  const places: FieldPlace[] = [];
  if (text === '') return places;
  const buffer = Buffer.from(line.bytes.buffer, line.bytes.byteOffset, line.bytes.length);
  const wanted = Buffer.from(text, 'utf8');
  for (
    let at = buffer.indexOf(wanted);
    at >= 0 && places.length < MAX_PLACES;
    at = buffer.indexOf(wanted, at + 1)
  ) {
    if (isWordByte(buffer[at - 1]) || isWordByte(buffer[at + wanted.length])) continue;
    const place = placeAt(line, at, wanted.length);
    if (place !== null) places.push(place);
  }
  return places;
}

export function isWordByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte > 127
  );
}
