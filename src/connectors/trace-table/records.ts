/** Spans as JSON records, as trace stores and search pages export them, brought into the form of a table: one column a field, dots for nesting. It knows no column's meaning. */
import type { CsvTable } from '../_kit/csv.ts';
import { isObject, type JsonObject, parseJson, type RecordPlace, readRecords } from '../_kit/records.ts';

/** Keys under which answers hold their list. */
export const WRAPPERS = ['data', 'spans', 'traces', 'results', 'items', 'rows', 'hits'];
/** Keys under which a row keeps what it is about: their fields are the row's. */
const INNER = ['attributes', '_source', 'fields', 'span'];
const MAX_COLUMNS = 200;
const MAX_DEPTH = 3;

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

function addFields(fields: Map<string, string>, prefix: string, value: JsonObject, depth: number): void {
  for (const [key, inner] of Object.entries(value)) {
    const text = textOf(inner);
    const name = `${prefix}${key}`;
    if (text !== null && !fields.has(name)) fields.set(name, text);
    else if (isObject(inner) && depth < MAX_DEPTH) addFields(fields, `${name}.`, inner, depth + 1);
  }
}

/** A request and a part of it are kept under two names (`transaction.id`, `span.id`) where they are one kind of thing here. */
export function fieldsOfSpan(record: JsonObject): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const key of INNER) {
    const inner = record[key];
    if (isObject(inner)) addFields(fields, key === 'span' ? 'span.' : '', inner, 0);
  }
  addFields(fields, '', record, 0);
  if (fields.has('span.id')) return fields;
  return new Map([...fields].map(([key, text]) => [key.replace(/^transaction\./, 'span.'), text]));
}

export interface SpanRecords {
  readonly table: CsvTable;
  /** Of the row whose `line` is the index here. */
  readonly places: readonly RecordPlace[];
}

/** Datadog's agent is sent lists of traces, its pages save one trace with its spans by their ids. */
const LISTS_OF_TRACES = /^\s*\[\s*\[\s*\{/;
const SPANS_BY_ID = /^\s*\{\s*"trace"\s*:\s*\{[^{}]{0,2000}"spans"\s*:\s*\{/;

/** A span that begins at a number of seconds lasts a number of seconds, too; the agent counts nanoseconds. */
function withUnit(span: JsonObject): JsonObject {
  const { start, duration, ...rest } = span;
  const isInSeconds = typeof start === 'number' && start < 1e11 && typeof duration === 'number';
  return isInSeconds ? { ...rest, start, duration_sec: duration } : span;
}

/** Index behind the object that begins at `start`; −1 where it does not end within the text. */
function endOfObject(text: string, start: number): number {
  let [depth, isQuoted] = [0, false];
  for (let at = start; at < text.length; at++) {
    const mark = text[at];
    if (isQuoted) {
      if (mark === '\\') at++;
      else if (mark === '"') isQuoted = false;
    } else if (mark === '"') isQuoted = true;
    else if (mark === '{') depth++;
    else if (mark === '}' && --depth === 0) return at + 1;
  }
  return -1;
}

/** The first spans of such a document, whose head may be cut; null for any other. */
export function sampleOfTraces(head: string): readonly JsonObject[] | null {
  const begin = LISTS_OF_TRACES.exec(head)?.[0] ?? SPANS_BY_ID.exec(head)?.[0];
  if (begin === undefined) return null;
  const spans: JsonObject[] = [];
  let at = LISTS_OF_TRACES.test(head) ? begin.length - 1 : head.indexOf('{', begin.length);
  while (at >= 0 && spans.length < 3) {
    const end = endOfObject(head, at);
    const value = end < 0 ? undefined : parseJson(head.slice(at, end));
    if (end < 0) break;
    if (isObject(value) && 'span_id' in value) spans.push(withUnit(value));
    at = head.indexOf('{', end);
  }
  return spans;
}

/** The same as one list of spans; null for any other document, and for one that is cut. */
function listOfTraces(text: string): string | null {
  if (!LISTS_OF_TRACES.test(text) && !SPANS_BY_ID.test(text)) return null;
  const document = parseJson(text);
  if (Array.isArray(document)) return JSON.stringify(document.flat());
  const trace = isObject(document) ? document['trace'] : undefined;
  const spans = isObject(trace) ? trace['spans'] : undefined;
  return isObject(spans) ? JSON.stringify(Object.values(spans).filter(isObject).map(withUnit)) : null;
}

function listOf(text: string): string {
  const traces = listOfTraces(text);
  if (traces !== null) return traces;
  const document = /"hits"\s*:\s*\{/.test(text.slice(0, 4_000)) ? parseJson(text) : undefined;
  const hits = isObject(document) && isObject(document['hits']) ? document['hits']['hits'] : undefined;
  return Array.isArray(hits) ? JSON.stringify({ hits }) : text;
}

export function tableOfRecords(records: readonly JsonObject[]): CsvTable {
  const rows = records.map(fieldsOfSpan);
  const header = [...new Set(rows.slice(0, 500).flatMap((row) => [...row.keys()]))].slice(0, MAX_COLUMNS);
  return {
    header,
    rows: rows.map((row, line) => ({ line, cells: header.map((name) => row.get(name) ?? '') })),
    rejected: 0,
    truncated: false,
  };
}

export function readSpanRecords(text: string, maxRecords: number): SpanRecords {
  const { records, rejected, truncated } = readRecords(listOf(text), WRAPPERS, maxRecords);
  const table = tableOfRecords(records.map(({ value }) => value));
  return { table: { ...table, rejected, truncated }, places: records.map(({ place }) => place) };
}
