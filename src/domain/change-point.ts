/** Where a dense series changes its level, begins to climb, or only follows the time of day. Pure arithmetic; what is abnormal is judged elsewhere. */
import { median, robustDeviation } from './statistics.ts';

export interface Segment {
  /** Index range, inclusive. */
  readonly from: number;
  readonly to: number;
  readonly mean: number;
}

/**
 * Optimal piecewise-constant fit (least squares, `penaltyFactor` · ln n · σ² a piece), pruned (PELT): linear time where there are many changes,
 * quadratic where there is none. σ = √(standard deviation · difference-MAD), which neither a level shift nor noise alone can inflate.
 * A single spike is a piece of its own.
 */
export function segment(values: readonly number[], penaltyFactor = 3): readonly Segment[] {
  const n = values.length;
  if (n === 0) return [];
  if (n > MAX_VALUES) return segmentCoarsely(values, penaltyFactor);
  const penalty = penaltyFactor * Math.log(Math.max(n, 2)) * noiseVariance(values);
  const sums = Float64Array.from(prefixSums(values));
  const squares = Float64Array.from(prefixSums(values.map((value) => value * value)));
  const last = bestStarts(sums, squares, penalty);
  const segments: Segment[] = [];
  for (let end = n; end > 0; end = at(last, end)) {
    const from = at(last, end);
    segments.push({ from, to: end - 1, mean: (at(sums, end) - at(sums, from)) / (end - from) });
  }
  return segments.reverse();
}

/** Above this many values neighbours are averaged first: where nothing changes the fit is quadratic, and minutes over years would never end. */
const MAX_VALUES = 4_000;

function segmentCoarsely(values: readonly number[], penaltyFactor: number): readonly Segment[] {
  const width = Math.ceil(values.length / MAX_VALUES);
  const means = Array.from({ length: Math.ceil(values.length / width) }, (_, group) => {
    const members = values.slice(group * width, (group + 1) * width);
    return members.reduce((sum, value) => sum + value, 0) / members.length;
  });
  return segment(means, penaltyFactor).map(({ from, to, mean }) => ({
    from: from * width,
    to: Math.min(values.length, (to + 1) * width) - 1,
    mean,
  }));
}

/**
 * For each end (exclusive) the start of the last piece of the best fit up to it. A start that can never be best again is dropped.
 * Detection's one hot loop: typed arrays and no calls, because boxed numbers made 240 MB of garbage in a triage of a hundred series.
 */
function bestStarts(sums: Float64Array, squares: Float64Array, penalty: number): Uint32Array {
  const best = new Float64Array(sums.length);
  const last = new Uint32Array(sums.length);
  const starts = new Uint32Array(sums.length);
  const fits = new Float64Array(sums.length);
  best[0] = -penalty;
  let open = 1;
  for (let end = 1; end < sums.length; end += 1) {
    let value = Number.POSITIVE_INFINITY;
    for (let index = 0; index < open; index += 1) {
      const start = starts[index] as number;
      const sum = (sums[end] as number) - (sums[start] as number);
      const squared = (squares[end] as number) - (squares[start] as number);
      const fit = (best[start] as number) + (squared - (sum * sum) / (end - start));
      fits[index] = fit;
      if (fit + penalty < value) {
        value = fit + penalty;
        last[end] = start;
      }
    }
    best[end] = value;
    let kept = 0;
    for (let index = 0; index < open; index += 1)
      if ((fits[index] as number) <= value) starts[kept++] = starts[index] as number;
    starts[kept] = end;
    open = kept + 1;
  }
  return last;
}

function noiseVariance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  const differences = values.slice(1).map((value, index) => value - at(values, index));
  // Stepped or periodic values have differences whose median deviation is 0 though they vary: their mean size stands in.
  const meanDifference =
    differences.reduce((sum, value) => sum + Math.abs(value), 0) / Math.max(1, differences.length);
  const noise = (robustDeviation(differences) || meanDifference) / Math.SQRT2;
  return Math.max(deviation * noise, 1e-12);
}

export interface LevelOptions {
  /** Fewest values of a level; a shorter piece is a spike and goes to the neighbour that is nearer to it. */
  readonly minLength: number;
  /** Neighbours whose means differ by less than this share of the larger one are one level; 0 keeps all. */
  readonly minEffectRatio: number;
  readonly penaltyFactor?: number;
}

/** Levels of a series: the pieces of the fit without spikes and without differences that do not matter. */
export function levels(values: readonly number[], options: LevelOptions): readonly Segment[] {
  const pieces = absorbSpikes(segment(values, options.penaltyFactor), options.minLength);
  const merged: Segment[] = [];
  for (const part of pieces) {
    const previous = merged.at(-1);
    const scale = Math.max(Math.abs(previous?.mean ?? 0), Math.abs(part.mean));
    if (previous === undefined || Math.abs(part.mean - previous.mean) >= options.minEffectRatio * scale)
      merged.push(part);
    else merged[merged.length - 1] = join(previous, part);
  }
  return merged;
}

function absorbSpikes(pieces: readonly Segment[], minLength: number): readonly Segment[] {
  const isLevel = (part: Segment | undefined) => part !== undefined && lengthOf(part) >= minLength;
  const kept: Segment[] = [];
  /** Spikes that wait for the level after them. */
  let from: number | null = null;
  pieces.forEach((part, index) => {
    const before = kept.at(-1);
    if (isLevel(part)) {
      kept.push({ ...part, from: from ?? part.from });
      from = null;
      return;
    }
    const after = pieces.slice(index + 1).find(isLevel);
    const nearer =
      before !== undefined &&
      (after === undefined || Math.abs(part.mean - before.mean) <= Math.abs(part.mean - after.mean));
    if (before !== undefined && nearer && from === null) kept[kept.length - 1] = { ...before, to: part.to };
    else from ??= part.from;
  });
  // Nothing but spikes: no level can be told from another.
  return kept.length > 0 || pieces.length === 0 ? kept : [pieces.reduce(join)];
}

function lengthOf(part: Segment): number {
  return part.to - part.from + 1;
}

function join(a: Segment, b: Segment): Segment {
  const [n, m] = [lengthOf(a), lengthOf(b)];
  return { from: a.from, to: b.to, mean: (a.mean * n + b.mean * m) / (n + m) };
}

export interface Hinge {
  /** Index of the last value that is still level. */
  readonly at: number;
  /** Rise per sample after it. */
  readonly slope: number;
  /** Share of the squared error of the best single step that is left; below ½ the series climbs rather than jumps. */
  readonly errorRatio: number;
}

/** Fits "level, then a straight climb" and compares it with "level, then another level"; null below 6 values or without variation. O(n²). */
export function fitHinge(values: readonly number[]): Hinge | null {
  const n = values.length;
  if (n < 6) return null;
  const sums = prefixSums(values);
  const squares = at(prefixSums(values.map((value) => value * value)), n);
  const total = at(sums, n);
  let step = Number.POSITIVE_INFINITY;
  let best = { at: 0, slope: 0, error: Number.POSITIVE_INFINITY };
  for (let knee = 0; knee < n - 2; knee += 1) {
    const left = at(sums, knee + 1);
    step = Math.min(step, squares - left ** 2 / (knee + 1) - (total - left) ** 2 / (n - knee - 1));
    const rest = n - 1 - knee;
    const [sumX, sumXX] = [(rest * (rest + 1)) / 2, (rest * (rest + 1) * (2 * rest + 1)) / 6];
    let sumXY = 0;
    for (let index = knee + 1; index < n; index += 1) sumXY += (index - knee) * at(values, index);
    const slope = (n * sumXY - sumX * total) / (n * sumXX - sumX * sumX);
    const intercept = (total - slope * sumX) / n;
    const error = squares - intercept * total - slope * sumXY;
    if (error < best.error) best = { at: knee, slope, error };
  }
  const spread = squares - total ** 2 / n;
  if (spread <= 1e-12 * Math.max(1, squares) || step <= 1e-9 * spread) return null;
  return { at: best.at, slope: best.slope, errorRatio: Math.max(0, best.error) / step };
}

/** Periods below this many say nothing about what is usual at a time of the day. */
export const MIN_PERIODS = 3;

/**
 * The series without what recurs each period: the median of its phase is subtracted and the overall median kept.
 * `phases` gives the phase of each value. Null below 3 values of each phase on average: then nothing is known of a season.
 */
export function withoutSeason(
  values: readonly number[],
  phases: readonly number[],
): readonly number[] | null {
  const byPhase = new Map<number, number[]>();
  values.forEach((value, index) => {
    const phase = at(phases, index);
    const list = byPhase.get(phase);
    if (list === undefined) byPhase.set(phase, [value]);
    else list.push(value);
  });
  if (byPhase.size < 2 || values.length < MIN_PERIODS * byPhase.size) return null;
  const centre = median(values);
  const usual = new Map([...byPhase].map(([phase, list]) => [phase, median(list)]));
  return values.map((value, index) => value - (usual.get(at(phases, index)) ?? centre) + centre);
}

function prefixSums(values: readonly number[]): readonly number[] {
  const sums = [0];
  for (const value of values) sums.push(at(sums, sums.length - 1) + value);
  return sums;
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}
