/** The case for and against one release: circumstances, then mechanism. */
import type { RevisionDiff } from '../../domain/code.ts';
import type { Factor, Hypothesis, Prediction } from '../../domain/hypothesis.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { Release } from '../../domain/situation.ts';
import { type EpochMs, HOUR, SECOND, toIso } from '../../domain/time.ts';
import { accused } from './accused.ts';
import { slowBeneath, timeLostBeneath } from './beneath.ts';
import { chainOfDiff, chainOfHeldValue } from './chain.ts';
import {
  answersChanged,
  cameBack,
  factor,
  locusOfRelease,
  ownOnset,
  reversal,
  timing,
  versionSplit,
} from './circumstance.ts';
import type { Facts } from './facts.ts';
import { type HeldValue, heldValues, peerOf } from './held-value.ts';
import { retriesHid } from './hidden-failures.ts';
import { bestPerName, type Match, mechanismWeight } from './match.ts';
import { arrow, matchDiff, sameKey } from './mechanism.ts';
import { offStack } from './off-stack.ts';
import { onePath } from './one-path.ts';
import { otherCallers } from './other-callers.ts';
import { stoppedStore } from './outage-hypothesis.ts';
import { rolledOutThere, servesElsewhere } from './place-rollout.ts';
import { rampSince } from './ramp.ts';
import { ranBefore } from './ran-before.ts';
import { firstRunOf } from './rested.ts';
import { firstSuchDemand } from './served-before.ts';
import { servedWell } from './served-well.ts';
import { SHARED } from './shares-with.ts';
import { statedVersions } from './stated-versions.ts';
import { telemetryCheck } from './telemetry.ts';
import { demandRose } from './traffic-hypothesis.ts';
import { otherSubject, unrelated } from './unrelated.ts';
import { WEIGHT } from './weights.ts';
import { isToldBefore, whatItDid } from './what-it-did.ts';

export interface ReleaseCase {
  readonly release: Release;
  readonly hypothesis: Omit<Hypothesis, 'probability' | 'confidence' | 'caps'>;
  /** Whether an altered thing is shown, or only a present state that fits. */
  readonly shown: boolean;
  readonly matches: readonly Match[];
  readonly held: HeldValue | null;
  /** Set when the difference is known and cannot act. */
  readonly inertReason: string | null;
}

/** Where the revision before is not known and all code is new, that code is the service itself: every stack passes through it. */
function withoutCreation(release: Release, diff: RevisionDiff): RevisionDiff {
  const code = diff.files.filter(({ category }) => category === 'code');
  const isMade = release.previousCommit === null && code.every(({ status }) => status === 'added');
  return isMade ? { ...diff, files: diff.files.filter((file) => !code.includes(file)) } : diff;
}

export function buildReleaseCase(release: Release, facts: Facts): ReleaseCase {
  const onset = onsetFor(release, facts);
  const diff = facts.diffOf(release);
  const served = servedWell(release, facts);
  const found = diff === null ? [] : matchDiff(withoutCreation(release, diff), release, facts);
  const matches = served === null ? found : afterServing(found, served);
  const partial = facts.isPartial(release);
  const shows = matches.some((match) => match.weight >= WEAK_MATCH);
  const usable = (diff === null || partial) && !shows ? currentlyHeld(release, facts) : null;
  const inertReason =
    diff !== null && !partial && diff.files.length > 0 && diff.files.every((file) => file.inert !== 'none')
      ? inertText(diff.files.map((file) => file.inert))
      : null;
  const check =
    usable === null
      ? telemetryOfMatch(matches, facts)
      : telemetryCheck(usable.definition.value, usable.definition.key, usable.peer, facts);
  const split =
    versionSplit(release, facts) ?? statedVersions(release, facts) ?? rolledOutThere(release, facts);
  // Where instances without it fail alike, nothing in it can be how they fail.
  const failsWithout = split?.weight === WEIGHT.failsWithout;
  const mechanism = failsWithout
    ? []
    : [
        ...mechanismFactors(release.service, matches, usable, inertReason, diff !== null && !partial, facts),
        ...(diff === null || partial || shows || inertReason !== null
          ? []
          : offStack(diff, release.service, facts)),
      ];
  const factors: Factor[] = [
    leadOf(release, onset, facts),
    placeOf(release.service, matches, facts),
    ...mechanism,
    ...telemetryFactors(check),
    ...saidBefore(usable, facts),
    ...present(multipliesCalls(release, facts)),
    ...present(rampSince(release, facts)),
    ...present(split),
    ...present(answersChanged(release, facts)),
    ...present(reversal(release, facts)),
    ...present(cameBack(release, facts)),
    ...present(ranBefore(release, facts)),
    ...present(retriesHid(release, matches, facts)),
    ...present(servesElsewhere(release, facts)),
    ...present(otherCallers(release, facts)),
    ...present(demandRose(release, facts)),
    ...present(timeLostBeneath(release, facts) ?? slowBeneath(release, facts)),
    ...present(stoppedStore(release, facts)),
    ...present(served),
    ...present(onePath(release, facts)),
    ...present(novelty(release, facts)),
    ...present(familyShare(release, facts)),
    ...statusFactors(release),
  ];
  const score = factors.reduce((sum, item) => sum + item.weight, 0);
  const shown =
    matches.some((match) => match.weight >= 1) ||
    (usable !== null && (usable.claims.length > 0 || usable.moved !== null)) ||
    factors.some(
      (item) =>
        ['version-split', 'reversal', 'ramp-since', 'answers-changed'].includes(item.name) && item.weight > 0,
    );
  return {
    release,
    shown,
    matches,
    held: usable,
    inertReason,
    hypothesis: {
      id: `release:${release.id}`,
      kind: 'change',
      statement: statementOf(release, matches, usable),
      service: ownerOf(release, matches, facts),
      change: accused(release, matches, usable, facts),
      mechanism:
        usable === null ? chainOfDiff(release, matches, facts) : chainOfHeldValue(release, usable, facts),
      factors,
      predictions: predictionsOf(release, onset, factors, check, facts),
      score,
    },
  };
}

/** That the failing path passes what was changed says little where the same path was passed many times before it failed. */
const PASSED_BEFORE = 0.4;

function afterServing(matches: readonly Match[], served: Factor): readonly Match[] {
  if (served.weight > WEIGHT.servedWell * 0.75) return matches;
  const isPlace = ({ name }: Match) => PLACES.has(name) || name === 'feedsFailure';
  return matches.map((match) =>
    isPlace(match) ? { ...match, weight: match.weight * PASSED_BEFORE } : match,
  );
}

/** Two services that share a table or a topic need not call each other: an error that names what the release changed is a path too. */
function placeOf(service: string, matches: readonly Match[], facts: Facts): Factor {
  const own = locusOfRelease(service, facts);
  const place = own.weight > WEIGHT.locusUnknown ? own : (actsOn(matches, facts)?.place ?? own);
  const named = matches.find((match) => SHARED[match.name] !== undefined && match.weight > 0);
  if (place.weight > WEIGHT.locusUnknown || named === undefined) return place;
  const failing = named.pattern.pattern.service ?? 'the failing service';
  return factor('locus', WEIGHT.locusCalled, `${failing} ${SHARED[named.name] ?? ''}`, named.evidence);
}

/** A release of rules or settings acts on the service that the changed file sets up: its place counts, not that of the release's name. */
function actsOn(
  matches: readonly Match[],
  facts: Facts,
): { readonly service: ServiceName; readonly place: Factor } | null {
  const files = matches.filter(({ weight }) => weight >= WEAK_MATCH).map(({ file }) => file);
  const [best] = [...facts.situation.folders.entries()]
    .filter(([, folders]) => files.some((file) => folders.includes(file)))
    .map(([service]) => ({ service, place: locusOfRelease(service, facts) }))
    .filter(({ place }) => place.weight > WEIGHT.locusUnknown)
    .sort((x, y) => y.place.weight - x.place.weight || (x.service < y.service ? -1 : 1));
  return best === undefined
    ? null
    : {
        service: best.service,
        place: { ...best.place, detail: `it sets up ${best.service}: ${best.place.detail}` },
      };
}

/** Whose cause it is: of a release of rules, the service that they are about, since nobody runs a service of rules. */
function ownerOf(release: Release, matches: readonly Match[], facts: Facts): ServiceName {
  if (locusOfRelease(release.service, facts).weight > WEIGHT.locusUnknown) return release.service;
  const set = actsOn(matches, facts);
  if (set !== null) return set.service;
  const denied =
    release.target?.platform === 'git' ? matches.find(({ name }) => name === 'symbolInError') : undefined;
  return denied?.pattern.pattern.service ?? release.service;
}

/** Within two hours the lead says enough; what is older may yet have been tried by no run before the one that failed. */
function leadOf(release: Release, onset: EpochMs, facts: Facts): Factor {
  const lead = timing(release.startedAt, release.finishedAt, onset, release.evidence);
  return lead.weight > 0 ? lead : (firstRunOf(release, facts) ?? firstSuchDemand(release, facts) ?? lead);
}

export function onsetFor(release: Release, facts: Facts): EpochMs {
  return ownOnset(release.service, facts);
}

function currentlyHeld(release: Release, facts: Facts): HeldValue | null {
  const newest = [...facts.situation.releases]
    .reverse()
    .find((other) => other.service === release.service && other.status !== 'failed');
  return newest?.id === release.id ? (heldValues(release.service, facts)[0] ?? null) : null;
}

function telemetryOfMatch(matches: readonly Match[], facts: Facts) {
  const valued = matches.find((match) => match.value !== null && match.weight > 0);
  if (valued?.value?.newValue === undefined || valued.value.newValue === null) return null;
  const { key } = valued.value;
  const governor = facts.emitters
    .filter((emitter) => emitter.patternId === valued.pattern.pattern.id)
    .flatMap((emitter) => emitter.governors)
    .find((candidate) => candidate.definition !== null && sameKey(candidate.definition.key, key));
  const peer = governor === undefined ? null : peerOf(governor, valued.pattern, facts);
  return telemetryCheck(valued.value.newValue, key, peer ?? valued.pattern.symptom.peer, facts);
}

/** Below this a match is compatible with everything and shows nothing. */
const WEAK_MATCH = 0.9;

/** The difference is known, and the best it offers is that something was altered. */
function weakFactors(matches: readonly Match[]): readonly Factor[] {
  const best = bestPerName(matches)[0];
  if (best === undefined) return [];
  return [
    factor(best.name, best.weight * 0.5, best.detail, best.evidence),
    factor('weak-mechanism', WEIGHT.unrelatedDiff, 'nothing in its difference is tied to the failing path'),
  ];
}

function mechanismFactors(
  service: ServiceName,
  matches: readonly Match[],
  held: HeldValue | null,
  inert: string | null,
  known: boolean,
  facts: Facts,
): readonly Factor[] {
  if (inert !== null) return [factor('cannot-act', WEIGHT.inert, inert)];
  if (held !== null) return heldFactors(held);
  const positive = matches.filter((match) => match.weight > 0);
  const weak = positive.length > 0 && (positive[0]?.weight ?? 0) < WEAK_MATCH;
  if (weak && known) return weakFactors(positive);
  if (positive.length > 0) {
    const best = bestPerName(positive);
    const scale = mechanismWeight(positive) / best.reduce((sum, match) => sum + match.weight, 0);
    return [
      ...best.map((match) => factor(match.name, match.weight * scale, detailOf(match, best), match.evidence)),
      ...(best.every(({ name, weight }) => PLACES.has(name) || weight < WEAK_MATCH)
        ? otherSubject(facts)
        : []),
    ];
  }
  const opposite = matches.find((match) => match.weight < 0);
  if (opposite !== undefined)
    return [
      factor(opposite.name, opposite.weight + WEIGHT.unrelatedDiff, opposite.detail, opposite.evidence),
    ];
  return known && facts.failing.length + facts.measured.length > 0 ? unrelated(service, facts) : [];
}

/** Of a difference that was told already, why it counts once more. */
function detailOf(match: Match, matches: readonly Match[]): string {
  return isToldBefore(match, matches)
    ? `differences of this kind lead to failures of this kind (${match.pattern.symptom.class})`
    : match.detail;
}

/** That the stack passes what was changed. */
const PLACES = new Set<string>(['frameInHunk', 'frameInFile', 'frameCallsOnly']);

function telemetryFactors(check: ReturnType<typeof telemetryCheck>): readonly Factor[] {
  if (check === null || check.result === 'NO-DATA') return [];
  const weight = check.contradicts ? WEIGHT.telemetryContradicts : WEIGHT.telemetryFits;
  return [factor(check.contradicts ? 'telemetry' : 'telemetry-fits', weight, check.detail, check.evidence)];
}

/** What a person answered about the value before this release. */
function saidBefore(held: HeldValue | null, facts: Facts): readonly Factor[] {
  const answer =
    held === null
      ? undefined
      : facts.situation.snapshot.request.answers.find(
          (item) => item.key === `${held.definition.key}.previousValue`,
        );
  if (answer === undefined || held === null) return [];
  const same = answer.value.trim() === held.definition.value?.raw;
  const detail = same
    ? `a person says that ${held.definition.key} was ${answer.value} before this release too`
    : `a person says that ${held.definition.key} was ${answer.value} before this release`;
  return [factor('said-before', same ? WEIGHT.sameBefore : WEIGHT.claim, detail, [answer.evidence])];
}

function heldFactors(held: HeldValue): readonly Factor[] {
  const { definition, governor, moved } = held;
  const factors =
    moved !== null
      ? [
          factor(
            'governorChanged',
            WEIGHT.governorChanged,
            `${definition.key} governs the code that emits the error (${governor.use.path}:${governor.use.line}) and went from ${moved.oldValue} to ${moved.revision.value.raw} in commit ${moved.commit.slice(0, 7)}`,
            [moved.revision.evidence, governor.useEvidence],
          ),
        ]
      : [
          factor(
            'governor',
            WEIGHT.governorHolds,
            `${definition.key} = ${definition.value?.raw} (${definition.location.path}:${definition.location.line}) governs the code that emits the error (${governor.use.path}:${governor.use.line})`,
            [definition.evidence, governor.useEvidence],
          ),
        ];
  const claims = held.claims;
  if (claims.length > 0)
    factors.push(
      factor(
        'claim',
        WEIGHT.claim,
        `${claims.length === 1 ? 'a comment claims' : 'comments claim'} another value: ${claims.map((claim) => `"${claim.text}"`).join(', ')} (nobody checked it)`,
        claims.map((claim) => claim.evidence),
      ),
    );
  return factors;
}

/** Whoever multiplies calls has something in it that asks more often; which change did it, only a difference can tell. */
function multipliesCalls(release: Release, facts: Facts): Factor | null {
  const own = facts.amplified.find((item) => item.service === release.service);
  if (own === undefined) return null;
  // Whoever answers badly is asked again: where he answers well, only code asks more often.
  const isRetried = facts.failing.some(({ pattern }) => pattern.service === own.called);
  const isSudden = own.called !== null && !isRetried && own.onsetAt - release.startedAt <= HALF_HOUR;
  return factor(
    'multiplies-calls',
    isSudden ? WEIGHT.multipliesCallsAtOnce : WEIGHT.multipliesCalls,
    own.detail,
    own.evidence,
  );
}

const HALF_HOUR = HOUR / 2;

/** Only for a release that was still young: one that ran for hours without the error is not spoken for by the error's newness. */
function novelty(release: Release, facts: Facts): Factor | null {
  if (onsetFor(release, facts) - release.startedAt > 2 * HOUR) return null;
  const fresh = facts.detection.symptoms.find(
    (symptom) =>
      symptom.service === release.service &&
      symptom.baseline.observed &&
      symptom.baseline.value === 0 &&
      symptom.firstSeenAt >= release.startedAt &&
      symptom.userVisible &&
      symptom.pattern !== null,
  );
  return fresh === undefined
    ? null
    : factor(
        'novelty',
        WEIGHT.novelty,
        `${fresh.summary}: never seen before this release`,
        fresh.evidence.slice(0, 1),
      );
}

/** How much of what the service logs as errors is of the leading family: a mixture would point elsewhere. */
function familyShare(release: Release, facts: Facts): Factor | null {
  const onset = onsetFor(release, facts);
  const errors = facts.situation.patterns.filter(
    (pattern) =>
      pattern.service === release.service && pattern.severity === 'error' && pattern.lastSeenAt >= onset,
  );
  const total = errors.reduce((sum, pattern) => sum + pattern.count, 0);
  const leader = facts.detection.symptoms
    .filter(
      (symptom) => symptom.service === release.service && symptom.pattern !== null && symptom.userVisible,
    )
    .sort((a, b) => b.count - a.count)[0];
  if (leader === undefined || total < leader.count) return null;
  return factor(
    'family-share',
    0,
    `${leader.count} of ${total} ERROR lines of ${release.service} are of one family (${leader.class})`,
    leader.evidence.slice(0, 1),
  );
}

function statusFactors(release: Release): readonly Factor[] {
  const factors: Factor[] = [];
  if (release.status === 'failed' || release.status === 'cancelled')
    factors.push(
      factor('never-served', WEIGHT.neverServed, `its rollout ${release.status}`, release.evidence),
    );
  if (release.rollback)
    factors.push(
      factor('is-rollback', WEIGHT.isRollback, 'it brings back an earlier version', release.evidence),
    );
  return factors;
}

function present<T>(value: T | null): readonly T[] {
  return value === null ? [] : [value];
}

function inertText(reasons: readonly string[]): string {
  const words = [...new Set(reasons)].sort().map((reason) => reason.replace(/-/g, ' '));
  return `its difference cannot act at run time (${words.join(', ')})`;
}

export function releaseLabel(release: Release): string {
  if (release.reach === 'merged')
    return `commit ${release.commit?.slice(0, 7) ?? ''} "${release.commits[0]?.subject ?? ''}" of ${release.service}`;
  return `${release.service}${release.version === null ? '' : `-${release.version.replace(new RegExp(`^${release.service}[-@/]?`), '')}`}`;
}

function statementOf(release: Release, matches: readonly Match[], held: HeldValue | null): string {
  const label = releaseLabel(release);
  if (held !== null)
    return `${held.definition.key} = ${held.definition.value?.raw} in ${held.definition.location.path}, running in ${label}, governs the failing code`;
  const best = whatItDid(matches);
  if (best === null) return `Deployment ${label}`;
  if (best.value !== null)
    return `${label} changed ${best.value.key} ${arrow(best.value)} (${best.file}:${best.line})`;
  return `${label}: ${best.detail} (${best.file}:${best.line})`;
}

function predictionsOf(
  release: Release,
  onset: EpochMs,
  factors: readonly Factor[],
  check: ReturnType<typeof telemetryCheck>,
  facts: Facts,
): readonly Prediction[] {
  const split = factors.find((item) => item.name === 'version-split');
  const back = factors.find((item) => item.name === 'reversal');
  const observed = facts.detection.baselineObserved;
  const predictions: Prediction[] = [
    {
      statement: `the failure begins after ${toIso(release.startedAt)}, when the rollout started`,
      result: followsStart(onset, release.startedAt, facts),
      evidence: release.evidence.slice(0, 1),
    },
    {
      statement: 'the failure was absent before the rollout',
      result: observed ? noveltyResult(factors, facts) : 'NO-DATA',
      evidence: [],
    },
    {
      statement: 'instances that do not run it are healthy',
      result: outcome(split),
      evidence: split?.evidence ?? [],
    },
    { statement: 'taking it back ends the failure', result: outcome(back), evidence: back?.evidence ?? [] },
  ];
  if (check !== null)
    predictions.push({ statement: check.statement, result: check.result, evidence: check.evidence });
  return predictions;
}

/** What is applied before the first instance starts, and clocks of two machines, differ by as much from the record of a start. */
const START_SLACK_MS = 10 * SECOND;

function followsStart(onset: EpochMs, startedAt: EpochMs, facts: Facts): Prediction['result'] {
  if (onset >= startedAt) return 'PASS';
  const slack = Math.max(START_SLACK_MS, facts.detection.onsetUncertaintyMs);
  return startedAt - onset <= slack ? 'NO-DATA' : 'FAIL';
}

function noveltyResult(factors: readonly Factor[], facts: Facts): Prediction['result'] {
  const primary = facts.detection.primary;
  return factors.some((item) => item.name === 'novelty') || primary?.baseline.value === 0
    ? 'PASS'
    : 'NO-DATA';
}

function outcome(item: Factor | undefined): Prediction['result'] {
  if (item === undefined) return 'NO-DATA';
  return item.weight > 0 ? 'PASS' : 'FAIL';
}
