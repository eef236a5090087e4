/** Lenient reading of a record's fields: many spellings of one key, text or numbers. It converts nothing but what is lossless. */
import type { JsonObject } from './records.ts';

/** `started_at`, `startedAt` and `Started-At` are the same key. */
export function plainKey(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Looks a record's fields up by any of several names, which are tried in order. */
export class Fields {
  private readonly values = new Map<string, unknown>();

  constructor(record: JsonObject) {
    for (const [key, value] of Object.entries(record)) {
      const plain = plainKey(key);
      if (!this.values.has(plain)) this.values.set(plain, value);
    }
  }

  /** First value under one of the names that is neither null nor empty text; undefined where there is none. */
  value(...names: readonly string[]): unknown {
    for (const name of names) {
      const value = this.values.get(plainKey(name));
      if (value !== undefined && value !== null && value !== '') return value;
    }
    return undefined;
  }

  has(...names: readonly string[]): boolean {
    return this.value(...names) !== undefined;
  }

  /** Text as written, trimmed; a number as its digits; null for anything else. */
  text(...names: readonly string[]): string | null {
    return textOf(this.value(...names));
  }

  number(...names: readonly string[]): number | null {
    return numberOf(this.value(...names));
  }
}

export function textOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text === '' ? null : text;
}

/** A finite number, also from text; null for anything else. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value.trim())) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
