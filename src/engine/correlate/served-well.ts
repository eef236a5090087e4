/** A release that did the same work well for a while, before it failed from one moment on: what it changed alone does not explain that moment. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { MetricSeries } from '../../domain/signal.ts';
import type { Release } from '../../domain/situation.ts';
import type { Symptom, SymptomClass } from '../../domain/symptom.ts';
import { type EpochMs, epochMs, MINUTE, toIso } from '../../domain/time.ts';
import { requestsOf } from '../_measure/requests-of.ts';
import { stepOf } from '../_measure/step-of.ts';
import { factor, ownOnset } from './circumstance.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** What fails at once or never: nothing in it fills up, wears out, waits for others or depends on what it is given. */
const AT_ONCE: readonly SymptomClass[] = [
  'schema',
  'credentials',
  'certificate',
  'missing-config',
  'missing-module',
];
/** The last old instances serve on for a while after a rollout is told as complete; one that is told to have begun takes minutes. */
const SETTLED_MS = MINUTE;
const ROLLOUT_MS = 5 * MINUTE;
/** No share is so sure that one request proves anything. */
const LARGEST_SHARE = 0.9;

/** `n ln(1 − share)` for the requests of the failing route that it served in between, at least −2.5; null where none is known. */
export function servedWell(release: Release, facts: Facts): Factor | null {
  const onset = ownOnset(release.service, facts);
  const from = release.finishedAt === null ? release.startedAt + ROLLOUT_MS : release.finishedAt + SETTLED_MS;
  const until = onset - MINUTE;
  if (from >= until || release.status !== 'succeeded') return null;
  const own = facts.failing.filter(
    ({ pattern, symptom }) => pattern.service === release.service && symptom.userVisible,
  );
  const leader = own.toSorted((a, b) => b.pattern.count - a.pattern.count)[0];
  if (leader === undefined || !AT_ONCE.includes(leader.symptom.class)) return null;
  const found = facts.detection.symptoms
    .filter((symptom) => isShare(symptom, release, onset))
    .map((symptom) => ({ symptom, served: servedBetween(symptom, epochMs(from), epochMs(until), facts) }))
    .filter(({ served }) => served > 0)
    .sort((a, b) => (b.symptom.level ?? 0) - (a.symptom.level ?? 0));
  const [most] = found;
  if (most === undefined) return null;
  const share = Math.min(LARGEST_SHARE, most.symptom.level ?? 0);
  return factor(
    'served-well',
    Math.max(WEIGHT.servedWell, most.served * Math.log(1 - share)),
    `it served ${most.served} requests well between ${toIso(epochMs(from)).slice(11, 16)} and the onset: ${most.symptom.summary}`,
    most.symptom.evidence.slice(0, 1),
  );
}

function isShare(symptom: Symptom, { service }: Release, onset: EpochMs): boolean {
  return (
    symptom.class === 'error-ratio' &&
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
