/** Settings in configuration files: which files can hold the settings of a source file, and the entry for a key. */

import { categoryOf } from '../diff/category.ts';
import { folderOf, keyValueFormatOf } from '../languages/detect.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import type { KeyEntry } from '../values/entry.ts';
import { nameWords } from '../values/unit.ts';
import { shared } from './modules.ts';

export interface FoundEntry {
  readonly path: string;
  readonly entry: KeyEntry;
}

const MAX_FILES = 12;

/** Spelling of a key without separators and case: `stripe-timeout-ms`, `stripeTimeoutMs`, `STRIPE_TIMEOUT_MS` are one. */
export function plainKey(key: string): string {
  return nameWords(key).join('');
}

/** Configuration files of the same service first: those that share the most folders with the source file, then by path. */
export async function configFilesFor(reader: RepositoryReader, source: string): Promise<string[]> {
  const paths = await reader.paths();
  const candidates = paths.filter((path) => {
    if (keyValueFormatOf(path) === null) return false;
    const category = categoryOf(path);
    return (
      (category === 'config' || category === 'manifest') &&
      shared(path, source) > 0 === folderOf(source).includes('/')
    );
  });
  return candidates
    .sort((a, b) => shared(b, source) - shared(a, source) || a.length - b.length || (a < b ? -1 : 1))
    .slice(0, MAX_FILES);
}

/** The entry for a dotted key as the code writes it; the last segments may do where only one entry has them. */
export async function findSetting(
  reader: RepositoryReader,
  source: string,
  key: string,
): Promise<FoundEntry | null> {
  const wanted = plainKey(key);
  if (wanted.length < 3) return null;
  for (const path of await configFilesFor(reader, source)) {
    const entries = await reader.entries(path);
    const exact = entries.find(
      (entry) => plainKey(entry.key) === wanted || (entry.env !== null && entry.env === key),
    );
    if (exact !== undefined) return { path, entry: exact };
    const tail = entries.filter((entry) => plainKey(entry.key.split('.').at(-1) ?? '') === wanted);
    const only = tail.length === 1 ? tail.at(0) : undefined;
    if (only !== undefined) return { path, entry: only };
  }
  return null;
}
