/** Whether a dense series left its own past: its level, its season and its habits. Pure arithmetic on values and instants. */
import { fitHinge, levels, type Segment, withoutSeason } from '../../domain/change-point.ts';
import { median, robustDeviation } from '../../domain/statistics.ts';
import { DAY, type EpochMs, MINUTE } from '../../domain/time.ts';
import { compareSamples } from '../../domain/two-samples.ts';
import { stepOf } from '../_measure/step-of.ts';

/** What a shift must reach to matter. */
export interface Effect {
  /** Factors of the baseline; `down` 0: a fall is no symptom. */
  readonly up: number;
  readonly down: number;
  /** Least difference in the unit of the series … */
  readonly least: number;
  /** … unless the level rose by this factor; infinite: no exception. */
  readonly unlessFactor: number;
  /** Whether a short run must be clearly larger: pauses of a collector and of a process look like short shifts of latency and traffic. */
  readonly blips: boolean;
  /** Whether it must come within half an hour: traffic follows the time of day, and where no three days were seen nobody knows the usual course. */
  readonly abrupt: boolean;
}

export interface Shift {
  /** Indices of the run, inclusive. */
  readonly from: number;
  readonly to: number;
  readonly baseline: number;
  readonly level: number;
  readonly strength: number;
  readonly shape: 'step' | 'ramp';
  /** How many samples earlier it may have begun. */
  readonly slack: number;
}

/** Fewer values than this are a spike, not a level, unless they stand for ten minutes. */
const MIN_RUN = 3;
/** A shift of latency or traffic that lasts less than this has to be clearly larger; one of less than half of it is none at all. */
const SUSTAINED_MS = 10 * MINUTE;
const SPIKE_MS = 5 * MINUTE;
const BLIP_FACTOR = 1.6;
/** Three times the usual demand for a minute and twenty samples is no pause of anything; a latency may well be. */
const LARGE_FACTOR = 3;
const LARGE_SAMPLES = 20;
/** Ten times as slow for a minute and still so where the evidence ends: whoever is paged two minutes after a release sees no more of it. A pause ends. */
const HUGE_FACTOR = 10;
const HUGE_SAMPLES = 6;
/** Where each value is several times all that was seen before, two thirds of a minute are as clear. */
const APART_FACTOR = 3;
const APART_SAMPLES = 4;
const APART_MS = (2 * MINUTE) / 3;
/** Where it is measured every other second, half a minute of it is as clear. */
const DENSE_SAMPLES = 15;
/** Robust deviations beyond which a level is abnormal: 8 is quiet and 6 finds more; the effect and the ranks guard against the difference. */
const DEVIATIONS = 6;
const FEW_BEAT = 0.98;
/** No past is steadier than this share of its level: a flat line is a gauge that rounds. */
const LEAST_SCALE = 0.02;
/** A run must lie above the past in ranks too, in four of five pairs of values; at .95 two samples of five minutes against nine can. */
const RANKS = { confidence: 0.95, tolerance: 0.25, effect: 'superiority', up: 0.8, down: 0.2 } as const;

/** The last run of abnormal levels; null where the series stays with its past. `at` ascending, as long as `values`. */
export function findShift(values: readonly number[], at: readonly EpochMs[], effect: Effect): Shift | null {
  const stepMs = stepOf(at);
  const minLength = Math.max(1, Math.min(MIN_RUN, Math.ceil(SUSTAINED_MS / stepMs)));
  const flat = withoutDay(values, at, stepMs);
  const parts = levels(flat ?? values, {
    minLength,
    minEffectRatio: 0,
    penaltyFactor: flat === null ? 3 : 6,
  });
  const judged = flat ?? values;
  for (const base of basesOf(parts, values.length)) {
    const run = lastRun(parts, base, judged, effect);
    if (run === null) continue;
    const shift = confirm(run, base, judged, at, effect);
    const left = shift === null ? null : beyondTheWeek(shift, values, at);
    if (left !== null) return flat === null ? left : inItsOwnTerms(left, values);
    if (shift !== null) return null;
  }
  return null;
}

/** A level beside the course of the day as it was measured, and what that time of day would have had. */
function inItsOwnTerms(shift: Shift, values: readonly number[]): Shift {
  const level = median(values.slice(shift.from, shift.to + 1));
  return { ...shift, level, baseline: Math.max(0, level + shift.baseline - shift.level) };
}

const WEEK = 7 * DAY;
/** Share of the shift by which the same hours of a week before may differ and still be the same. */
const LIKE_LAST_WEEK = 0.3;
const MOST_ALIKE = 0.9;

/**
 * Without the part of its beginning that was the same in the hours of the week before, and two weeks before where that was seen: a quiet
 * Sunday is no failure. Null where nothing is left, or next to nothing.
 */
function beyondTheWeek(shift: Shift, values: readonly number[], at: readonly EpochMs[]): Shift | null {
  const { from, to, baseline, level } = shift;
  if ((at[to] ?? 0) - (at[from] ?? 0) >= WEEK) return shift;
  const stepMs = stepOf(at);
  const allowed = LIKE_LAST_WEEK * Math.abs(level - baseline);
  const isUsual = (index: number) => {
    const past = [1, 2].flatMap((weeks) => {
      const then = (at[index] ?? 0) - weeks * WEEK;
      const before = at.findIndex((time) => time >= then - stepMs / 2);
      const met = at[before];
      return met === undefined || met > then + stepMs / 2 ? [] : [values[before] ?? 0];
    });
    return past.length > 0 && past.every((value) => Math.abs(value - (values[index] ?? 0)) <= allowed);
  };
  const usual = Array.from({ length: to - from + 1 }, (_, offset) => isUsual(from + offset));
  // What varies by chance differs now and then: the longest beginning of which nine in ten are alike.
  let [alike, length] = [0, 0];
  for (const [offset, one] of usual.entries()) {
    alike += Number(one);
    if (alike >= MOST_ALIKE * (offset + 1)) length = offset + 1;
  }
  if (length === 0) return shift;
  return usual.length - length < Math.max(MIN_RUN, (1 - MOST_ALIKE) * usual.length)
    ? null
    : { ...shift, from: from + length, shape: 'step', slack: 0 };
}

/** Values without what recurs every day; null below three days. */
function withoutDay(
  values: readonly number[],
  at: readonly EpochMs[],
  stepMs: number,
): readonly number[] | null {
  const [first, last] = [at[0], at.at(-1)];
  if (first === undefined || last === undefined || last - first < 3 * DAY || stepMs >= DAY / 4) return null;
  const phase = Math.max(stepMs, DAY / 96);
  return withoutSeason(
    values,
    at.map((time) => Math.floor((time % DAY) / phase)),
  );
}

/** Levels that may be the usual one: the longest that began in the first half, then the very first, where the incident fills most of the window. */
function basesOf(parts: readonly Segment[], length: number): readonly Segment[] {
  const early = parts.filter((part) => part.from < length / 2);
  const longest = [...early].sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from)[0];
  const first = parts[0];
  if (longest === undefined || first === undefined) return [];
  return longest === first ? [longest] : [longest, first];
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly sign: 1 | -1;
  readonly baseline: number;
  readonly scale: number;
}

function lastRun(
  parts: readonly Segment[],
  base: Segment,
  values: readonly number[],
  effect: Effect,
): Run | null {
  const usual = values.slice(base.from, base.to + 1);
  const baseline = median(usual);
  const scale = Math.max(robustDeviation(usual), LEAST_SCALE * Math.abs(baseline), 1e-9);
  const signOf = (part: Segment | undefined): 0 | 1 | -1 => {
    if (part === undefined || part.from <= base.from) return 0;
    const difference = part.mean - baseline;
    if (Math.abs(difference) < DEVIATIONS * scale) return 0;
    const enough = difference >= effect.least || part.mean >= baseline * effect.unlessFactor;
    if (difference > 0) return enough && part.mean >= baseline * effect.up ? 1 : 0;
    return effect.down > 0 && part.mean <= baseline * effect.down ? -1 : 0;
  };
  const lastIndex = parts.findLastIndex((part) => signOf(part) !== 0);
  const sign = signOf(parts[lastIndex]);
  if (sign === 0) return null;
  let first = lastIndex;
  while (signOf(parts[first - 1]) === sign) first -= 1;
  const [from, to] = [parts[first]?.from ?? 0, parts[lastIndex]?.to ?? 0];
  return { from, to, sign, baseline, scale };
}

/** The run against everything before it: in ranks, in length, and in the way it began. */
function confirm(
  run: Run,
  base: Segment,
  values: readonly number[],
  at: readonly EpochMs[],
  effect: Effect,
): Shift | null {
  const inside = values.slice(run.from, run.to + 1);
  const level = median(inside);
  const lasts = run.to >= values.length - 2;
  if (
    effect.blips &&
    !isHuge(inside.length, stepOf(at), run, level, lasts) &&
    !(lasts && isApart(inside, values.slice(0, run.from), run, stepOf(at))) &&
    !(lasts && !effect.abrupt && staysAbove(inside, values.slice(0, run.from), run, stepOf(at))) &&
    !(lasts && effect.abrupt && isCrowd(inside, values.slice(0, run.from), run, stepOf(at))) &&
    isBlip(inside.length, stepOf(at), run, level, effect.abrupt)
  )
    return null;
  if (effect.abrupt && !isAbrupt(run, values, at, effect)) return null;
  if (!standsOut(run, inside, values.slice(0, run.from))) return null;
  const strength = (Math.abs(level - run.baseline) / run.scale) * Math.sqrt(inside.length) * 0.5;
  const climb = climbOf(run, base, values);
  return {
    from: climb?.from ?? run.from,
    to: run.to,
    baseline: run.baseline,
    level,
    strength: Math.min(60, strength),
    shape: climb === null ? 'step' : 'ramp',
    slack: climb?.slack ?? 0,
  };
}

/** Half an hour on both sides of the start tell the levels apart by at least the root of what they must differ in the end. */
function isAbrupt(run: Run, values: readonly number[], at: readonly EpochMs[], effect: Effect): boolean {
  const width = Math.max(MIN_RUN, Math.round((30 * MINUTE) / stepOf(at)));
  const before = median(values.slice(Math.max(0, run.from - width), run.from));
  const after = median(values.slice(run.from, Math.min(run.to + 1, run.from + width)));
  return run.sign > 0 ? after >= before * Math.sqrt(effect.up) : after <= before * Math.sqrt(effect.down);
}

/** In ranks; fewer than three samples must leave nearly everything behind that was seen before. */
function standsOut(run: Run, inside: readonly number[], past: readonly number[]): boolean {
  if (inside.length >= MIN_RUN) {
    const judgement = compareSamples(past, inside, { ...RANKS, direction: run.sign > 0 ? 'up' : 'down' });
    return judgement === 'HIGHER' || judgement === 'LOWER';
  }
  const nearest = run.sign > 0 ? Math.min(...inside) : Math.max(...inside);
  const beaten = past.filter((value) => (nearest - value) * run.sign > 0).length;
  return beaten >= FEW_BEAT * past.length && Math.abs(nearest - run.baseline) >= 2 * DEVIATIONS * run.scale;
}

function isHuge(samples: number, stepMs: number, run: Run, level: number, lasts: boolean): boolean {
  return (
    lasts &&
    run.sign > 0 &&
    run.baseline > 0 &&
    level >= run.baseline * HUGE_FACTOR &&
    samples >= HUGE_SAMPLES &&
    samples * stepMs >= (samples >= DENSE_SAMPLES ? MINUTE / 2 : MINUTE)
  );
}

/** A rise that is seen in so many samples, for so long, and is so many times the usual. */
interface Rise {
  readonly samples: number;
  readonly ms: number;
  readonly factor: number;
}

function reaches(
  inside: readonly number[],
  run: Run,
  stepMs: number,
  { samples, ms, factor }: Rise,
): boolean {
  return (
    run.sign > 0 &&
    run.baseline > 0 &&
    inside.length >= samples &&
    inside.length * stepMs >= ms &&
    median(inside) >= run.baseline * factor
  );
}

/** Ten times the usual and above everything that was seen before by a multiple, though it is not a minute old. */
const APART: Rise = { samples: APART_SAMPLES, ms: APART_MS, factor: HUGE_FACTOR };

function isApart(inside: readonly number[], past: readonly number[], run: Run, stepMs: number): boolean {
  return reaches(inside, run, stepMs, APART) && Math.min(...inside) >= APART_FACTOR * Math.max(...past);
}

/** No pause of a process or a collector lasts so long: all of it above everything that was seen before, and a multiple of the usual. */
const STAYS: Rise = { samples: 9, ms: 1.5 * MINUTE, factor: 2.5 };
/** Milliseconds that are felt by whoever waits (Nielsen, Usability Engineering, 1993). */
const STAYS_LEAST = 100;

function staysAbove(inside: readonly number[], past: readonly number[], run: Run, stepMs: number): boolean {
  return (
    reaches(inside, run, stepMs, STAYS) &&
    past.length >= STAYS.samples &&
    median(inside) >= run.baseline + STAYS_LEAST &&
    Math.min(...inside) > Math.max(...past)
  );
}

/** Demand of five times what it was for a minute and more, above everything that was seen before: as clear in few samples. */
const CROWD: Rise = { samples: HUGE_SAMPLES, ms: MINUTE, factor: 5 };

function isCrowd(inside: readonly number[], past: readonly number[], run: Run, stepMs: number): boolean {
  return reaches(inside, run, stepMs, CROWD) && median(inside) >= APART_FACTOR * Math.max(...past);
}

function isBlip(samples: number, stepMs: number, run: Run, level: number, isDemand: boolean): boolean {
  const lengthMs = samples * stepMs;
  if (lengthMs >= SUSTAINED_MS) return false;
  const isLarge =
    isDemand &&
    run.sign > 0 &&
    run.baseline > 0 &&
    level >= run.baseline * LARGE_FACTOR &&
    samples >= LARGE_SAMPLES;
  if (isLarge && lengthMs >= MINUTE) return false;
  return lengthMs < SPIKE_MS || (run.sign > 0 && level < run.baseline * BLIP_FACTOR);
}

/** Below this share of the error of a step the run is a climb; a step through noise leaves about as much as a hinge does. */
const CLIMB_ERROR_RATIO = 0.5;
/** A shorter run has no shape. */
const MIN_CLIMB = 5;

/** Where a slow climb left its level, which is before it was abnormal. */
function climbOf(
  run: Run,
  base: Segment,
  values: readonly number[],
): { readonly from: number; readonly slack: number } | null {
  if (run.to - run.from + 1 < MIN_CLIMB) return null;
  const start = Math.min(base.from, run.from);
  const hinge = fitHinge(values.slice(start, run.to + 1));
  if (hinge === null || hinge.errorRatio > CLIMB_ERROR_RATIO || Math.sign(hinge.slope) !== run.sign)
    return null;
  const from = Math.min(run.from, start + hinge.at + 1);
  return { from, slack: run.from - from };
}
