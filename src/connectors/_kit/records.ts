/** JSON objects out of a file: arrays, wrapped arrays, JSON lines, single documents; and the first few out of a cut head. It knows no vendor's fields. */
import type { EvidenceFile } from '../../ports/connector.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Where a record stands: a line of JSON lines (1-based), a JSON pointer into one document, or into what a server answers at an address. */
export type RecordPlace =
  | { readonly kind: 'line'; readonly line: number; readonly byteOffset: number }
  | { readonly kind: 'pointer'; readonly pointer: string }
  | { readonly kind: 'answer'; readonly url: string; readonly pointer: string };

/** The place of a part: below a pointer; a line stays the line. */
export function partOfPlace(place: RecordPlace, pointer: string): RecordPlace {
  return place.kind === 'line' ? place : { ...place, pointer: `${place.pointer}${pointer}` };
}

export interface JsonRecord {
  readonly value: JsonObject;
  readonly place: RecordPlace;
  /** The line as it stands, or the compact JSON of the value. */
  readonly text: string;
}

export interface JsonRecords {
  readonly records: readonly JsonRecord[];
  /** Lines or elements that are no JSON object. */
  readonly rejected: number;
  readonly truncated: boolean;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/** A key as one segment of a JSON pointer (RFC 6901). */
export function pointerSegment(key: string | number): string {
  return `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function ofArray(list: readonly unknown[], prefix: string, maxRecords: number): JsonRecords {
  const records: JsonRecord[] = [];
  let rejected = 0;
  for (const [index, value] of list.slice(0, maxRecords).entries()) {
    if (!isObject(value)) rejected += 1;
    else {
      const place = { kind: 'pointer', pointer: `${prefix}/${index}` } as const;
      records.push({ value, place, text: JSON.stringify(value) });
    }
  }
  return { records, rejected, truncated: list.length > maxRecords };
}

function ofLines(text: string, maxRecords: number): JsonRecords {
  const records: JsonRecord[] = [];
  let [rejected, line, byteOffset, truncated] = [0, 0, 0, false];
  for (const whole of text.split('\n')) {
    line += 1;
    const trimmed = whole.trim();
    if (trimmed !== '' && records.length >= maxRecords) truncated = true;
    else if (trimmed !== '') {
      const value = parseJson(trimmed);
      if (isObject(value)) records.push({ value, place: { kind: 'line', line, byteOffset }, text: trimmed });
      else rejected += 1;
    }
    byteOffset += Buffer.byteLength(whole) + 1;
  }
  return { records, rejected, truncated };
}

/**
 * Reads a whole file. `wrappers` are the keys under which a document may hold its list (`items`, `result/items`);
 * a document without one of them is a single record.
 */
export function readRecords(text: string, wrappers: readonly string[], maxRecords: number): JsonRecords {
  const document = parseJson(text);
  if (Array.isArray(document)) return ofArray(document, '', maxRecords);
  if (!isObject(document))
    return document === undefined ? ofLines(text, maxRecords) : ofArray([document], '', 1);
  for (const key of wrappers) {
    const path = key in document ? [key] : key.split('/');
    let list: unknown = document;
    for (const part of path) list = isObject(list) ? list[part] : undefined;
    if (Array.isArray(list)) return ofArray(list, path.map(pointerSegment).join(''), maxRecords);
  }
  const place = { kind: 'pointer', pointer: '' } as const;
  return {
    records: [{ value: document, place, text: JSON.stringify(document) }],
    rejected: 0,
    truncated: false,
  };
}

const SAMPLE_RECORDS = 3;

/** Ends of the objects that begin at `start`; -1 where the text ends before. Strings are respected, nothing else is checked. */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  let at = start;
  for (; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      for (at += 1; at < text.length && text[at] !== '"'; at += 1) if (text[at] === '\\') at += 1;
    } else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

function objectsFrom(text: string, start: number): readonly JsonObject[] {
  const found: JsonObject[] = [];
  let at = start;
  while (found.length < SAMPLE_RECORDS) {
    while (at < text.length && /[\s,]/.test(text[at] ?? '')) at += 1;
    if (text[at] !== '{') break;
    const end = endOfObject(text, at);
    const value = end < 0 ? undefined : parseJson(text.slice(at, end));
    if (!isObject(value)) break;
    found.push(value);
    at = end;
  }
  return found;
}

/** The first records of a head that may be cut anywhere: elements of the first array, or JSON lines. Empty where it is not JSON. */
export function sampleRecords(head: string): readonly JsonObject[] {
  const text = head.replace(/^\uFEFF/, '');
  const start = text.search(/\S/);
  if (start < 0) return [];
  if (text[start] === '[') return objectsFrom(text, start + 1);
  return text[start] === '{' ? objectsFrom(text, start) : [];
}

const samples = new WeakMap<EvidenceFile, readonly JsonObject[]>();

/** `sampleRecords` of a file's head, computed once for all connectors. */
export function sampleOf(file: EvidenceFile): readonly JsonObject[] {
  let sample = samples.get(file);
  if (sample === undefined) {
    sample = sampleRecords(file.head());
    samples.set(file, sample);
  }
  return sample;
}

/** Elements of the list that a cut document holds under `key` at its top: the text after `"key": [`. */
export function sampleUnder(head: string, key: string): readonly JsonObject[] {
  const match = new RegExp(`"${key}"\\s*:\\s*\\[`).exec(head);
  return match === null ? [] : objectsFrom(head, match.index + match[0].length);
}
