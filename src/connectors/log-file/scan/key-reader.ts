/**
 * Reads the fields of the lines of one skeleton key without parsing them. It learns where they stand from fully parsed lines and
 * checks itself against later ones; what it cannot read for certain it leaves to the parser.
 */
import type { ParsedLine } from '../format.ts';
import { type FieldPlace, isWordByte, locate, placesAt, placesOf, type TokenLine } from './line-fields.ts';
import { layoutOf, type StampLayout, type StampReader } from './stamp-reader.ts';
import { type RouteTable, readNumber, readStatus, type TextTable } from './value-readers.ts';

interface StampPlace extends FieldPlace {
  readonly layout: StampLayout;
}

interface NumberPlace extends FieldPlace {
  readonly factor: number;
}

type TextFieldName = 'pod' | 'host' | 'version' | 'service';

/** What the tables and readers of one file share between its keys. */
export interface ReadingTools {
  readonly stamps: StampReader;
  readonly texts: TextTable;
  readonly routes: RouteTable;
}

/** The place of the time: the line's own ISO prefix, somewhere inside, nowhere, or not to be had without parsing. */
type TimeSource = 'prefix' | 'inside' | 'none' | 'parse';

const UNIT_FACTORS = [1, 1000, 0.001, 0.000001];

export class KeyReader {
  #time: TimeSource | null = null;
  #stamps: StampPlace[] = [];
  readonly #texts = new Map<TextFieldName, FieldPlace[] | string | null>();
  #status: FieldPlace[] | null = null;
  #durations: NumberPlace[] | null = null;
  #routes: FieldPlace[] | null = null;
  #isRequest = false;

  /** Results of the last successful `read`. */
  wallMs = Number.NaN;
  offsetMinutes = Number.NaN;
  yearless = false;
  pod: string | null = null;
  host: string | null = null;
  version: string | null = null;
  service: string | null = null;
  status = Number.NaN;
  durationMs = Number.NaN;
  route: string | null = null;

  /** True once a line was learned and everything in it can be read from bytes. */
  isReady = false;

  get isRequest(): boolean {
    return this.#isRequest;
  }

  get hasNoTime(): boolean {
    return this.#time === 'none';
  }

  /**
   * Fills the results from a line; false when a field is not where it was learned to be. `prefixMs` is the wall clock of an ISO stamp
   * at the line's start (NaN for none), `prefixZone` its offset.
   */
  read(line: TokenLine, from: number, prefixMs: number, prefixZone: number, tools: ReadingTools): boolean {
    return (
      this.#readTime(line, from, prefixMs, prefixZone, tools.stamps) &&
      this.#readTexts(line, from, tools.texts) &&
      (!this.#isRequest || this.#readRequest(line, from, tools.routes))
    );
  }

  #readTime(
    line: TokenLine,
    from: number,
    prefixMs: number,
    prefixZone: number,
    stamps: StampReader,
  ): boolean {
    if (this.#time === 'prefix') {
      this.wallMs = prefixMs;
      this.offsetMinutes = prefixZone;
      return !Number.isNaN(prefixMs);
    }
    if (this.#time === 'none') {
      this.wallMs = Number.NaN;
      return true;
    }
    const place = this.#stamps[0];
    if (place === undefined) return false;
    const at = locate(place, line.bytes, line.tokens, line.tokenCount, from);
    if (at < 0 || !stamps.read(place.layout, line.bytes, at)) return false;
    this.wallMs = stamps.wallMs;
    this.offsetMinutes = stamps.offsetMinutes;
    this.yearless = stamps.yearless;
    return true;
  }

  #readTexts(line: TokenLine, from: number, texts: TextTable): boolean {
    for (const [name, source] of this.#texts) {
      if (source === null || typeof source === 'string') {
        this[name] = source;
        continue;
      }
      const place = source[0];
      if (place === undefined) return false;
      const at = locate(place, line.bytes, line.tokens, line.tokenCount, from);
      if (at < 0) return false;
      const text = texts.read(line.bytes, at, place.after);
      if (text === null) return false;
      this[name] = text;
    }
    return true;
  }

  #readRequest(line: TokenLine, from: number, routes: RouteTable): boolean {
    const { bytes, tokens, tokenCount } = line;
    this.status = Number.NaN;
    this.durationMs = Number.NaN;
    this.route = null;
    const status = this.#status?.[0];
    if (this.#status !== null) {
      const at = status === undefined ? -1 : locate(status, bytes, tokens, tokenCount, from);
      if (at < 0) return false;
      this.status = readStatus(bytes, at);
      if (Number.isNaN(this.status)) return false;
    }
    const duration = this.#durations?.[0];
    if (this.#durations !== null) {
      const at = duration === undefined ? -1 : locate(duration, bytes, tokens, tokenCount, from);
      if (at < 0 || duration === undefined) return false;
      this.durationMs = readNumber(bytes, at) * duration.factor;
      if (Number.isNaN(this.durationMs)) return false;
    }
    const route = this.#routes?.[0];
    if (this.#routes !== null) {
      const at = route === undefined ? -1 : locate(route, bytes, tokens, tokenCount, from);
      if (at < 0) return false;
      this.route = routes.read(bytes, at);
      if (this.route === null) return false;
    }
    return true;
  }

  /** Takes a parsed line into account. `line` holds exactly the line's bytes and a line feed; tokens count from its start. */
  learn(
    line: TokenLine,
    parsed: ParsedLine,
    prefixMs: number,
    prefixZone: number,
    tools: ReadingTools,
  ): void {
    this.#learnTime(line, parsed, prefixMs, prefixZone, tools.stamps);
    for (const name of ['pod', 'host', 'version', 'service'] as const)
      this.#learnText(name, line, parsed[name], tools);
    this.#learnRequest(line, parsed, tools);
    this.isReady =
      this.#time !== 'parse' &&
      [...this.#texts.values()].every((source) => !Array.isArray(source) || source.length > 0) &&
      [this.#status, this.#durations, this.#routes].every((places) => places === null || places.length > 0);
  }

  #learnTime(
    line: TokenLine,
    parsed: ParsedLine,
    prefixMs: number,
    prefixZone: number,
    stamps: StampReader,
  ): void {
    const offset = parsed.offsetMinutes ?? Number.NaN;
    if (parsed.wallMs === null) {
      this.#time = this.#time === null || this.#time === 'none' ? 'none' : 'parse';
      return;
    }
    const isPrefix = parsed.wallMs === prefixMs && Object.is(offset, prefixZone);
    if (this.#time === null) {
      this.#stamps = isPrefix ? [] : findStamps(line, parsed.wallMs, offset, stamps);
      if (isPrefix) this.#time = 'prefix';
      else this.#time = this.#stamps.length > 0 ? 'inside' : 'parse';
    } else if (this.#time === 'prefix') {
      if (!isPrefix) this.#time = 'parse';
    } else if (this.#time === 'inside') {
      this.#stamps = this.#stamps.filter((place) => {
        const at = locate(place, line.bytes, line.tokens, line.tokenCount, 0);
        return at >= 0 && stamps.read(place.layout, line.bytes, at) && isStamp(stamps, parsed.wallMs, offset);
      });
      if (this.#stamps.length === 0) this.#time = 'parse';
    } else this.#time = 'parse';
  }

  /** A value that is not in the line's bytes (derived, unescaped) is taken for a constant of the key until a line contradicts. */
  #learnText(name: TextFieldName, line: TokenLine, value: string | null, tools: ReadingTools): void {
    const known = this.#texts.get(name);
    if (known === undefined) {
      const places = value === null ? [] : this.#textPlaces(line, value, tools);
      this.#texts.set(name, places.length > 0 ? places : value);
    } else if (Array.isArray(known)) {
      const kept = value === null ? [] : known.filter((place) => readText(place, line, tools) === value);
      this.#texts.set(name, kept);
    } else if (known !== value) this.#texts.set(name, []);
  }

  #textPlaces(line: TokenLine, value: string, tools: ReadingTools): FieldPlace[] {
    return placesOf(line, value).filter((place) => readText(place, line, tools) === value);
  }

  #learnRequest(line: TokenLine, parsed: ParsedLine, tools: ReadingTools): void {
    const { request } = parsed;
    if (!this.#isRequest && this.isReady && request !== null) {
      this.#status = [];
      return;
    }
    if (request === null) {
      if (this.#isRequest) this.#status = [];
      return;
    }
    const isFirst = !this.#isRequest;
    this.#isRequest = true;
    const status = request.status;
    const matchesStatus = (place: FieldPlace) => {
      const at = locate(place, line.bytes, line.tokens, line.tokenCount, 0);
      return at >= 0 && readStatus(line.bytes, at) === status;
    };
    const matchesDuration = (place: NumberPlace) => {
      const at = locate(place, line.bytes, line.tokens, line.tokenCount, 0);
      return at >= 0 && isSameDuration(readNumber(line.bytes, at) * place.factor, request.durationMs);
    };
    const matchesRoute = (place: FieldPlace) => {
      const at = locate(place, line.bytes, line.tokens, line.tokenCount, 0);
      return at >= 0 && tools.routes.read(line.bytes, at) === request.route;
    };
    if (isFirst) {
      this.#status = status === null ? null : placesOf(line, String(status)).filter(matchesStatus);
      this.#durations = request.durationMs === null ? null : durationPlaces(line).filter(matchesDuration);
      this.#routes = request.route === null ? null : targetPlaces(line).filter(matchesRoute);
      return;
    }
    this.#status = recheck(this.#status, status === null, matchesStatus);
    this.#durations = recheck(this.#durations, request.durationMs === null, matchesDuration);
    this.#routes = recheck(this.#routes, request.route === null, matchesRoute);
  }
}

function recheck<Place extends FieldPlace>(
  places: Place[] | null,
  isAbsent: boolean,
  matches: (place: Place) => boolean,
): Place[] | null {
  if (places === null) return isAbsent ? null : [];
  return isAbsent ? [] : places.filter(matches);
}

function readText(place: FieldPlace, line: TokenLine, tools: ReadingTools): string | null {
  const at = locate(place, line.bytes, line.tokens, line.tokenCount, 0);
  return at < 0 ? null : tools.texts.read(line.bytes, at, place.after);
}

function isStamp(stamps: StampReader, wallMs: number | null, offset: number): boolean {
  return stamps.wallMs === wallMs && Object.is(stamps.offsetMinutes, offset);
}

/** To a microsecond: the parser rounds. */
function isSameDuration(ms: number, wanted: number | null): boolean {
  return wanted !== null && Math.abs(ms - wanted) < 0.001;
}

/** Places whose stamp is the parser's, the last one first: an inner stamp beats its wrapper's. */
function findStamps(line: TokenLine, wallMs: number, offset: number, stamps: StampReader): StampPlace[] {
  const found: StampPlace[] = [];
  for (let at = line.bytes.length - 1; at >= 0 && found.length < 8; at--) {
    if (!isWordByte(line.bytes[at]) || isWordByte(line.bytes[at - 1])) continue;
    const layout = layoutOf(stamps, line.bytes, at);
    if (layout === null || !stamps.read(layout, line.bytes, at) || !isStamp(stamps, wallMs, offset)) continue;
    for (const place of placesAt(line, at, stamps.end - at)) found.push({ ...place, layout });
  }
  return found;
}

function durationPlaces(line: TokenLine): NumberPlace[] {
  const places: NumberPlace[] = [];
  for (let at = 0; at < line.bytes.length && places.length < 400; at++) {
    const byte = line.bytes[at] as number;
    const isStart = byte > 47 && byte < 58 && !isNumberByte(line.bytes[at - 1]);
    if (!isStart) continue;
    for (const place of placesAt(line, at, 1))
      for (const factor of UNIT_FACTORS) places.push({ ...place, factor });
  }
  return places;
}

function isNumberByte(byte: number | undefined): boolean {
  return byte === 46 || (byte !== undefined && byte > 47 && byte < 58);
}

function targetPlaces(line: TokenLine): FieldPlace[] {
  const places: FieldPlace[] = [];
  for (let at = 0; at < line.bytes.length && places.length < 64; at++) {
    const byte = line.bytes[at];
    const isPath = byte === 47 && !isWordByte(line.bytes[at - 1]);
    const isUrl =
      byte === 104 &&
      line.bytes[at + 1] === 116 &&
      line.bytes[at + 2] === 116 &&
      !isWordByte(line.bytes[at - 1]);
    if (isPath || isUrl) places.push(...placesAt(line, at, 1));
  }
  return places;
}
