/** Which bytes and fields decide over a skeleton key, found by hashing a changed copy of a line. Slow; only for the first lines of a key. */
import { LEVEL_NAMES } from '../formats/field-names.ts';
import { normalName } from '../formats/fields.ts';
import type { Span } from './line-fields.ts';
import type { LineKernel } from './line-kernel.ts';
import type { OpenRecord } from './open-records.ts';
import { FIELD_NAME } from './record-rules.ts';

/** Whether the bytes at a place decide over the key: then they are the same in all its lines. */
export function isInKey(
  kernel: LineKernel,
  { tokens, prefixEnd }: OpenRecord,
  at: number,
  length: number,
): boolean {
  const bytes = Buffer.from(tokens.bytes);
  if (at < prefixEnd || bytes[bytes.length - 1] !== 10) return false;
  const { hash } = kernel.hashAside(bytes, prefixEnd);
  for (let i = at; i < at + length; i++) {
    const byte = bytes[i] as number;
    if (byte >= 48 && byte <= 57) return false;
    if ((byte > 64 && byte < 91) || (byte > 96 && byte < 123)) bytes[i] = byte & 1 ? byte + 1 : byte - 1;
  }
  return kernel.hashAside(bytes, prefixEnd).hash !== hash;
}

/** The fields that hold message and service tell a file's records apart, whatever they are called. */
export function keepFields(kernel: LineKernel, raw: string, values: readonly (string | null)[]): void {
  for (const value of values) {
    const plain = value?.split(/["\\\n]/, 1)[0] ?? '';
    // a pod's name begins like its service's: only the beginning of what is longer is enough
    const text = plain.length > 24 || plain !== value ? plain.slice(0, 24) : `${plain}"`;
    const at = plain === '' ? -1 : raw.indexOf(`"${text}`);
    const name = at < 0 ? null : FIELD_NAME.exec(raw.slice(Math.max(0, at - 72), at));
    if (name !== null) kernel.keepField(name[1] ?? name[2] ?? '');
  }
}

/** Last parts of the names of levels; `name` alone may be anybody's. */
const LEVEL_LEAVES: ReadonlySet<string> = new Set(
  LEVEL_NAMES.map((name) => name.replace(/^.*\./, '')).filter((leaf) => leaf !== 'name'),
);
/** A name and a short value behind it, in JSON, in JSON inside a string or a quoted column, in logfmt, in objects as Ruby prints them. */
const SHORT_FIELD =
  /([\w@.-]{1,64})(?:\\{0,3}["']){0,2}\s?(?::|=>?)\s?(?:\\{0,3}["']){0,2}([A-Za-z]{1,13}|\d{1,3})(?![\w.])/g;
/** So much of a line is looked at, and so many fields of it. */
const MAX_LOOKED_AT = 4_096;
const MAX_LEVELS = 4;

/** The bytes with each letter and digit of a value changed for another of its kind. */
function withOther(bytes: Buffer, at: number, length: number): Buffer {
  const other = Buffer.from(bytes);
  for (let i = at; i < at + length; i++) {
    const byte = other[i] as number;
    if (byte < 58) other[i] = byte === 57 ? 48 : byte + 1;
    else other[i] = byte & 1 ? byte + 1 : byte - 1;
  }
  return other;
}

/**
 * Where the level of a line stands whose key would be the same with another level; null where the key tells, or the line has no
 * field with a level. The kernel is told to keep the field: where it sees none there (in JSON inside a string), that does not help.
 */
export function untoldLevel(kernel: LineKernel, { tokens, prefixEnd }: OpenRecord): Span | null {
  const bytes = Buffer.from(tokens.bytes);
  if (bytes[bytes.length - 1] !== 10) return null;
  const levels: (Span & { readonly name: string })[] = [];
  for (const found of bytes.toString('latin1', 0, MAX_LOOKED_AT).matchAll(SHORT_FIELD)) {
    const [whole, name = '', value = ''] = found;
    const at = found.index + whole.length - value.length;
    if (at < prefixEnd || !LEVEL_LEAVES.has(normalName(name.replace(/^.*\./, '')))) continue;
    if (levels.push({ name, at, length: value.length }) >= MAX_LEVELS) break;
  }
  const [first] = levels;
  if (first === undefined) return null;
  const isTold = () => {
    const { hash } = kernel.hashAside(bytes, prefixEnd);
    return levels.some(
      ({ at, length }) => kernel.hashAside(withOther(bytes, at, length), prefixEnd).hash !== hash,
    );
  };
  if (isTold()) return null;
  for (const { name } of levels) kernel.keepField(name, true);
  return isTold() ? null : first;
}
