/** Series at the resolution at which they are judged, and back to the one at which they were measured. */
import type { MetricSeries } from '../../domain/signal.ts';
import { type EpochMs, epochMs } from '../../domain/time.ts';

/** Above this many points the segmentation (quadratic where nothing changes) works on averages. */
const MAX_POINTS = 360;
/** A quantile of fewer requests than this is the story of one request. */
const MIN_WEIGHT = 10;

export interface Samples {
  readonly at: readonly EpochMs[];
  readonly values: readonly number[];
}

/** The first and last interval of a series made from log lines are cut by the log's own ends: they hold less by accident. */
function whole(series: MetricSeries): MetricSeries {
  if (series.source !== 'log-file' || series.at.length < 3) return series;
  return {
    ...series,
    at: series.at.slice(1, -1),
    values: series.values.slice(1, -1),
    weights: series.weights?.slice(1, -1) ?? null,
  };
}

/** At most 360 points: averages of neighbours, and quantiles of few requests joined until they stand for ten. */
export function thin(full: MetricSeries): Samples {
  const series = whole(full);
  const { at, values, weights } = series;
  const step = Math.max(1, Math.ceil(values.length / MAX_POINTS));
  const sparse = series.quantile !== null && weights !== null;
  if (step === 1 && !(sparse && weights.some((weight) => weight < MIN_WEIGHT))) return { at, values };
  const joined: { at: EpochMs[]; values: number[] } = { at: [], values: [] };
  for (let start = 0; start < values.length; ) {
    let [end, weight, sum] = [start, 0, 0];
    while (end < values.length && (end - start < step || (sparse && weight < MIN_WEIGHT))) {
      const one = sparse ? Math.max(1e-9, weights[end] ?? 0) : 1;
      sum += one * (values[end] ?? 0);
      weight += one;
      end += 1;
    }
    joined.at.push(at[start] ?? epochMs(0));
    joined.values.push(sum / Math.max(weight, 1e-9));
    start = end;
  }
  return joined;
}

/**
 * The instant of the full series at which two levels are told apart best, within one thinned sample of `onsetAt` on both sides.
 * The thinned instant itself where the series was not thinned.
 */
export function refineOnset(full: MetricSeries, samples: Samples, onset: number): EpochMs {
  const found = samples.at[onset] ?? epochMs(0);
  if (samples.at.length === full.at.length || samples.at.length === whole(full).at.length) return found;
  const from = samples.at[Math.max(0, onset - 2)] ?? found;
  const to = samples.at[Math.min(samples.at.length - 1, onset + 2)] ?? found;
  const indices = full.at.flatMap((time, index) => (time >= from && time <= to ? [index] : []));
  const values = indices.map((index) => full.values[index] ?? 0);
  const total = values.reduce((sum, value) => sum + value, 0);
  let best = { gain: Number.NEGATIVE_INFINITY, index: 0 };
  let left = 0;
  for (let index = 1; index < values.length; index += 1) {
    left += values[index - 1] ?? 0;
    const gain = left ** 2 / index + (total - left) ** 2 / (values.length - index);
    if (gain > best.gain) best = { gain, index };
  }
  return full.at[indices[best.index] ?? -1] ?? found;
}
