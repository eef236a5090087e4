/** A release that did the same work well for a while, before it failed from one moment on: what it changed alone does not explain that moment. */
import type { DiffFeatureKind } from '../../domain/code.ts';
import type { Factor } from '../../domain/hypothesis.ts';
import type { BucketCounts, MetricSeries } from '../../domain/signal.ts';
import type { Release } from '../../domain/situation.ts';
import type { Symptom, SymptomClass } from '../../domain/symptom.ts';
import { type EpochMs, epochMs, MINUTE, toIso } from '../../domain/time.ts';
import { requestsOf } from '../_measure/requests-of.ts';
import { stepOf } from '../_measure/step-of.ts';
import { factor, ownOnset } from './circumstance.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** What fails at once or never: nothing in it fills up, wears out, waits for others or depends on what it is given. */
const AT_ONCE: readonly SymptomClass[] = [
  'schema',
  'credentials',
  'certificate',
  'missing-config',
  'missing-module',
  'connection-refused',
  'dns',
  'network',
];
/** What depends on what it is given: other things may be given from then on, and a fault in the new code may be what cannot bear them. */
const AS_GIVEN: readonly SymptomClass[] = [
  'null-dereference',
  'type-error',
  'serialization',
  'validation',
  'data-integrity',
  'client-error',
];
/** `job failed`: what it was is not said. All of its work fails from one moment on; code that fails as such would have failed from the first piece on. */
const UNTOLD: readonly SymptomClass[] = ['server-error', 'unclassified'];
/** Against one that speaks by its nearness alone; what is older than that may yet have been given nothing of the kind. */
const RECENT_MS = 30 * MINUTE;
/** So much of a route fails that it would have been met before. */
const LARGE_SHARE = 0.2;
/** What is taken and not given back is fine until there is none left. */
const KEEPS: ReadonlySet<DiffFeatureKind> = new Set([
  'close-removed',
  'unbounded-growth',
  'client-per-call',
  'limit-removed',
  'call-in-loop',
  'batch-removed',
  'cache-removed',
  'retry-removed',
  'state-shared',
]);
/** The last old instances serve on for a while after a rollout is told as complete; one that is told to have begun takes minutes. */
const SETTLED_MS = MINUTE;
const ROLLOUT_MS = 5 * MINUTE;
/** No share is so sure that one request proves anything. */
const LARGEST_SHARE = 0.9;

/** Work of which so many pieces were told before is work that is done all the time, and so few after it is work that is done no more. */
const OFTEN = 50;
const STOPPED = 0.1;
/** Long enough after the onset for the work to have been told of. */
const AFTER_MS = 30_000;

/** Pieces of work that its own lines told as done in between, and that are told no more (the tenth or less) since the failure began; null where there are none. */
function workedBetween({ service }: Release, from: EpochMs, until: EpochMs, facts: Facts) {
  const onset = ownOnset(service, facts);
  const own = facts.situation.patterns.filter((pattern) => pattern.service === service);
  const end = Math.max(onset, ...own.map(({ lastSeenAt }) => lastSeenAt));
  if (end - onset < AFTER_MS) return null;
  const [most] = own
    .filter(({ severity }) => severity === 'info')
    .map((pattern) => {
      const [before, after] = [countIn(pattern.buckets, from, until), countIn(pattern.buckets, onset, end)];
      const first = Math.max(from, pattern.firstSeenAt);
      const expected = (before / Math.max(1, until - first)) * (end - onset);
      return { pattern, served: before, share: 1 - after / Math.max(1, expected) };
    })
    .filter(({ served, share }) => served >= OFTEN && share >= 1 - STOPPED)
    .sort((a, b) => b.served - a.served);
  return most ?? null;
}

function countIn({ at, count }: BucketCounts, from: number, until: number): number {
  return at.reduce((sum, time, index) => (time >= from && time < until ? sum + (count[index] ?? 0) : sum), 0);
}

/** `n ln(1 − share)` for the requests of the failing route, or the pieces of work, that it did in between, at least −2.5; null where none is known. */
export function servedWell(release: Release, facts: Facts): Factor | null {
  const onset = ownOnset(release.service, facts);
  const from = release.finishedAt === null ? release.startedAt + ROLLOUT_MS : release.finishedAt + SETTLED_MS;
  const until = onset - MINUTE;
  if (from >= until || release.status !== 'succeeded') return null;
  const family = leadingFamily(release, facts);
  const scale = scaleOf(family, release, facts);
  const isUntold = scale === 0 && family !== null && UNTOLD.includes(family) && !keeps(release, facts);
  if (scale === 0 && !isUntold) return null;
  const found = (isUntold ? [] : facts.detection.symptoms)
    .filter((symptom) => isShare(symptom, release, onset))
    .map((symptom) => ({ symptom, served: servedBetween(symptom, epochMs(from), epochMs(until), facts) }))
    .filter(({ symptom, served }) => served > 0 && (scale === 1 || (symptom.level ?? 0) >= LARGE_SHARE))
    .sort((a, b) => (b.symptom.level ?? 0) - (a.symptom.level ?? 0));
  const [most] = found;
  if (most === undefined) {
    // What is kept of before (a token, a connection) lets others do their work for as long as it is good.
    if (family === null || !(isUntold || AS_GIVEN.includes(family))) return null;
    const worked = workedBetween(release, epochMs(from), epochMs(until), facts);
    return worked === null
      ? null
      : factor(
          'served-well',
          Math.max(scale, SURE_SCALE) * WEIGHT.servedWell,
          `it told "${worked.pattern.template}" ${worked.served} times between ${toIso(epochMs(from)).slice(11, 16)} and the onset, and hardly since: what it does was done well`,
          worked.pattern.samples.slice(0, 1).map(({ evidence }) => evidence),
        );
  }
  const share = Math.min(LARGEST_SHARE, most.symptom.level ?? 0);
  return factor(
    'served-well',
    (isSure(most.served, share) ? Math.max(scale, SURE_SCALE) : scale) *
      Math.max(WEIGHT.servedWell, most.served * Math.log(1 - share)),
    `it served ${most.served} requests well between ${toIso(epochMs(from)).slice(11, 16)} and the onset: ${most.symptom.summary}`,
    most.symptom.evidence.slice(0, 1),
  );
}

/** What most of its failures are: by its lines, else by what is measured of it; a line without words is what its status says. */
function leadingFamily({ service }: Release, facts: Facts): SymptomClass | null {
  const isOwn = ({ pattern, symptom }: FailingPattern) => pattern.service === service && symptom.userVisible;
  const told = facts.failing.filter(isOwn);
  const [leader] = (told.length > 0 ? told : facts.measured.filter(isOwn)).toSorted(
    (a, b) => b.pattern.count - a.pattern.count,
  );
  if (leader === undefined) return null;
  const isRefused = /^4\d\d$/.test(leader.pattern.attributes['http.response.status_code'] ?? '');
  return leader.symptom.class === 'unclassified' && isRefused ? 'client-error' : leader.symptom.class;
}

/** Even of what depends on what is given, so much would have been given before. */
const SURE_SCALE = 0.8;
const SURE_NATS = -6;

function isSure(served: number, share: number): boolean {
  return served * Math.log(1 - share) <= SURE_NATS;
}

/** 1 where it would have shown at once, one half where it depends on what is given, 0 where it may take its time. */
function scaleOf(family: SymptomClass | null, release: Release, facts: Facts): number {
  if (family === null) return 0;
  if (AS_GIVEN.includes(family))
    return ownOnset(release.service, facts) - release.startedAt <= RECENT_MS ? 0.5 : 0;
  if (!AT_ONCE.includes(family)) return 0;
  const features = (facts.diffOf(release)?.files ?? []).flatMap((file) => file.features);
  const mayWearOut = family === 'connection-refused' || family === 'dns' || family === 'network';
  return mayWearOut && (features.some(({ kind }) => KEEPS.has(kind)) || movesAddress(release, facts)) ? 0 : 1;
}

function keeps(release: Release, facts: Facts): boolean {
  const features = (facts.diffOf(release)?.files ?? []).flatMap((file) => file.features);
  return features.some(({ kind }) => KEEPS.has(kind)) || movesAddress(release, facts);
}

/** Another address shows once what was kept of the earlier one (a connection, an answer, a name) is no longer good. */
function movesAddress(release: Release, facts: Facts): boolean {
  const values = (facts.diffOf(release)?.files ?? []).flatMap((file) => file.values);
  return values.some(
    ({ key, newValue }) =>
      /host|url|uri|addr|port$|endpoint|dsn/i.test(key) || /:\/\/|:\d{2,5}$/.test(newValue?.raw ?? ''),
  );
}

function isShare(symptom: Symptom, { service }: Release, onset: EpochMs): boolean {
  return (
    (symptom.class === 'error-ratio' || symptom.class === 'client-error') &&
    symptom.service === service &&
    symptom.shape === 'step' &&
    symptom.level !== null &&
    Math.abs(symptom.onsetAt - onset) <= 2 * MINUTE
  );
}

function servedBetween(symptom: Symptom, from: EpochMs, until: EpochMs, facts: Facts): number {
  const errors = facts.situation.series.find(({ id }) => symptom.signalIds.includes(id));
  const requests = errors === undefined ? null : requestsOf(errors, facts.situation.series);
  if (errors === undefined || requests === null) return 0;
  const wrong = errors.meaning === 'errors' ? sumOf(errors, from, until) : 0;
  return Math.max(0, Math.round(sumOf(requests, from, until) - wrong));
}

function sumOf(series: MetricSeries, from: EpochMs, until: EpochMs): number {
  const step = stepOf(series.at);
  const scale = series.unit === '1/s' ? step / 1000 : 1;
  return series.at.reduce(
    (sum, at, index) => (at >= from && at + step <= until ? sum + (series.values[index] ?? 0) * scale : sum),
    0,
  );
}
