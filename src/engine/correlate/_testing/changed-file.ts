/** A file of Python code with one changed place, of which no rule says anything. */
import type { DiffHunk, FileDiff } from '../../../domain/code.ts';

export function changedFile(path: string, hunk: DiffHunk): FileDiff {
  return {
    path,
    oldPath: null,
    status: 'modified',
    category: 'code',
    language: 'python',
    inert: 'none',
    values: [],
    features: [],
    hunks: [hunk],
  };
}
