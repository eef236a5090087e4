/**
 * Reads the fields of the lines of one skeleton key without parsing them. It learns where they stand from fully parsed lines and
 * checks itself against later ones; what it cannot read for certain it leaves to the parser.
 */

import type { LogSeverity } from '../../../domain/signal.ts';
import type { IdentityKind } from '../../_kit/failing-identities.ts';
import type { RecordNames } from '../aggregate/cell.ts';
import type { Identity, ParsedLine, RequestFields } from '../format.ts';
import { calleeOf } from '../formats/call.ts';
import {
  durationPlaces,
  isSameDuration,
  isSameStamp,
  type NumberPlace,
  type StampPlace,
  stampPlaces,
  targetPlaces,
} from './find-places.ts';
import type { CountedRequest } from './kernel-contract.ts';
import {
  type FieldPlace,
  locate,
  narrow,
  placeAt,
  placesOf,
  type Span,
  type TokenLine,
} from './line-fields.ts';
import { MAX_TEXTS } from './line-kernel.ts';
import { type StampLayout, StampReader } from './stamp-reader.ts';
import { type RouteTable, readNumber, readStatus, type TextTable } from './value-readers.ts';

/** What the readers of one file share. */
export interface ReadingTools {
  readonly stamps: StampReader;
  readonly texts: TextTable;
  readonly routes: RouteTable;
  /** The other sides of calls. */
  readonly calls: RouteTable;
}

/** An ISO stamp that stands at the start of a line, NaN where there is none. */
export interface LinePrefix {
  readonly wallMs: number;
  readonly offsetMinutes: number;
}

type TextName = 'service' | 'pod' | 'host' | 'version' | 'zone' | 'peer';
const TEXT_NAMES: readonly TextName[] = ['service', 'pod', 'host', 'version', 'zone', 'peer'];

/** Constant or read from `places`; no place left means that only the parser can tell. */
interface LearnedText {
  constant: string | null;
  places: FieldPlace[] | null;
}

interface TextField extends LearnedText {
  readonly name: TextName;
}

/** Places of a field: null where the records have none, empty where only the parser can tell. */
type Places<Place> = Place[] | null;

/** Where the time comes from: the line's ISO prefix, inside the line, nowhere, or the parser. */
type TimeSource = 'prefix' | 'inside' | 'none' | 'parse';

const NO_STAMPS = new StampReader(1970);

export class KeyReader {
  #time: TimeSource | null = null;
  #stamps: StampPlace[] = [];
  readonly #texts: TextField[] = [];
  /** The fields of `#texts` that differ from line to line. */
  #varying: TextField[] = [];
  /** Whom its lines are about. Asked for in lines of failures only, so it does not decide who reads the others. */
  #identity: LearnedText | null = null;
  #identityKind: IdentityKind | null = null;
  #request: 'unknown' | 'none' | 'present' | 'parse' = 'unknown';
  #status: Places<FieldPlace> = null;
  #durations: Places<NumberPlace> = null;
  #routes: Places<FieldPlace> = null;
  #isCall = false;
  /** Where the level stands, in lines whose key does not tell it, and what its texts mean; null for all others. */
  #level: FieldPlace | null = null;
  readonly #severities = new Map<string, LogSeverity>();

  /** Results of the last `read` that returned true; NaN and null stand for absent. `stamps` holds the time unless `hasNoTime`. */
  stamps = NO_STAMPS;
  /** Where the stamp stands, and how it reads; null for a prefix or none. */
  stampAt = 0;
  layout: StampLayout | null = null;
  knownOffset = Number.NaN;
  service: string | null = null;
  pod: string | null = null;
  host: string | null = null;
  version: string | null = null;
  zone: string | null = null;
  peer: string | null = null;
  /** Null where all lines of the key have one level. */
  severity: LogSeverity | null = null;
  status = Number.NaN;
  durationMs = Number.NaN;
  route: string | null = null;

  /** True once everything in the key's lines can be read from bytes. */
  isReady = false;

  get isRequest(): boolean {
    return this.#request === 'present';
  }

  /** True where lines name somebody, or some did. */
  get hasIdentity(): boolean {
    return this.#identity !== null && this.#identity.places !== null;
  }

  /** True where each line's level is read from its bytes. */
  get readsLevel(): boolean {
    return this.#level !== null;
  }

  get hasNoTime(): boolean {
    return this.#time === 'none';
  }

  /** Where lines have the stamp by which they can be counted without being read, null for a prefix; `none` where too many names differ. */
  get countedPlace(): StampPlace | null | 'none' {
    if (!this.isReady || this.readsLevel || this.#varying.length > MAX_TEXTS) return 'none';
    if (this.#time === 'prefix') return null;
    const place = this.#time === 'inside' ? this.#stamps[0] : undefined;
    return place !== undefined && Number.isNaN(place.knownOffset) ? place : 'none';
  }

  /** Where lines have the names that differ; meaningless unless `isReady`. */
  get textPlaces(): readonly FieldPlace[] {
    return this.#varying.flatMap(({ places }) => places?.slice(0, 1) ?? []);
  }

  /** The names in the line that was read last. */
  get names(): RecordNames {
    const { pod, host, version, zone, peer } = this;
    return { pod, host, version, zone, peer };
  }

  /** Where requests have their values; meaningless unless `isReady`. */
  get countedRequest(): CountedRequest {
    return {
      status: this.#status?.[0] ?? null,
      duration: this.#durations?.[0] ?? null,
      route: this.#routes?.[0] ?? null,
    };
  }

  /** Fills the results from a line; false when a field is not where it was learned to be. */
  read(line: TokenLine, prefix: StampReader, tools: ReadingTools): boolean {
    if (!this.#readTime(line, prefix, tools.stamps)) return false;
    if (this.#varying.length > 0 && !this.#readTexts(line, tools.texts)) return false;
    if (this.#level !== null && !this.#readLevel(this.#level, line, tools.texts)) return false;
    return this.#request !== 'present' || this.#readRequest(line, this.#isCall ? tools.calls : tools.routes);
  }

  /** Whom the line is about; null where only the parser can tell. Ask where `hasIdentity`. */
  readIdentity(line: TokenLine, { texts }: ReadingTools): Identity | null {
    const place = this.#identity?.places?.[0];
    const id = place === undefined ? null : readText(place, line, texts);
    return id === null || this.#identityKind === null ? null : { kind: this.#identityKind, id };
  }

  #readTexts(line: TokenLine, texts: TextTable): boolean {
    for (const { name, places } of this.#varying) {
      const place = places?.[0];
      const text = place === undefined ? null : readText(place, line, texts);
      if (text === null) return false;
      this[name] = text;
    }
    return true;
  }

  /** A text that no parsed line had may mean any level. */
  #readLevel(place: FieldPlace, line: TokenLine, texts: TextTable): boolean {
    const text = readText(place, line, texts);
    this.severity = text === null ? null : (this.#severities.get(text) ?? null);
    return this.severity !== null;
  }

  /** Takes the level of a parsed line into account, which stands in `span`; false where only the parser can tell it. */
  learnLevel(line: TokenLine, span: Span, severity: LogSeverity, texts: TextTable): boolean {
    this.#level ??= placeAt(line, span.at, span.length);
    const text = this.#level === null ? null : readText(this.#level, line, texts);
    if (text === null || text.length !== span.length) return false;
    const known = this.#severities.get(text);
    if (known === undefined) this.#severities.set(text, severity);
    return known === undefined || known === severity;
  }

  #readTime(line: TokenLine, prefix: StampReader, stamps: StampReader): boolean {
    switch (this.#time) {
      case 'prefix':
        this.stamps = prefix;
        return !Number.isNaN(prefix.wallMs);
      case 'none':
        return true;
      case 'inside': {
        const place = this.#stamps[0];
        const at = place === undefined ? -1 : locate(place, line);
        if (at < 0 || place === undefined || !stamps.read(place.layout, line.bytes, at)) return false;
        this.stamps = stamps;
        this.stampAt = at;
        this.layout = place.layout;
        this.knownOffset = place.knownOffset;
        return true;
      }
      case 'parse':
      case null:
        return false;
    }
  }

  #readRequest(line: TokenLine, routes: RouteTable): boolean {
    const { bytes } = line;
    const status = this.#status?.[0];
    if (status !== undefined) {
      const at = locate(status, line);
      this.status = at < 0 ? Number.NaN : readStatus(bytes, at);
      if (Number.isNaN(this.status)) return false;
    }
    const duration = this.#durations?.[0];
    if (duration !== undefined) {
      const at = locate(duration, line);
      this.durationMs = at < 0 ? Number.NaN : readNumber(bytes, at) * duration.factor;
      if (Number.isNaN(this.durationMs)) return false;
    }
    const route = this.#routes?.[0];
    if (route !== undefined) {
      const at = locate(route, line);
      this.route = at < 0 ? null : routes.read(bytes, at);
      if (this.route === null) return false;
    }
    return true;
  }

  /** Takes a parsed line into account. `line` holds exactly the line's bytes and a line feed; tokens count from its start. */
  learn(
    line: TokenLine,
    parsed: ParsedLine,
    prefix: LinePrefix,
    tools: ReadingTools,
    isInKey: (at: number, length: number) => boolean,
  ): void {
    this.#learnTime(line, parsed, prefix, tools.stamps);
    for (const name of TEXT_NAMES) this.#learnText(name, line, parsed[name], tools.texts, isInKey);
    this.#varying = this.#texts.filter(({ places }) => places !== null);
    this.#learnIdentity(line, parsed.identity, tools.texts);
    this.#learnRequest(line, parsed.request, tools);
    const lists = [this.#status, this.#durations, this.#routes, ...this.#varying.map(({ places }) => places)];
    this.isReady =
      this.#time !== 'parse' && this.#request !== 'parse' && lists.every((places) => places?.length !== 0);
  }

  #learnTime(line: TokenLine, parsed: ParsedLine, prefix: LinePrefix, stamps: StampReader): void {
    const { wallMs, yearless } = parsed;
    const offsetMinutes = parsed.offsetMinutes ?? Number.NaN;
    const isFirst = this.#time === null;
    if (wallMs === null) {
      this.#time = isFirst || this.#time === 'none' ? 'none' : 'parse';
      return;
    }
    const isPrefix = wallMs === prefix.wallMs && Object.is(offsetMinutes, prefix.offsetMinutes);
    if (isFirst && !isPrefix) {
      this.#stamps = stampPlaces(line, { wallMs, offsetMinutes, yearless }, stamps);
      this.#time = this.#stamps.length > 0 ? 'inside' : 'parse';
    } else if (isFirst) this.#time = 'prefix';
    else if (this.#time === 'inside') {
      const wanted = { wallMs, offsetMinutes, yearless };
      const matches = (at: number, place: StampPlace) =>
        stamps.read(place.layout, line.bytes, at) && isSameStamp(stamps, wanted, place.knownOffset);
      this.#stamps = narrowAll(this.#stamps, line, matches);
      if (this.#stamps.length === 0) this.#time = 'parse';
    } else if (this.#time !== 'prefix' || !isPrefix) this.#time = 'parse';
  }

  /** A value that is not in the line's bytes (derived, unescaped) is taken for a constant of the key until a line contradicts. */
  #learnText(
    name: TextName,
    line: TokenLine,
    value: string | null,
    texts: TextTable,
    isInKey: (at: number, length: number) => boolean,
  ): void {
    const known = this.#texts.find((field) => field.name === name);
    if (known !== undefined) {
      relearn(known, line, value, texts);
      return;
    }
    const places = textPlaces(line, value, texts);
    const isConstant = places.some((place) => {
      const at = locate(place, line);
      return at >= 0 && isInKey(at, value?.length ?? 0);
    });
    this.#texts.push({ name, constant: value, places: places.length > 0 && !isConstant ? places : null });
    this[name] = value;
  }

  /** Lines that name nobody leave what was learned from those that do to the parser. */
  #learnIdentity(line: TokenLine, identity: Identity | null, texts: TextTable): void {
    if (this.#identity === null) {
      this.#identityKind = identity?.kind ?? null;
      this.#identity = {
        constant: null,
        places: identity === null ? null : textPlaces(line, identity.id, texts),
      };
    } else if (identity === null || identity.kind !== this.#identityKind) {
      if (identity !== null || this.#identity.places !== null) this.#identity.places = [];
    } else if (this.#identity.places !== null)
      this.#identity.places = narrowTexts(this.#identity.places, line, identity.id, texts);
  }

  #learnRequest(line: TokenLine, request: RequestFields | null, tools: ReadingTools): void {
    if (this.#request === 'unknown') this.#isCall = calleeOf(request?.route ?? null) !== null;
    const routes = this.#isCall ? tools.calls : tools.routes;
    if (this.#request === 'unknown') {
      this.#request = request === null ? 'none' : 'present';
      if (request !== null) this.#findRequest(line, request, routes);
      return;
    }
    if ((request === null) !== (this.#request === 'none')) this.#request = 'parse';
    if (request === null || this.#request !== 'present') return;
    this.#status = recheck(
      this.#status,
      request.status,
      line,
      (at) => readStatus(line.bytes, at) === request.status,
    );
    this.#durations = recheck(this.#durations, request.durationMs, line, (at, place) =>
      isSameDuration(readNumber(line.bytes, at) * place.factor, request.durationMs),
    );
    this.#routes = recheck(
      this.#routes,
      request.route,
      line,
      (at) => routes.read(line.bytes, at) === request.route,
    );
  }

  #findRequest(line: TokenLine, request: RequestFields, routes: RouteTable): void {
    const { status, durationMs, route } = request;
    const isStatus = (at: number) => readStatus(line.bytes, at) === status;
    const isRoute = (at: number) => routes.read(line.bytes, at) === route;
    this.#status = status === null ? null : narrowAll(placesOf(line, String(status)), line, isStatus);
    this.#durations = durationMs === null ? null : durationPlaces(line, durationMs);
    const callee = calleeOf(route);
    const places = callee === null ? targetPlaces(line) : placesOf(line, callee);
    this.#routes = route === null ? null : narrowAll(places, line, isRoute);
  }
}

/** Every place where the value stands and reads as such. */
function textPlaces(line: TokenLine, value: string | null, texts: TextTable): FieldPlace[] {
  return value === null ? [] : narrowTexts(placesOf(line, value), line, value, texts);
}

function narrowTexts(
  places: readonly FieldPlace[],
  line: TokenLine,
  value: string | null,
  texts: TextTable,
): FieldPlace[] {
  return narrowAll(
    places,
    line,
    (at, place) => value !== null && texts.read(line.bytes, at, place.after) === value,
  );
}

function relearn(known: LearnedText, line: TokenLine, value: string | null, texts: TextTable): void {
  if (known.places !== null) known.places = narrowTexts(known.places, line, value, texts);
  else if (known.constant !== value) known.places = [];
}

function readText(place: FieldPlace, line: TokenLine, texts: TextTable): string | null {
  const at = locate(place, line);
  return at < 0 ? null : texts.read(line.bytes, at, place.after);
}

function narrowAll<Place extends FieldPlace>(
  places: readonly Place[],
  line: TokenLine,
  matches: (at: number, place: Place) => boolean,
): Place[] {
  return places.flatMap((place) => narrow(place, line, matches) ?? []);
}

/** A field that comes and goes is left to the parser. */
function recheck<Place extends FieldPlace>(
  places: Places<Place>,
  value: string | number | null,
  line: TokenLine,
  matches: (at: number, place: Place) => boolean,
): Places<Place> {
  if (places === null) return value === null ? null : [];
  return value === null ? [] : narrowAll(places, line, matches);
}
