/** Series of pods and versions that have no past of their own: judged against those that ran before and beside them. */
import { append } from '../../domain/append.ts';
import { type MetricSeries, routeOf } from '../../domain/signal.ts';
import { median, robustDeviation } from '../../domain/statistics.ts';
import { type EpochMs, MINUTE } from '../../domain/time.ts';
import { compareSamples } from '../../domain/two-samples.ts';
import { stepOf } from '../_measure/step-of.ts';
import type { Effect } from './shift.ts';

/** Only what users feel: a new process may well need another amount of memory. */
const FELT: readonly MetricSeries['meaning'][] = ['latency', 'error-ratio'];
/** A process that has just started is slow for a while: what ended earlier than this says nothing. */
const WARM_UP_MS = 5 * MINUTE;
/** Samples that the others must have shown before the newcomer came. */
const MIN_PAST = 8;

export interface NewcomerShift {
  readonly series: MetricSeries;
  readonly shift: {
    readonly from: EpochMs;
    readonly to: EpochMs;
    readonly baseline: number;
    readonly level: number;
    readonly strength: number;
    readonly stepMs: number;
  };
}

/** Newcomers that lie above their elders, as canary judges compare them. `effectOf` is null for what is not judged. */
export function newcomerShifts(
  all: readonly MetricSeries[],
  effectOf: (series: MetricSeries) => Effect | null,
): readonly NewcomerShift[] {
  const groups = new Map<string, MetricSeries[]>();
  for (const series of all) {
    if (!FELT.includes(series.meaning) || partOf(series) === null || series.at.length === 0) continue;
    const key = siblingKey(series);
    append(groups, key, series);
  }
  return [...groups.values()].flatMap((group) =>
    group.flatMap((series) => {
      const effect = effectOf(series);
      return effect === null ? [] : (judgeNewcomer(series, group, effect) ?? []);
    }),
  );
}

export function partOf(series: MetricSeries): string | null {
  return series.attributes['version'] ?? series.attributes['pod'] ?? series.attributes['instance'] ?? null;
}

/** What siblings share: everything but the version, the pod and the instance. */
export function siblingKey(series: MetricSeries): string {
  const { name, meaning, quantile, service, unit, source, attributes } = series;
  const method = attributes['method'] ?? '';
  return JSON.stringify([name, meaning, quantile, service, unit, source, routeOf(series), method]);
}

function judgeNewcomer(
  series: MetricSeries,
  group: readonly MetricSeries[],
  effect: Effect,
): NewcomerShift | null {
  const [from, to] = [series.at[0], series.at.at(-1)];
  if (from === undefined || to === undefined || to - from < WARM_UP_MS) return null;
  const past = group.flatMap((other) => {
    const before = other.at.filter((time) => time < from).length;
    if (other === series || before < MIN_PAST) return [];
    return other.values.filter((_, index) => (other.at[index] ?? to) <= to);
  });
  const judgement = compareSamples(past, series.values, {
    confidence: 0.98,
    tolerance: 0.25,
    direction: 'up',
    effect: 'ratio',
    up: effect.up,
    down: 0,
  });
  const [baseline, level] = [median(past), median(series.values)];
  const enough = level - baseline >= effect.least || level >= baseline * effect.unlessFactor;
  if (judgement !== 'HIGHER' || !enough) return null;
  const scale = Math.max(robustDeviation(past), 0.02 * Math.abs(baseline), 1e-9);
  const strength = Math.min(60, ((level - baseline) / scale) * Math.sqrt(series.values.length) * 0.5);
  return { series, shift: { from, to, baseline, level, strength, stepMs: stepOf(series.at) } };
}
