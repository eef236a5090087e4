/** History: commits with their files, release tags and repositories of the evidence directory, and what was written down of others. It reads no source text and maps nothing to services. */
import type { Evidence } from '../../domain/evidence.ts';
import type { Coverage, Gap } from '../../domain/gap.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, ConnectorContext } from '../../ports/connector.ts';
import { GitRepository, type GitTag } from '../_kit/git.ts';
import { isBundle, type Repositories, repositoriesIn, rootOfRepository } from '../_kit/git-bundle.ts';
import { brokenGit, type FoundRepository, repositoryHolding } from '../_kit/git-find.ts';
import { GitError } from '../_kit/git-process.ts';
import { gitSession } from '../_kit/git-session.ts';
import { isRecordedHistory, recordedHistories } from '../_kit/recorded/histories.ts';
import { commitEvidence, reachableFrom, SOURCE, toCommit, toLineRevision, toReleaseTag } from './decode.ts';
import {
  brokenBundle,
  brokenObjects,
  commitsLeftOut,
  leadsOutside,
  limitsOf,
  noHead,
  noRepository,
  notARepository,
  tagsLeftOut,
  unreadable,
} from './gaps.ts';
import { type RepositoryContent, rangeOf, readRepository } from './read-repository.ts';
import { contributeRecorded, KnownIds } from './recorded.ts';

/** Over all repositories together; a year of a busy team. 2,000 commits with files cost about 0.1 s. */
const MAX_COMMITS = 2_000;
const MAX_TAGS = 2_000;
const MAX_LINE_REVISIONS = 50;

type Read = { readonly content: RepositoryContent } | { readonly gap: Gap };

async function read(found: FoundRepository, { directory, signal }: ConnectorContext): Promise<Read> {
  const git = new GitRepository(found.root, signal, gitSession(directory, found.root));
  try {
    return { content: await readRepository(found, MAX_COMMITS, git) };
  } catch (error) {
    if (!(error instanceof GitError) || error.problem === 'stopped') throw error;
    return { gap: unreadable(found, error) };
  }
}

/** Newest first over all repositories; ties by repository and id. Returns the ids to keep, by repository. */
function newest(contents: readonly RepositoryContent[]): ReadonlyMap<string, ReadonlySet<string>> {
  const all = contents.flatMap(({ found, commits }) =>
    commits.map(({ sha, committedAt }, position) => ({ repo: found.repo, sha, committedAt, position })),
  );
  if (contents.length > 1)
    all.sort((a, b) => b.committedAt - a.committedAt || order(a.repo, b.repo) || a.position - b.position);
  const kept = new Map<string, Set<string>>();
  for (const { repo, sha } of all.slice(0, MAX_COMMITS)) {
    const ids = kept.get(repo) ?? new Set();
    kept.set(repo, ids.add(sha));
  }
  return kept;
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function newestTags(tags: readonly GitTag[]): readonly GitTag[] {
  if (tags.length <= MAX_TAGS) return tags;
  return [...tags].sort((a, b) => (b.at ?? 0) - (a.at ?? 0) || order(a.tag, b.tag)).slice(0, MAX_TAGS);
}

function coverageOf(content: RepositoryContent): Coverage {
  return {
    source: SOURCE,
    what: 'history',
    path: content.found.repo,
    items: content.commits.length,
    unit: 'commits',
    rejected: 0,
    interval: rangeOf(content.commits.map(({ committedAt }) => committedAt)),
    services: [],
    notes: [
      ...(content.found.shallow ? ['shallow clone'] : []),
      ...(/\.bundle$/i.test(content.found.repo) ? ['read from a git bundle'] : []),
    ],
  };
}

function contribute(content: RepositoryContent, kept: ReadonlySet<string>): Contribution {
  const { found, head, tags, broken } = content;
  const onHead = reachableFrom(head, content.commits);
  const commits = content.commits.filter(({ sha }) => kept.has(sha));
  const releases = newestTags(tags).map((tag) => toReleaseTag(found.repo, tag));
  const evidence: Evidence[] = [
    ...commits.map((commit) => commitEvidence(found.repo, commit)),
    ...releases.map((release) => release.evidence),
  ];
  const { firstCommitAt, lastCommitAt, commitCount, paths } = content;
  const { repo, branch, shallow } = found;
  const size = { commitCount, firstCommitAt, lastCommitAt };
  return {
    ...EMPTY_CONTRIBUTION,
    repositories: [{ repo, head, branch, files: paths, ...size, shallow }],
    changes: commits.map((commit) => toCommit(repo, commit, onHead.has(commit.sha))),
    tags: releases.map((release) => release.tag),
    evidence,
    gaps: [
      ...limitsOf(found),
      ...(broken === null ? [] : [brokenObjects(found, content.commits.length, broken)]),
      ...(tags.length > MAX_TAGS ? [tagsLeftOut(repo, MAX_TAGS)] : []),
    ],
    coverage: [coverageOf(content)],
  };
}

/** Bundles that were left alone, since a repository on disk is newer. */
function leftAlone(request: CollectRequest, { found, broken }: Repositories): readonly Coverage[] {
  const told = new Set([...found.map(({ repo }) => repo), ...broken.map(({ path }) => path)]);
  return request.files.filter(isBundle).flatMap(({ path }): readonly Coverage[] =>
    told.has(path)
      ? []
      : [
          {
            source: SOURCE,
            what: 'history',
            path,
            items: 0,
            unit: 'commits',
            rejected: 0,
            interval: null,
            services: [],
            notes: ['not unpacked: the repository on disk is read instead'],
          },
        ],
  );
}

function claimedHistories({ files }: CollectRequest): readonly string[] {
  return files.filter((file) => !isBundle(file)).map(({ path }) => path);
}

async function collect(request: CollectRequest, context: ConnectorContext): Promise<Contribution> {
  const { directory } = context;
  const recorded = await recordedHistories(directory, request.zone);
  const repositories = await repositoriesIn(directory, context.signal, request.zone);
  const { broken: brokenBundles, outside } = repositories;
  const found = repositories.found.filter(({ repo }) => !recorded.histories.some((own) => own.repo === repo));
  const unknown = directory.repos.filter((path) => repositoryHolding(path, directory.root) === null);
  const gaps: Gap[] = [...unknown.map(notARepository), ...outside.map(leadsOutside)];
  const broken = brokenGit(directory.root, directory.root);
  if (broken !== null) gaps.push(noHead(broken));
  else if ([found, brokenBundles, outside, recorded.histories].every(({ length }) => length === 0))
    gaps.push(noRepository());
  gaps.push(...brokenBundles.map(({ path, error }) => brokenBundle(path, error.why)));
  const answers: Read[] = [];
  for (const [index, repository] of found.entries()) {
    context.progress('reading git history', index, found.length);
    answers.push(await read(repository, context));
  }
  const contents = answers.flatMap((answer) => ('content' in answer ? [answer.content] : []));
  gaps.push(...answers.flatMap((answer) => ('gap' in answer ? [answer.gap] : [])));
  const kept = newest(contents);
  const known = new KnownIds(contents.flatMap(({ commits }) => commits.map(({ sha }) => sha)));
  const parts = [
    ...contents.map((content) => contribute(content, kept.get(content.found.repo) ?? new Set())),
    contributeRecorded(recorded, known, request.zone, claimedHistories(request)),
  ];
  const total = contents.reduce((sum, content) => sum + content.commits.length, 0);
  if (total > MAX_COMMITS || contents.some(({ limited }) => limited)) gaps.push(commitsLeftOut(MAX_COMMITS));
  return {
    ...EMPTY_CONTRIBUTION,
    repositories: parts.flatMap((part) => part.repositories),
    changes: parts.flatMap((part) => part.changes),
    tags: parts.flatMap((part) => part.tags),
    evidence: parts.flatMap((part) => part.evidence),
    gaps: [...gaps, ...parts.flatMap((part) => part.gaps)],
    coverage: [...parts.flatMap((part) => part.coverage), ...leftAlone(request, repositories)],
  };
}

const answer: NonNullable<Connector['answer']> = async (probe, context) => {
  if (probe.kind !== 'line-history') return null;
  const { repo, path, line, endLine, revision } = probe;
  const root = await rootOfRepository(context.directory, repo, context.signal);
  if (root === null) return null;
  const git = new GitRepository(root, context.signal, gitSession(context.directory, root));
  const lines = `lines ${line}–${endLine} of ${path} at ${revision}`;
  try {
    const limit = MAX_LINE_REVISIONS;
    const commits = await git.lineHistory({ revision, path, line, endLine, limit });
    const evidence = commits.map((commit) => commitEvidence(repo, commit));
    const revisions = commits.map((commit) => toLineRevision(repo, commit));
    const searched = `history of ${lines}, followed back through git`;
    const refs = evidence.map(({ ref }) => ref);
    const found = { kind: 'line-history', probeId: probe.id, revisions, searched, evidence: refs } as const;
    return { answer: found, contribution: { evidence, gaps: [] } };
  } catch (error) {
    if (!(error instanceof GitError) || error.problem === 'stopped') throw error;
    const why = `history of ${lines}: ${error.why}`;
    const unanswered = { kind: 'unanswered', probeId: probe.id, probeKind: probe.kind, why } as const;
    return { answer: unanswered, contribution: { evidence: [], gaps: [] } };
  }
};

export const connector: Connector = {
  id: SOURCE,
  summary:
    'Commits with their files, release tags and repositories, read with the git command or out of a saved `git log`.',
  probes: ['line-history'],
  always: true,
  recognise: (file) => {
    if (isBundle(file)) return 0.9;
    return isRecordedHistory(file) ? 0.95 : 0;
  },
  collect,
  answer,
};
