/** The change that a hypothesis accuses: which commit, file, line and value, each null where it is not known. */
import type { Commit } from '../../domain/change.ts';
import type { AccusedChange } from '../../domain/hypothesis.ts';
import type { Release } from '../../domain/situation.ts';
import type { Facts } from './facts.ts';
import type { HeldValue } from './held-value.ts';
import type { Match } from './match.ts';
import { whatItDid } from './what-it-did.ts';

/** A commit that alone is known to change nothing there but comments, layout or wording has no part in it. */
function isInertThere(commit: Commit, file: string | null, facts: Facts): boolean {
  const there = facts.commitDiffOf(commit)?.files.filter(({ path }) => file === null || path === file) ?? [];
  return there.length > 0 && there.every(({ inert }) => inert !== 'none');
}

export function accused(
  release: Release,
  matches: readonly Match[],
  held: HeldValue | null,
  facts: Facts,
): AccusedChange {
  const best = whatItDid(matches);
  const value = best?.value ?? null;
  const file = held?.definition.location.path ?? best?.file ?? null;
  const touching = release.commits.filter(
    (commit) =>
      (file === null || commit.files.some((entry) => entry.path === file)) &&
      !isInertThere(commit, file, facts),
  );
  const commit =
    held === null
      ? (touching.find((candidate) => candidate.parents.length < 2) ?? touching[0] ?? null)
      : null;
  return {
    changeId: release.id,
    type: value !== null || held !== null ? 'config' : 'deployment',
    commit: held === null ? (commit?.sha ?? release.commit) : (held.moved?.commit ?? null),
    // Those that touch the place which is accused; where none is known, all that the release brought.
    commits: (file === null || touching.length === 0 ? release.commits : touching).map((item) => item.sha),
    version: release.version,
    deploymentId: release.deploymentId,
    flag: null,
    file,
    line: held?.definition.location.line ?? best?.line ?? null,
    key: held?.definition.key ?? value?.key ?? null,
    oldValue: held === null ? (value?.oldValue?.raw ?? null) : (held.moved?.oldValue ?? null),
    newValue: held === null ? (value?.newValue?.raw ?? null) : (held.definition.value?.raw ?? null),
    at: release.startedAt,
    finishedAt: release.finishedAt,
  };
}
