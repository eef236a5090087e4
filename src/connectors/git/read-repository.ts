/** Reads one repository: commits, files, tags, size. It does not know how many commits are wanted in the end. */

import { type EpochMs, epochMs } from '../../domain/time.ts';
import type { GitRepository, GitTag } from '../_kit/git.ts';
import type { FoundRepository } from '../_kit/git-find.ts';
import type { GitCommit } from '../_kit/git-log.ts';
import { GitError } from '../_kit/git-process.ts';

export interface RepositoryContent {
  readonly found: FoundRepository;
  /** Full id; null where nothing is checked out. */
  readonly head: string | null;
  readonly paths: readonly string[];
  /** Newest first. */
  readonly commits: readonly GitCommit[];
  readonly tags: readonly GitTag[];
  readonly commitCount: number;
  readonly firstCommitAt: EpochMs | null;
  readonly lastCommitAt: EpochMs | null;
  /** True when the history is longer than `commits`. */
  readonly limited: boolean;
  /** What git complains of where objects are missing or broken; null where all could be read. */
  readonly broken: string | null;
}

/** Null where git cannot tell: the history itself was read all the same. */
async function orNull<Value>(answer: Promise<Value>): Promise<Value | null> {
  return answer.catch((error: unknown) => {
    if (error instanceof GitError && error.problem !== 'stopped') return null;
    throw error;
  });
}

/**
 * At most `limit` commits of all branches. Two processes beside the one that reads objects, one more where tags or more commits exist.
 * Throws GitError; problem `empty` where there is no commit at all.
 */
export async function readRepository(
  found: FoundRepository,
  limit: number,
  git: GitRepository,
): Promise<RepositoryContent> {
  const checkedOut = filesOf(git);
  // What is wrong with the repository is said by the log.
  checkedOut.catch(() => undefined);
  const log = await git.log({ limit, revisions: 'all', files: true });
  const { head, paths } = await checkedOut;
  const { commits } = log;
  const limited = log.truncated || commits.length >= limit;
  const decorated = commits.some((commit) => commit.refs.some((ref) => ref.startsWith('refs/tags/')));
  const [tags, times] = await Promise.all([
    limited || decorated ? orNull(git.tags()) : [],
    limited ? orNull(git.commitTimes('HEAD')) : null,
  ]);
  const dates = times ?? commits.map((commit) => commit.committedAt);
  const range = rangeOf(dates);
  return {
    found,
    head,
    paths: [...paths].sort(),
    commits,
    tags: tags ?? [],
    commitCount: dates.length,
    firstCommitAt: range?.from ?? null,
    lastCommitAt: range?.to ?? null,
    limited,
    broken: log.broken,
  };
}

async function filesOf(git: GitRepository): Promise<Pick<RepositoryContent, 'head' | 'paths'>> {
  const head = await git.resolve('HEAD');
  return { head, paths: head === null ? [] : ((await orNull(git.paths(head))) ?? []) };
}

/** Earliest and latest; null for none. Not by position: commit dates may run backwards. */
export function rangeOf(dates: readonly EpochMs[]): { readonly from: EpochMs; readonly to: EpochMs } | null {
  if (dates.length === 0) return null;
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const date of dates) {
    from = Math.min(from, date);
    to = Math.max(to, date);
  }
  return { from: epochMs(from), to: epochMs(to) };
}
