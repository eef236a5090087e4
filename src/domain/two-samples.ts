/** Whether one sample of a measurement lies higher than another: ranks only, so that neither outliers nor the unit decide. */

/** Where the second sample lies relative to the first, in the unit of the samples: Hodges–Lehmann estimate and its confidence interval. */
export interface RankShift {
  readonly low: number;
  readonly estimate: number;
  readonly high: number;
}

export type SampleJudgement = 'HIGHER' | 'LOWER' | 'SAME' | 'NO-DATA';

export interface SampleQuestion {
  /** 0…1; .98 keeps 50 healthy pairs of 51 quiet. */
  readonly confidence: number;
  /** The shift must exceed this share of itself at the near end of its interval; .25 is the usual choice of canary judges. */
  readonly tolerance: number;
  readonly direction: 'up' | 'down' | 'both';
  /** `ratio`: mean over mean; `superiority`: the probability that a value of the second sample exceeds one of the first. */
  readonly effect: 'ratio' | 'superiority';
  /** The effect must be at most `down` to be LOWER and at least `up` to be HIGHER. */
  readonly down: number;
  readonly up: number;
}

/** Judges `after` against `before`; what is no finite number does not count. An empty sample is NO-DATA: a source that fell silent is no source that is well. */
export function compareSamples(
  before: readonly number[],
  after: readonly number[],
  question: SampleQuestion,
): SampleJudgement {
  const [first, second] = [ascending(before), ascending(after)];
  if (first.length === 0 || second.length === 0) return 'NO-DATA';
  if (new Set([...first, ...second]).size === 1) return 'SAME';
  const effect = question.effect === 'ratio' ? ratioOfMeans(first, second) : superiority(first, second);
  if (effect < question.up && effect > question.down) return 'SAME';
  const shift = rankShift(first, second, question.confidence);
  const margin = question.tolerance * Math.abs(shift.estimate);
  if (question.direction !== 'down' && shift.low > margin && effect >= question.up) return 'HIGHER';
  if (question.direction !== 'up' && shift.high < -margin && effect <= question.down) return 'LOWER';
  return 'SAME';
}

/** Infinite where the first sample is zero throughout: any rise from nothing is as large as a rise can be. */
function ratioOfMeans(first: readonly number[], second: readonly number[]): number {
  const [before, after] = [mean(first), mean(second)];
  return before === 0 ? Number.POSITIVE_INFINITY : after / before;
}

/** P(a value of `second` > a value of `first`), ties counted half; both ascending and non-empty. */
function superiority(first: readonly number[], second: readonly number[]): number {
  return rankSum(first, second, 0).u / (first.length * second.length);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function ascending(values: readonly number[]): readonly number[] {
  return values.filter(Number.isFinite).sort((a, b) => a - b);
}

/**
 * Hodges–Lehmann shift of `second` against `first` (both non-empty) with the asymptotic two-sided interval, continuity and ties corrected
 * as in R's wilcox.test. Where several shifts fit equally well, the middle of them. Infinite bounds: too few values to bound anything.
 */
export function rankShift(
  first: readonly number[],
  second: readonly number[],
  confidence: number,
): RankShift {
  const [before, after] = [ascending(first), ascending(second)];
  const least = (after[0] ?? 0) - (before.at(-1) ?? 0);
  const most = (after.at(-1) ?? 0) - (before[0] ?? 0);
  const z = normalQuantile((1 + confidence) / 2);
  const crossing = (quantile: number, side: 'first' | 'last') =>
    findCrossing((shift) => scoreOf(before, after, shift) - quantile, least, most, side);
  const unbounded = scoreOf(before, after, least) <= z && least < most;
  return {
    low: unbounded ? Number.NEGATIVE_INFINITY : crossing(z, 'first'),
    estimate: (crossing(0, 'first') + crossing(0, 'last')) / 2,
    high: unbounded ? Number.POSITIVE_INFINITY : crossing(-z, 'last'),
  };
}

/** 2⁻⁶⁰ of the range: past the precision of a double. */
const HALVINGS = 60;

/** Where a falling step function meets 0: the first argument at which it is no longer positive, or the last at which it is not yet negative. */
function findCrossing(
  value: (shift: number) => number,
  least: number,
  most: number,
  side: 'first' | 'last',
): number {
  const before = (shift: number) => (side === 'first' ? value(shift) > 0 : value(shift) >= 0);
  if (!before(least)) return least;
  if (before(most)) return most;
  let [low, high] = [least, most];
  for (let step = 0; step < HALVINGS && low < high; step += 1) {
    const middle = (low + high) / 2;
    if (before(middle)) low = middle;
    else high = middle;
  }
  return side === 'first' ? high : low;
}

/** How many standard deviations the ranks of `second − shift` lie from those expected of a sample like `first`; 0 where all values are tied. */
export function rankScore(first: readonly number[], second: readonly number[], shift: number): number {
  return scoreOf(ascending(first), ascending(second), shift);
}

function scoreOf(first: readonly number[], second: readonly number[], shift: number): number {
  const { u, tieTerm } = rankSum(first, second, shift);
  const [n, m] = [second.length, first.length];
  const total = n + m;
  const distance = u - (n * m) / 2;
  const variance = ((n * m) / 12) * (total + 1 - tieTerm / (total * (total - 1)));
  return variance <= 0 ? 0 : (distance - Math.sign(distance) * 0.5) / Math.sqrt(variance);
}

/** Mann–Whitney U of `second − shift` against `first`, both ascending, and Σ(t³ − t) over groups of t tied values. */
function rankSum(
  first: readonly number[],
  second: readonly number[],
  shift: number,
): { readonly u: number; readonly tieTerm: number } {
  let [i, j, u, tieTerm] = [0, 0, 0, 0];
  while (i < first.length || j < second.length) {
    const a = i < first.length ? (first[i] ?? 0) : Number.POSITIVE_INFINITY;
    const b = j < second.length ? (second[j] ?? 0) - shift : Number.POSITIVE_INFINITY;
    const value = Math.min(a, b);
    const [fromI, fromJ] = [i, j];
    while (i < first.length && first[i] === value) i += 1;
    while (j < second.length && (second[j] ?? 0) - shift === value) j += 1;
    const [tied, mine] = [i - fromI, j - fromJ];
    u += mine * (fromI + tied / 2);
    tieTerm += (tied + mine) ** 3 - (tied + mine);
  }
  return { u, tieTerm };
}

/** z with Φ(z) = `probability`, for 0.5 … 1 − 1e-9: Newton on the series Φ(z) = ½ + φ(z) Σ z²ᵏ⁺¹/(2k+1)!!. */
function normalQuantile(probability: number): number {
  let z = 1;
  for (let step = 0; step < 40; step += 1) {
    const density = Math.exp(-z * z * 0.5) / Math.sqrt(2 * Math.PI);
    let term = z;
    let series = z;
    for (let k = 3; term > 1e-17 * series; k += 2) {
      term *= (z * z) / k;
      series += term;
    }
    const error = 0.5 + density * series - probability;
    z -= error / density;
    if (Math.abs(error) < 1e-15) break;
  }
  return z;
}
