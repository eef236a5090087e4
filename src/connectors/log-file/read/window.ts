/**
 * Which bytes of a plain file hold the records of a time window, found by looking at a few places. Reads no more than some dozen blocks;
 * where the file is not in the order of time, or shows no times, it says so by null and the file is read whole.
 */
import { readSync } from 'node:fs';

/** Instants, both included. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** From the start of a line to behind a line feed, or to the file's end. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Bytes of a window. */
export interface WindowRange extends ByteRange {
  /** The first record in it and the last within the window are so far apart or further, but for a silence at the window's end; milliseconds. */
  readonly leastSpanMs: number;
}

/** The instant of a line that begins a record; null where it shows none. */
export type InstantOf = (line: string) => number | null;

/** Places that are looked at to see whether the file is in order. */
const SAMPLES = 32;
/** Records of several writers are out of order by a little: by less than this, a file is in order, and so much more is read at either end. */
const DISORDER_MS = 120_000;
const BLOCK = 65_536;
/** What is read of it first: most lines are short, and begin with a stamp. */
const GLANCE = 4_096;
/** Lines of a block that are tried for a stamp: a stack trace may begin it. */
const MAX_LINES = 400;

interface Place {
  /** Start of a line, and its instant. */
  readonly at: number;
  readonly ms: number;
}

/** Where lines are looked at: `from` is the offset of the first of `bytes` in the file. */
interface Piece {
  readonly bytes: Buffer;
  readonly from: number;
}

/** The first line with an instant that begins behind the piece's start (at it where that is the file's); null when there is none. */
function placeIn({ bytes, from }: Piece, instantOf: InstantOf): Place | null {
  let at = from === 0 ? 0 : bytes.indexOf(10) + 1;
  if (from > 0 && at === 0) return null;
  for (let tried = 0; tried < MAX_LINES && at < bytes.length; tried++) {
    const feed = bytes.indexOf(10, at);
    const end = feed < 0 ? bytes.length : feed;
    const ms = instantOf(bytes.toString('utf8', at, end));
    if (ms !== null) return { at: from + at, ms };
    if (feed < 0) return null;
    at = feed + 1;
  }
  return null;
}

/** Looks at one place of a file after another, in one buffer: some dozen new ones cost more than what they are read for. */
function looker(descriptor: number, size: number, instantOf: InstantOf): (from: number) => Place | null {
  const block = Buffer.allocUnsafe(Math.min(BLOCK, size));
  const read = (from: number, length: number) =>
    block.subarray(0, readSync(descriptor, block, 0, Math.min(length, size - from), from));
  return (from) => {
    const glance = read(from, GLANCE);
    // a line that the glance cuts off would be read by its beginning
    const whole = from + glance.length < size ? glance.lastIndexOf(10) + 1 : glance.length;
    const place = placeIn({ bytes: glance.subarray(0, whole), from }, instantOf);
    return place ?? (glance.length < GLANCE ? null : placeIn({ bytes: read(from, BLOCK), from }, instantOf));
  };
}

function isInOrder(places: readonly (Place | null)[]): places is readonly Place[] {
  let latest = Number.NEGATIVE_INFINITY;
  for (const place of places) {
    if (place === null || place.ms < latest - DISORDER_MS) return false;
    latest = Math.max(latest, place.ms);
  }
  return true;
}

/** The last line that is known to lie before every record at or after `ms`, not before `first`. */
function lastBefore(
  ms: number,
  first: Place,
  size: number,
  look: (from: number) => Place | null,
): Place | null {
  if (ms === Number.NEGATIVE_INFINITY) return first;
  let low = first;
  let high = size;
  while (high - low.at > BLOCK) {
    const middle = low.at + Math.floor((high - low.at) / 2);
    const place = look(middle);
    if (place === null) return null;
    if (place.ms < ms) low = place;
    else high = middle;
  }
  return low;
}

/** Null where the whole file has to be read. An empty range where all of it lies outside. */
export function rangeOf(
  descriptor: number,
  size: number,
  { fromMs, toMs }: TimeWindow,
  instantOf: InstantOf,
): WindowRange | null {
  const look = looker(descriptor, size, instantOf);
  const last = Math.max(0, size - BLOCK);
  const places = Array.from({ length: SAMPLES }, (_, i) => look(Math.floor((last * i) / (SAMPLES - 1))));
  if (!isInOrder(places)) return null;
  const [first, latest] = [places[0], places.at(-1)];
  if (first === undefined || latest === undefined) return null;
  const begin = lastBefore(fromMs - DISORDER_MS, first, size, look);
  const end = toMs === Number.POSITIVE_INFINITY ? latest : lastBefore(toMs + DISORDER_MS, first, size, look);
  if (begin === null || end === null) return null;
  const from = begin.at === first.at ? 0 : begin.at;
  const leastSpanMs = Math.max(0, Math.min(end.ms, toMs) - begin.ms);
  if (end.at + 2 * BLOCK >= size) return { from, to: size, leastSpanMs };
  const behind = look(end.at + BLOCK);
  return behind === null ? null : { from, to: Math.max(from, behind.at), leastSpanMs };
}
