/** Symptoms from log patterns: what rose above its own past, grouped by service and family. */
import { append } from '../../domain/append.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { BucketCounts, LogPattern } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import { currentBurst } from '../../domain/statistics.ts';
import type { Symptom, SymptomClass } from '../../domain/symptom.ts';
import { type EpochMs, epochMs, type Interval, MINUTE } from '../../domain/time.ts';
import { coverageOf } from '../_measure/coverage.ts';
import { classifyPattern } from '../_signals/classify.ts';
import { errorFieldsOf } from '../_signals/error-fields.ts';
import { shapeOfEvents } from './event-shape.ts';
import { failsTheRun } from './failed-runs.ts';
import { type Grid, gridFor, layOut, startOf } from './grid.ts';
import { isMissedSince } from './last-words.ts';
import { CALLER_LEFT, isLoud, isSevere } from './loud.ts';
import { RESTART_NOISE, withoutRestarts } from './restart-seconds.ts';
import { runsIn } from './runs.ts';

/** A pattern with the interval in which it stands out. */
export interface AbnormalPattern {
  readonly pattern: LogPattern;
  readonly class: SymptomClass;
  readonly onsetAt: EpochMs;
  readonly endAt: EpochMs;
  readonly uncertaintyMs: number;
  readonly strength: number;
  readonly inside: number;
  readonly before: number;
  readonly observedFrom: EpochMs;
  readonly observedTo: EpochMs;
  /** It fails whole runs, see failed-runs.ts: how often it came says little. */
  readonly failsRun?: boolean;
}

/** Less than a minute of observed silence before the first event cannot make five events in five seconds significant. */
const MIN_BASELINE_MS = MINUTE;

/** A pause of this length may lie between two incidents; a shorter one belongs to the same. */
export const OTHER_INCIDENT_MS = 30 * MINUTE;

/** With what a program says as it ends. */
const END_STRENGTH = 9;

export function findAbnormalPatterns(situation: Situation): readonly AbnormalPattern[] {
  const loud = situation.patterns.filter(isLoud);
  const runsOf = runsIn(situation);
  return loud.flatMap((pattern) => {
    const covered = coverageOf(pattern, situation);
    const begun = RESTART_NOISE.has(classifyPattern(pattern)) ? withoutRestarts(pattern, situation) : pattern;
    const found = judgePattern(begun, covered, situation) ?? judgeShare(pattern, covered, situation);
    if (isMissedSince(pattern, situation))
      return { ...asItCame(pattern, covered), uncertaintyMs: 1000, strength: END_STRENGTH };
    if (found === null && failsTheRun(pattern, runsOf, situation))
      return { ...asItCame(pattern, covered), uncertaintyMs: 1000, strength: END_STRENGTH, failsRun: true };
    return found === null ? [] : { ...found, pattern };
  });
}

/** From this share of a service's records on, errors are abnormal even where nothing else was ever observed. */
const ABNORMAL_SHARE = 0.2;

/** Errors from the first line to the last: there is no past to compare with, but a service that mostly logs errors is not well. */
function judgeShare(pattern: LogPattern, covered: Interval, situation: Situation): AbnormalPattern | null {
  const records = situation.streams
    .filter((stream) => stream.service === pattern.service)
    .reduce((sum, stream) => sum + stream.records, 0);
  if (!isSevere(pattern) || pattern.count < 3 || records === 0 || pattern.count / records < ABNORMAL_SHARE)
    return null;
  if (CALLER_LEFT.test(pattern.template)) return null;
  return asItCame(pattern, covered);
}

/** Nothing of it is the past. */
function asItCame(pattern: LogPattern, covered: Interval): AbnormalPattern {
  const { firstSeenAt, lastSeenAt } = pattern;
  return {
    pattern,
    class: classifyPattern(pattern),
    onsetAt: firstSeenAt,
    endAt: lastSeenAt,
    uncertaintyMs: Math.max(1000, firstSeenAt - covered.from),
    strength: 8 + Math.log(pattern.count),
    inside: pattern.count,
    before: 0,
    observedFrom: covered.from,
    observedTo: covered.to,
  };
}

function judgePattern(pattern: LogPattern, covered: Interval, situation: Situation): AbnormalPattern | null {
  const grid = gridFor(covered, pattern.buckets.widthMs);
  const counts = layOut(grid, [pattern.buckets]);
  const burst = currentBurst(
    counts,
    attemptsOf(pattern, counts, grid, situation),
    OTHER_INCIDENT_MS / grid.widthMs,
  );
  if (burst === null) return null;
  const before = counts.slice(0, burst.from).reduce((sum, count) => sum + count, 0);
  const found = {
    startAt: startOf(grid, burst.from),
    endAt: startOf(grid, burst.to + 1),
    before,
    inside: burst.inside,
  };
  const endAt =
    burst.to === grid.bins - 1 || burst.to === lastFilled(counts)
      ? pattern.lastSeenAt
      : startOf(grid, burst.to + 1);
  // The bin in which it turns may end after the last of it was seen.
  const onsetAt =
    before === 0 ? pattern.firstSeenAt : epochMs(Math.min(endAt, sharpenOnset(pattern.buckets, grid, found)));
  const gapMs = (endAt - onsetAt) / Math.max(1, burst.inside);
  const uncertaintyMs = Math.min(
    grid.widthMs,
    before === 0 ? gapMs : Math.max(3 * gapMs, pattern.buckets.widthMs),
  );
  return {
    pattern,
    class: classifyPattern(pattern, onsetAt),
    onsetAt,
    endAt,
    uncertaintyMs: Math.round(uncertaintyMs),
    strength: burst.strength,
    inside: burst.inside,
    before,
    observedFrom: covered.from,
    observedTo: covered.to,
  };
}

/** Pauses of work of this length, from this number on, which make up this share of the time, are how a service works. */
const PAUSE_MS = 20 * MINUTE;
const MIN_PAUSES = 3;
const PAUSED_SHARE = 0.5;

/**
 * Bins in which the pattern could have come: all, or where its service works by the clock and rests in between, those in which it logged
 * anything at all.
 */
function attemptsOf(
  pattern: LogPattern,
  counts: readonly number[],
  grid: Grid,
  situation: Situation,
): readonly number[] {
  const from = servesSince(situation);
  const always = Array.from({ length: grid.bins }, (_, bin) =>
    Number(from === null || startOf(grid, bin + 1) > from || (counts[bin] ?? 0) > 0),
  );
  if (pattern.service === null) return always;
  const streams = situation.streams.filter(({ service }) => service === pattern.service);
  const records = layOut(
    grid,
    streams.map(({ buckets }) => buckets),
  );
  const works = records.map((count, bin) => Number(count > 0 || (counts[bin] ?? 0) > 0));
  const pauses = pausesOf(works).filter((length) => length * grid.widthMs >= PAUSE_MS);
  const paused = pauses.reduce((sum, length) => sum + length, 0);
  return pauses.length >= MIN_PAUSES && paused >= PAUSED_SHARE * grid.bins ? works : always;
}

/** The first request that anybody counted: what comes with requests could not come before them. Null where none are counted. */
function servesSince({ series }: Situation): EpochMs | null {
  const first = series.flatMap(({ meaning, at, values }) => {
    const since = meaning === 'requests' ? at.find((_, index) => (values[index] ?? 0) > 0) : undefined;
    return since === undefined ? [] : [since];
  });
  return first.length === 0 ? null : epochMs(Math.min(...first));
}

/** Lengths of the runs of bins without work. */
function pausesOf(works: readonly number[]): readonly number[] {
  const lengths: number[] = [];
  let length = 0;
  for (const work of [...works, 1]) {
    if (work === 0) length += 1;
    else if (length > 0) {
      lengths.push(length);
      length = 0;
    }
  }
  return lengths;
}

/**
 * Where within the bin that a burst begins in, or the one before, its buckets turn from the old rate to the new one: the split of
 * greatest likelihood of two Poisson rates. A bin of a long log is minutes wide, its buckets are not.
 */
function sharpenOnset(
  buckets: BucketCounts,
  grid: Grid,
  burst: {
    readonly startAt: EpochMs;
    readonly endAt: EpochMs;
    readonly before: number;
    readonly inside: number;
  },
): EpochMs {
  const from = burst.startAt - grid.widthMs;
  const to = burst.startAt + grid.widthMs;
  const past = (burst.before + 0.5) / Math.max(grid.widthMs, burst.startAt - grid.from);
  const raised = burst.inside / Math.max(1, burst.endAt - burst.startAt);
  const gain = Math.log(raised / past);
  if (buckets.widthMs >= grid.widthMs || gain <= 0) return burst.startAt;
  let best = { at: burst.startAt, likelihood: Number.NEGATIVE_INFINITY };
  let earlier = 0;
  for (const [index, at] of buckets.at.entries()) {
    if (at < from || at >= to) continue;
    const likelihood = (raised - past) * (at - from) - gain * earlier;
    if (likelihood > best.likelihood) best = { at, likelihood };
    earlier += buckets.count[index] ?? 0;
  }
  return best.at;
}

/**
 * Patterns too rare for a scan that were first seen with the incident: support for it, never its leader.
 * `strength` is the log of how unlikely it is that a pattern of this count falls into the incident by chance.
 */
export function findRarePatterns(
  situation: Situation,
  incident: { readonly onsetAt: EpochMs; readonly service: string | null; readonly class: SymptomClass },
  known: ReadonlySet<string>,
): readonly AbnormalPattern[] {
  return situation.patterns
    .filter((pattern) => isLoud(pattern) && !known.has(pattern.id))
    .flatMap((pattern) => {
      const covered = coverageOf(pattern, situation);
      const seenMs = covered.to - covered.from;
      if (
        pattern.firstSeenAt < incident.onsetAt - MIN_BASELINE_MS ||
        incident.onsetAt - covered.from < MIN_BASELINE_MS
      )
        return [];
      const strength = pattern.count * Math.log(seenMs / Math.max(1, covered.to - incident.onsetAt));
      const family = classifyPattern(pattern);
      const telling =
        pattern.severity === 'fatal' ||
        family === 'breaker-open' ||
        family === incident.class ||
        (incident.service !== null && peerOf(pattern, situation) === incident.service);
      if (!telling && strength < RARE_STRENGTH) return [];
      return [
        {
          pattern,
          class: family,
          onsetAt: pattern.firstSeenAt,
          endAt: pattern.lastSeenAt,
          uncertaintyMs: 1000,
          strength: Math.min(RARE_CAP, strength),
          inside: pattern.count,
          before: 0,
          observedFrom: covered.from,
          observedTo: covered.to,
        },
      ];
    });
}

/** One in twenty by chance; among dozens of patterns a few such will turn up, which is why they only support. */
const RARE_STRENGTH = 3;
const RARE_CAP = 6;

function lastFilled(counts: readonly number[]): number {
  for (let index = counts.length - 1; index >= 0; index -= 1) if ((counts[index] ?? 0) > 0) return index;
  return -1;
}

/** One symptom per service and family, led by its strongest pattern. */
export function groupIntoSymptoms(
  abnormal: readonly AbnormalPattern[],
  situation: Situation,
): readonly Symptom[] {
  const groups = new Map<string, AbnormalPattern[]>();
  for (const item of abnormal) {
    const key = `${item.pattern.service ?? ''}|${item.class}|${isSevere(item.pattern) ? 'error' : 'warn'}`;
    append(groups, key, item);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, items]) => spellsOf(items))
    .map((spell) => toSymptom(spell, situation));
}

/** Patterns that stood out at the same time, led by the one that goes on, else by the strongest; what stood out at another time is another symptom. */
interface Spell {
  readonly leader: AbnormalPattern;
  readonly peers: readonly AbnormalPattern[];
}

/** A weak remainder of something that has ended does not lead it. */
const LEAST_LEAD = 0.25;

function spellsOf(items: readonly AbnormalPattern[]): readonly Spell[] {
  const most = Math.max(...items.map((item) => item.strength));
  const goesOn = (item: AbnormalPattern) =>
    item.strength >= LEAST_LEAD * most && item.observedTo - item.endAt <= recoveryGap(item);
  const ranked = [...items].sort(
    (a, b) =>
      Number(goesOn(b)) - Number(goesOn(a)) ||
      b.strength - a.strength ||
      b.inside - a.inside ||
      (a.pattern.id < b.pattern.id ? -1 : 1),
  );
  const leader = ranked[0];
  if (leader === undefined) return [];
  const meets = (item: AbnormalPattern) =>
    item.onsetAt <= leader.endAt && item.endAt >= leader.onsetAt - 5 * MINUTE;
  const isOfIt = (item: AbnormalPattern) => item === leader || meets(item);
  const rest = ranked.filter((item) => !isOfIt(item));
  return [{ leader, peers: ranked.filter(isOfIt) }, ...spellsOf(rest)];
}

function toSymptom({ leader, peers }: Spell, situation: Situation): Symptom {
  const strong = peers.filter((item) => item.strength >= leader.strength / 4);
  const onsetAt = epochMs(Math.min(...strong.map((item) => item.onsetAt)));
  const lastSeenAt = epochMs(Math.max(...peers.map((item) => item.pattern.lastSeenAt)));
  const endAt = epochMs(Math.max(...peers.map((item) => item.endAt)));
  const count = peers.reduce((sum, item) => sum + item.inside, 0);
  const observed = leader.observedFrom <= onsetAt - MIN_BASELINE_MS;
  return {
    id: `log:${leader.pattern.id}`,
    class: leader.class,
    service: leader.pattern.service,
    route: null,
    peer: peerOf(leader.pattern, situation),
    summary: summarise(leader, count),
    signalIds: peers.map((item) => item.pattern.id),
    pattern: leader.pattern.template,
    count,
    baseline: {
      observed,
      from: observed ? leader.observedFrom : null,
      to: observed ? onsetAt : null,
      value: observed ? peers.reduce((sum, item) => sum + item.before, 0) : null,
    },
    firstSeenAt: epochMs(Math.min(...peers.map((item) => item.pattern.firstSeenAt))),
    lastSeenAt,
    onsetAt,
    onsetUncertaintyMs: Math.max(
      ...strong.filter((item) => item.onsetAt === onsetAt).map((item) => item.uncertaintyMs),
    ),
    shape: shapeOfEvents(leader.pattern.buckets, { from: leader.onsetAt, to: leader.endAt }, leader.inside),
    strength: strong.reduce((sum, item) => sum + item.strength, 0),
    userVisible: isSevere(leader.pattern),
    ongoing: leader.observedTo - endAt <= recoveryGap(leader),
    level: null,
    ...(peers.some(({ failsRun }) => failsRun) ? { failsRun: true } : {}),
    evidence: citations(peers),
  };
}

/** Fewer events do not show how long the pauses of a failure may be. */
const MANY_EVENTS = 20;
/** No shorter silence is a recovery, however many events came before. */
const LEAST_SILENCE_MS = MINUTE / 2;

/**
 * Silence that means recovery: two minutes, or six times the usual distance of events. Where there were many, three times a long
 * pause among them and twenty times the usual distance will do: six failures a second do not stop for a minute by chance.
 */
export function recoveryGap(item: {
  readonly pattern: { readonly buckets: BucketCounts };
  readonly onsetAt: EpochMs;
  readonly endAt: EpochMs;
  readonly inside: number;
}): number {
  const usual = (item.endAt - item.onsetAt) / Math.max(1, item.inside - 1);
  const patient = Math.max(2 * MINUTE, 6 * usual);
  const missed = missedSpell(item);
  if (item.inside < MANY_EVENTS) return Math.max(patient, missed);
  return Math.max(missed, Math.min(patient, Math.max(LEAST_SILENCE_MS, 20 * usual, 3 * longPause(item))));
}

/** Shorter pauses are those of requests, longer ones those of runs. */
const BETWEEN_RUNS_MS = 3 * MINUTE;

/** What fails in spells, as runs do that come every quarter of an hour, has ended once a spell is missed. 0 where it does not. */
function missedSpell(item: Parameters<typeof recoveryGap>[0]): number {
  const { at, widthMs } = item.pattern.buckets;
  const inside = at.filter((time) => time + widthMs > item.onsetAt && time <= item.endAt);
  const between = inside
    .slice(1)
    .map((time, index) => time - (inside[index] ?? time))
    .filter((pause) => pause >= BETWEEN_RUNS_MS);
  const [shortest, longest] = [Math.min(...between), Math.max(...between)];
  // A few times regular, with more within each spell than spells.
  const isRegular = between.length >= 2 && shortest >= longest / 2 && item.inside >= 3 * between.length;
  return isRegular ? 1.25 * longest : 0;
}

function longPause(item: {
  readonly pattern: { readonly buckets: BucketCounts };
  readonly onsetAt: EpochMs;
  readonly endAt: EpochMs;
}): number {
  const { at, widthMs } = item.pattern.buckets;
  const inside = at.filter((time) => time + widthMs > item.onsetAt && time <= item.endAt);
  return usualPause(inside);
}

/** The second longest of the pauses between times, ascending: the longest may lie behind a stray that came first. 0 without two of them. */
export function usualPause(times: readonly number[]): number {
  const pauses = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return pauses.sort((a, b) => b - a)[1] ?? 0;
}

function summarise(leader: AbnormalPattern, count: number): string {
  const where = leader.pattern.service === null ? '' : ` in ${leader.pattern.service}`;
  const times = count === 1 ? 'once' : `${count} times`;
  return `"${leader.pattern.template}"${where}, ${times}`;
}

function citations(items: readonly AbnormalPattern[]): readonly EvidenceRef[] {
  return [
    ...new Set(
      items
        .slice(0, 4)
        .flatMap((item) =>
          [
            item.pattern.samples.find((sample) => (sample.at ?? 0) >= item.onsetAt) ??
              item.pattern.samples[0],
            item.pattern.samples.at(-1),
          ].flatMap((sample) => (sample === undefined ? [] : [sample.evidence])),
        ),
    ),
  ];
}

/** The other side that a message names: an explicit peer split, else the only known service in its words. */
export function peerOf(pattern: LogPattern, situation: Situation): string | null {
  const split = pattern.splits.filter((item) => item.dimension === 'peer');
  if (split.length === 1 && split[0] !== undefined) return situation.resolve(split[0].value);
  const text = [pattern.template, pattern.samples[0]?.message ?? '', ...errorFieldsOf(pattern)].join(' ');
  const words = new Set(
    text
      .toLowerCase()
      .split(/[^a-z0-9_-]+/)
      .filter((word) => word.length > 2),
  );
  const named = [...new Set([...words].map((word) => situation.resolve(word)))].filter(
    (name) => situation.services.has(name) && name !== pattern.service,
  );
  return named.length === 1 ? (named[0] ?? null) : null;
}
