/** Which questions to ask, and under which ids their answers are found again. Ids are functions of content alone. */
import type { Commit } from '../../domain/change.ts';
import type { Release, Situation } from '../../domain/situation.ts';

/** Base revision of a release's difference: the earlier release's commit, else the parent of the oldest commit it brought. */
export function baseRevision(release: Release): string | null {
  if (release.previousCommit !== null) return release.previousCommit;
  return release.commits.at(-1)?.parents[0] ?? null;
}

/** Null where the release cannot be compared as a whole: then its commits are, one by one. */
export function revisionDiffId(release: Release, situation: Situation): string | null {
  const from = baseRevision(release);
  if (release.commit === null || from === null || from === release.commit || release.commits.length === 0)
    return null;
  if (release.previousCommitMissing === true) return null;
  return `revision-diff:${from}:${release.commit}:${pathsToCompare(release, situation).join(',')}`;
}

/** What changes the database for all who use it, wherever a house keeps it. */
const MIGRATION =
  /(^|\/)(migrations?|migrate|changelog|liquibase|flyway|alembic|versions)\/[^/]+(\/[^/]+)*\.(sql|rb|py|php|ts|js|xml|ya?ml)$/i;

/**
 * Where a release may differ: in its service's folders, and in the migrations that its commits brought, which lie in nobody's.
 * Empty: anywhere.
 */
export function pathsToCompare(release: Release, { folders }: Situation): readonly string[] {
  const own = folders.get(release.service) ?? [];
  if (own.length === 0) return own;
  const all = [...folders.values()].flat();
  const migrations = release.commits
    .flatMap(({ files }) => files.map(({ path }) => path))
    .filter((path) => MIGRATION.test(path) && !all.some((folder) => isWithin(path, folder)));
  return [...new Set([...own, ...migrations])].sort();
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

export function keyHistoryId(path: string, key: string): string {
  return `key-history:${path}:${key}`;
}

/** One commit against its first parent; null for a root commit. */
export function commitDiffId(commit: Commit): string | null {
  const parent = commit.parents[0];
  return parent === undefined ? null : `revision-diff:${parent}:${commit.sha}:`;
}
