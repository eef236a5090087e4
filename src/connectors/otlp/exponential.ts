/** Exponential histograms brought to fixed bounds, so that points of different scales and offsets add up. Pure. */
import { listAt, objectAt } from '../_kit/nested.ts';
import type { JsonObject } from '../_kit/records.ts';
import { numberOfText } from './attributes.ts';

/** Four buckets a doubling: a quantile is off by at most 19 %, less than what buckets of common bounds allow. */
const PER_DOUBLING = 4;
/** 0.1 ms to 4,096 s where the unit is seconds, and sizes up to terabytes: bounds outside are those at the ends. */
const FIRST = -13 * PER_DOUBLING;
const LAST = 42 * PER_DOUBLING;

/** Upper bounds, ascending. */
export const BOUNDS: readonly number[] = Array.from({ length: LAST - FIRST + 1 }, (_, index) =>
  Number((2 ** ((FIRST + index) / PER_DOUBLING)).toPrecision(6)),
);

/**
 * Counts by bucket: as many as BOUNDS and one for what lies above. A bucket of the source counts where its upper bound falls.
 * Null for a point that is malformed or has negative values, which no latency or size has.
 */
export function countsOfExponential(point: JsonObject): readonly number[] | null {
  const scale = numberOfText(point['scale']);
  const zero = numberOfText(point['zeroCount'] ?? 0);
  const positive = objectAt(point, 'positive');
  const offset = numberOfText(positive['offset'] ?? 0);
  const negative = listAt(objectAt(point, 'negative'), 'bucketCounts').map(numberOfText);
  if (scale === null || zero === null || offset === null || Math.abs(scale) > 20) return null;
  if (negative.some((count) => count !== 0)) return null;
  const counts = new Array<number>(BOUNDS.length + 1).fill(0);
  counts[0] = zero;
  for (const [index, written] of listAt(positive, 'bucketCounts').entries()) {
    const count = numberOfText(written);
    if (count === null || count < 0) return null;
    // The bucket ends at 2^((offset + index + 1) / 2^scale).
    const exponent = ((offset + index + 1) / 2 ** scale) * PER_DOUBLING;
    const at = Math.min(Math.max(Math.ceil(exponent - 1e-9) - FIRST, 0), BOUNDS.length);
    counts[at] = (counts[at] ?? 0) + count;
  }
  return counts;
}
