/** A difference of one file in which one line stands for another, of which no rule says anything. */
import type { RevisionDiff } from '../../../domain/code.ts';
import { evidenceRef } from '../../../domain/evidence.ts';
import { changedFile } from './changed-file.ts';

export function oneLineDiff(path: string, removed: string, added: string): RevisionDiff {
  const hunk = {
    oldStart: 4,
    oldLines: 1,
    newStart: 4,
    newLines: 1,
    scopes: [],
    removed: [removed],
    added: [added],
    evidence: evidenceRef('test', 'hunk'),
  };
  return { repo: '.', from: 'a', to: 'b', files: [changedFile(path, hunk)], omittedFiles: 0 };
}
