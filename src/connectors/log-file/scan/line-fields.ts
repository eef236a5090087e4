/**
 * Where a value stands in the lines of one skeleton key, learned from fully parsed lines: the ordinal of its token from either end,
 * and the marks before it. A place that once gave another value than the parser is dropped.
 */

/** A line with the starts of its tokens, offsets from `bytes`' start. */
export interface TokenLine {
  readonly bytes: Uint8Array;
  readonly tokens: Int32Array;
  readonly tokenCount: number;
}

export interface FieldPlace {
  /** Index of the token from the start, or, negative, from the end. */
  readonly ordinal: number;
  /** Bytes between the token's start and the value. */
  readonly skip: number;
  /** The byte before the value, 0 at the line's start. */
  readonly before: number;
  /** The byte behind the value. */
  readonly after: number;
}

const MAX_PLACES = 12;
const MAX_SKIP = 256;

/** Offset of the value in a line, or -1 where its token or the mark before it is missing. */
export function locate(
  place: FieldPlace,
  bytes: Uint8Array,
  tokens: Int32Array,
  tokenCount: number,
  from: number,
): number {
  const index = place.ordinal < 0 ? tokenCount + place.ordinal : place.ordinal;
  if (index < 0 || index >= tokenCount) return -1;
  const at = (tokens[index] as number) + place.skip;
  if (at > from && place.before !== 0 && bytes[at - 1] !== place.before) return -1;
  return at;
}

function tokenAt(line: TokenLine, offset: number): number {
  let index = -1;
  for (let i = 0; i < line.tokenCount && (line.tokens[i] as number) <= offset; i++) index = i;
  return index;
}

/** The places that name the value at `offset`, of `length` bytes. */
export function placesAt(line: TokenLine, offset: number, length: number): FieldPlace[] {
  const index = tokenAt(line, offset);
  if (index < 0) return [];
  const skip = offset - (line.tokens[index] as number);
  if (skip > MAX_SKIP) return [];
  const mark = {
    skip,
    before: offset === 0 ? 0 : (line.bytes[offset - 1] ?? 0),
    after: line.bytes[offset + length] ?? 10,
  };
  const places: FieldPlace[] = [{ ordinal: index, ...mark }];
  if (line.tokenCount < line.tokens.length || line.tokenCount < 512)
    places.push({ ordinal: index - line.tokenCount, ...mark });
  return places;
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
    places.push(...placesAt(line, at, wanted.length));
  }
  return places;
}

export function isWordByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte > 127
  );
}
