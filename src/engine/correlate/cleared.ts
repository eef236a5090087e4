/** The table of the cleared: every change that is not accused, with the reason. Nobody is left out because he is inconvenient. */
import type { Commit } from '../../domain/change.ts';
import type { FileDiff } from '../../domain/code.ts';
import type { ClearedChange, Hypothesis } from '../../domain/hypothesis.ts';
import type { Release } from '../../domain/situation.ts';
import { DAY } from '../../domain/time.ts';
import { lengthText } from './circumstance.ts';
import type { Facts } from './facts.ts';
import type { RecordedCase } from './recorded-change.ts';
import { onsetFor, type ReleaseCase, releaseLabel } from './release-hypothesis.ts';

/** Commits older than this were served for a week without failing. */
const COMMIT_WINDOW_MS = 7 * DAY;
const MAX_COMMITS = 20;

export function clearedOf(
  cases: readonly ReleaseCase[],
  recorded: readonly RecordedCase[],
  rootCause: Hypothesis | null,
  facts: Facts,
): readonly ClearedChange[] {
  const judged = new Map(cases.map((item) => [item.release.id, item]));
  const accused = rootCause?.change?.changeId ?? null;
  const releases = facts.situation.releases
    .filter((release) => release.id !== accused && release.reach !== 'merged')
    .map((release) => clearRelease(release, judged.get(release.id), facts));
  const flags = facts.situation.flags
    .filter((flag) => flag.id !== accused)
    .map((flag) => ({
      changeId: flag.id,
      label: `Flag ${flag.flag}`,
      service: flag.service,
      at: flag.at,
      commit: null,
      version: null,
      reason: flagReason(flag.at, facts),
      evidence: flag.evidence,
    }));
  const inPlace = recorded.flatMap(({ hypothesis }) => clearRecorded(hypothesis, accused) ?? []);
  return [...releases, ...flags, ...inPlace, ...clearCommits(judged, rootCause, facts)].sort(
    (a, b) => (b.at ?? 0) - (a.at ?? 0) || (a.changeId < b.changeId ? -1 : 1),
  );
}

function clearRecorded(hypothesis: RecordedCase['hypothesis'], accused: string | null): ClearedChange | null {
  const { change, service, factors, mechanism } = hypothesis;
  if (change === null || change.changeId === null || change.changeId === accused) return null;
  const against = factors.filter(({ weight }) => weight < 0).map(({ detail }) => detail);
  return {
    changeId: change.changeId,
    label: hypothesis.statement,
    service,
    at: change.at,
    commit: null,
    version: null,
    reason: against[0] ?? 'nothing but its time speaks for it',
    evidence: mechanism.flatMap(({ evidence }) => evidence).slice(0, 1),
  };
}

function clearRelease(release: Release, item: ReleaseCase | undefined, facts: Facts): ClearedChange {
  return {
    changeId: release.id,
    label: `Deployment ${releaseLabel(release)}`,
    service: release.service,
    at: release.startedAt,
    commit: release.commit,
    version: release.version,
    reason: item === undefined ? outsideWindow(release, facts) : acquittal(item, facts),
    evidence: release.evidence,
  };
}

function servedWell(item: ReleaseCase, facts: Facts): string {
  return `it had served for ${lengthText(onsetFor(item.release, facts) - item.release.startedAt)} before the failure began`;
}

function acquittal(item: ReleaseCase, facts: Facts): string {
  if (item.inertReason !== null) return item.inertReason;
  const against = item.hypothesis.factors
    .filter((factor) => factor.weight < 0)
    .sort((a, b) => a.weight - b.weight);
  if (against.length > 0)
    return against
      .slice(0, 2)
      .map((factor) => (factor.name === 'lead' ? servedWell(item, facts) : factor.detail))
      .join('; ');
  return 'nothing in it explains the failure as well as the leading cause does';
}

function outsideWindow(release: Release, facts: Facts): string {
  const onset = onsetFor(release, facts);
  if (release.startedAt > onset)
    return `it began ${lengthText(release.startedAt - onset)} after the failure${release.rollback ? ' (a rollback)' : ''}`;
  return `it had run for ${lengthText(onset - release.startedAt)} before the failure began`;
}

function flagReason(at: number | null, facts: Facts): string {
  const onset = facts.detection.onsetAt;
  if (at === null || onset === null) return 'its time is not known';
  if (at > onset) return `it was switched ${lengthText(at - onset)} after the failure began`;
  return 'the failing path shows no sign of it';
}

/** Commits of the week before the onset, or all where dates cannot be compared; merges only repeat what they merge. */
function clearCommits(
  judged: ReadonlyMap<string, ReleaseCase>,
  rootCause: Hypothesis | null,
  facts: Facts,
): readonly ClearedChange[] {
  const onset = facts.detection.onsetAt;
  if (onset === null) return [];
  const beside = rootCause?.change?.file == null ? [] : (rootCause.change.commits ?? []);
  const guilty = new Set([rootCause?.change?.commit, ...beside, ...originsOfHeldValue(rootCause, facts)]);
  const mismatch = facts.situation.clock.epochMismatch;
  const inWindow = (commit: Commit) =>
    mismatch ||
    (commit.at !== null &&
      onset - commit.at <= COMMIT_WINDOW_MS &&
      commit.at <= facts.situation.snapshot.request.asOf);
  return facts.situation.commits
    .filter((commit) => commit.parents.length < 2 && !guilty.has(commit.sha) && inWindow(commit))
    .sort((a, b) => (b.at ?? 0) - (a.at ?? 0) || (a.sha < b.sha ? -1 : 1))
    .slice(0, MAX_COMMITS)
    .map((commit) => ({
      changeId: commit.id,
      label: `Commit ${commit.sha.slice(0, 7)} "${commit.subject}"`,
      service: null,
      at: commit.at,
      commit: commit.sha,
      version: null,
      reason: commitReason(commit, judged, rootCause, facts),
      evidence: commit.evidence,
    }));
}

/** The commit that first wrote a value which is accused as it stands cannot be cleared of it. */
function originsOfHeldValue(rootCause: Hypothesis | null, facts: Facts): readonly string[] {
  const change = rootCause?.change ?? null;
  if (change === null || change.key === null || change.file === null) return [];
  return (
    facts
      .historyOf(change.file, change.key)
      ?.slice(0, 1)
      .map((revision) => revision.commit) ?? []
  );
}

function commitReason(
  commit: Commit,
  judged: ReadonlyMap<string, ReleaseCase>,
  rootCause: Hypothesis | null,
  facts: Facts,
): string {
  const alone = facts.commitDiffOf(commit);
  if (alone !== null && alone.files.length > 0 && alone.files.every((file) => file.inert !== 'none'))
    return `${inertWords(alone.files)}: it cannot act at run time`;
  const release = facts.situation.releases.find((item) =>
    item.commits.some((other) => other.sha === commit.sha),
  );
  if (release === undefined) return notServed(commit, facts);
  if (release.id !== rootCause?.change?.changeId) {
    const item = judged.get(release.id);
    return `came with ${releaseLabel(release)}, which is cleared: ${item === undefined ? outsideWindow(release, facts) : acquittal(item, facts)}`;
  }
  const files =
    facts.diffOf(release)?.files.filter((file) => commit.files.some((entry) => entry.path === file.path)) ??
    [];
  if (files.length > 0 && files.every((file) => file.inert !== 'none'))
    return `part of the same release, but ${inertWords(files)}: it cannot act at run time`;
  if (commit.filesUnknown === true && alone === null)
    return 'part of the same release; what it changed is not recorded, so it is not cleared by its code';
  return 'part of the same release, but nothing in it touches what the failure points at';
}

function notServed(commit: Commit, facts: Facts): string {
  const folders = facts.failingServices.flatMap((service) => facts.situation.folders.get(service) ?? []);
  const touched = commit.files.some((file) => folders.some((folder) => file.path.startsWith(`${folder}/`)));
  if (folders.length > 0 && !touched && commit.filesUnknown !== true)
    return `it touches nothing that ${facts.failingServices.join(' or ')} runs`;
  const unlisted = commit.filesUnknown === true ? '; which files it changed is not recorded' : '';
  return `merged, but no deployment is known to have brought it into service${unlisted}`;
}

function inertWords(files: readonly FileDiff[]): string {
  const reasons = [...new Set(files.map((file) => file.inert))].filter((reason) => reason !== 'none').sort();
  return `it changes only ${reasons.map((reason) => WORDS[reason]).join(' and ')}`;
}

const WORDS: Readonly<Record<Exclude<FileDiff['inert'], 'none'>, string>> = {
  'comment-only': 'comments',
  formatting: 'formatting',
  docs: 'documentation',
  test: 'tests',
  ci: 'the build pipeline',
  'rename-only': 'names',
  rephrased: 'the words in which the same is done',
  asset: 'assets',
  'development-packages': 'packages that only tests and checks use',
  'log-text-only': 'the wording of messages for people',
};
