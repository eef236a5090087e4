/** Commit graph questions: who is an ancestor of whom, and which commits of a range touch given folders. */
import type { Commit } from '../../domain/change.ts';

export interface History {
  /** Full id for a full or abbreviated one (7 characters or more); null when unknown or ambiguous. */
  find(sha: string): Commit | null;
  /** Commits reachable from `to` and not from `from` (null: without a lower bound, at most `limit`), newest first. */
  range(from: string | null, to: string, limit: number): readonly Commit[];
}

export function buildHistory(commits: readonly Commit[]): History {
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  const sorted = [...bySha.keys()].sort();
  return {
    find(sha) {
      const exact = bySha.get(sha);
      if (exact !== undefined || sha.length < 7) return exact ?? null;
      const matches = sorted.filter((candidate) => candidate.startsWith(sha.toLowerCase()));
      return matches.length === 1 ? (bySha.get(matches[0] ?? '') ?? null) : null;
    },
    range(from, to, limit) {
      const excluded = from === null ? new Set<string>() : reachable(bySha, from, Number.POSITIVE_INFINITY);
      const included = reachable(bySha, to, from === null ? limit : Number.POSITIVE_INFINITY);
      return [...included].flatMap((sha) => (excluded.has(sha) ? [] : (bySha.get(sha) ?? [])));
    },
  };
}

/**
 * What a branch was at some time: the commits on the first-parent line of each head. A commit of a side branch is older than the
 * merge that brought it, so its date says nothing about when it arrived.
 */
export function mainlineOf(commits: readonly Commit[], heads: readonly string[]): ReadonlySet<string> {
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  const line = new Set<string>();
  for (const head of heads) {
    let sha: string | undefined = head;
    while (sha !== undefined && !line.has(sha)) {
      line.add(sha);
      sha = bySha.get(sha)?.parents[0];
    }
  }
  return line;
}

/** Merges that only carry what other commits of the list changed are left out: each change is told once. */
export function withoutPlainMerges(commits: readonly Commit[]): readonly Commit[] {
  const changed = new Set(
    commits.filter(({ parents }) => parents.length < 2).flatMap(({ files }) => files.map(({ path }) => path)),
  );
  return commits.filter(
    ({ parents, files }) => parents.length < 2 || files.some(({ path }) => !changed.has(path)),
  );
}

/** Breadth first, so that a limit keeps the newest. */
function reachable(bySha: ReadonlyMap<string, Commit>, start: string, limit: number): Set<string> {
  const seen = new Set<string>();
  let frontier = [start];
  while (frontier.length > 0 && seen.size < limit) {
    const next: string[] = [];
    for (const sha of frontier) {
      if (seen.has(sha) || !bySha.has(sha)) continue;
      seen.add(sha);
      next.push(...(bySha.get(sha)?.parents ?? []));
    }
    frontier = next;
  }
  return seen;
}

/** True when the commit is known to have changed a file below one of the folders; an empty list of folders matches everything. */
export function touches(commit: Commit, folders: readonly string[]): boolean {
  return (
    folders.length === 0 ||
    commit.files.some((file) =>
      folders.some(
        (folder) => isBelow(file.path, folder) || (file.oldPath !== null && isBelow(file.oldPath, folder)),
      ),
    )
  );
}

function isBelow(path: string, folder: string): boolean {
  return folder === '' || folder === '.' || path === folder || path.startsWith(`${folder}/`);
}
