/** Commits out of histories that were written to files, joined by id with those of repositories. It reads no file. */
import type { Commit, ReleaseTag } from '../../domain/change.ts';
import type { Repository } from '../../domain/code.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { Coverage, Gap } from '../../domain/gap.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import { epochMs } from '../../domain/time.ts';
import { zoneNotes } from '../_kit/cited-records.ts';
import { gapOf, mergeContributions } from '../_kit/collect-files.ts';
import { placeOf } from '../_kit/deployments.ts';
import { makeEvidence } from '../_kit/evidence.ts';
import { filesOfPatches } from '../_kit/recorded/commit.ts';
import {
  type HistoryCommit,
  parentsOf,
  type ReadFile,
  type ReadHistories,
  type RecordedHistory,
} from '../_kit/recorded/histories.ts';
import { splitTag } from '../_kit/release-tag.ts';
import { SOURCE } from './decode.ts';
import { looseDifference, noCommits, noDifferences, onlyRecorded } from './gaps.ts';
import { rangeOf } from './read-repository.ts';

const MAX_TOLD = 3;
/** Files that hold what somebody would apply, rather than what was done. */
const PATCH_NAME = /\.(?:patch|diff|mbox|eml)(?:\.(?:gz|zst))?$/i;

/** Ids of commits that a repository holds, found by a shortened one too. */
export class KnownIds {
  private readonly ids = new Set<string>();
  private readonly starts = new Set<string>();
  private readonly all: string[] = [];

  constructor(ids: Iterable<string>) {
    for (const id of ids) {
      this.ids.add(id);
      this.starts.add(id.slice(0, 7));
      this.all.push(id);
    }
  }

  has(sha: string): boolean {
    if (this.ids.has(sha)) return true;
    return (
      this.starts.has(sha.slice(0, 7)) && this.all.some((id) => id.startsWith(sha) || sha.startsWith(id))
    );
  }

  get size(): number {
    return this.all.length;
  }
}

/** What the files add to `known`, the commits of repositories. `zone`: assumed for times without one. `claimed`: files that were taken for histories. */
export function contributeRecorded(
  { files, histories, failed }: ReadHistories,
  known: KnownIds,
  zone: string | null,
  claimed: readonly string[],
): Contribution {
  const told = new Set([...files, ...failed].map(({ path }) => path));
  const effect = 'The commits that it lists are not part of this triage.';
  const parts = histories.map((history) => ofHistory(history, known, histories));
  const coverage = files.map((file) => coverageOf(file, histories, known, zone));
  const gaps: Gap[] = [
    ...failed.map(({ error }) => gapOf({ source: SOURCE, effect }, error)),
    ...files.flatMap((file) => fileGaps(file)),
    ...claimed.flatMap((path) => (told.has(path) ? [] : [noCommits(path)])),
  ];
  return mergeContributions([...parts, { ...EMPTY_CONTRIBUTION, coverage, gaps }]);
}

function isLeftAlone(history: RecordedHistory, known: KnownIds): boolean {
  const isPatch = history.paths.every((path) => PATCH_NAME.test(path));
  return isPatch && known.size > 0 && !history.commits.some(({ sha }) => known.has(sha));
}

function ofHistory(
  history: RecordedHistory,
  known: KnownIds,
  histories: readonly RecordedHistory[],
): Contribution {
  if (isLeftAlone(history, known)) return EMPTY_CONTRIBUTION;
  const commits = history.commits.filter(({ sha }) => !known.has(sha));
  if (commits.length === 0) return EMPTY_CONTRIBUTION;
  const cited = new Map<HistoryCommit, readonly Evidence[]>(
    commits.map((commit) => [commit, evidenceOf(commit)]),
  );
  const isAlone = known.size === 0;
  // Where one history has differences, questions go to it rather than to a mere list.
  const isAsked = history.hasPatches || histories.every(({ hasPatches }) => !hasPatches);
  return {
    ...EMPTY_CONTRIBUTION,
    repositories: isAlone && isAsked ? [repositoryOf(history)] : [],
    changes: commits.map((commit) => toCommit(history.repo, commit, cited.get(commit) ?? [])),
    tags: commits.flatMap((commit) => tagsOf(history.repo, commit, cited.get(commit) ?? [])),
    evidence: [...cited.values()].flat(),
    gaps: limitsOf(history, isAlone),
  };
}

function limitsOf({ hasPatches, repo }: RecordedHistory, isAlone: boolean): readonly Gap[] {
  if (!hasPatches) return [noDifferences(repo)];
  return isAlone ? [onlyRecorded(repo)] : [];
}

function evidenceOf(commit: HistoryCommit): readonly Evidence[] {
  return commit.told.slice(0, MAX_TOLD).map(({ path, place }) => {
    const { locator, name } = placeOf(path, place);
    const text = `${commit.sha.slice(0, 7)} ${commit.subject}`;
    const fields = { source: SOURCE, kind: 'commit', locator, refLocator: name, text } as const;
    return makeEvidence({ ...fields, observedAt: commit.committedAt });
  });
}

function toCommit(repo: string, commit: HistoryCommit, evidence: readonly Evidence[]): Commit {
  const isUnknown = commit.files === null || commit.filesCut;
  return {
    type: 'commit',
    id: `${SOURCE}:${repo}:${commit.sha}`,
    service: null,
    at: commit.committedAt,
    summary: commit.subject,
    actor: commit.author === '' ? null : commit.author,
    source: SOURCE,
    evidence: evidence.map(({ ref }) => ref),
    repo,
    sha: commit.sha,
    parents: parentsOf(commit),
    authoredAt: commit.authoredAt ?? commit.committedAt ?? epochMs(0),
    subject: commit.subject,
    body: commit.body,
    files: commit.files ?? [],
    // A merge lists none by itself: what it carries stands with the commits that it merges.
    ...(isUnknown && !commit.isMerge ? { filesUnknown: true } : {}),
    onHead: true,
  };
}

function tagsOf(repo: string, commit: HistoryCommit, evidence: readonly Evidence[]): readonly ReleaseTag[] {
  return commit.refs.flatMap((ref): readonly ReleaseTag[] => {
    const tag = /^tag: (?:refs\/tags\/)?(.+)$/.exec(ref)?.[1];
    if (tag === undefined) return [];
    const told = { annotated: false, at: null, message: '', evidence: evidence.map(({ ref: each }) => each) };
    return [{ repo, tag, sha: commit.sha, ...splitTag(tag), ...told }];
  });
}

/** Paths that are there after the newest commit, as far as the commits tell. */
function pathsOf(commits: readonly HistoryCommit[]): readonly string[] {
  const state = new Map<string, boolean>();
  const note = (path: string, isThere: boolean) => {
    if (!state.has(path)) state.set(path, isThere);
  };
  for (const { files, patches } of commits)
    for (const file of files ?? filesOfPatches(patches ?? [])) {
      note(file.path, file.status !== 'deleted');
      if (file.status === 'renamed' && file.oldPath !== null) note(file.oldPath, false);
    }
  return [...state].flatMap(([path, isThere]) => (isThere ? [path] : [])).sort();
}

function repositoryOf({ repo, commits }: RecordedHistory): Repository {
  const checkedOut = commits.find(({ refs }) => refs.some((ref) => /^HEAD\b/.test(ref))) ?? commits[0];
  const branch = checkedOut?.refs.flatMap(
    (ref) => /^HEAD -> (?:refs\/heads\/)?(.+)$/.exec(ref)?.[1] ?? [],
  )[0];
  const range = rangeOf(commits.flatMap(({ committedAt }) => (committedAt === null ? [] : [committedAt])));
  return {
    repo,
    head: checkedOut?.sha ?? null,
    branch: branch ?? null,
    files: pathsOf(commits),
    commitCount: commits.length,
    firstCommitAt: range?.from ?? null,
    lastCommitAt: range?.to ?? null,
    shallow: false,
    ...(beginsWithTheFirst(commits) ? {} : { inPart: true }),
  };
}

/** Whether every file was added by one of the commits: then all of it is known. */
function beginsWithTheFirst(commits: readonly HistoryCommit[]): boolean {
  const seen = new Set<string>();
  return [...commits].reverse().every(({ patches, isMerge }) => {
    if (patches === null) return isMerge;
    return patches.every(({ path, oldPath, status }) => {
      const isKnown = status === 'added' || seen.has(oldPath ?? path);
      seen.add(path);
      return isKnown;
    });
  });
}

function coverageOf(
  { path, read }: ReadFile,
  histories: readonly RecordedHistory[],
  known: KnownIds,
  zone: string | null,
): Coverage {
  const history = histories.find(({ paths }) => paths.includes(path));
  const times = read.commits.flatMap(({ committedAt }) => (committedAt === null ? [] : [committedAt]));
  const inRepository = read.commits.filter(({ sha }) => known.has(sha)).length;
  const isLeft = history !== undefined && isLeftAlone(history, known);
  const elsewhere = history !== undefined && history.repo !== path;
  return {
    source: SOURCE,
    what: 'history',
    path,
    items: read.commits.length,
    unit: 'commits',
    rejected: read.rejected + (read.commits.length === 0 ? Math.max(1, read.loose.length) : 0),
    interval: rangeOf(times),
    services: [],
    notes: [
      ...(isLeft
        ? ['left alone: no repository here has its commits, it may be a patch for other software']
        : []),
      ...(inRepository > 0 ? [`${inRepository} of them are in a repository`] : []),
      ...(elsewhere ? [`tells of the same history as ${history.repo}`] : []),
      ...(read.commits.some(({ patches }) => patches !== null) ? ['with differences'] : []),
      ...zoneNotes(
        read.commits.some(({ zoneless }) => zoneless),
        zone,
      ),
    ],
  };
}

function fileGaps({ path, read }: ReadFile): readonly Gap[] {
  const gaps: Gap[] = [];
  if (read.truncated)
    gaps.push({
      source: SOURCE,
      reason: 'truncated',
      detail: `Only the first ${read.commits.length} commits of ${path} were read.`,
      effect: 'A change older than these is not among the candidates.',
      nextStep: null,
    });
  if (read.loose.length > 0) gaps.push(looseDifference(path, read.loose.length));
  else if (read.commits.length === 0) gaps.push(noCommits(path));
  return gaps;
}
