/** JSON and YAML as plain values with bounded depth, and the line where a name stands. Broken text is null. */
import { isTooDeepYaml } from '../../../domain/yaml-depth.ts';

export type Json = Readonly<Record<string, unknown>>;

const MAX_ALIASES = 100;

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function records(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** All documents of a YAML or JSON text that are mappings; broken ones are left out. */
export async function documentsOf(text: string): Promise<readonly Json[]> {
  if (text.trim() === '' || isTooDeepYaml(text)) return [];
  const { parseAllDocuments } = await import('yaml');
  try {
    const parsed = parseAllDocuments(text.replace(/^\uFEFF/, ''), { logLevel: 'silent' });
    return (Array.isArray(parsed) ? parsed : []).flatMap((document) => {
      if (document.errors.length > 0) return [];
      const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
      return isRecord(value) ? [value] : [];
    });
  } catch {
    return [];
  }
}

/** 1-based line of the first line that holds a name as a whole word, at or after `from`; `from` where none does. */
export function lineOfName(text: string, name: string, from = 1): number {
  const lines = text.split('\n');
  const whole = new RegExp(`(?<![\\w-])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`);
  for (let index = from - 1; index < lines.length; index += 1)
    if (whole.test(lines[index] ?? '')) return index + 1;
  return from;
}
