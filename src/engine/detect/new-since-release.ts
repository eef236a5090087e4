/**
 * Failures too rare for a scan that no version before the running one had. A scan looks everywhere and has to be sure; a release is a moment
 * that is known from elsewhere, and against it a few failures in as many minutes are enough. They speak only where nothing louder does.
 */
import type { BucketCounts, LogPattern } from '../../domain/signal.ts';
import type { Release, Situation } from '../../domain/situation.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { type Interval, MINUTE } from '../../domain/time.ts';
import { coverageOf } from '../_measure/coverage.ts';
import { classifyPattern } from '../_signals/classify.ts';
import type { AbnormalPattern } from './log-symptoms.ts';

/** Failures of one minute are one failure: a batch that stumbles, a client that tries again. */
const APART_MS = MINUTE;
const LEAST_TIMES = 3;
/** Log of how unlikely it is that all of them came after the release by chance, the number of patterns and releases taken off: one in fifty. */
const LEAST_NATS = 4;
/** Each end of a process is one of its own, however soon it is started again. */
const CRASHES_APART_MS = 1_000;
/** What comes with a rollout has ended by then. */
const SETTLED_MS = 5 * MINUTE;
/** Fewer records do not show how much a service did before and after. */
const ENOUGH_RECORDS = 20;
/** Just enough to lead where nothing else does. */
const STRENGTH = 8;

/** What somebody else refuses may have begun with the release of whoever that is, or of whoever sets its limits. */
const REFUSED_BY_OTHERS: ReadonlySet<SymptomClass> = new Set([
  'pool-exhausted',
  'rate-limit',
  'credentials',
  'certificate',
  'schema',
]);

interface Newcomer {
  readonly pattern: LogPattern;
  readonly covered: Interval;
  /** The last one before it was seen. */
  readonly release: Release;
  /** Those that it may have come with, while its log was observed. */
  readonly releases: number;
}

/** `known`: ids of patterns that stand out already. */
export function findNewSinceRelease(
  situation: Situation,
  known: ReadonlySet<string>,
): readonly AbnormalPattern[] {
  const newcomers = situation.patterns
    // of what came too seldom to be judged nothing can be found by chance either
    .filter((pattern) => isThrown(pattern) && !known.has(pattern.id) && timesOf(pattern) >= LEAST_TIMES)
    .flatMap((pattern) => newcomerOf(pattern, situation) ?? []);
  return newcomers.flatMap(({ pattern, covered, release, releases }) => {
    const times = timesOf(pattern);
    const share = shareSince(release, pattern, covered, situation);
    const nats = times * Math.log(1 / share) - Math.log(newcomers.length * releases);
    const settledAt = (release.finishedAt ?? release.startedAt) + SETTLED_MS;
    const isSettling = pattern.severity !== 'fatal' && pattern.lastSeenAt < settledAt;
    if (nats < LEAST_NATS || isSettling) return [];
    return [
      {
        pattern,
        class: classifyPattern(pattern),
        onsetAt: pattern.firstSeenAt,
        endAt: pattern.lastSeenAt,
        uncertaintyMs: Math.round((pattern.lastSeenAt - pattern.firstSeenAt) / (times - 1)),
        strength: STRENGTH,
        inside: pattern.count,
        before: 0,
        observedFrom: covered.from,
        observedTo: covered.to,
      },
    ];
  });
}

function newcomerOf(pattern: LogPattern, situation: Situation): Newcomer | null {
  const covered = coverageOf(pattern, situation);
  const isRefused = REFUSED_BY_OTHERS.has(classifyPattern(pattern));
  const releases = situation.releases.filter(
    ({ service, reach, startedAt }) =>
      (service === pattern.service || isRefused) &&
      reach !== 'merged' &&
      startedAt > covered.from &&
      startedAt <= covered.to,
  );
  const release = releases.findLast(({ startedAt }) => startedAt <= pattern.firstSeenAt);
  return release === undefined ? null : { pattern, covered, release, releases: releases.length };
}

/** Code of the service threw it: words alone may be a new way to say what was always so. */
function isThrown({ severity, exceptionType, frames, service }: LogPattern): boolean {
  const isSevere = severity === 'error' || severity === 'fatal';
  return service !== null && isSevere && (exceptionType !== null || frames.length > 0);
}

function timesOf({ severity, buckets: { at } }: LogPattern): number {
  const apart = severity === 'fatal' ? CRASHES_APART_MS : APART_MS;
  let times = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const time of at) {
    if (time - last < apart) continue;
    times += 1;
    last = time;
  }
  return times;
}

/** Share of what the service did, by its records and by the clock, that came after the release; the larger of the two. */
function shareSince(
  { startedAt }: Release,
  pattern: LogPattern,
  covered: Interval,
  situation: Situation,
): number {
  const byClock = (covered.to - startedAt) / Math.max(1, covered.to - covered.from);
  const own = situation.streams.filter(({ service }) => service === pattern.service);
  const all = own.reduce((sum, { records }) => sum + records, 0) - pattern.count;
  if (all < ENOUGH_RECORDS) return clamp(byClock);
  const since = own.reduce((sum, { buckets }) => sum + countFrom(buckets, startedAt), 0) - pattern.count;
  return clamp(Math.max(byClock, since / all));
}

function countFrom({ at, count }: BucketCounts, from: number): number {
  return at.reduce<number>((sum, time, index) => (time >= from ? sum + (count[index] ?? 0) : sum), 0);
}

function clamp(share: number): number {
  return Math.min(1, Math.max(1e-3, share));
}
