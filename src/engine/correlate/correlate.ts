/** Stage three: which change did it, or that none did; everybody else is cleared with a reason. */
import type { ClearedChange, Hypothesis, Verdict } from '../../domain/hypothesis.ts';
import type { Probe } from '../../domain/probe.ts';
import type { Release, Situation } from '../../domain/situation.ts';
import type { Detection } from '../../domain/symptom.ts';
import { DAY, HOUR, toIso } from '../../domain/time.ts';
import { probesFor } from './ask.ts';
import { lengthText } from './circumstance.ts';
import { type Facts, gatherFacts } from './facts.ts';
import { flagHypothesis } from './flag-hypothesis.ts';
import { noChangeHypotheses } from './no-change.ts';
import { rankHypotheses, type Scored } from './rank.ts';
import { buildReleaseCase, onsetFor, type ReleaseCase, releaseLabel } from './release-hypothesis.ts';
import { BAR, WEIGHT } from './weights.ts';

/** A leak or an expiring thing may have been deployed days before; older releases have served too long to begin failing now. */
const LOOKBACK_MS = 7 * DAY;
/** A rollout that starts within the onset's uncertainty may still be the cause. */
const CLOCK_SLACK_MS = 30_000;

export function correlate(
  situation: Situation,
  detection: Detection,
): { readonly verdict: Verdict; readonly probes: readonly Probe[] } {
  const facts = gatherFacts(situation, detection);
  if (detection.primary === null) return { verdict: nothingWrong(situation, facts), probes: [] };
  const suspects = suspectReleases(facts);
  const cases = suspects.map((release) => buildReleaseCase(release, facts));
  const flags = situation.flags.flatMap((flag) => flagHypothesis(flag, facts) ?? []);
  const scored: Scored[] = [
    ...cases.map((item) => ({ ...item.hypothesis, limits: limitsOf(item, facts) })),
    ...flags.map((item) => ({ ...item, limits: baselineLimit(facts) })),
    ...noChangeHypotheses(facts).map((item) => ({ ...item, limits: baselineLimit(facts) })),
  ];
  const hypotheses = rankHypotheses(scored);
  const leader = hypotheses[0] ?? null;
  const rootCause =
    leader !== null && leader.probability >= BAR.named && leader.score > WEIGHT.none ? leader : null;
  return {
    verdict: {
      hypotheses,
      cleared: clearedOf(cases, rootCause, facts),
      rootCause,
      reason: reasonOf(rootCause, leader),
      nothingWrong: false,
    },
    probes: probesFor(suspects, facts),
  };
}

/** Releases that began before the failure, latest first. */
function suspectReleases(facts: Facts): readonly Release[] {
  const before = facts.situation.releases.filter((release) => {
    const onset = onsetFor(release, facts);
    const slack = Math.max(CLOCK_SLACK_MS, facts.detection.onsetUncertaintyMs);
    return release.startedAt <= onset + slack && onset - release.startedAt <= LOOKBACK_MS;
  });
  return [...before].reverse();
}

function baselineLimit(facts: Facts): readonly string[] {
  return facts.detection.baselineObserved
    ? []
    : ['the evidence begins with the failure: what was normal was not observed'];
}

function limitsOf(item: ReleaseCase, facts: Facts): readonly string[] {
  const limits = [...baselineLimit(facts)];
  if (!item.shown)
    limits.push(
      item.held === null
        ? 'no mechanism is shown: only time and place speak for it'
        : 'the value fits the failure, but nothing shows that it was ever another one',
    );
  return limits;
}

function reasonOf(rootCause: Hypothesis | null, leader: Hypothesis | null): string {
  if (rootCause !== null)
    return rootCause.factors
      .filter((item) => item.weight > 0)
      .slice(0, 4)
      .map((item) => item.detail)
      .join('; ');
  if (leader === null)
    return 'undetermined: something is wrong, and the evidence holds no candidate for its cause';
  return `undetermined: the likeliest explanation (${leader.statement}) reaches ${Math.round(leader.probability * 100)} %, too little to name it`;
}

/** Every change that is not the leader, with the reason. Commits that no release brought are "not deployed". */
function clearedOf(
  cases: readonly ReleaseCase[],
  rootCause: Hypothesis | null,
  facts: Facts,
): readonly ClearedChange[] {
  const judged = new Map(cases.map((item) => [item.release.id, item]));
  const releases = facts.situation.releases.flatMap((release) => {
    const item = judged.get(release.id);
    if (rootCause?.change?.changeId === release.id) return [];
    return [
      {
        changeId: release.id,
        label: `Deployment ${releaseLabel(release)}`,
        service: release.service,
        at: release.startedAt,
        commit: release.commit,
        version: release.version,
        reason: item === undefined ? outsideWindow(release, facts) : acquittal(item),
        evidence: release.evidence,
      },
    ];
  });
  const flags = facts.situation.flags
    .filter((flag) => flag.id !== rootCause?.change?.changeId)
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
  return [...releases, ...flags, ...undeployed(facts)].sort(
    (a, b) => (b.at ?? 0) - (a.at ?? 0) || (a.changeId < b.changeId ? -1 : 1),
  );
}

function acquittal(item: ReleaseCase): string {
  if (item.inertReason !== null) return item.inertReason;
  const against = item.hypothesis.factors
    .filter((factor) => factor.weight < 0)
    .sort((a, b) => a.weight - b.weight);
  if (against.length > 0)
    return against
      .slice(0, 2)
      .map((factor) => factor.detail)
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

/** Commits of the day before the onset that no rollout is known to have brought. */
function undeployed(facts: Facts): readonly ClearedChange[] {
  const onset = facts.detection.onsetAt;
  if (onset === null || facts.situation.clock.epochMismatch) return [];
  const deployed = new Set(
    facts.situation.releases.flatMap((release) => [
      release.commit,
      ...release.commits.map((commit) => commit.sha),
    ]),
  );
  const hasReleases = facts.situation.releases.some((release) => release.commits.length > 0);
  if (!hasReleases) return [];
  return facts.situation.commits
    .filter(
      (commit) =>
        commit.parents.length < 2 &&
        !deployed.has(commit.sha) &&
        commit.at !== null &&
        onset - commit.at < DAY &&
        commit.at < onset + HOUR,
    )
    .slice(0, 12)
    .map((commit) => ({
      changeId: commit.id,
      label: `Commit ${commit.sha.slice(0, 7)} "${commit.subject}"`,
      service: null,
      at: commit.at,
      commit: commit.sha,
      version: null,
      reason: 'merged, but no deployment is known to have brought it into service',
      evidence: commit.evidence,
    }));
}

function nothingWrong(situation: Situation, facts: Facts): Verdict {
  const covered = situation.covered;
  const span =
    covered === null
      ? 'no telemetry was found'
      : `nothing stands out from its own past between ${toIso(covered.from)} and ${toIso(covered.to)}`;
  return {
    hypotheses: [],
    cleared: clearedOf([], null, { ...facts }).map((item) => ({
      ...item,
      reason: 'nothing failed that it could have caused',
    })),
    rootCause: null,
    reason: `nothing wrong was found: ${span}`,
    nothingWrong: covered !== null,
  };
}
