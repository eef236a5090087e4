/** Lenient access to nested values of vendors' documents, and evidence for a part of a record. It converts nothing. */
import type { Evidence, EvidenceKind } from '../../domain/evidence.ts';
import type { EpochMs } from '../../domain/time.ts';
import { citeRecord } from './cited-records.ts';
import { textOf } from './fields.ts';
import { isObject, type JsonObject, type JsonRecord, partOfPlace } from './records.ts';

const EMPTY: JsonObject = {};

/** The object under `key`; an empty one where there is none. */
export function objectAt(value: JsonObject, key: string): JsonObject {
  const inner = value[key];
  return isObject(inner) ? inner : EMPTY;
}

/** The list under `key`; an empty one where there is none. */
export function listAt(value: JsonObject, key: string): readonly unknown[] {
  const inner = value[key];
  return Array.isArray(inner) ? inner : [];
}

/** The text or number that stands at the end of a path of keys; null for anything else. */
export function textAt(value: JsonObject, ...path: readonly string[]): string | null {
  let inner: unknown = value;
  for (const key of path) inner = isObject(inner) ? inner[key] : undefined;
  return textOf(inner);
}

/** Those members that are text, numbers or truth values, as text; sorted by key. */
export function flatTexts(value: JsonObject): Readonly<Record<string, string>> {
  const flat: Record<string, string> = {};
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    const text = typeof member === 'boolean' ? String(member) : textOf(member);
    if (text !== null && key !== '__proto__') flat[key] = text;
  }
  return flat;
}

export interface CitedPart {
  readonly source: string;
  readonly kind: EvidenceKind;
  readonly path: string;
  readonly record: JsonRecord;
  /** JSON pointer within the record: `/alerts/0`; empty for the record itself. */
  readonly pointer: string;
  readonly value: unknown;
  readonly observedAt: EpochMs | null;
}

/** A part of a document is cited by its pointer; a part of a line of JSON lines by the line. */
export function citePart({ record, pointer, value, ...fields }: CitedPart): Evidence {
  if (record.place.kind === 'line') return citeRecord({ ...fields, place: record.place, text: record.text });
  const place = partOfPlace(record.place, pointer);
  return citeRecord({ ...fields, place, text: JSON.stringify(value) });
}
