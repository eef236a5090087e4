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
  if (first[0] === second.at(-1) && second[0] === first.at(-1)) return 'SAME';
  const effect = question.effect === 'ratio' ? ratioOfMeans(first, second) : superiority(first, second);
  if (effect < question.up && effect > question.down) return 'SAME';
  const shift = rankShift(first, second, question.confidence);
  const margin = question.tolerance * Math.abs(shift.estimate);
  // A bound that meets the margin still excludes it where the margin itself does not fit: samples that are mostly zero, tied at shift 0.
  const z = normalQuantile((1 + question.confidence) / 2);
  const isAbove = shift.low > margin || (shift.low === margin && scoreOf(first, second, margin) > z);
  const isBelow = shift.high < -margin || (shift.high === -margin && scoreOf(first, second, -margin) < -z);
  if (question.direction !== 'down' && isAbove && effect >= question.up) return 'HIGHER';
  if (question.direction !== 'up' && isBelow && effect <= question.down) return 'LOWER';
  return 'SAME';
}

/** Infinite where the first sample is zero throughout: any rise from nothing is as large as a rise can be. */
function ratioOfMeans(first: Values, second: Values): number {
  const [before, after] = [mean(first), mean(second)];
  return before === 0 ? Number.POSITIVE_INFINITY : after / before;
}

/** P(a value of `second` > a value of `first`), ties counted half; both ascending and non-empty. */
function superiority(first: Values, second: Values): number {
  return rankSum(first, second, 0).u / (first.length * second.length);
}

function mean(values: Values): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

type Values = readonly number[] | Float64Array;

function ascending(values: Values): Float64Array {
  return Float64Array.from(values).filter(Number.isFinite).sort();
}

/**
 * Hodges–Lehmann shift of `second` against `first` (both non-empty) with the asymptotic two-sided interval, continuity and ties corrected
 * as in R's wilcox.test. Where several shifts fit equally well, the middle of them. Infinite bounds: too few values to bound anything.
 */
export function rankShift(first: Values, second: Values, confidence: number): RankShift {
  const [before, after] = [ascending(first), ascending(second)];
  const differences = pairwiseDifferences(before, after);
  const z = normalQuantile((1 + confidence) / 2);
  const score = (shift: number) => scoreOf(before, after, shift);
  // One value throughout bounds itself; else a bound exists only where the score passes its quantile within the differences.
  const single = differences.length < 2;
  return {
    low:
      single || score(differences[0] ?? 0) > z
        ? fallsTo(score, z, differences, 'first')
        : Number.NEGATIVE_INFINITY,
    estimate: (fallsTo(score, 0, differences, 'first') + fallsTo(score, 0, differences, 'last')) / 2,
    high:
      single || score(differences.at(-1) ?? 0) < -z
        ? fallsTo(score, -z, differences, 'last')
        : Number.POSITIVE_INFINITY,
  };
}

/** Every `after − before`, ascending, each once: the only shifts at which ranks change. */
function pairwiseDifferences(before: Float64Array, after: Float64Array): Float64Array {
  const all = new Float64Array(before.length * after.length);
  let count = 0;
  for (const value of after) for (const other of before) all[count++] = value - other;
  all.sort();
  let kept = 0;
  for (const difference of all) if (kept === 0 || difference !== all[kept - 1]) all[kept++] = difference;
  return all.subarray(0, kept);
}

/**
 * Where the score, a falling step function, meets `level`: the first shift at which it no longer lies above, or the last at which it does
 * not yet lie below. Looks only at the differences and between them, so that exchanged samples give the mirrored answer exactly.
 */
function fallsTo(
  score: (shift: number) => number,
  level: number,
  differences: Float64Array,
  side: 'first' | 'last',
): number {
  // Even places are the differences, odd ones the gaps between them; a gap counts for the difference that ends it.
  const at = (place: number) => ((differences[place >> 1] ?? 0) + (differences[(place + 1) >> 1] ?? 0)) / 2;
  const isBefore = (place: number) =>
    side === 'first' ? score(at(place)) > level : score(at(place)) >= level;
  let [low, high] = [0, 2 * (differences.length - 1) + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return differences[low >> 1] ?? 0;
}

/** How many standard deviations the ranks of `second − shift` lie from those expected of a sample like `first`; 0 where all values are tied. */
export function rankScore(first: Values, second: Values, shift: number): number {
  return scoreOf(ascending(first), ascending(second), shift);
}

function scoreOf(first: Values, second: Values, shift: number): number {
  const { u, tieTerm } = rankSum(first, second, shift);
  const [n, m] = [second.length, first.length];
  const total = n + m;
  const distance = u - (n * m) / 2;
  const variance = ((n * m) / 12) * (total + 1 - tieTerm / (total * (total - 1)));
  return variance <= 0 ? 0 : (distance - Math.sign(distance) * 0.5) / Math.sqrt(variance);
}

/** Mann–Whitney U of `second − shift` against `first`, both ascending, and Σ(t³ − t) over groups of t tied values. */
function rankSum(
  first: Values,
  second: Values,
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
