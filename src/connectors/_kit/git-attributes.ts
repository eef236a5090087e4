/** Whether a `.gitattributes` can change an answer of git that we would work out by ourselves. It does not apply any. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeEntry } from './git-trees.ts';

const NAME = /(?:^|\/)\.gitattributes$/;
/** Attributes that say how a file is compared; a macro may stand for one. */
const ABOUT_DIFFERENCES = /\bdiff\b|\bbinary\b|\[attr\]/;

function textOf(...parts: readonly string[]): string | null {
  try {
    return readFileSync(join(...parts), 'utf8');
  } catch {
    return null;
  }
}

/** Any at all, among the files of a revision or in the repository's own settings. */
export function hasAttributes(root: string, files: readonly TreeEntry[]): boolean {
  return files.some(({ path }) => NAME.test(path)) || textOf(root, '.git', 'info', 'attributes') !== null;
}

/** One that may be about differences, in a folder or above it. `files` are those below the folder. */
export function hasDiffAttributes(root: string, folder: string, files: readonly TreeEntry[]): boolean {
  const parts = folder.split('/');
  const above = parts.map((_part, depth) => textOf(root, ...parts.slice(0, depth), '.gitattributes'));
  const settings = [...above, textOf(root, '.git', 'info', 'attributes')];
  return (
    files.some(({ path }) => NAME.test(path)) ||
    settings.some((text) => text !== null && ABOUT_DIFFERENCES.test(text))
  );
}
