/** Avro: can the earlier schema, as reader, resolve what the new one, as writer, has written? By the rules of schema resolution. */
import { type HazardDraft, plainHazard } from './hazard-draft.ts';
import { documentsOf, isRecord, type Json, lineOfName, records, textOf } from './structured.ts';

const PROMOTIONS: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};
const MAX_DEPTH = 12;

function typeName(type: unknown): string {
  if (isRecord(type)) return textOf(type['name']) ?? typeName(type['type']);
  return textOf(type) ?? 'union';
}

function branches(type: unknown): readonly unknown[] {
  return Array.isArray(type) ? type : [type];
}

/** Whether the earlier type reads what the new type wrote; named types are compared apart. */
function readable(writer: unknown, reader: unknown): boolean {
  return branches(writer).every((written) =>
    branches(reader).some((read) => {
      const [from, to] = [typeName(written), typeName(read)];
      return from === to || PROMOTIONS[from]?.includes(to) === true;
    }),
  );
}

/** Records and enums by full text of their name, at any depth. */
function namedTypes(schema: unknown, found = new Map<string, Json>(), depth = 0): ReadonlyMap<string, Json> {
  if (depth > MAX_DEPTH) return found;
  if (Array.isArray(schema)) for (const each of schema) namedTypes(each, found, depth + 1);
  if (!isRecord(schema)) return found;
  const name = textOf(schema['name']);
  if (name !== null && (schema['type'] === 'record' || schema['type'] === 'enum')) found.set(name, schema);
  for (const key of ['type', 'items', 'values']) namedTypes(schema[key], found, depth + 1);
  for (const field of records(schema['fields'])) namedTypes(field['type'], found, depth + 1);
  return found;
}

function recordHazards(name: string, old: Json, now: Json, text: string): readonly HazardDraft[] {
  const fields = (schema: Json) =>
    new Map(records(schema['fields']).map((field) => [textOf(field['name']) ?? '', field]));
  const [before, after] = [fields(old), fields(now)];
  const hazards: HazardDraft[] = [];
  for (const [field, was] of before) {
    const is = after.get(field);
    const label = `${name}.${field}`;
    if (is === undefined && was['default'] === undefined)
      hazards.push(
        plainHazard(
          'contract-unreadable',
          `field ${label} is no longer written, and the earlier schema has no default for it`,
          [field],
          1,
        ),
      );
    else if (is === undefined)
      hazards.push(
        plainHazard(
          'contract-lossy',
          `field ${label} is no longer written: the earlier schema fills in its default`,
          [field],
          1,
        ),
      );
    else if (!readable(is['type'], was['type']))
      hazards.push(
        plainHazard(
          'contract-unreadable',
          `the type of ${label} changed so that the earlier schema cannot read it`,
          [field],
          lineOfName(text, field),
        ),
      );
  }
  for (const field of after.keys())
    if (!before.has(field))
      hazards.push(
        plainHazard('contract-added', `field ${name}.${field} is new`, [field], lineOfName(text, field)),
      );
  return hazards;
}

function enumHazards(name: string, old: Json, now: Json, text: string): readonly HazardDraft[] {
  const symbols = (schema: Json) => (Array.isArray(schema['symbols']) ? schema['symbols'].map(textOf) : []);
  const known = new Set(symbols(old));
  const kind = old['default'] === undefined ? 'contract-unreadable' : 'contract-lossy';
  return symbols(now)
    .filter((symbol): symbol is string => symbol !== null && !known.has(symbol))
    .map((symbol) =>
      plainHazard(
        kind,
        `${name} has the new value ${symbol}, which the earlier schema does not know`,
        [symbol],
        lineOfName(text, symbol),
      ),
    );
}

export async function avroHazards(before: string, after: string): Promise<readonly HazardDraft[]> {
  const [old, now] = [await documentsOf(before), await documentsOf(after)];
  const [was, is] = [namedTypes([...old]), namedTypes([...now])];
  return [...was].flatMap(([name, schema]) => {
    const next = is.get(name);
    if (next === undefined) return [];
    return schema['type'] === 'enum'
      ? enumHazards(name, schema, next, after)
      : recordHazards(name, schema, next, after);
  });
}
