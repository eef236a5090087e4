/** Latency, queues and pools after the mitigation, each against its own level before the incident. */

import { type MetricSeries, routeOf } from '../../domain/signal.ts';
import { median } from '../../domain/statistics.ts';
import { type EpochMs, epochMs, type Interval } from '../../domain/time.ts';
import type { CheckResult, VerificationCheck } from '../../domain/verification.ts';
import { showValue } from '../_measure/show-value.ts';
import { affectedServices, type Case, check } from './case.ts';

/** A quantile is up from this factor on (and 5 ms), and back below it: the effect that detection asks of latency. */
const LATENCY_FACTOR = 1.25;
const LATENCY_LEAST_MS = 5;
/** A queue or pool is back when a quarter at most of its rise is left. */
const REST_OF_RISE = 0.25;
/** Fewer samples are a moment, not a level. */
const MIN_SAMPLES = 3;
/** The samples at the end that say how it is now. */
const RECENT = 5;

const LEVELS: ReadonlySet<string> = new Set(['pool', 'queue', 'saturation', 'cpu', 'memory', 'disk']);

export function latencyChecks(kase: Case): readonly VerificationCheck[] {
  return affectedServices(kase).flatMap((service) => {
    const quantiles = kase.situation.series.filter(
      (item) =>
        item.service === service &&
        item.meaning === 'latency' &&
        item.quantile !== null &&
        routeOf(item) === null,
    );
    const highest = [...quantiles].sort(
      (a, b) => (b.quantile ?? 0) - (a.quantile ?? 0) || (a.id < b.id ? -1 : 1),
    )[0];
    if (highest === undefined) return [];
    const limit = (before: number) => Math.max(before * LATENCY_FACTOR, before + LATENCY_LEAST_MS);
    const name = `p${Number(((highest.quantile ?? 0) * 100).toFixed(1))}`;
    return levelCheck(
      kase,
      highest,
      'latency',
      `The ${name} latency of ${service} is back to its baseline`,
      limit,
    );
  });
}

/** Only what the triage named as a symptom: a busy pool is no failure by itself. */
export function saturationChecks(kase: Case): readonly VerificationCheck[] {
  const named = kase.report.symptoms.filter(
    (symptom) =>
      symptom.pattern === null && ['saturation', 'queue-backlog', 'pool-exhausted'].includes(symptom.class),
  );
  const services = new Set(named.map(({ service }) => service));
  return kase.situation.series
    .filter((series) => LEVELS.has(series.meaning) && services.has(series.service))
    .flatMap((series) => {
      const during = median(valuesIn(series, kase.windows.during));
      const limit = (before: number) => before + REST_OF_RISE * Math.max(0, during - before);
      return levelCheck(
        kase,
        series,
        'saturation',
        `${series.name} of ${series.service ?? 'the system'} is back to its level`,
        limit,
      );
    });
}

function levelCheck(
  kase: Case,
  series: MetricSeries,
  id: 'latency' | 'saturation',
  statement: string,
  limit: (before: number) => number,
): readonly VerificationCheck[] {
  const { windows } = kase;
  const past = valuesIn(series, windows.before);
  const failing = valuesIn(series, windows.during);
  if (past.length < MIN_SAMPLES || failing.length === 0) return [];
  const before = median(past);
  const during = Math.max(median(failing), median(failing.slice(-RECENT)));
  const allowed = limit(before);
  if (during <= allowed * (id === 'latency' ? 1 : 1.0001)) return [];
  const samples = samplesIn(series, {
    from: epochMs(windows.after.from + series.reachMs),
    to: windows.after.to,
  });
  const values = samples.map(({ value }) => value);
  const judged = judgeLevel(values, allowed);
  const wait = judged.result === 'waiting' ? ((MIN_SAMPLES - values.length) * stepOf(series)) / 1000 : null;
  const lastAbove = samples.findLast(({ value }) => value > allowed);
  return [
    check(
      id,
      series.service,
      statement,
      judged.result,
      `${judged.detail}; the limit is ${showValue(allowed, series.unit)}`,
      {
        before: `median ${showValue(before, series.unit)}`,
        during: `median ${showValue(median(failing), series.unit)}`,
        after: values.length === 0 ? null : `median ${showValue(judged.level, series.unit)}`,
        lastFailureAt: judged.result === 'recovered' ? null : (lastAbove?.at ?? null),
        waitSeconds: wait === null ? null : Math.max(1, Math.ceil(wait)),
        improved: values.length > 0 && judged.level < (before + during) / 2,
        evidence: series.evidence.slice(0, 1),
      },
    ),
  ];
}

function judgeLevel(
  values: readonly number[],
  allowed: number,
): { readonly result: CheckResult; readonly level: number; readonly detail: string } {
  const late = values.slice(-RECENT);
  const early = values.slice(0, -RECENT);
  const level = median(late);
  if (values.length < MIN_SAMPLES)
    return { result: 'waiting', level, detail: `only ${values.length} samples since the mitigation` };
  if (level <= allowed) return { result: 'recovered', level, detail: `the last ${late.length} samples` };
  const hadRecovered = early.length >= MIN_SAMPLES && median(early) <= allowed;
  return hadRecovered
    ? { result: 'relapsed', level, detail: `the last ${late.length} samples; it had been back before` }
    : { result: 'failing', level, detail: `the last ${late.length} samples` };
}

function samplesIn(series: MetricSeries, window: Interval): readonly { at: EpochMs; value: number }[] {
  return series.at.flatMap((at, index) => {
    const value = series.values[index];
    return at >= window.from && at <= window.to && value !== undefined && Number.isFinite(value)
      ? [{ at, value }]
      : [];
  });
}

function valuesIn(series: MetricSeries, window: Interval | null): readonly number[] {
  return window === null ? [] : samplesIn(series, window).map(({ value }) => value);
}

function stepOf(series: MetricSeries): number {
  const first = series.at[0] ?? epochMs(0);
  const last = series.at.at(-1) ?? first;
  return series.at.length < 2 ? 60_000 : (last - first) / (series.at.length - 1);
}
