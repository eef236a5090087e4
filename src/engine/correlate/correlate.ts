/** Stage three: which change did it, or that none did; everybody else is cleared with a reason. */
import type { Hypothesis, Verdict } from '../../domain/hypothesis.ts';
import type { Probe } from '../../domain/probe.ts';
import type { Release, Situation } from '../../domain/situation.ts';
import type { Detection } from '../../domain/symptom.ts';
import { DAY, MINUTE, toIso } from '../../domain/time.ts';
import { tellsOfWrongResults } from '../_signals/wrong-results.ts';
import { probesFor } from './ask.ts';
import { clearedOf } from './cleared.ts';
import { type Facts, gatherFacts } from './facts.ts';
import { flagHypothesis } from './flag-hypothesis.ts';
import { noChangeHypotheses } from './no-change.ts';
import { rankHypotheses, type Scored } from './rank.ts';
import { recordedChanges } from './recorded-change.ts';
import { buildReleaseCase, onsetFor, type ReleaseCase } from './release-hypothesis.ts';
import { firstRunOf } from './rested.ts';
import { BAR, BARE_COINCIDENCE, WEIGHT } from './weights.ts';

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
  const flags = oneEach(situation.flags.flatMap((flag) => flagHypothesis(flag, facts) ?? []));
  const recorded = recordedChanges(facts);
  const scored: Scored[] = [
    ...cases.map((item) => ({
      ...item.hypothesis,
      limits: limitsOf(item, facts),
      circumstantial: !item.shown && item.held === null,
    })),
    ...flags.map((item) => ({ ...item, limits: baselineLimit(facts) })),
    ...recorded.map(({ hypothesis, shown }) => ({
      ...hypothesis,
      limits: [
        ...baselineLimit(facts),
        ...(shown ? [] : ['no mechanism is shown: only time and place speak for it']),
      ],
      circumstantial: !shown,
    })),
    ...noChangeHypotheses(facts).map((item) => ({
      ...item,
      limits: [...noChangeLimits(facts), ...askedTooOften(item.kind, cases, facts)],
    })),
  ];
  const hypotheses = rankHypotheses(scored);
  const leader = hypotheses[0] ?? null;
  const equal = twoAlike(scored);
  const rootCause =
    leader !== null &&
    leader.probability >= BAR.named &&
    leader.score > WEIGHT.none &&
    equal === null &&
    !isBareCoincidence(leader, scored)
      ? leader
      : null;
  return {
    verdict: {
      hypotheses,
      cleared: clearedOf(cases, recorded, rootCause, facts),
      rootCause,
      reason: equal ?? reasonOf(rootCause, leader),
      nothingWrong: false,
    },
    probes: probesFor(suspects, facts),
  };
}

/** The steps in which a flag was opened are one cause: the likeliest of them, of equals the latest, stands for it. */
function oneEach<Item extends Pick<Hypothesis, 'change' | 'score' | 'id'>>(
  flags: readonly Item[],
): readonly Item[] {
  const best = new Map<string, Item>();
  for (const item of flags) {
    const name = item.change?.flag ?? item.id;
    const known = best.get(name);
    if (known === undefined || item.score >= known.score) best.set(name, item);
  }
  return [...best.values()];
}

/** Nats by which two explanations differ that time and place alone speak for, below which nobody can tell them apart. */
const ALIKE = 1;

/** Why nobody is named where only time and place speak, and for two changes about equally; null where it is not so. */
function twoAlike(scored: readonly Scored[]): string | null {
  const [first, second] = [...scored].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  const alike =
    first?.circumstantial === true &&
    second?.circumstantial === true &&
    first.service !== second.service &&
    second.score > WEIGHT.none / 2 &&
    first.score - second.score < ALIKE;
  return alike
    ? `undetermined: only time and place speak for ${first.statement}, and about as much for ${second.statement}: which of them it is, the evidence does not tell`
    : null;
}

/** A release whose difference is known, touches nothing that fails, and came no closer than any other might. */
function isBareCoincidence(leader: Hypothesis, scored: readonly Scored[]): boolean {
  const known = scored.find(({ id }) => id === leader.id);
  const touchesNothing = leader.factors.some(
    ({ name, weight }) => weight < 0 && ['weak-mechanism', 'unrelated-diff'].includes(name),
  );
  return known?.circumstantial === true && touchesNothing && leader.score < BARE_COINCIDENCE;
}

/** Releases that began before the failure, latest first. */
function suspectReleases(facts: Facts): readonly Release[] {
  const before = facts.situation.releases.filter((release) => {
    const onset = onsetFor(release, facts);
    const slack = Math.max(CLOCK_SLACK_MS, facts.detection.onsetUncertaintyMs);
    const isRecent = onset - release.startedAt <= LOOKBACK_MS;
    return release.startedAt <= onset + slack && (isRecent || firstRunOf(release, facts) !== null);
  });
  return [...before].reverse();
}

function baselineLimit(facts: Facts): readonly string[] {
  return facts.detection.baselineObserved
    ? []
    : ['the evidence begins with the failure: what was normal was not observed'];
}

/** Where nothing records deployments, a change cannot be excluded, and so no other cause is certain. */
function noChangeLimits(facts: Facts): readonly string[] {
  const recorded = facts.situation.releases.some((release) => release.reach !== 'merged');
  const changes = facts.situation.commits.length > 0 && !facts.situation.clock.epochMismatch;
  return recorded || !changes
    ? baselineLimit(facts)
    : [...baselineLimit(facts), 'no deployment is recorded: that a change did it cannot be excluded'];
}

/** Who refuses because it is asked too often says that whoever asks is at fault: a release of minutes before may be. */
function askedTooOften(
  kind: Hypothesis['kind'],
  cases: readonly ReleaseCase[],
  facts: Facts,
): readonly string[] {
  if (kind !== 'dependency' || facts.detection.primary?.class !== 'rate-limit') return [];
  const asks = cases.some(
    ({ release, inertReason }) =>
      inertReason === null &&
      facts.failingServices.includes(release.service) &&
      onsetFor(release, facts) - release.startedAt <= HALF_HOUR,
  );
  return asks
    ? ['it refuses what is too much, and a release of whoever asks, shortly before, may ask more often']
    : [];
}

const HALF_HOUR = 30 * MINUTE;

function limitsOf(item: ReleaseCase, facts: Facts): readonly string[] {
  const limits = [...baselineLimit(facts)];
  const { repo } = item.release;
  const { repositories } = facts.situation.snapshot;
  if (repositories.some((repository) => repository.repo === repo && repository.inPart === true))
    limits.push('its code is known from the changed lines alone: what the rest of the file says is not seen');
  if (item.release.reach === 'merged')
    limits.push('no deployment is recorded: that this commit ever served is not shown');
  if (item.release.sources.includes('restart'))
    limits.push('nothing but a restart after the commit tells of it: that it served since then is not shown');
  if (item.release.reach === 'built')
    limits.push('only a tag tells of it: that it was rolled out then is not shown');
  if (item.shown && onlyPassed(item))
    limits.push(
      'the failing stack passes what it changed, and nothing in that is known to produce the failure',
    );
  if (!item.shown)
    limits.push(
      item.held === null
        ? 'no mechanism is shown: only time and place speak for it'
        : 'the value fits the failure, but nothing shows that it was ever another one',
    );
  return limits;
}

/** Matches that say where the failure passes, not what brings it about. */
const PLACES = new Set<string>(['frameInHunk', 'frameInFile', 'frameCallsOnly']);
/** What shows the release at fault whatever its difference says. */
const OBSERVED = new Set(['version-split', 'reversal', 'ramp-since', 'answers-changed', 'telemetry']);
const TELLING = 0.9;

/** Nothing but the stack ties the difference to the failure. */
function onlyPassed({ matches, hypothesis }: ReleaseCase): boolean {
  const speaking = matches.filter(({ weight }) => weight >= TELLING);
  return (
    speaking.length > 0 &&
    speaking.every(({ name }) => PLACES.has(name)) &&
    !hypothesis.factors.some(({ name, weight }) => OBSERVED.has(name) && weight > 0)
  );
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
  if (leader.probability >= BAR.named && leader.change === null)
    return `undetermined: too little speaks for the likeliest explanation (${leader.statement}): other causes show in the same way`;
  if (leader.probability >= BAR.named)
    return `undetermined: nothing but time and place speaks for ${leader.statement}, and what it changed touches nothing that fails`;
  return `undetermined: the likeliest explanation (${leader.statement}) reaches ${Math.round(leader.probability * 100)} %, too little to name it`;
}

const MANY_RELEASES = 3;

/** Where nothing is seen to fail, what to look at first: a clause with the latest releases of the day, or nothing. */
function latestReleases({ releases, covered }: Situation): string {
  const to = covered?.to ?? 0;
  const latest = releases
    .filter(({ reach, startedAt }) => reach !== 'merged' && startedAt <= to && to - startedAt <= DAY)
    .sort((a, b) => b.startedAt - a.startedAt)
    .slice(0, MANY_RELEASES)
    .map(
      (release) =>
        `${[release.service, release.version ?? release.commit?.slice(0, 7)].filter((part) => part != null).join(' ')} (${toIso(release.startedAt)})`,
    );
  return latest.length === 0 ? '' : `; the latest releases are ${latest.join(', ')}`;
}

function nothingWrong(situation: Situation, facts: Facts): Verdict {
  const covered = situation.covered;
  if (covered === null)
    return {
      hypotheses: [],
      cleared: [],
      rootCause: null,
      reason: 'undetermined: no telemetry was found, so nothing can be called normal or abnormal',
      nothingWrong: false,
    };
  const blind = facts.detection.dismissed.find(({ byWatcher }) => byWatcher === true);
  const span =
    covered === null
      ? 'no telemetry was found'
      : `nothing stands out from its own past between ${toIso(covered.from)} and ${toIso(covered.to)}`;
  if (tellsOfWrongResults(situation))
    return {
      hypotheses: [],
      cleared: [],
      rootCause: null,
      reason: `undetermined: wrong results leave no errors behind, and ${span}${latestReleases(situation)}`,
      nothingWrong: false,
    };
  return {
    hypotheses: [],
    cleared: clearedOf([], [], null, { ...facts }).map((item) => ({
      ...item,
      reason: 'nothing failed that it could have caused',
    })),
    rootCause: null,
    reason: `nothing wrong was found: ${blind?.reason ?? span}`,
    nothingWrong: covered !== null,
  };
}
