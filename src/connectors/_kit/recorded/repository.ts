/** A repository made of recorded differences, in a temporary folder: git answers of it what the records tell, under their own ids. What they do not show is empty there. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvidenceDirectory } from '../../../ports/connector.ts';
import { honourReplacements } from '../git-process.ts';
import { whenClosed } from '../release.ts';
import type { HistoryCommit, RecordedHistory } from './histories.ts';
import { rebuildFiles } from './known-lines.ts';
import { ObjectStore } from './object-store.ts';

/** Each costs some files on disk. */
const MAX_REBUILT = 500;

const made = new WeakMap<EvidenceDirectory, Map<string, Promise<string | null>>>();

/** Absolute root, made once for the directory; null where the history holds no differences that could be used. */
export function rootOfHistory(
  directory: EvidenceDirectory,
  history: RecordedHistory,
): Promise<string | null> {
  const known = made.get(directory) ?? new Map<string, Promise<string | null>>();
  made.set(directory, known);
  let root = known.get(history.repo);
  if (root === undefined) {
    root = make(directory, history);
    known.set(history.repo, root);
  }
  return root;
}

function isWholeId(sha: string): boolean {
  return sha.length === 40 || sha.length === 64;
}

async function make(directory: EvidenceDirectory, history: RecordedHistory): Promise<string | null> {
  const newest = history.commits.slice(0, MAX_REBUILT);
  const length = newest.find(({ sha, patches }) => patches !== null && isWholeId(sha))?.sha.length;
  if (length === undefined) return null;
  const oldestFirst = newest.filter(({ sha }) => sha.length === length).reverse();
  const root = await mkdtemp(join(tmpdir(), 'wicked-platform-history-'));
  whenClosed(directory, () => rmSync(root, { recursive: true, force: true }));
  write(new ObjectStore(root, length), oldestFirst);
  honourReplacements(root);
  return root;
}

const secondsOf = (at: number | null) => Math.max(0, Math.floor((at ?? 0) / 1000));

function write(store: ObjectStore, commits: readonly HistoryCommit[]): void {
  const rebuilt = rebuildFiles(commits.map(({ patches }) => patches ?? []));
  for (const { path, text } of rebuilt.base) store.set(path, text);
  const first = commits[0];
  const stampOf = (commit: HistoryCommit | undefined) => ({
    author: commit?.author ?? '',
    authoredSeconds: secondsOf(commit?.authoredAt ?? null),
    committedSeconds: secondsOf(commit?.committedAt ?? null),
  });
  const replacements = new Map<string, string>();
  const listed = new Set(commits.map(({ sha }) => sha));
  /** What stands before a commit goes by the name of its parent where that is told and not itself recorded. */
  const before = (commit: HistoryCommit | undefined, parents: readonly string[], message: string) => {
    const object = store.commit({ ...stampOf(commit), parents, message });
    const told = commit?.parents?.[0];
    if (told === undefined || told.length !== commit?.sha.length || listed.has(told)) return object;
    replacements.set(told, object);
    return told;
  };
  let parent = rebuilt.base.length === 0 ? null : before(first, [], 'Before the first recorded commit');
  for (const [index, commit] of commits.entries()) {
    const { gap, steps } = rebuilt.commits[index] ?? { gap: [], steps: [] };
    if (gap.length > 0) {
      for (const { path, text } of gap) store.set(path, text);
      parent = before(commit, parent === null ? [] : [parent], 'Commits that are not recorded');
    }
    for (const { path, text } of steps) store.set(path, text);
    const message = `${commit.subject}\n\n${commit.body}`.trim();
    const object = store.commit({ ...stampOf(commit), parents: parent === null ? [] : [parent], message });
    replacements.set(commit.sha, object);
    parent = commit.sha;
  }
  if (parent !== null) store.finish(parent, replacements);
}
