/** Reads a file of a repository's own bookkeeping, which is hostile input: a pipe would never end, a device never be full. */
import { readFileSync, statSync } from 'node:fs';

/** HEAD, `gitdir:` and attribute files have some hundred bytes. */
const MAX_BYTES = 1024 * 1024;

/** Text of a regular file of at most 1 MiB; null for anything else. Symbolic links are followed. */
export function readSmallFile(path: string): string | null {
  try {
    const found = statSync(path);
    return found.isFile() && found.size <= MAX_BYTES ? readFileSync(path, 'utf8') : null;
  } catch {
    return null;
  }
}
