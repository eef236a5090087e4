/** From git's commits and tags to changes, release tags and their evidence. Pure; which service a commit belongs to is left to the engine. */
import type { Commit, ReleaseTag } from '../../domain/change.ts';
import { type Evidence, type EvidenceRef, evidenceRef } from '../../domain/evidence.ts';
import type { LineRevision } from '../../domain/probe.ts';
import { makeEvidence } from '../_kit/evidence.ts';
import type { GitTag } from '../_kit/git.ts';
import type { GitCommit } from '../_kit/git-log.ts';
import { splitTag } from '../_kit/release-tag.ts';

export const SOURCE = 'git';

/** A repository that is not the evidence directory itself stands in front: `git:../app@<sha>`. */
function refLocator(repo: string, name: string): string {
  return repo === '.' ? name : `${repo}@${name}`;
}

export function commitRef(repo: string, sha: string): EvidenceRef {
  return evidenceRef(SOURCE, refLocator(repo, sha));
}

/** The text is `<first 7 digits> <subject>`: the id covers everything else. */
export function commitEvidence(repo: string, commit: GitCommit): Evidence {
  return makeEvidence({
    source: SOURCE,
    kind: 'commit',
    locator: { kind: 'git-commit', repo, revision: commit.sha },
    refLocator: refLocator(repo, commit.sha),
    text: `${commit.sha.slice(0, 7)} ${commit.subject}`,
    observedAt: commit.committedAt,
  });
}

/** Ids of the commits that `head` reaches among those listed. */
export function reachableFrom(head: string | null, commits: readonly GitCommit[]): ReadonlySet<string> {
  const parents = new Map(commits.map((commit) => [commit.sha, commit.parents]));
  const reached = new Set<string>();
  const open = head === null ? [] : [head];
  for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
    if (reached.has(sha)) continue;
    reached.add(sha);
    open.push(...(parents.get(sha) ?? []));
  }
  return reached;
}

export function toCommit(repo: string, commit: GitCommit, onHead: boolean): Commit {
  return {
    type: 'commit',
    id: `${SOURCE}:${repo}:${commit.sha}`,
    service: null,
    at: commit.committedAt,
    summary: commit.subject,
    actor: commit.author === '' ? null : commit.author,
    source: SOURCE,
    evidence: [commitRef(repo, commit.sha)],
    repo,
    sha: commit.sha,
    parents: commit.parents,
    authoredAt: commit.authoredAt,
    subject: commit.subject,
    body: commit.body,
    files: commit.files,
    onHead,
  };
}

export function toLineRevision(repo: string, commit: GitCommit): LineRevision {
  const { sha, committedAt, subject } = commit;
  return { commit: sha, at: committedAt, subject, evidence: commitRef(repo, sha) };
}

export function toReleaseTag(
  repo: string,
  tag: GitTag,
): { readonly tag: ReleaseTag; readonly evidence: Evidence } {
  const { sha, annotated, at, message } = tag;
  const evidence = makeEvidence({
    source: SOURCE,
    kind: 'commit',
    locator: { kind: 'git-commit', repo, revision: `refs/tags/${tag.tag}` },
    refLocator: refLocator(repo, `tag:${tag.tag}`),
    text: `${tag.tag} ${sha}${message === '' ? '' : `\n${message}`}`,
    observedAt: at,
  });
  const release = { repo, tag: tag.tag, sha, ...splitTag(tag.tag), annotated, at, message };
  return { tag: { ...release, evidence: [evidence.ref] }, evidence };
}
