/** The few statistics that the product rests on, as pure functions. Sources and measured behaviour: docs/adr/0003-detection.md. */

/** Median of a non-empty list; 0 for an empty one. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linear-interpolated quantile, `q` 0…1; 0 for an empty list. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return 0;
  // typed: a comparison in the language costs many times the sorting
  const sorted = Float64Array.from(values).sort();
  const position = (sorted.length - 1) * q;
  const low = sorted[Math.floor(position)] ?? 0;
  const high = sorted[Math.ceil(position)] ?? low;
  return low + (high - low) * (position - Math.floor(position));
}

/** Median absolute deviation, scaled by 1.4826 to estimate the standard deviation of a normal sample. */
export function robustDeviation(values: readonly number[]): number {
  const centre = median(values);
  return 1.4826 * median(values.map((value) => Math.abs(value - centre)));
}

/** Variance over mean of counts per interval, at least 1: how much burstier than Poisson they are. */
export function overdispersion(counts: readonly number[]): number {
  if (counts.length < 2) return 1;
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  if (mean === 0) return 1;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1);
  return Math.max(1, variance / mean);
}

/** ln Γ(x) for x > 0 (Lanczos, g = 7, relative error below 1e-13). */
export function logGamma(x: number): number {
  const coefficients = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
    -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  const shifted = x - 1;
  const sum = coefficients.reduce(
    (total, value, index) => total + value / (shifted + index + 1),
    0.99999999999980993,
  );
  const t = shifted + coefficients.length - 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Regularised incomplete beta function I_x(a, b) for a, b > 0 and x in 0…1 (continued fraction, Lentz). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1), tiny);
  let result = d;
  for (let m = 1; m <= 300; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d, tiny);
    c = guard(1 + even / c, tiny);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d, tiny);
    c = guard(1 + odd / c, tiny);
    const delta = d * c;
    result *= delta;
    if (Math.abs(delta - 1) < 1e-12) break;
  }
  return result;
}

function guard(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/**
 * P(rate after > `factor` × rate before) given `k` errors of `n` requests on both sides, Jeffreys priors on Poisson rates.
 * All counts are divided by `phi` (overdispersion ≥ 1) first. Formula: notes on before/after judgement, docs/adr/0003-detection.md.
 */
export function probabilityOfRise(
  before: { k: number; n: number },
  after: { k: number; n: number },
  factor: number,
  phi = 1,
): number {
  const exposure = factor * after.n + before.n;
  if (exposure === 0) return 0.5;
  return 1 - incompleteBeta((factor * after.n) / exposure, after.k / phi + 0.5, before.k / phi + 0.5);
}

export type Judgement = 'ROLLBACK' | 'WATCH' | 'OK' | 'INCONCLUSIVE';

/** Judges an error rate after a change against the one before. Thresholds measured on 51 canaries: 0.7 % false ROLLBACK. */
export function judgeErrorRate(
  before: { k: number; n: number },
  after: { k: number; n: number },
  phi = 1,
): Judgement {
  const rise = (factor: number) => probabilityOfRise(before, after, factor, phi);
  const difference = after.k / Math.max(1, after.n) - before.k / Math.max(1, before.n);
  if (after.k >= 3 && rise(2) >= 0.95 && (difference >= 0.01 || rise(5) >= 0.95)) return 'ROLLBACK';
  if (rise(1) >= 0.95) return 'WATCH';
  if (1 - rise(1.5) >= 0.95) return 'OK';
  return 'INCONCLUSIVE';
}

export interface Burst {
  /** Index range of bins, inclusive. */
  readonly from: number;
  readonly to: number;
  /** Where the interval that stands out most begins; `from` is the sharpest start in it, which may be later. */
  readonly foot: number;
  /** Log likelihood ratio of "its own rate" against "the rate of the rest", divided by the overdispersion. */
  readonly strength: number;
  readonly inside: number;
  readonly outside: number;
}

/** Chance of a silence at the rate of the burst, as a logarithm: below e⁻¹² it is no pause but an end. */
const SILENCE = 12;
const MAX_SPELLS = 4;
/** Events that may be missing between a burst and its remainder: one in twenty pauses of a steady rate is as long. */
const USUAL_PAUSE = 3;
/** A remainder comes at a lower rate than what it is left of: as fast or faster, it is something of its own. */
const EBB = 1.2;

/**
 * The burst that reaches the last event, else the strongest: what happened last night is not what somebody was paged for. Null: nothing stands out.
 * A silence of `apart` bins or more that the rate of the burst makes impossible ends one spell and begins another; bins without exposure
 * are no silence: where nothing was attempted, nothing could fail.
 * What follows a stronger burst without such a silence is how that one ebbs away, and no burst of its own.
 */
export function currentBurst(
  counts: readonly number[],
  exposure: readonly number[],
  apart: number,
): Burst | null {
  const last = counts.findLastIndex((count) => count > 0);
  const [left, open] = [[...counts], [...exposure]];
  let strongest: Burst | null = null;
  for (let spell = 0; spell < MAX_SPELLS; spell += 1) {
    const burst = scanForBurst(left, open);
    if (burst === null) break;
    const silence = lastSilence(left, open, burst, apart);
    if (burst.to === last && silence === null) {
      const ebbs = strongest !== null && follows(burst, strongest);
      return ebbs && strongest !== null ? prolonged(strongest, last, counts) : burst;
    }
    if (strongest === null || burst.strength > strongest.strength)
      strongest = silence === null ? burst : upTo(silence.from - 1, burst, left, open);
    const end = silence === null ? burst.to + 1 : silence.to;
    left.fill(0, burst.foot, end);
    open.fill(0, burst.foot, end);
  }
  return strongest;
}

/** Whether a burst comes so soon after another, and so much weaker, that its own rate leaves such pauses all the time. */
function follows(burst: Burst, other: Burst): boolean {
  const rate = burst.inside / (burst.to - burst.from + 1);
  const pause = burst.from - other.to - 1;
  return (
    pause >= 0 && pause * rate <= USUAL_PAUSE && rate * EBB <= other.inside / (other.to - other.from + 1)
  );
}

/** The burst with everything up to `to`. */
function prolonged(burst: Burst, to: number, counts: readonly number[]): Burst {
  const inside = counts.slice(burst.from, to + 1).reduce((sum, count) => sum + count, 0);
  return { ...burst, to, inside, outside: burst.inside + burst.outside - inside };
}

/** The last silence inside the burst that ends a spell, `to` exclusive; null: it is one spell. */
function lastSilence(
  counts: readonly number[],
  exposure: readonly number[],
  burst: Burst,
  apart: number,
): { readonly from: number; readonly to: number } | null {
  const offered = exposure.map((value) => Number(value > 0));
  const open = prefixSums(offered);
  const rate = burst.inside / Math.max(1, at(open, burst.to + 1) - at(open, burst.from));
  const least = Math.max(apart, SILENCE / rate);
  for (let end = burst.to; end > burst.foot; end -= 1) {
    let start = end;
    while (start > burst.foot && at(counts, start) === 0) start -= 1;
    if (at(open, end + 1) - at(open, start + 1) >= least) return { from: start + 1, to: end + 1 };
    end = start;
  }
  return null;
}

/** The burst without what came after `to`. */
function upTo(to: number, burst: Burst, counts: readonly number[], exposure: readonly number[]): Burst {
  const from = sharpenStart(counts, exposure, { from: burst.foot, to });
  const inside = counts.slice(from, to + 1).reduce((sum, count) => sum + count, 0);
  return { ...burst, from, to, inside, outside: burst.inside + burst.outside - inside };
}

/** Less than a twenty-fifth of what was observed is no past to compare with: what was there from the start is no burst. */
const MIN_REST = 0.04;

/**
 * The interval whose rate stands out most from the rest and from its past, or null when none is significant:
 * at least 3 events and strength above ln(n · log₂ n / 1e-3) (0 % false alarms on quiet series, all 0 → 1/s × 5 found).
 * `exposure` is the number of opportunities per bin (requests, seconds); bins without exposure cannot hold events.
 */
export function scanForBurst(
  counts: readonly number[],
  exposure: readonly number[],
  fromIndex = 0,
): Burst | null {
  const n = counts.length;
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (n < 2 || total < 3) return null;
  const totalExposure = exposure.reduce((sum, value) => sum + value, 0);
  const candidates = counts.flatMap((count, index) => (count > 0 && index >= fromIndex ? [index] : []));
  const cumulative = prefixSums(counts);
  const cumulativeExposure = prefixSums(exposure);
  let best: Burst | null = null;
  for (const from of candidates) {
    for (const to of candidates) {
      if (to < from) continue;
      const inside = at(cumulative, to + 1) - at(cumulative, from);
      if (inside < 3 || inside < (best?.inside ?? 0) * 0.1) continue;
      const length = at(cumulativeExposure, to + 1) - at(cumulativeExposure, from);
      if (at(cumulativeExposure, from) < MIN_REST * totalExposure) break;
      const [past, pastLength] = [at(cumulative, from), at(cumulativeExposure, from)];
      const strength = Math.min(
        rise(inside, length, past, pastLength),
        rise(inside, length, total - inside, totalExposure - length),
      );
      if (best === null || strength > best.strength)
        best = { from, to, foot: from, strength, inside, outside: total - inside };
    }
  }
  if (best === null) return null;
  const start = sharpenStart(counts, exposure, best);
  const kept = at(cumulative, best.to + 1) - at(cumulative, start);
  const found = { ...best, from: start, inside: kept, outside: total - kept };
  const rest = counts.filter((_, index) => index < found.from || index > found.to);
  const strength = found.strength / Math.min(overdispersion(rest), 20);
  return strength > Math.log((n * Math.max(1, Math.log2(n))) / 1e-3) ? { ...found, strength } : null;
}

/** The start at which the rate rises most sharply: the maximum-likelihood change point of a two-rate Poisson process up to the burst's end. */
function sharpenStart(
  counts: readonly number[],
  exposure: readonly number[],
  burst: { readonly from: number; readonly to: number },
): number {
  let best = burst.from;
  let bestLikelihood = Number.NEGATIVE_INFINITY;
  const total = { k: 0, n: 0 };
  for (let index = 0; index <= burst.to; index += 1) {
    total.k += at(counts, index);
    total.n += at(exposure, index);
  }
  const past = { k: 0, n: 0 };
  for (let index = 0; index <= burst.to; index += 1) {
    if (index >= burst.from && at(counts, index) > 0) {
      const likelihood = term(past.k, past.n) + term(total.k - past.k, total.n - past.n);
      const rises = (total.k - past.k) * past.n >= past.k * (total.n - past.n);
      if (rises && likelihood > bestLikelihood) {
        bestLikelihood = likelihood;
        best = index;
      }
    }
    past.k += at(counts, index);
    past.n += at(exposure, index);
  }
  return best;
}

function term(k: number, n: number): number {
  return k <= 0 || n <= 0 ? 0 : k * Math.log(k / n);
}

/** Log likelihood ratio of two rates against one, both estimated; 0 where the first is not the higher. Events without opportunities count as one. */
function rise(k1: number, n1: number, k0: number, n0: number): number {
  const length = Math.max(n1, 1e-6 * n0);
  if (n0 <= 0 || k1 * n0 <= k0 * length) return 0;
  return term(k1, length) + term(k0, n0) - term(k1 + k0, length + n0);
}

function prefixSums(values: readonly number[]): readonly number[] {
  const sums = [0];
  for (const value of values) sums.push(at(sums, sums.length - 1) + value);
  return sums;
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}

/** The line through values at equal distances: rise over the whole length, share of the variation that the line explains, and the sum of squares around the mean. */
export function fitLine(values: readonly number[]): {
  readonly rise: number;
  readonly fit: number;
  readonly spread: number;
} {
  const n = values.length;
  const meanX = (n - 1) / 2;
  const meanY = values.reduce((sum, value) => sum + value, 0) / n;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (const [index, value] of values.entries()) {
    xy += (index - meanX) * (value - meanY);
    xx += (index - meanX) ** 2;
    yy += (value - meanY) ** 2;
  }
  return {
    rise: xx === 0 ? 0 : (xy / xx) * (n - 1),
    fit: xx === 0 || yy === 0 ? 0 : (xy * xy) / (xx * yy),
    spread: yy,
  };
}
