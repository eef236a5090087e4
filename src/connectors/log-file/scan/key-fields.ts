/** Which bytes and fields decide over a skeleton key, found by hashing a changed copy of a line. Slow; only for the first lines of a key. */
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
