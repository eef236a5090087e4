/** A leak: something exhaustible that rises steadily since a release and did not before. The rise begins hours before anybody notices. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { MetricSeries } from '../../domain/signal.ts';
import type { Release } from '../../domain/situation.ts';
import { fitLine, median } from '../../domain/statistics.ts';
import { type EpochMs, HOUR, MINUTE } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

const EXHAUSTIBLE: readonly MetricSeries['meaning'][] = ['memory', 'disk', 'pool', 'queue', 'saturation'];
/** Rise over the level at the release from which it is no drift; half of it is still called flat. */
const MIN_RISE = 0.3;
/** Share of the variation that a straight line must explain to be called steady. */
const MIN_FIT = 0.6;
/** A line through mere variation explains less: two dozen samples of noise reach a tenth of this. */
const NOISE_FIT = 0.3;
/** Share of the later rate below which a stretch is no part of the rise, above which it is. */
const SAME_RISE = 0.5;
/** Share of the later rate below which a stretch did not rise at all. */
const FLAT_SHARE = 0.1;
/** Standard errors that a rate may be off. */
const MARGIN = 2;

export function rampSince(release: Release, facts: Facts): Factor | null {
  const end = climbsUntil(release, facts);
  const start = servedFrom(release);
  if (end === null || end - start < 20 * MINUTE) return null;
  for (const series of facts.situation.series) {
    if (series.service !== release.service || !EXHAUSTIBLE.includes(series.meaning)) continue;
    const found = judge(series, start, end);
    if (found !== null && beginsWith(release, series, end, facts) && !ranFlat(series, start, end, facts))
      return factor(
        'ramp-since',
        WEIGHT.rampSince * found.certainty,
        found.detail,
        series.evidence.slice(0, 1),
      );
  }
  return null;
}

/** A climb that is itself the symptom begins the incident: then it is read until it ends. */
function climbsUntil({ service }: Release, { detection }: Facts): EpochMs | null {
  const climb = detection.symptoms.find(
    (symptom) =>
      symptom.service === service && symptom.shape === 'ramp' && symptom.onsetAt === detection.onsetAt,
  );
  return climb?.lastSeenAt ?? detection.onsetAt;
}

function judge(
  series: MetricSeries,
  start: EpochMs,
  end: EpochMs,
): { readonly detail: string; readonly certainty: number } | null {
  const before = window(series, start - 2 * HOUR, start);
  const all = window(series, start, end);
  const after = upToFirstFall(all);
  if (after.length < 8) return null;
  const line = fitLine(after);
  const level = median(after.slice(0, Math.max(3, Math.floor(after.length / 10))));
  const rise = line.rise / Math.max(Math.abs(level), 1e-9);
  if (rise < MIN_RISE || line.fit < MIN_FIT) return null;
  const recordedFrom = series.at.find((at) => at >= start) ?? start;
  const recorded = (end - recordedFrom) * (after.length / all.length);
  const unseen = recordedFrom - start;
  // Without a restart it would have been less than nothing when the release came.
  if (after.length === all.length && (rise / recorded) * unseen > 1) return null;
  const since = unseen > recorded ? 'as far back as it is recorded, which is after' : 'since';
  const past = before.length < 4 ? null : fitLine(before);
  const climbed = past === null ? 0 : past.rise / Math.max(Math.abs(median(before)), 1e-9);
  if (past !== null && climbed > MIN_RISE / 2 && past.fit >= NOISE_FIT) return null;
  const flat = past === null ? '' : ', and was flat before';
  return {
    detail: `${series.meaning} of ${series.service ?? series.name} rises steadily ${since} this release (by ${Math.round(rise * 100)} %)${flat}`,
    certainty: past === null ? 0.6 : 1,
  };
}

/**
 * Of several releases of a service the rise is laid to the one it begins with: not to one that ran
 * flat until the next came, nor to one before which it rose as fast under its predecessor.
 */
function beginsWith(release: Release, series: MetricSeries, end: EpochMs, facts: Facts): boolean {
  const start = servedFrom(release);
  const others = facts.situation.releases
    .filter((other) => other.service === release.service && other.id !== release.id && served(other))
    .map(servedFrom);
  const previous = others.filter((at) => at < start);
  if (previous.length > 0) {
    const before = rateOf(series, Math.max(...previous, start - 2 * HOUR), start);
    const after = rateOf(series, start, end);
    if (before !== null && after !== null && before.rate - before.margin > after.rate * SAME_RISE)
      return false;
  }
  return !others.some((at) => {
    if (at <= start || at >= end) return false;
    const until = rateOf(series, start, at);
    const after = rateOf(series, at, end);
    return until !== null && after !== null && until.rate + until.margin < after.rate * SAME_RISE;
  });
}

/** It ran flat until the climb set in long after it: what began then is not the release. */
function ranFlat(series: MetricSeries, start: EpochMs, end: EpochMs, { detection }: Facts): boolean {
  return detection.symptoms.some(({ service, shape, onsetAt }) => {
    if (service !== series.service || shape !== 'ramp' || onsetAt <= start || onsetAt >= end) return false;
    const until = rateOf(series, start, onsetAt);
    const after = rateOf(series, onsetAt, end);
    return until !== null && after !== null && until.rate + until.margin < after.rate * FLAT_SHARE;
  });
}

function served({ status, reach }: Release): boolean {
  return status !== 'failed' && status !== 'cancelled' && reach !== 'merged';
}

function servedFrom(release: Release): EpochMs {
  return release.finishedAt ?? release.startedAt;
}

/** Rise per millisecond up to the first fall, and how far it may be off; null for too few samples. */
function rateOf(
  series: MetricSeries,
  from: number,
  to: number,
): { readonly rate: number; readonly margin: number } | null {
  const all = window(series, from, to);
  const values = upToFirstFall(all);
  const n = values.length;
  if (n < 8) return null;
  const { rise, fit, spread } = fitLine(values);
  const length = ((to - from) * n) / all.length;
  // The standard error of the rise of a line: (1 - fit) of the spread is what the line leaves unexplained.
  const error = Math.sqrt((Math.max(0, 1 - fit) * spread * 12) / (n - 2) / n);
  return { rate: rise / length, margin: (MARGIN * error) / length };
}

function window(series: MetricSeries, from: number, to: number): readonly number[] {
  return series.values.filter((_, index) => (series.at[index] ?? 0) >= from && (series.at[index] ?? 0) <= to);
}

/** A restart empties memory; the rise is read up to the first such fall. */
function upToFirstFall(values: readonly number[]): readonly number[] {
  const fall = values.findIndex((value, index) => index > 0 && value < (values[index - 1] ?? value) * 0.6);
  return fall < 8 ? values : values.slice(0, fall);
}
