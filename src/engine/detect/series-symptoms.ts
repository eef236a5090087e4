/** Symptoms from series: error ratios, latency, traffic, silence and saturation, each against the series' own past. */
import type { EvidenceRef } from '../../domain/evidence.ts';
import { type MetricSeries, routeOf } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import { median, quantile, robustDeviation, scanForBurst, segment } from '../../domain/statistics.ts';
import type { Symptom, SymptomClass } from '../../domain/symptom.ts';
import { type EpochMs, epochMs, MINUTE } from '../../domain/time.ts';

/** A shift of latency or traffic that lasts less than this has to be clearly larger, or every pause of a collector is an incident. */
const SUSTAINED_RUN = 10;
const BLIP_FACTOR = 1.6;
const SPIKE_RUN = 5;
const MIN_POINTS = 8;
/** Memory of a young process grows for a while before it levels off. */
const MIN_MEMORY_POINTS = 60;
/** Fewer points than this are a spike, not a level. */
const MIN_RUN = 3;
/** Above this many points the segmentation (quadratic) works on averages. */
const MAX_POINTS = 360;

interface Judged {
  readonly class: SymptomClass;
  readonly from: number;
  readonly to: number;
  readonly baseline: number;
  readonly level: number;
  readonly strength: number;
  readonly shape: 'step' | 'ramp';
}

export function seriesSymptoms(situation: Situation): readonly Symptom[] {
  const errors = situation.series.filter((series) => series.meaning === 'errors');
  const ratios = situation.series.filter((series) => series.meaning === 'error-ratio');
  const counted = errors.map((series) => ({ series, requests: requestsOf(series, situation) }));
  const derived = ratios.map((series) => ({
    series: countsOf(series, requestsOf(series, situation)),
    requests: requestsOf(series, situation),
    ratio: series,
  }));
  const bursts = [
    ...counted.flatMap(({ series, requests }) =>
      requests === null ? [] : (errorBurst(series, requests) ?? []),
    ),
    ...derived.flatMap(({ series, requests, ratio }) =>
      series === null || requests === null ? (levelShift(ratio) ?? []) : (errorBurst(series, requests) ?? []),
    ),
  ];
  const shifted = situation.series
    .filter((series) => series.meaning !== 'errors' && series.meaning !== 'error-ratio')
    .flatMap((series) => levelShift(series) ?? []);
  return [...bursts, ...shifted];
}

/** A share of requests as a count of failures, so that one failure of three requests is not taken for a third of a thousand. */
function countsOf(ratio: MetricSeries, requests: MetricSeries | null): MetricSeries | null {
  if (requests === null) return null;
  const weights = new Map(requests.at.map((at, index) => [at, requests.values[index] ?? 0]));
  return {
    ...ratio,
    unit: requests.unit,
    values: ratio.values.map((value, index) => value * (weights.get(ratio.at[index] ?? epochMs(0)) ?? 0)),
  };
}

/** The request series that counts the opportunities of an error series: same source, service and labels. */
function requestsOf(errors: MetricSeries, situation: Situation): MetricSeries | null {
  const same = (series: MetricSeries) =>
    series.meaning === 'requests' &&
    series.service === errors.service &&
    series.source === errors.source &&
    routeOf(series) === routeOf(errors) &&
    label(series, 'http.request.method') === label(errors, 'http.request.method');
  return situation.series.find(same) ?? null;
}

function label(series: MetricSeries, key: string): string | null {
  return series.attributes[key] ?? null;
}

function errorBurst(series: MetricSeries, requests: MetricSeries): Symptom | null {
  if (series.unit !== requests.unit) return null;
  const { at, counts, exposure } = align(series, requests);
  const burst = at.length < 3 ? null : scanForBurst(counts, exposure);
  if (burst === null) return null;
  const onset = at[burst.from];
  const end = at[burst.to];
  if (onset === undefined || end === undefined) return null;
  const inside = sum(exposure.slice(burst.from, burst.to + 1));
  const outside = sum(exposure.slice(0, burst.from));
  const level = inside === 0 ? 1 : Math.min(1, burst.inside / inside);
  const baseline = outside === 0 ? null : sum(counts.slice(0, burst.from)) / outside;
  if (level < 0.01 && level < 5 * (baseline ?? 0)) return null;
  return toSymptom(
    series,
    {
      class: 'error-ratio',
      from: burst.from,
      to: burst.to,
      baseline: baseline ?? 0,
      level,
      strength: burst.strength,
      shape: 'step',
    },
    at,
    burst.inside,
    baseline !== null,
  );
}

function align(
  errors: MetricSeries,
  requests: MetricSeries,
): { at: readonly EpochMs[]; counts: readonly number[]; exposure: readonly number[] } {
  const byTime = new Map<EpochMs, { errors: number; requests: number }>();
  for (const [index, at] of requests.at.entries())
    byTime.set(at, { errors: 0, requests: requests.values[index] ?? 0 });
  for (const [index, at] of errors.at.entries()) {
    const failed = errors.values[index] ?? 0;
    byTime.set(at, { errors: failed, requests: Math.max(byTime.get(at)?.requests ?? 0, failed) });
  }
  const rows = thinRows([...byTime.entries()].sort(([a], [b]) => a - b).map(([at, row]) => ({ at, ...row })));
  const scale = requests.unit === '1/s' ? stepSeconds(requests) : 1;
  return {
    at: rows.map((row) => row.at),
    counts: rows.map((row) => Math.round(row.errors * scale)),
    exposure: rows.map((row) => row.requests * scale),
  };
}

/** Seconds that one sample of a rate stands for. */
function stepSeconds(series: MetricSeries): number {
  const first = series.at[0];
  const last = series.at.at(-1);
  return first === undefined || last === undefined || series.at.length < 2
    ? 60
    : (last - first) / (series.at.length - 1) / 1000;
}

function thinRows(
  rows: readonly { at: EpochMs; errors: number; requests: number }[],
): readonly { at: EpochMs; errors: number; requests: number }[] {
  const step = Math.ceil(rows.length / MAX_POINTS);
  if (step <= 1) return rows;
  const merged: { at: EpochMs; errors: number; requests: number }[] = [];
  for (let index = 0; index < rows.length; index += step) {
    const part = rows.slice(index, index + step);
    merged.push({
      at: part[0]?.at ?? epochMs(0),
      errors: sum(part.map((row) => row.errors)),
      requests: sum(part.map((row) => row.requests)),
    });
  }
  return merged;
}

/** What a shift of each meaning must reach to matter: `up`/`down` as factors of the baseline, `least` as a difference. */
const EFFECT: Readonly<
  Record<
    string,
    { readonly class: SymptomClass; readonly up: number; readonly down: number; readonly least: number }
  >
> = {
  'error-ratio': { class: 'error-ratio', up: 2, down: 0, least: 0.01 },
  latency: { class: 'latency', up: 1.25, down: 0, least: 5 },
  requests: { class: 'traffic-surge', up: 1.6, down: 0.4, least: 0 },
  cpu: { class: 'saturation', up: 1.5, down: 0, least: 0.1 },
  memory: { class: 'saturation', up: 1.3, down: 0, least: 0 },
  pool: { class: 'saturation', up: 1.5, down: 0, least: 1 },
  queue: { class: 'queue-backlog', up: 2, down: 0, least: 10 },
  disk: { class: 'saturation', up: 1.2, down: 0, least: 0 },
  restarts: { class: 'restart', up: 1.0001, down: 0, least: 0.5 },
  saturation: { class: 'saturation', up: 1.3, down: 0, least: 0.05 },
};

function levelShift(series: MetricSeries): Symptom | null {
  const effect = EFFECT[series.meaning];
  if (effect === undefined || (series.meaning === 'latency' && (series.quantile ?? 0.99) < 0.5)) return null;
  const thinned = thin(series);
  if (thinned.values.length < (series.meaning === 'memory' ? MIN_MEMORY_POINTS : MIN_POINTS)) return null;
  const judged = judgeShift(thinned.values, effect);
  if (judged === null) return null;
  const family =
    judged.level < judged.baseline && effect.class === 'traffic-surge' ? 'silence' : effect.class;
  return toSymptom(series, { ...judged, class: family }, thinned.at, thinned.values.length, true);
}

/** The first and last interval of a series made from log lines are cut by the log's own ends: they hold less by accident. */
function whole(series: MetricSeries): MetricSeries {
  if (series.source !== 'log-file' || series.at.length < 3) return series;
  return { ...series, at: series.at.slice(1, -1), values: series.values.slice(1, -1) };
}

function thin(full: MetricSeries): { at: readonly EpochMs[]; values: readonly number[] } {
  const series = whole(full);
  const step = Math.ceil(series.values.length / MAX_POINTS);
  if (step <= 1) return { at: series.at, values: series.values };
  const indices = series.values.flatMap((_, index) => (index % step === 0 ? [index] : []));
  return {
    at: indices.map((index) => series.at[index] ?? epochMs(0)),
    values: indices.map(
      (index) => sum(series.values.slice(index, index + step)) / Math.min(step, series.values.length - index),
    ),
  };
}

function judgeShift(
  values: readonly number[],
  effect: {
    readonly class: SymptomClass;
    readonly up: number;
    readonly down: number;
    readonly least: number;
  },
): Judged | null {
  const segments = segment(values);
  const half = values.length / 2;
  const early = segments.filter((part) => part.from < half);
  const base = [...early].sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from)[0];
  if (base === undefined) return null;
  const baseline = median(values.slice(base.from, base.to + 1));
  const scale = Math.max(
    robustDeviation(values.slice(base.from, base.to + 1)),
    0.02 * Math.abs(baseline),
    1e-9,
  );
  const abnormal = (mean: number): number => {
    const z = (mean - baseline) / scale;
    if (mean >= baseline * effect.up && mean - baseline >= effect.least && z >= 6) return 1;
    return effect.down > 0 && mean <= baseline * effect.down && z <= -6 ? -1 : 0;
  };
  const last = [...segments].reverse().find((part) => part.from > base.from && abnormal(part.mean) !== 0);
  if (last === undefined) return null;
  const sign = abnormal(last.mean);
  let first = segments.indexOf(last);
  while (first > 0 && abnormal(segments[first - 1]?.mean ?? 0) === sign) first -= 1;
  const run = segments.slice(first, segments.indexOf(last) + 1);
  const from = run[0]?.from ?? last.from;
  if (from <= base.from) return null;
  const inside = values.slice(from, last.to + 1);
  if (inside.length < MIN_RUN || isBlip(inside.length, sign, median(inside), baseline, effect)) return null;
  const level = sign > 0 ? quantile(inside, 0.5) : median(inside);
  const rising =
    run.length >= 3 && run.every((part, index) => index === 0 || part.mean > (run[index - 1]?.mean ?? 0));
  return {
    class: effect.class,
    from,
    to: last.to,
    baseline,
    level,
    strength: Math.min(60, (Math.abs(level - baseline) / scale) * Math.sqrt(inside.length) * 0.5),
    shape: rising ? 'ramp' : 'step',
  };
}

function isBlip(
  length: number,
  sign: number,
  level: number,
  baseline: number,
  effect: { readonly class: SymptomClass },
): boolean {
  if (length >= SUSTAINED_RUN || (effect.class !== 'latency' && effect.class !== 'traffic-surge'))
    return false;
  if (length < SPIKE_RUN) return true;
  return sign > 0 && level < baseline * BLIP_FACTOR;
}

function toSymptom(
  series: MetricSeries,
  judged: Judged,
  at: readonly EpochMs[],
  count: number,
  observed: boolean,
): Symptom {
  const onsetAt = at[judged.from] ?? epochMs(0);
  const endAt = at[judged.to] ?? onsetAt;
  const last = at.at(-1) ?? endAt;
  const step = at.length > 1 ? (last - (at[0] ?? last)) / (at.length - 1) : MINUTE;
  const before = at[Math.max(0, judged.from - 1)] ?? onsetAt;
  return {
    id: `series:${series.id}`,
    class: judged.class,
    service: series.service,
    route: routeOf(series),
    peer: null,
    summary: describe(series, judged),
    signalIds: [series.id],
    pattern: null,
    count,
    baseline: {
      observed,
      from: observed ? (at[0] ?? null) : null,
      to: observed ? before : null,
      value: observed ? judged.baseline : null,
    },
    firstSeenAt: onsetAt,
    lastSeenAt: endAt,
    onsetAt,
    onsetUncertaintyMs: Math.round(Math.max(step, 1000)),
    shape: judged.shape,
    strength: judged.strength,
    userVisible: judged.class === 'error-ratio' || judged.class === 'latency' || judged.class === 'silence',
    ongoing: last - endAt <= Math.max(3 * step, 2 * MINUTE),
    level: judged.level,
    evidence: series.evidence.slice(0, 2) as readonly EvidenceRef[],
  };
}

function describe(series: MetricSeries, judged: Judged): string {
  const where = [series.service, routeOf(series)].filter((part) => part !== null).join(' ');
  const name =
    judged.class === 'error-ratio'
      ? 'failing share of requests'
      : `${series.meaning}${series.quantile === null ? '' : ` p${Math.round(series.quantile * 100)}`}`;
  return `${name} of ${where === '' ? series.name : where} went from ${show(judged.baseline, series.unit, judged.class)} to ${show(judged.level, series.unit, judged.class)}`;
}

function show(value: number, unit: string, family: SymptomClass): string {
  if (family === 'error-ratio' || unit === 'ratio') return `${Number((value * 100).toPrecision(2))} %`;
  const digits = value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
  return unit === '1/bucket' ? `${digits} per interval` : `${digits} ${unit}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
