/** What stands in for rollouts that no source records: commits of which each may have been one. */
import { append } from '../../domain/append.ts';
import type { Commit } from '../../domain/change.ts';
import { canonicalServiceName, type ServiceName } from '../../domain/service.ts';
import type { LogPattern, LogStream } from '../../domain/signal.ts';
import type { Release, ServiceNode } from '../../domain/situation.ts';
import { type EpochMs, HOUR } from '../../domain/time.ts';
import { isHostProgram } from '../_signals/host-programs.ts';
import { touches } from './history.ts';

/** Commits of the days before the end of the evidence stand in for rollouts where no source records any: each may have been one. */
const COMMIT_WINDOW_MS = 72 * HOUR;
const MAX_STANDINS = 16;

/** What pipelines of their own apply: no deployment of a service tells of it. */
const INFRASTRUCTURE =
  /\.(tf|tfvars|hcl)$|(^|\/)(terraform|infra|infrastructure|iac|pulumi|cloudformation|ansible|network-?policies|rbac|iam|firewall|dns)\//i;

/** The last few: each costs a difference, and those of services must not be crowded out. */
const MAX_APPLIED = 6;

/** Commits that change nothing but infrastructure and came with no recorded release, each with reach `merged`, called after its first folder. */
export function infrastructureStandIns(
  commits: readonly Commit[],
  recorded: readonly Release[],
  end: EpochMs,
): readonly Release[] {
  const told = new Set(recorded.flatMap((release) => release.commits.map(({ sha }) => sha)));
  const alone = commits.filter(
    ({ sha, files }) =>
      !told.has(sha) && files.length > 0 && files.every(({ path }) => INFRASTRUCTURE.test(path)),
  );
  const newest = [...alone]
    .filter(({ at }) => at !== null && at <= end)
    .sort((a, b) => (b.at ?? 0) - (a.at ?? 0) || (a.sha < b.sha ? -1 : 1))
    .slice(0, MAX_APPLIED);
  const byFolder = new Map<string, Commit[]>();
  for (const commit of newest) {
    const folder = commit.files[0]?.path.split('/')[0] ?? '';
    append(byFolder, folder, commit);
  }
  return [...byFolder.entries()].flatMap(([folder, own]) =>
    commitStandIns(canonicalServiceName(folder), [], own, end).map(inGit(folder)),
  );
}

/** What is taken back where it was committed: nothing tells of a platform. */
function inGit(name: string): (standIn: Release) => Release {
  return (standIn) => ({
    ...standIn,
    target: { platform: 'git', namespace: null, context: null, name },
  });
}

/** What is known beside the services when nothing records a release. */
interface Unrecorded {
  readonly commits: readonly Commit[];
  readonly patterns: readonly LogPattern[];
  readonly streams: readonly LogStream[];
  readonly end: EpochMs;
}

/**
 * Commits in the place of releases that nothing records, of each service those that touch its folders. Where no folder is that of anybody, as
 * with the scripts of a pipeline, all of them, each of one program that logs.
 */
export function mergedCommits(
  services: readonly ServiceNode[],
  folders: ReadonlyMap<ServiceName, readonly string[]>,
  { commits, patterns, streams, end }: Unrecorded,
): readonly Release[] {
  const own = services.filter(({ kind }) => kind === 'service').map(({ name }) => name);
  const settled = own.filter((name) => (folders.get(name) ?? []).length > 0);
  if (settled.length > 0)
    return settled.flatMap((name) => commitStandIns(name, folders.get(name) ?? [], commits, end));
  const heard = new Set(streams.map(({ service }) => service));
  const programs = own.filter((name) => heard.has(name) && !isHostProgram(name)).sort();
  return latest(commits, [], end).flatMap((commit) => {
    const owner = ownerOf(commit, programs, patterns);
    return owner === null ? [] : inGit(owner)(standInOf(owner, commit, end));
  });
}

const ENDS_BADLY: readonly LogPattern['severity'][] = ['error', 'fatal'];

/** The program that a changed file is named after; else the one that first told of an error after the commit, else any. */
function ownerOf(
  { at, files }: Commit,
  programs: readonly ServiceName[],
  patterns: readonly LogPattern[],
): ServiceName | null {
  const changed = new Set(files.map(({ path }) => canonicalServiceName(bareFile(path))));
  const named = programs.find((name) => changed.has(name));
  if (named !== undefined) return named;
  const failing = patterns
    .filter(
      ({ service, severity }) =>
        service !== null && programs.includes(service) && ENDS_BADLY.includes(severity),
    )
    .filter(({ firstSeenAt }) => at !== null && firstSeenAt >= at)
    .sort((a, b) => a.firstSeenAt - b.firstSeenAt || (a.id < b.id ? -1 : 1));
  return failing[0]?.service ?? programs[0] ?? null;
}

function bareFile(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
}

/**
 * Stand-ins for a service when nothing records deployments at all: each commit that touches it, with reach `merged`.
 * They can be accused by their difference, never at HIGH: that they were ever deployed is not shown.
 */
function commitStandIns(
  service: ServiceName,
  folders: readonly string[],
  commits: readonly Commit[],
  end: EpochMs,
): readonly Release[] {
  return latest(commits, folders, end).map((commit) => standInOf(service, commit, end));
}

/** The newest that touch the folders, all where there are none; each costs a difference. */
function latest(commits: readonly Commit[], folders: readonly string[], end: EpochMs): readonly Commit[] {
  return commits
    .filter(
      (commit) =>
        commit.onHead && commit.parents.length === 1 && commit.files.length > 0 && touches(commit, folders),
    )
    .filter((commit) => commit.at !== null && commit.at <= end && end - commit.at <= COMMIT_WINDOW_MS)
    .sort((a, b) => (b.at ?? 0) - (a.at ?? 0) || (a.sha < b.sha ? -1 : 1))
    .slice(0, MAX_STANDINS);
}

function standInOf(service: ServiceName, commit: Commit, end: EpochMs): Release {
  return {
    id: `commit:${service}:${commit.sha}`,
    service,
    version: null,
    startedAt: commit.at ?? end,
    finishedAt: null,
    status: 'unknown',
    rollback: false,
    share: null,
    environment: null,
    platformRevision: null,
    deploymentId: null,
    target: null,
    repo: commit.repo,
    commit: commit.sha,
    commitBasis: 'given',
    previousId: null,
    previousVersion: null,
    previousCommit: commit.parents[0] ?? null,
    previousPlatformRevision: null,
    commits: [commit],
    reach: 'merged',
    sources: ['git'],
    evidence: commit.evidence,
  };
}
