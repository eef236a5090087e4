/** Rollouts: several reports of one deployment become one release, tied to the commits that it brought to its service. */
import type { Commit, Deployment, ReleaseTag } from '../../domain/change.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { CommitBasis, Release } from '../../domain/situation.ts';
import { DAY, type EpochMs, epochMs, HOUR, MINUTE } from '../../domain/time.ts';
import { type History, touches, withoutPlainMerges } from './history.ts';
import type { Sign } from './instances.ts';
import { TAG_SOURCE } from './tagged-releases.ts';

/** Reports of one rollout by several systems differ by pipeline delays; 20 minutes covers them and is below the gap of two real rollouts of one version. */
const SAME_ROLLOUT_MS = 20 * MINUTE;
/** Without an earlier release, what was committed in the last three days before a rollout is what it most likely brought. */
const UNKNOWN_PREVIOUS_MS = 72 * HOUR;
const MAX_COMMITS = 400;

export interface ReleaseInput {
  readonly deployments: readonly Deployment[];
  readonly tags: readonly ReleaseTag[];
  readonly commits: readonly Commit[];
  readonly history: History;
  readonly epochMismatch: boolean;
  readonly head: string | null;
  /** Commits on the first-parent line of the heads; empty where no head is known. */
  readonly mainline: ReadonlySet<string>;
  /** Repositories of which every commit was read. */
  readonly wholeRepos: ReadonlySet<string>;
  readonly pathsOf: (service: ServiceName) => readonly string[];
  readonly resolve: (raw: string) => ServiceName;
  /** First observation of a service; null for one that was never heard from. */
  readonly heardSince: (service: ServiceName) => EpochMs | null;
  /** Its instances and versions, as its own records and series give them. */
  readonly signsOf: (service: ServiceName) => readonly Sign[];
}

export function buildReleases(input: ReleaseInput): readonly Release[] {
  const bare = groupReports(input).map((reports) => sinceFirstSign(mergeReports(reports), input));
  const ordered = bare.sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
  const linked: Release[] = [];
  for (const release of ordered) linked.push(link(release, linked, input));
  return linked;
}

function groupReports(input: ReleaseInput): readonly (readonly Deployment[])[] {
  const groups: Deployment[][] = [];
  const dated = input.deployments.filter((report) => report.at !== null && report.service !== null);
  const sorted = [...dated].sort((a, b) => (a.at ?? 0) - (b.at ?? 0) || (a.id < b.id ? -1 : 1));
  for (const report of sorted) {
    const named = { ...report, service: input.resolve(report.service ?? '') };
    const home = groups.find((group) => group.some((other) => sameRollout(other, named)));
    if (home === undefined) groups.push([named]);
    else home.push(named);
  }
  return groups;
}

function sameRollout(a: Deployment, b: Deployment): boolean {
  if (a.service !== b.service || a.at === null || b.at === null) return false;
  if (a.environment !== null && b.environment !== null && a.environment !== b.environment) return false;
  const near =
    Math.min(
      Math.abs(a.at - b.at),
      Math.abs((a.finishedAt ?? a.at) - b.at),
      Math.abs(a.at - (b.finishedAt ?? b.at)),
    ) <= SAME_ROLLOUT_MS;
  if (!near) return false;
  if (
    a.source === b.source &&
    a.deploymentId !== null &&
    b.deploymentId !== null &&
    a.deploymentId !== b.deploymentId
  )
    return false;
  const versions =
    a.version !== null && b.version !== null ? versionNumber(a.version) === versionNumber(b.version) : null;
  if (versions !== null) return versions;
  const commits =
    a.commit !== null && b.commit !== null
      ? a.commit.startsWith(b.commit) || b.commit.startsWith(a.commit)
      : null;
  return commits ?? true;
}

/** `v2.4.1`, `2.4.1` and `checkout-v2.4.1` are one version. */
export function versionNumber(version: string): string {
  return /\d[\w.-]*$/.exec(version.trim().toLowerCase())?.[0] ?? version.trim().toLowerCase();
}

const STATUS_ORDER: readonly Release['status'][] = ['failed', 'cancelled', 'succeeded', 'started', 'unknown'];

function mergeReports(reports: readonly Deployment[]): Release {
  const first = <T>(pick: (report: Deployment) => T | null): T | null => {
    for (const report of reports) {
      const value = pick(report);
      if (value !== null) return value;
    }
    return null;
  };
  const finished = reports.flatMap((report) => (report.finishedAt === null ? [] : [report.finishedAt]));
  const commits = reports
    .flatMap((report) => (report.commit === null ? [] : [report.commit]))
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const starts = reports.flatMap((report) => (report.at === null ? [] : [report.at]));
  return {
    id: reports[0]?.id ?? '',
    service: reports[0]?.service ?? '',
    version: first((report) => report.version),
    startedAt: Math.min(...starts) as EpochMs,
    finishedAt: finished.length === 0 ? null : (Math.max(...finished) as EpochMs),
    status: STATUS_ORDER.find((status) => reports.some((report) => report.status === status)) ?? 'unknown',
    rollback: reports.some((report) => report.rollback),
    share: first((report) => report.share),
    environment: first((report) => report.environment),
    platformRevision: first((report) => report.platformRevision),
    deploymentId: first((report) => report.deploymentId),
    target: first((report) => report.target),
    repo: null,
    commit: commits[0] ?? null,
    commitBasis: commits.length > 0 ? 'given' : 'unknown',
    previousId: null,
    previousVersion: null,
    previousCommit: null,
    previousPlatformRevision: null,
    commits: [],
    reach: reachOf(reports),
    sources: [...new Set(reports.map((report) => report.source))].sort(),
    evidence: [...new Set(reports.flatMap((report) => report.evidence))],
  };
}

/** What a journal notes once the rollout is done began when its first instance was heard of: at most so long before. */
const LATE_NOTE_MS = 5 * MINUTE;

/** A record of one time may be of the end of the rollout. The service was heard of before the first sign of what was rolled out, so that it is the first. */
function sinceFirstSign(release: Release, input: ReleaseInput): Release {
  const heard = input.heardSince(release.service);
  const hasStart = release.finishedAt !== null && release.finishedAt > release.startedAt;
  if (hasStart || release.rollback || heard === null) return release;
  const signs = input.signsOf(release.service).filter((sign) => isSignOf(sign, release));
  const first = Math.min(...signs.map(({ firstSeenAt }) => firstSeenAt));
  const noted = release.startedAt;
  if (first >= noted || first < noted - LATE_NOTE_MS || first <= heard) return release;
  return { ...release, startedAt: epochMs(first), finishedAt: release.finishedAt ?? noted };
}

function isSignOf({ kind, name }: Sign, { version, commit }: Release): boolean {
  if (kind === 'version') return version !== null && versionNumber(name) === versionNumber(version);
  const parts = [...name.toLowerCase().matchAll(REVISION_IN_NAME)].map(([, part = '']) => part);
  return commit !== null && parts.some((part) => /\d/.test(part) && commit.startsWith(part));
}

function reachOf(reports: readonly Deployment[]): Release['reach'] {
  if (reports.some((report) => report.status === 'succeeded')) return 'serving';
  return reports.every((report) => report.source === TAG_SOURCE) ? 'built' : 'deployed';
}

function link(release: Release, earlier: readonly Release[], input: ReleaseInput): Release {
  const own = earlier.filter(
    (other) =>
      other.service === release.service &&
      other.status !== 'failed' &&
      other.status !== 'cancelled' &&
      other.startedAt < release.startedAt,
  );
  const previous = own.at(-1) ?? null;
  const folders = input.pathsOf(release.service);
  const tied = tieCommit(release, folders, input);
  const seenBefore =
    previous === null && tied.commit !== null ? revisionBefore(release, tied.commit, input) : null;
  const cameBack =
    previous !== null &&
    own
      .slice(0, -1)
      .some((other) => sameBuild(other, { ...release, commit: tied.commit?.sha ?? release.commit })) &&
    !sameBuild(previous, release);
  const wentBack = isEarlier(tied.commit, previous?.commit ?? null, input);
  return {
    ...release,
    repo: tied.commit?.repo ?? null,
    commit: tied.commit?.sha ?? release.commit,
    commitBasis: tied.basis,
    rollback: release.rollback || cameBack || wentBack,
    previousId: previous?.id ?? null,
    previousVersion: previous?.version ?? null,
    previousCommit: previous?.commit ?? seenBefore?.sha ?? null,
    ...(isMissing(previous?.commit ?? null, tied.commit, input) ? { previousCommitMissing: true } : {}),
    previousPlatformRevision: previous?.platformRevision ?? null,
    commits:
      tied.commit === null
        ? []
        : broughtCommits(release, tied.commit, previous?.commit ?? seenBefore?.sha ?? null, folders, input),
  };
}

/** A revision that what ran before descends from: whoever rolls it out goes back, whatever he calls it. */
function isEarlier(tied: Commit | null, previous: string | null, { history }: ReleaseInput): boolean {
  const before = previous === null ? null : history.find(previous);
  if (tied === null || before === null || before.sha === tied.sha) return false;
  return history.range(null, before.sha, MAX_COMMITS).some(({ sha }) => sha === tied.sha);
}

function isMissing(
  previous: string | null,
  tied: Commit | null,
  { history, wholeRepos }: ReleaseInput,
): boolean {
  return previous !== null && tied !== null && wholeRepos.has(tied.repo) && history.find(previous) === null;
}

function sameBuild(a: Release, b: Pick<Release, 'version' | 'commit'>): boolean {
  if (a.version !== null && b.version !== null) return versionNumber(a.version) === versionNumber(b.version);
  return a.commit !== null && b.commit !== null && a.commit.slice(0, 7) === b.commit.slice(0, 7);
}

function tieCommit(
  release: Release,
  folders: readonly string[],
  input: ReleaseInput,
): { commit: Commit | null; basis: CommitBasis } {
  if (release.commit !== null) return { commit: input.history.find(release.commit), basis: 'given' };
  const tag = input.tags.find(
    (candidate) =>
      candidate.service !== null &&
      release.version !== null &&
      input.resolve(candidate.service) === release.service &&
      versionNumber(candidate.version) === versionNumber(release.version),
  );
  if (tag !== undefined) return { commit: input.history.find(tag.sha), basis: 'tag' };
  const plain = input.tags.find(
    (candidate) =>
      candidate.service === null &&
      release.version !== null &&
      versionNumber(candidate.version) === versionNumber(release.version),
  );
  if (plain !== undefined) return { commit: input.history.find(plain.sha), basis: 'tag' };
  for (const part of (release.version ?? '').split(/[^0-9a-f]+/i)) {
    const found = /[a-f]/i.test(part) && /\d/.test(part) ? input.history.find(part) : null;
    if (found !== null) return { commit: found, basis: 'version-text' };
  }
  if (input.epochMismatch)
    return { commit: input.head === null ? null : input.history.find(input.head), basis: 'head' };
  const { mainline } = input;
  const landed = (commit: Commit) => (mainline.size === 0 ? commit.onHead : mainline.has(commit.sha));
  const before = input.commits.filter(
    (commit) => landed(commit) && (commit.at ?? 0) <= release.startedAt && touches(commit, folders),
  );
  const newest = before.sort((a, b) => (b.at ?? 0) - (a.at ?? 0))[0];
  return newest === undefined ? { commit: null, basis: 'unknown' } : { commit: newest, basis: 'by-time' };
}

function broughtCommits(
  release: Release,
  tied: Commit,
  previous: string | null,
  folders: readonly string[],
  input: ReleaseInput,
): readonly Commit[] {
  const range = withoutPlainMerges(input.history.range(previous, tied.sha, MAX_COMMITS));
  const own = range.filter(
    (commit) => commit.filesUnknown === true || (touches(commit, folders) && commit.files.length > 0),
  );
  if (previous !== null) return own;
  if (input.epochMismatch) return own;
  const journal = journalStart(release, input.deployments);
  const since = Math.min(release.startedAt - UNKNOWN_PREVIOUS_MS, journal);
  const recent = own.filter((commit) => (commit.at ?? 0) >= since);
  const running = runningBefore(release, folders, input);
  const brought = atOnce(recent, release, journal).filter((commit) => !running.has(commit.sha));
  return brought.length === 0 ? recent : brought;
}

/**
 * Who rolls a commit out within the hour does so with each: what lay there for days was rolled out on its day, where no journal would
 * have told of it.
 */
function atOnce(commits: readonly Commit[], { startedAt }: Release, journal: number): readonly Commit[] {
  const newest = Math.max(...commits.map(({ at }) => at ?? 0));
  const isPrompt = newest <= startedAt && startedAt - newest <= HOUR;
  return isPrompt ? commits.filter(({ at }) => (at ?? 0) >= Math.min(newest - DAY, journal)) : commits;
}

/** What made a service's folders ran already, unless the service was first heard from after the rollout: it cannot have answered without code, and one that says nothing of itself need not be new. */
function runningBefore(
  release: Release,
  folders: readonly string[],
  input: ReleaseInput,
): ReadonlySet<string> {
  const heard = input.heardSince(release.service);
  if (heard !== null && heard >= release.startedAt) return new Set();
  return new Set(
    folders.flatMap((folder) => {
      const touching = input.commits.filter((commit) => touches(commit, [folder]));
      const first = Math.min(...touching.map(({ at }) => at ?? 0));
      const oldest = touching
        .filter(({ at }) => (at ?? 0) === first)
        .sort((a, b) => (a.sha < b.sha ? -1 : 1));
      // Commits of one second are told apart by descent.
      return (
        oldest.reduce<Commit | null>((root, commit) => (isBefore(commit, root, input) ? commit : root), null)
          ?.sha ?? []
      );
    }),
  );
}

function isBefore(commit: Commit, other: Commit | null, { history }: ReleaseInput): boolean {
  return other === null || history.range(null, other.sha, MAX_COMMITS).some(({ sha }) => sha === commit.sha);
}

const REVISION_IN_NAME = /(?:^|[-_.])([0-9a-f]{7,40})(?=[-_.]|$)/g;

/** The revision that instances carried in their names before the rollout, where it is an ancestor of what was rolled out; null where none does. */
function revisionBefore(release: Release, tied: Commit, input: ReleaseInput): Commit | null {
  const older = input.history.range(null, tied.sha, MAX_COMMITS);
  const seen = input
    .signsOf(release.service)
    .filter(({ kind, firstSeenAt }) => kind === 'instance' && firstSeenAt < release.startedAt)
    .sort((a, b) => b.firstSeenAt - a.firstSeenAt || (a.name < b.name ? -1 : 1));
  for (const { name } of seen)
    for (const [, part = ''] of name.toLowerCase().matchAll(REVISION_IN_NAME)) {
      const found = /\d/.test(part) ? input.history.find(part) : null;
      if (found !== null && found.sha !== tied.sha && older.includes(found)) return found;
    }
  return null;
}

/**
 * A journal of deployments that begins earlier would have told of an earlier release of this service: what was committed since it
 * begins cannot have run before. Sources that number the revisions of each workload keep only the last few, and prove nothing.
 */
function journalStart(release: Release, deployments: readonly Deployment[]): number {
  if (release.platformRevision !== null) return Number.POSITIVE_INFINITY;
  const told = deployments.filter(
    ({ source, platformRevision }) => platformRevision === null && release.sources.includes(source),
  );
  return told.reduce((first, { at }) => Math.min(first, at ?? first), Number.POSITIVE_INFINITY);
}
