/** What is asked of a failing service rises with each step in which a flag is opened, or at once as it is switched: dose and response. */
import type { FlagChange } from '../../domain/change.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { Factor } from '../../domain/hypothesis.ts';
import type { MetricSeries } from '../../domain/signal.ts';
import type { Symptom } from '../../domain/symptom.ts';
import { type EpochMs, HOUR, MINUTE } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** What answers to a dose. Memory and the like drift by themselves. */
const RESPONDS: readonly MetricSeries['meaning'][] = ['requests', 'errors', 'error-ratio', 'latency'];
/** Each step must raise the level by this factor, and all together by the second. */
const STEP = 1.25;
const ALL = 1.6;
/** A level is taken from this many values at least, of this long before the first and after the last step at most. */
const MIN_VALUES = 4;
const AROUND_MS = HOUR / 2;
/** Requests that rise within this long after a switch rose with it. */
const AT_ONCE_MS = 3 * MINUTE;

/** Share of users 0…100 that a value of a flag lets in; null where it is no share. */
function shareOf(value: string | null): number | null {
  const found = /^\s*(\d+(?:\.\d+)?)\s*%?\s*$/.exec(value ?? '');
  const share = found === null ? Number.NaN : Number(found[1]);
  return share >= 0 && share <= 100 ? share : null;
}

/** Switches of the same flag up to this one, each of which opened it further; fewer than two are no steps. */
function stepsTo(flag: FlagChange, facts: Facts): readonly FlagChange[] {
  const own = facts.situation.flags.filter(
    (other) =>
      other.flag === flag.flag &&
      other.environment === flag.environment &&
      other.at !== null &&
      other.at <= (flag.at ?? 0),
  );
  const sorted = [...own].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const shares = sorted.map(({ to }) => shareOf(to));
  const opens = shares.every(
    (share, index) => share !== null && (index === 0 || share > (shares[index - 1] ?? 0)),
  );
  return opens && sorted.length >= 2 ? sorted : [];
}

function meanIn(series: MetricSeries, from: number, to: number): number | null {
  const inside = series.values.filter((_, index) => {
    const at = series.at[index] ?? 0;
    return at >= from && at < to;
  });
  return inside.length < MIN_VALUES ? null : inside.reduce((sum, value) => sum + value, 0) / inside.length;
}

/** Of the last two steps at least; an early one of a hundredth is lost in the noise. */
function rises(series: MetricSeries, times: readonly EpochMs[], end: number): boolean {
  const last = times.slice(-2);
  const [first = 0, second = 0] = last;
  const levels = [
    meanIn(series, Math.max(first - AROUND_MS, times.at(-3) ?? 0), first),
    meanIn(series, first, second),
    meanIn(series, second, Math.min(end, second + AROUND_MS)),
  ];
  const [low, middle, high] = levels;
  if (low == null || middle == null || high == null || high <= 0) return false;
  return middle >= low * STEP && high >= middle * STEP && high >= low * ALL;
}

/** Requests that began to rise as something was switched or released. */
export function roseAt(surge: Symptom, at: EpochMs): boolean {
  return (
    surge.onsetAt >= at - surge.onsetUncertaintyMs &&
    surge.onsetAt <= at + AT_ONCE_MS + surge.onsetUncertaintyMs
  );
}

/** Null where neither is seen. */
export function doseResponse(flag: FlagChange, facts: Facts): Factor | null {
  const times = stepsTo(flag, facts).flatMap(({ at }) => (at === null ? [] : [at]));
  const failing = new Set(facts.failingServices);
  const { asOf } = facts.situation.snapshot.request;
  const series =
    times.length < 2
      ? undefined
      : facts.situation.series.find(
          (item) =>
            item.service !== null &&
            failing.has(item.service) &&
            RESPONDS.includes(item.meaning) &&
            rises(item, times, asOf),
        );
  if (series !== undefined)
    return factor(
      'dose-response',
      WEIGHT.doseResponse,
      `${series.meaning} of ${series.service} rose with each step in which the flag was opened`,
      series.evidence.slice(0, 1) as readonly EvidenceRef[],
    );
  const { at } = flag;
  if (at === null || isClosed(flag)) return null;
  const surge = facts.detection.symptoms.find(
    (symptom) => symptom.class === 'traffic-surge' && roseAt(symptom, at),
  );
  return surge === undefined
    ? null
    : factor('rose-with-it', WEIGHT.roseWithIt, `${surge.summary} as it was switched`, surge.evidence);
}

/** To fewer than before. Whatever is off may be asked for more: a cache, a batch. */
function isClosed({ from, to }: FlagChange): boolean {
  const [before, after] = [shareOf(from), shareOf(to)];
  return before !== null && after !== null && after < before;
}
