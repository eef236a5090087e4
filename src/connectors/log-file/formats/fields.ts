/** A structured record (JSON, logfmt) as flat fields: nesting becomes dots, names lose case and separators. Bounded in depth and number. */

/** Fields by normalised name, in the order of the record; the first of two equal names stays. `names` maps back to the name as written. */
export interface Fields {
  readonly values: ReadonlyMap<string, unknown>;
  readonly names: ReadonlyMap<string, string>;
}

const MAX_FIELDS = 256;
const MAX_DEPTH = 4;

export function normalName(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '');
}

interface Building {
  readonly values: Map<string, unknown>;
  readonly names: Map<string, string>;
}

function add(building: Building, name: string, value: unknown, depth: number): void {
  if (building.values.size >= MAX_FIELDS) return;
  const normal = normalName(name);
  if (!building.values.has(normal)) {
    building.values.set(normal, value);
    building.names.set(normal, name);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth >= MAX_DEPTH) return;
  for (const [key, inner] of Object.entries(value)) add(building, `${name}.${key}`, inner, depth + 1);
}

/** Top-level fields first, so that `level` of the record beats `data.level`. */
export function fieldsOf(record: object): Fields {
  const building: Building = { values: new Map(), names: new Map() };
  for (const [key, value] of Object.entries(record)) {
    if (building.values.size >= MAX_FIELDS) break;
    const normal = normalName(key);
    if (building.values.has(normal)) continue;
    building.values.set(normal, value);
    building.names.set(normal, key);
  }
  for (const [key, value] of Object.entries(record)) add(building, key, value, 0);
  return building;
}

const ESCAPE = String.fromCharCode(27);
const ANSI = new RegExp(
  `${ESCAPE}(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^${ESCAPE}\\u0007]{0,512}(?:\\u0007|${ESCAPE}\\\\)|[@-Z\\\\^_])`,
  'g',
);

/** The text without terminal escapes. */
export function withoutAnsi(text: string): string {
  return text.includes(ESCAPE) ? text.replaceAll(ANSI, '') : text;
}

/** The first of the names that holds a non-empty text. */
export function textField(fields: Fields, names: readonly string[]): { name: string; text: string } | null {
  for (const name of names) {
    const value = fields.values.get(name);
    if (typeof value === 'string' && value.trim() !== '' && value !== '-')
      return { name, text: withoutAnsi(value) };
  }
  return null;
}

/** The first of the names whose value `read` accepts. */
export function readField<Result>(
  fields: Fields,
  names: readonly string[],
  read: (value: unknown) => Result | null,
): { name: string; value: Result } | null {
  for (const name of names) {
    const raw = fields.values.get(name);
    const value = raw === undefined ? null : read(raw);
    if (value !== null) return { name, value };
  }
  return null;
}
