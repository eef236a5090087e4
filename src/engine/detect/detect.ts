/** Stage two: what is wrong, since when, and how surely. Names no cause. */
import type { Situation } from '../../domain/situation.ts';
import type { Detection, Symptom, SymptomClass } from '../../domain/symptom.ts';
import { type EpochMs, epochMs, MINUTE } from '../../domain/time.ts';
import { isWatcher, servesNobody } from '../_signals/host-programs.ts';
import { isStore } from '../_signals/stores.ts';
import { alertSymptoms } from './alert-symptoms.ts';
import { dismissalReason, judgeNoise, rolloutNoise } from './dismiss.ts';
import {
  type AbnormalPattern,
  findAbnormalPatterns,
  findRarePatterns,
  groupIntoSymptoms,
} from './log-symptoms.ts';
import { CALLER_LEFT } from './loud.ts';
import { missedSteps } from './missed-steps.ts';
import { findNewSinceRelease } from './new-since-release.ts';
import { platformSymptoms, silentStreams } from './platform-symptoms.ts';
import { concerning, correction, isOwnAndAlone, isWell, reportedServices } from './reported.ts';
import { sawtoothSymptoms } from './sawtooth.ts';
import { seriesSymptoms, silentWork } from './series-symptoms.ts';
import { silentPatterns } from './silent-patterns.ts';
import { slackWorkers } from './slack-workers.ts';
import { strangersAsk } from './strange-routes.ts';
import { heedWarnings } from './warnings-alone.ts';

/** Symptoms that begin this long before the leading one still belong to the same incident. */
const SAME_INCIDENT_MS = 15 * MINUTE;
/** A leader must stand out by this much (nats); a scan that is merely significant has about 12. */
const LEADER_STRENGTH = 8;

/** A share that was averaged over a while falls later than the failures that are counted: where these are over, it is. */
function withoutLag(symptoms: readonly Symptom[], situation: Situation): readonly Symptom[] {
  const counts = new Set(situation.series.flatMap(({ id, meaning }) => (meaning === 'errors' ? [id] : [])));
  const counted = symptoms.filter(({ signalIds }) => signalIds.some((id) => counts.has(id)));
  return symptoms.map((symptom) => {
    const own = counted.filter(({ service }) => service === symptom.service);
    const lags =
      symptom.class === 'error-ratio' &&
      !own.includes(symptom) &&
      own.length > 0 &&
      own.every(({ ongoing }) => !ongoing);
    return lags ? { ...symptom, ongoing: false } : symptom;
  });
}

/** The symptom that leads a list; null where none can. */
type Lead = (symptoms: readonly Symptom[]) => Symptom | null;

export function detect(situation: Situation): Detection {
  const found = judgeNoise(findAbnormalPatterns(situation), situation);
  const detection = judge(found, situation);
  if (detection.primary !== null) return detection;
  const known = new Set(found.map(({ item }) => item.pattern.id));
  const rare = judgeNoise(findNewSinceRelease(situation, known), situation);
  return rare.length === 0 ? detection : judge([...found, ...rare], situation);
}

/** Patterns that stand out, each with the reason why it is no symptom. */
type Judged = ReturnType<typeof judgeNoise>;

function judge(judged: Judged, situation: Situation): Detection {
  const abnormal = judged.filter((entry) => entry.reason === null).map((entry) => entry.item);
  const grouped = withoutSupporters(groupIntoSymptoms(abnormal, situation));
  const reported = reportedServices(situation);
  const lead: Lead = (symptoms) => choosePrimary(symptoms, reported, situation);
  const measuredAll = ownSeries(situation).map((symptom) => ({
    symptom,
    reason: rolloutNoise(symptom, situation) ?? strangersAsk(symptom, situation),
  }));
  const loud = [
    ...measuredAll.flatMap(({ symptom, reason }) => (reason === null ? [symptom] : [])),
    ...platformSymptoms(situation),
    ...sawtoothSymptoms(situation),
  ];
  const quiet = withQuiet(grouped, loud, lead, situation);
  const told =
    lead([...grouped, ...quiet]) === null
      ? heedWarnings(grouped, situation.patterns, situation.series)
      : grouped;
  const known = [...told, ...quiet];
  const strong = [...known, ...(lead(known) === null ? alertSymptoms(situation) : [])].sort(byOnset);
  const primary = lead(strong);
  const dismissed = [
    ...judged.flatMap(({ item, reason }) => (reason === null ? [] : [dismissal(item, reason)])),
    ...measuredAll.flatMap(({ symptom: { summary, evidence }, reason }) =>
      reason === null ? [] : [{ summary, reason, evidence: evidence.slice(0, 1) }],
    ),
  ];
  if (primary === null) return nothing(dismissed, situation);
  const visible = concerning(strong, reported, situation)
    .filter((symptom) => belongs(symptom, primary) && symptom.userVisible && startsIncident(symptom, primary))
    .sort(byOnset);
  const dated = refine(visible[0] ?? primary, visible);
  const seen = new Set(judged.map((entry) => entry.item.pattern.id));
  const rare = findRarePatterns(
    situation,
    { onsetAt: dated.onsetAt, service: primary.service, class: primary.class },
    seen,
  ).filter((item) => dismissalReason(item, situation) === null);
  const regrouped = withoutSupporters(groupIntoSymptoms([...abnormal, ...rare], situation));
  const whole = told === grouped ? regrouped : heedWarnings(regrouped, situation.patterns, situation.series);
  const others = withWorkers(
    strong.filter((symptom) => !told.includes(symptom)),
    primary,
    situation,
  );
  const own = withoutLag(
    [...whole, ...others].filter((symptom) => belongs(symptom, primary)).sort(byOnset),
    situation,
  );
  const note = correction(primary, own, reported, situation);
  const ongoing = own.some(
    (symptom) => symptom.userVisible && symptom.ongoing && symptom.strength >= LEADER_STRENGTH,
  );
  return {
    symptoms: own,
    primary,
    onsetAt: dated.onsetAt,
    onsetUncertaintyMs: dated.onsetUncertaintyMs,
    ongoing,
    endedAt: ongoing
      ? null
      : lastSeen(own.filter((symptom) => symptom.userVisible && symptom.strength >= LEADER_STRENGTH)),
    baselineObserved: dated.baseline.observed,
    dismissed,
    notes: note === null ? [] : [note],
  };
}

/** What a store answers to a statement that is wrong: it works, and its client does not. */
const REFUSES: readonly SymptomClass[] = ['schema', 'data-integrity', 'serialization', 'type-error'];

/** Programs of a machine support the service that fails on it, callers leave whoever fails, and a store that refuses a statement serves whoever made it; they lead where nothing else does. */
function withoutSupporters(symptoms: readonly Symptom[]): readonly Symptom[] {
  const supports = ({ service, class: family, pattern }: Symptom) =>
    servesNobody(service) ||
    (isStore(service) && REFUSES.includes(family)) ||
    CALLER_LEFT.test(pattern ?? '');
  const others = symptoms.some(
    (symptom) => symptom.userVisible && symptom.strength >= LEADER_STRENGTH && !supports(symptom),
  );
  return others
    ? symptoms.map((symptom) => (supports(symptom) ? { ...symptom, userVisible: false } : symptom))
    : symptoms;
}

/** Where work piles up, whoever works off less is behind with it: that says more than that he fell silent. */
function withWorkers(
  symptoms: readonly Symptom[],
  primary: Symptom,
  situation: Situation,
): readonly Symptom[] {
  if (primary.class !== 'queue-backlog') return symptoms;
  const behind = slackWorkers(primary, situation);
  const services = new Set(behind.map(({ service }) => service));
  const others = symptoms.filter((symptom) => symptom.class !== 'silence' || !services.has(symptom.service));
  return [...others, ...behind];
}

/** Users see services; what a database or a provider measures of itself supports, and is no symptom of theirs. */
function ownSeries(situation: Situation): readonly Symptom[] {
  return seriesSymptoms(situation).map((symptom) =>
    (situation.services.get(symptom.service ?? '')?.kind ?? 'service') === 'service'
      ? symptom
      : { ...symptom, userVisible: false },
  );
}

/** Not felt by whoever asks while something else fails; where nothing does, work that waits and processes that die are what is felt. */
const FELT_ALONE: readonly Symptom['class'][] = ['queue-backlog', 'out-of-memory', 'crash', 'unschedulable'];

function feltAlone(symptom: Symptom): Symptom {
  return FELT_ALONE.includes(symptom.class) ? { ...symptom, userVisible: true } : symptom;
}

/** What was louder is over, and work has been piling up since then: whoever asks now asks about that. */
function pilesUpSince(louder: Symptom, loud: readonly Symptom[]): boolean {
  const later = loud.filter(
    ({ class: family, onsetAt, ongoing, strength }) =>
      family === 'queue-backlog' && ongoing && onsetAt > louder.lastSeenAt && strength >= LEADER_STRENGTH,
  );
  return !louder.ongoing && later.length > 0;
}

/** Less is logged for many reasons: silence is a symptom only where nothing louder is. Answers that came a little later for a while, and no more, are not louder than work that is no longer done. */
function withQuiet(
  grouped: readonly Symptom[],
  loud: readonly Symptom[],
  lead: Lead,
  situation: Situation,
): readonly Symptom[] {
  const louder = lead([...grouped, ...loud]);
  if (louder !== null && pilesUpSince(louder, loud)) return loud.map(feltAlone);
  if (louder !== null && !(isMereDelay(louder) && !louder.ongoing)) return loud;
  const felt = loud.map(feltAlone);
  const quiet = [
    ...silentStreams(situation),
    ...silentPatterns(situation),
    ...missedSteps(situation),
    ...silentWork(situation),
  ];
  if (louder !== null) return lead(quiet)?.ongoing === true ? [...loud.map(unfeltDelay), ...quiet] : loud;
  return lead(felt) === null ? [...loud, ...quiet] : [...felt, ...quiet];
}

function nothing(dismissed: Detection['dismissed'], situation: Situation): Detection {
  return {
    symptoms: [],
    primary: null,
    onsetAt: null,
    onsetUncertaintyMs: 0,
    ongoing: false,
    endedAt: null,
    baselineObserved: situation.covered !== null,
    dismissed,
    notes: [isWell(situation)].filter((text) => text !== null),
  };
}

function dismissal(item: AbnormalPattern, reason: string): Detection['dismissed'][number] {
  const where = item.pattern.service === null ? '' : ` in ${item.pattern.service}`;
  return {
    summary: `"${item.pattern.template}"${where}`,
    reason,
    evidence: item.pattern.samples.slice(0, 1).map((sample) => sample.evidence),
    ...(isWatcher(item.pattern.service) ? { byWatcher: true } : {}),
  };
}

/** A series or a pattern with a background knows its onset to an interval only; a message never seen before knows it to the second. */
function refine(first: Symptom, visible: readonly Symptom[]): Symptom {
  if (first.pattern !== null && first.baseline.value === 0) return first;
  const slack = Math.max(first.onsetUncertaintyMs, MINUTE);
  const novel = visible.filter(
    (symptom) =>
      symptom.pattern !== null &&
      symptom.baseline.value === 0 &&
      Math.abs(symptom.onsetAt - first.onsetAt) <= slack,
  );
  return novel[0] ?? first;
}

function byOnset(a: Symptom, b: Symptom): number {
  return a.onsetAt - b.onsetAt || (a.id < b.id ? -1 : 1);
}

function lastSeen(symptoms: readonly Symptom[]): EpochMs | null {
  return symptoms.length === 0 ? null : epochMs(Math.max(...symptoms.map((symptom) => symptom.lastSeenAt)));
}

/** The strongest user-visible symptom that concerns what was reported; ongoing ones first, since that is why somebody asks, then those of what was named. */
function choosePrimary(
  symptoms: readonly Symptom[],
  reported: ReadonlySet<string>,
  situation: Situation,
): Symptom | null {
  const leaders = symptoms.filter(
    (symptom) =>
      symptom.userVisible &&
      symptom.strength >= LEADER_STRENGTH &&
      (symptom.count >= 3 || symptom.failsRun === true),
  );
  return (
    [...concerning(leaders, reported, situation)].sort(
      (a, b) =>
        Number(a.class === 'silence') - Number(b.class === 'silence') ||
        Number(b.ongoing) - Number(a.ongoing) ||
        Number(isOwnAndAlone(b, reported, situation)) - Number(isOwnAndAlone(a, reported, situation)) ||
        Number(isMereDelay(a)) - Number(isMereDelay(b)) ||
        Number(b.service !== null) - Number(a.service !== null) ||
        b.strength - a.strength ||
        byOnset(a, b),
    )[0] ?? null
  );
}

function unfeltDelay(symptom: Symptom): Symptom {
  return isMereDelay(symptom) ? { ...symptom, userVisible: false } : symptom;
}

/** Answers that come later, though within a second: whoever asks about a failure does not mean them. */
function isMereDelay(symptom: Symptom): boolean {
  return symptom.class === 'latency' && symptom.level !== null && symptom.level < 1000;
}

/** Overlapping in time with the leader, or shortly before it. What nobody feels and began when all was over is another matter. */
function belongs(symptom: Symptom, primary: Symptom): boolean {
  if (!primary.ongoing && !symptom.userVisible && symptom.onsetAt > primary.lastSeenAt + MINUTE) return false;
  return (
    symptom.lastSeenAt >= primary.onsetAt - SAME_INCIDENT_MS &&
    symptom.onsetAt <= primary.lastSeenAt + SAME_INCIDENT_MS
  );
}

/** Whether the symptom may date the incident: it must itself be strong, and not have begun long before the leader. */
function startsIncident(symptom: Symptom, primary: Symptom | null): boolean {
  return (
    primary !== null &&
    (symptom.id === primary.id ||
      (symptom.strength >= Math.max(LEADER_STRENGTH, primary.strength * 0.1) &&
        symptom.onsetAt >= primary.onsetAt - SAME_INCIDENT_MS &&
        symptom.class !== 'latency' &&
        symptom.class !== 'silence' &&
        !wasOver(symptom, primary)))
  );
}

/** Another failure, over for minutes when this one began. */
function wasOver(symptom: Symptom, primary: Symptom): boolean {
  return (
    symptom.shape === 'burst' &&
    !symptom.ongoing &&
    symptom.class !== primary.class &&
    symptom.lastSeenAt < primary.onsetAt - OVER_BEFORE_MS
  );
}

const OVER_BEFORE_MS = 2 * MINUTE;
