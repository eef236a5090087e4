/** Symptoms that a platform or an alerting system states outright, and log streams that fell silent. */

import { append } from '../../domain/append.ts';
import { segment } from '../../domain/change-point.ts';
import type { LogStream, PlatformFact } from '../../domain/signal.ts';
import type { Release, Situation } from '../../domain/situation.ts';
import type { Symptom, SymptomClass } from '../../domain/symptom.ts';
import { type EpochMs, epochMs, MINUTE } from '../../domain/time.ts';

const CLASS_OF_FACT: Partial<Record<PlatformFact['kind'], SymptomClass>> = {
  'oom-killed': 'out-of-memory',
  'crash-loop': 'crash',
  evicted: 'saturation',
  'image-pull': 'crash',
};

/** Instances that are wanted and cannot come, since something that is counted out has none left for them. */
const NONE_LEFT =
  /failed to (assign|allocate) (an )?ip|no (available|free|more) (ip|address)|(ip|address)(es| addresses)? (are )?exhaust|insufficient ?free ?addresses|not enough (free )?(ip|address)|exceeded quota|quota (was |has been )?exceeded|too many pods|InsufficientInstanceCapacity/i;

/** A probe that ends instances; one that only keeps requests away is as it should be while something starts. */
const ENDING_PROBE = /\b(liveness|startup)\b/i;
/** One that failed once ended nothing. */
const OFTEN = 3;

/** Sessions of a database wait for each other all the time, but for moments. */
const LONG_LOCK_SECONDS = 30;

/** The scheduler finds no machine: none that meets the rules of placement, or none with enough left. */
const NO_MACHINE = /\bnodes? (?:are|is) available\b/i;
const TOO_LITTLE = /\binsufficient\b|too many pods/i;
/** Machines that are being added take minutes; what is asked as often, or as long, is in vain. */
const IN_VAIN = 10;
const IN_VAIN_MS = 10 * MINUTE;

function isInVain({ count, at, attributes }: PlatformFact): boolean {
  const last = Date.parse(attributes['lastSeenAt'] ?? '');
  return count >= IN_VAIN || (at !== null && last - at >= IN_VAIN_MS);
}

function classOf(fact: PlatformFact): SymptomClass | undefined {
  if (Number(fact.attributes['lock.wait.seconds']) >= LONG_LOCK_SECONDS) return 'lock';
  if (fact.kind === 'probe-failed')
    return ENDING_PROBE.test(fact.summary) && fact.count >= OFTEN ? 'restart' : undefined;
  if (fact.kind === 'scheduling' && NO_MACHINE.test(fact.summary) && isInVain(fact))
    return TOO_LITTLE.test(fact.summary) ? 'saturation' : 'unschedulable';
  return CLASS_OF_FACT[fact.kind] ?? (NONE_LEFT.test(fact.summary) ? 'saturation' : undefined);
}

export function platformSymptoms(situation: Situation): readonly Symptom[] {
  const groups = new Map<string, PlatformFact[]>();
  for (const fact of situation.snapshot.platformFacts) {
    const family = classOf(fact);
    if (family === undefined || fact.at === null) continue;
    const key = `${family}|${fact.service === null ? '' : situation.resolve(fact.service)}`;
    append(groups, key, fact);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, facts]) => fromFacts(key, facts));
}

function fromFacts(key: string, facts: readonly PlatformFact[]): Symptom {
  const [family, service] = key.split('|');
  const times = facts.flatMap((fact) => (fact.at === null ? [] : [fact.at])).sort((a, b) => a - b);
  const first = times[0] ?? epochMs(0);
  const last = times.at(-1) ?? first;
  const count = facts.reduce((sum, fact) => sum + Math.max(1, fact.count), 0);
  return {
    id: `platform:${key}`,
    class: (family ?? 'crash') as SymptomClass,
    service: service === '' || service === undefined ? null : service,
    route: null,
    peer: null,
    summary: `${facts[0]?.summary ?? 'platform event'}${count > 1 ? ` (${count} times)` : ''}`,
    signalIds: facts.map((fact) => fact.id),
    pattern: null,
    count,
    baseline: { observed: false, from: null, to: null, value: null },
    firstSeenAt: first,
    lastSeenAt: last,
    onsetAt: first,
    onsetUncertaintyMs: MINUTE,
    shape: 'sparse',
    strength: 4 + Math.min(8, count),
    userVisible: false,
    ongoing: true,
    level: null,
    evidence: facts.slice(0, 3).flatMap((fact) => fact.evidence.slice(0, 1)),
  };
}

/**
 * Streams that end early (steady ones that stop for at least 10 times their longest earlier pause, and 5 minutes, while others go on), and
 * streams that go on at a fraction of their pace. Growth is not judged here: logging more is no failure.
 */
export function silentStreams(situation: Situation): readonly Symptom[] {
  const end = Math.max(0, ...situation.streams.map((stream) => stream.interval.to));
  return situation.streams
    .filter((stream) => stream.records >= 50)
    .flatMap((stream) => judgeSilence(stream, end, situation) ?? judgeThinning(stream) ?? []);
}

/** A quarter of the pace or less, for ten minutes or more, up to the end of the stream. */
const THIN_RATIO = 0.25;
const THIN_MS = 10 * MINUTE;
/** Share of an earlier pace from which on it is that pace again. */
const USUAL_SHARE = 0.7;

function judgeThinning(stream: LogStream): Symptom | null {
  const from = stream.interval.from;
  const minutes = Math.ceil((stream.interval.to - from) / MINUTE);
  if (minutes < 40) return null;
  const counts = new Array<number>(minutes).fill(0);
  stream.buckets.at.forEach((at, index) => {
    const minute = Math.min(minutes - 1, Math.max(0, Math.floor((at - from) / MINUTE)));
    counts[minute] = (counts[minute] ?? 0) + (stream.buckets.count[index] ?? 0);
  });
  const parts = segment(counts);
  const last = parts.at(-1);
  const before = parts.at(-2);
  if (last === undefined || before === undefined || before.mean < 1 || last.mean > before.mean * THIN_RATIO)
    return null;
  if ((last.to - last.from + 1) * MINUTE < THIN_MS || before.to - before.from < 15) return null;
  // What it comes down to was its pace before: then it was the rush that ended.
  const usual = parts.slice(0, -2).filter((part) => part.to - part.from >= 15);
  if (usual.some((part) => part.mean <= last.mean / USUAL_SHARE)) return null;
  const onsetAt = epochMs(from + last.from * MINUTE);
  return silence(
    stream,
    onsetAt,
    stream.interval.to,
    `${stream.service ?? stream.path} logs ${last.mean.toFixed(1)} records a minute instead of ${before.mean.toFixed(1)}`,
    MINUTE,
  );
}

function silence(
  stream: LogStream,
  onsetAt: EpochMs,
  end: number,
  summary: string,
  uncertaintyMs: number,
): Symptom {
  return {
    id: `silence:${stream.path}:${stream.service ?? ''}`,
    class: 'silence',
    service: stream.service,
    route: null,
    peer: null,
    summary,
    signalIds: [],
    pattern: null,
    count: stream.records,
    baseline: { observed: true, from: stream.interval.from, to: onsetAt, value: stream.records },
    firstSeenAt: onsetAt,
    lastSeenAt: epochMs(end),
    onsetAt,
    onsetUncertaintyMs: uncertaintyMs,
    shape: 'step',
    strength: 9,
    userVisible: true,
    ongoing: true,
    level: 0,
    evidence: [],
  };
}

/** Nobody else may have taken his log away: that long nothing came, and so many records at least were due. */
const FELL_SILENT_MS = MINUTE;
const WERE_DUE = 60;
/** A release of somebody else that long before the last record, and a moment after it. */
const WITH_RELEASE_MS = (3 * MINUTE) / 4;
const AFTER_LAST_MS = 10_000;

function judgeSilence(stream: LogStream, end: number, situation: Situation): Symptom | null {
  const times = stream.buckets.at;
  const pauses = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const longest = Math.max(stream.buckets.widthMs, ...pauses);
  const silentMs = end - stream.interval.to;
  const least = fellSilentWithRelease(stream, silentMs, situation) ? FELL_SILENT_MS : 5 * MINUTE;
  if (times.length < 20 || silentMs < Math.max(least, 10 * longest)) return null;
  const pause =
    silentMs < 2 * MINUTE
      ? `${Math.round(silentMs / 1000)} seconds`
      : `${Math.round(silentMs / MINUTE)} minutes`;
  return silence(
    stream,
    stream.interval.to,
    end,
    `${stream.service ?? stream.path} stopped logging ${pause} before the end of the evidence`,
    longest,
  );
}

/** A log may have been fetched earlier than others; one that ends as somebody else is released, where much was due since, ends with the work. */
function fellSilentWithRelease(
  stream: LogStream,
  silentMs: number,
  { releases, streams }: Situation,
): boolean {
  const { service, interval } = stream;
  const due = (stream.records / Math.max(1, interval.to - interval.from)) * silentMs;
  const goesOn = streams.some((other) => other.service === service && other.interval.to > interval.to);
  return (
    due >= WERE_DUE &&
    !goesOn &&
    releases.some(
      (release) =>
        release.reach !== 'merged' &&
        (release.service !== service || wroteOn(release, stream)) &&
        release.startedAt >= interval.to - WITH_RELEASE_MS &&
        release.startedAt <= interval.to + AFTER_LAST_MS,
    )
  );
}

/** The new process wrote into the same file before it fell silent: its log is not kept elsewhere since. */
function wroteOn({ startedAt, finishedAt }: Release, { interval, buckets }: LogStream): boolean {
  const since = Math.max(startedAt, finishedAt ?? startedAt);
  return interval.to > since && buckets.at.some((at) => at > since);
}
