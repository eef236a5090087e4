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

function listOf(text: string): string {
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
