/** Whether a `.gitattributes` can change an answer of git that we would work out by ourselves. It does not apply any. */
import { join } from 'node:path';
import type { TreeEntry } from './git-trees.ts';
import { readSmallFile } from './small-file.ts';

const NAME = /(?:^|\/)\.gitattributes$/;
/** Attributes that say how a file is compared; a macro may stand for one. */
const ABOUT_DIFFERENCES = /\bdiff\b|\bbinary\b|\[attr\]/;

function ownAttributes(root: string): string {
  return join(root, '.git', 'info', 'attributes');
}

/** Any at all, among the files of a revision or in the repository's own settings. */
export function hasAttributes(root: string, files: readonly TreeEntry[]): boolean {
  return files.some(({ path }) => NAME.test(path)) || readSmallFile(ownAttributes(root)) !== null;
}

/** One that may be about differences, in a folder or above it. `files` are those below the folder. */
export function hasDiffAttributes(root: string, folder: string, files: readonly TreeEntry[]): boolean {
  const parts = folder.split('/');
  const above = parts.map((_part, depth) =>
    readSmallFile(join(root, ...parts.slice(0, depth), '.gitattributes')),
  );
  const settings = [...above, readSmallFile(ownAttributes(root))];
  return (
    files.some(({ path }) => NAME.test(path)) ||
    settings.some((text) => text !== null && ABOUT_DIFFERENCES.test(text))
  );
}
