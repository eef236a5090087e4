/** Arguments from time and place: when a change came, where it sits on the dependency graph, which instances fail, what a reversal did. */
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { Factor } from '../../domain/hypothesis.ts';
import type { ServiceName } from '../../domain/service.ts';
import { dependenciesOf, type Release } from '../../domain/situation.ts';
import type { Symptom, SymptomClass } from '../../domain/symptom.ts';
import { type EpochMs, epochMs, HOUR, MINUTE, toIso } from '../../domain/time.ts';
import { isHostProgram } from '../_signals/host-programs.ts';
import type { Facts } from './facts.ts';
import { feedsSilent } from './topic-feeds.ts';
import { WEIGHT } from './weights.ts';

export function factor(
  name: string,
  weight: number,
  detail: string,
  evidence: readonly EvidenceRef[] = [],
): Factor {
  return { name, weight, detail, evidence };
}

/** `2 m 45 s`, `3 h 5 m`; negative lengths print without their sign. */
export function lengthText(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} m` : `${minutes} m ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} m`;
  return `${Math.round(hours / 24)} days`;
}

/** Two clocks, and a record that is written once the rollout is done, may put a cause behind its effect; by more than this it seldom is one. */
const AFTERWARDS_MS = 10_000;

/** Lead of a change over the onset. `symptomOnset` is the onset of the failure that the change is to explain. */
export function timing(
  at: EpochMs,
  finishedAt: EpochMs | null,
  onset: EpochMs,
  evidence: readonly EvidenceRef[],
): Factor {
  const lead = onset - at;
  const done =
    finishedAt === null || finishedAt > onset ? '' : `, ${lengthText(onset - finishedAt)} after it completed`;
  const detail = `the failure began ${lengthText(Math.abs(lead))} ${lead < 0 ? 'before' : 'after'} it started${done}`;
  if (lead < -AFTERWARDS_MS) return factor('lead', WEIGHT.leadAfterwards, detail, evidence);
  if (lead <= 10 * MINUTE) return factor('lead', WEIGHT.leadMinutes, detail, evidence);
  if (lead <= 30 * MINUTE) return factor('lead', WEIGHT.leadHalfHour, detail, evidence);
  if (lead <= 2 * HOUR) return factor('lead', WEIGHT.leadTwoHours, detail, evidence);
  if (lead <= 24 * HOUR) return factor('lead', WEIGHT.leadDay, detail, evidence);
  return factor('lead', WEIGHT.leadLonger, detail, evidence);
}

/** Share of failing requests of a service that does not work. */
const BREAKS_SHARE = 0.8;

/** The onset of the failure in the service itself where it has one, else of the incident. */
export function ownOnset(service: ServiceName, facts: Facts): EpochMs {
  const strong = facts.detection.symptoms.filter(
    (symptom) => symptom.service === service && symptom.userVisible && symptom.strength >= 8,
  );
  const broke = strong.find(
    ({ class: family, level }) => family === 'error-ratio' && (level ?? 0) >= BREAKS_SHARE,
  );
  // Whose requests fail altogether from some moment on was at worst slow before.
  const isSlowBefore = (symptom: Symptom) =>
    symptom.class === 'latency' && broke !== undefined && symptom.onsetAt < broke.onsetAt - 5 * MINUTE;
  const own = strong.filter((symptom) => !isSlowBefore(symptom)).map((symptom) => symptom.onsetAt);
  const incident = facts.detection.onsetAt ?? facts.situation.snapshot.request.asOf;
  const earliest = Math.min(...own);
  return own.length === 0 || Math.abs(earliest - incident) <= MINUTE ? incident : epochMs(earliest);
}

/** Nats by which a complaint stands out that need not be felt by users: a pooler warns where its clients fail. */
const COMPLAINS = 8;

/** Place of a service relative to what fails. */
/** Whoever is asked wrongly says so, and whoever asks may notice nothing. */
const OVER_WHAT_IS_GIVEN: readonly SymptomClass[] = [
  'client-error',
  'validation',
  'serialization',
  'null-dereference',
  'type-error',
  'data-integrity',
];

export function locus(service: ServiceName, facts: Facts): Factor {
  const failing = facts.failingServices;
  if (failing.includes(service)) {
    const origin = facts.origins.includes(service) && failing.length > 1;
    return factor(
      'locus',
      WEIGHT.locusOwn + (origin ? WEIGHT.locusOrigin : 0),
      origin ? `${service} fails itself, and no failing service lies beneath it` : `${service} fails itself`,
    );
  }
  // Whoever starts and stops programs names them all, and has no part in what they do.
  const named = facts.detection.symptoms.find(
    (symptom) => symptom.peer === service && !isHostProgram(symptom.service),
  );
  if (named !== undefined)
    return factor(
      'locus',
      WEIGHT.locusNamed + WEIGHT.locusCalled,
      `${named.service ?? 'a failing service'} names ${service} in its errors`,
      named.evidence.slice(0, 1),
    );
  const own = facts.detection.symptoms.find(
    (symptom) => symptom.service === service && symptom.pattern !== null && symptom.strength >= COMPLAINS,
  );
  if (own !== undefined)
    return factor(
      'locus',
      WEIGHT.locusOwn,
      `${service} complains itself: ${own.summary}`,
      own.evidence.slice(0, 1),
    );
  const hops = failing.flatMap((name) => dependenciesOf(facts.situation.edges, name).get(service) ?? []);
  const nearest = Math.min(...hops);
  if (nearest === 1) return factor('locus', WEIGHT.locusCalled, `a failing service calls ${service}`);
  if (Number.isFinite(nearest))
    return factor('locus', WEIGHT.locusFar, `${service} lies ${nearest} calls beneath a failing service`);
  const feed = feedsSilent(service, facts);
  if (feed !== null)
    return factor(
      'locus',
      WEIGHT.locusCalled,
      `${service} publishes ${feed.topic}, which ${feed.consumer} handles, and handling fell silent`,
      feed.evidence,
    );
  const asked = facts.failing.find(
    ({ pattern, symptom }) =>
      OVER_WHAT_IS_GIVEN.includes(symptom.class) &&
      pattern.service !== null &&
      dependenciesOf(facts.situation.edges, service).get(pattern.service) === 1,
  );
  if (asked !== undefined)
    return factor(
      'locus',
      WEIGHT.locusAsks,
      `${service} asks ${asked.pattern.service}, which fails over what it is given`,
      asked.symptom.evidence.slice(0, 1),
    );
  // Where the failure names no service, nobody can say that this one has no part in it.
  if (facts.detection.primary?.service === null)
    return factor('locus', WEIGHT.locusUnsaid, 'which service fails is not said');
  return factor('locus', WEIGHT.locusNone, `no failing service depends on ${service}`);
}

/** The same for a release, whose difference can show what place cannot: where nobody knows who calls whom, place alone clears nothing. */
export function locusOfRelease(service: ServiceName, facts: Facts): Factor {
  const place = locus(service, facts);
  return place.weight === WEIGHT.locusNone && knowsNoCalls(facts)
    ? factor('locus', WEIGHT.locusUnknown, `which services call ${service} is not known`)
    : place;
}

/** True where nothing at hand tells of any call between services of ours, or of any of what fails: then none is ruled out by it. */
function knowsNoCalls({ situation, failingServices }: Facts): boolean {
  const isOurs = (name: ServiceName) => (situation.services.get(name)?.kind ?? 'service') === 'service';
  const calls = situation.edges.filter(({ from, to }) => isOurs(from) && isOurs(to));
  return !calls.some(
    ({ from, to }) =>
      failingServices.length === 0 || failingServices.includes(from) || failingServices.includes(to),
  );
}

/** Errors only from instances that came with the release, while older ones went on serving (or the reverse). */
export function versionSplit(release: Release, facts: Facts): Factor | null {
  const pods = podLives(release.service, facts);
  const fresh = new Set(
    pods
      .filter(
        (pod) =>
          pod.first >= release.startedAt - MINUTE &&
          pod.first <= (release.finishedAt ?? release.startedAt) + 10 * MINUTE,
      )
      .map((pod) => pod.name),
  );
  const old = pods.filter(
    (pod) =>
      !fresh.has(pod.name) &&
      pod.first < release.startedAt &&
      pod.last > (release.finishedAt ?? release.startedAt) + 5 * MINUTE,
  );
  if (fresh.size === 0 || old.length === 0) return null;
  const errors = facts.failing
    .filter((item) => item.pattern.service === release.service && item.symptom.userVisible)
    .flatMap((item) =>
      item.pattern.splits.filter(
        (split) => split.dimension === 'pod' && split.lastSeenAt >= release.startedAt,
      ),
    );
  const total = errors.reduce((sum, split) => sum + split.count, 0);
  const fromFresh = errors
    .filter((split) => fresh.has(split.value))
    .reduce((sum, split) => sum + split.count, 0);
  if (total < 5) return null;
  if (fromFresh / total >= 0.9)
    return factor(
      'version-split',
      WEIGHT.splitOnlyNew,
      `${fromFresh} of ${total} errors come from the ${fresh.size === 1 ? 'instance' : `${fresh.size} instances`} that this release started, while ${old.length} older ${old.length === 1 ? 'one' : 'ones'} went on serving without them`,
    );
  const fromOld = errors
    .filter((split) => old.some((pod) => pod.name === split.value))
    .reduce((sum, split) => sum + split.count, 0);
  return fromOld / total >= 0.3
    ? factor(
        'version-split',
        WEIGHT.splitBoth,
        `${fromOld} of ${total} errors come from instances that do not run this release`,
      )
    : null;
}

function podLives(
  service: ServiceName,
  facts: Facts,
): readonly { readonly name: string; readonly first: EpochMs; readonly last: EpochMs }[] {
  const lives = new Map<string, { name: string; first: EpochMs; last: EpochMs }>();
  for (const pattern of facts.situation.patterns) {
    if (pattern.service !== service) continue;
    for (const split of pattern.splits) {
      if (split.dimension !== 'pod') continue;
      const known = lives.get(split.value);
      lives.set(split.value, {
        name: split.value,
        first: known === undefined || split.firstSeenAt < known.first ? split.firstSeenAt : known.first,
        last: known === undefined || split.lastSeenAt > known.last ? split.lastSeenAt : known.last,
      });
    }
  }
  return [...lives.values()];
}

/** What cannot be read, or lacks something, is an answer that has changed. */
const OF_FORM: readonly SymptomClass[] = ['schema', 'serialization', 'validation', 'type-error'];

/** Callers that name the service cannot read what it answers, minutes after it was released, and its difference is not at hand. */
export function answersChanged(release: Release, facts: Facts): Factor | null {
  const onset = facts.detection.onsetAt;
  const lead = (onset ?? release.startedAt) - release.startedAt;
  if (onset === null || lead > 10 * MINUTE || facts.diffOf(release) !== null) return null;
  const caller = facts.detection.symptoms.find(
    ({ peer, service, class: family }) =>
      peer === release.service && service !== release.service && OF_FORM.includes(family),
  );
  return caller === undefined
    ? null
    : factor(
        'answers-changed',
        WEIGHT.answersChanged,
        `${caller.service ?? 'a caller'} cannot read what ${release.service} answers since then: ${caller.summary}`,
        caller.evidence.slice(0, 1),
      );
}

/** The first rollback of the same service after the release. */
export function reversalOf(release: Release, facts: Facts): Release | null {
  return (
    facts.situation.releases.find(
      (other) =>
        other.service === release.service &&
        other.startedAt > release.startedAt &&
        other.rollback &&
        other.previousId === release.id,
    ) ?? null
  );
}

export function reversal(release: Release, facts: Facts): Factor | null {
  const back = reversalOf(release, facts);
  const onset = facts.detection.onsetAt;
  if (back === null) return recordedReversal(release, facts);
  if (onset === null || back.startedAt < onset) return null;
  const done = back.finishedAt ?? back.startedAt;
  const end = lastFailure(facts);
  if (end === null || end <= done + 5 * MINUTE) {
    const observed = (facts.situation.covered?.to ?? done) - done;
    if (observed < 2 * MINUTE && facts.detection.ongoing) return null;
    return factor(
      'reversal',
      WEIGHT.reversalEnded,
      `it was taken back at ${toIso(back.startedAt)} and the failure ended`,
      back.evidence,
    );
  }
  return factor(
    'reversal',
    WEIGHT.reversalWentOn,
    `it was taken back at ${toIso(back.startedAt)} and the failure went on`,
    back.evidence,
  );
}

/** It ran long enough to be believed. */
export const RAN_WELL_MS = 5 * MINUTE;

/**
 * Against a release that another one followed before the failure and that a rollback brought back while it went on: it ran without the
 * failure before, so that what it changed does not make it. Null where it hardly ran, or where nothing shows how it did.
 */
export function cameBack(release: Release, facts: Facts): Factor | null {
  const onset = facts.detection.onsetAt;
  const next = facts.situation.releases.find(
    (other) => other.service === release.service && other.previousId === release.id && !other.rollback,
  );
  const back = next === undefined ? null : reversalOf(next, facts);
  if (onset === null || next === undefined || back === null || release.version === null) return null;
  const isBack = back.version === release.version && reversal(next, facts)?.weight === WEIGHT.reversalWentOn;
  const ran = next.startedAt - (release.finishedAt ?? release.startedAt);
  if (!isBack || next.startedAt > onset || ran < RAN_WELL_MS || !facts.detection.baselineObserved)
    return null;
  return factor(
    'came-back',
    WEIGHT.cameBack,
    `it ran without the failure for ${lengthText(ran)} before ${next.version ?? 'the next release'} came, and failed when it was back`,
    back.evidence,
  );
}

const TAKEN_BACK = /\b(roll(ed|ing)? ?back|rollback|revert(ed)?|undone|back on v?\d)\b/i;

/** No rollout says that it was taken back, but a person does, and a verification measured what followed. */
function recordedReversal(release: Release, facts: Facts): Factor | null {
  const event = facts.situation.snapshot.record.findLast(({ body }) => body.type === 'verified');
  if (event?.body.type !== 'verified' || event.body.basis !== 'record') return null;
  const { accused, outcome, mitigation } = event.body;
  const same =
    accused !== null &&
    accused.service === release.service &&
    (accused.version === release.version || accused.commit === release.commit);
  if (!same || !TAKEN_BACK.test(mitigation)) return null;
  if (outcome === 'NOT_RECOVERED')
    return factor(
      'reversal',
      WEIGHT.reversalWentOn,
      `it was taken back (${mitigation}) and the failure went on`,
      [],
    );
  return outcome === 'RECOVERED'
    ? factor('reversal', WEIGHT.reversalEnded, `it was taken back (${mitigation}) and the failure ended`, [])
    : null;
}

function lastFailure(facts: Facts): EpochMs | null {
  const visible = facts.detection.symptoms.filter((symptom) => symptom.userVisible && symptom.strength >= 8);
  return visible.length === 0 ? null : epochMs(Math.max(...visible.map((symptom) => symptom.lastSeenAt)));
}
