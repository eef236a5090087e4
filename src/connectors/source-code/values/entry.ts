/** One key with its value in one file, however the file is written. */
import type { ConfigValue } from '../../../domain/code.ts';

/** What a comment beside a value says, before it becomes evidence. */
export interface CommentText {
  readonly text: string;
  readonly line: number;
}

export interface KeyEntry {
  /** Dotted key within the file, e.g. `pool.max`; names of top-level objects are left out. */
  readonly key: string;
  /** Function or call in which a code value stands; empty for configuration. Tells equal keys apart. */
  readonly scope: string;
  readonly kind: 'config-value' | 'constant' | 'default' | 'argument';
  readonly value: ConfigValue;
  readonly env: string | null;
  /** 1-based, inclusive. */
  readonly line: number;
  readonly endLine: number;
  readonly comments: readonly CommentText[];
}

/** Comment without its marks, on one line. */
export function cleanComment(text: string): string {
  return text
    .replace(/^\s*(?:\/\*+|\/\/+|#+|--+|;+|<!--)/, '')
    .replace(/(?:\*+\/|-->)\s*$/, '')
    .replace(/\n\s*\*?/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Numbers that a comment names, in order; `5,000` and `5_000` are 5000; digits inside words such as ids are left out. */
export function numbersIn(text: string): number[] {
  const found = text.matchAll(/(?<![\p{L}\p{N}_.#-])(\d{1,3}(?:[,_]\d{3})+|\d+)(\.\d+)?(?![\p{N}_])/gu);
  return [...found].map((match) => Number(`${(match[1] ?? '').replace(/[,_]/g, '')}${match[2] ?? ''}`));
}

/**
 * The entry of a key: the exact dotted key first, else the only one whose last segments are the key; null where none or several fit.
 * Configuration is preferred to values inside functions.
 */
export function findEntry(entries: readonly KeyEntry[], key: string): KeyEntry | null {
  const exact = entries.filter((entry) => entry.key === key);
  const best = exact.find((entry) => entry.scope === '') ?? exact.at(0);
  if (best !== undefined) return best;
  const tail = entries.filter((entry) => entry.scope === '' && entry.key.endsWith(`.${key}`));
  return tail.length === 1 ? (tail.at(0) ?? null) : null;
}
