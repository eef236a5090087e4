/**
 * From request counters to metric series: requests, errors and latency quantiles, per service and per route of it; what is read and
 * what is written under one path are two routes.
 */
import type { EvidenceRef } from '../../../domain/evidence.ts';
import type { MetricMeaning, MetricSeries } from '../../../domain/signal.ts';
import { type EpochMs, epochMs, toIso } from '../../../domain/time.ts';
import { makeEvidence } from '../../_kit/evidence.ts';
import { calleeOf } from '../formats/call.ts';
import type { EvidenceStore } from './evidence-store.ts';
import { mergeBuckets, type RequestBucket, SHORT_SPAN_MS } from './request-series.ts';
import type { ScannedFile } from './scanned-file.ts';

const MINUTE_MS = 60_000;
/** Routes of one service that get series of their own, the busiest ones. */
const MAX_ROUTES = 40;
/** Requests from which on one of several methods of a path is an operation of its own, not somebody's probe. */
const MIN_OF_METHOD = 20;
/** Empty buckets are written as zero requests only while there are at most this many. */
const MAX_FILLED = 5_000;
const QUANTILES = [0.5, 0.95, 0.99] as const;

interface Track {
  readonly service: string | null;
  readonly route: string | null;
  /** Where the path is served by several methods. */
  readonly method: string | null;
  readonly buckets: Map<number, RequestBucket>;
  readonly paths: Set<string>;
  count: number;
}

/** Sorted by id. Every service has series without `http.route` for all its requests; routes have theirs where there are two or more. */
export function seriesOf(
  files: readonly ScannedFile[],
  spanMs: number,
  store: EvidenceStore,
): readonly MetricSeries[] {
  const finest = Math.max(0, ...files.map(({ aggregate }) => aggregate.requests.widthMs));
  const widthMs = Math.max(finest, spanMs <= SHORT_SPAN_MS ? 10_000 : MINUTE_MS);
  const tracks = collectTracks(files, widthMs);
  return tracks
    .flatMap((track) => trackSeries(track, widthMs, store))
    .sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
}

function collectTracks(files: readonly ScannedFile[], widthMs: number): readonly Track[] {
  const tracks = new Map<string, Track>();
  const methods = methodsOf(files);
  const trackOf = (service: string | null, route: string | null, method: string | null): Track => {
    const key = routeKey(service, route, method);
    const known = tracks.get(key);
    if (known !== undefined) return known;
    const made = { service, route, method, buckets: new Map(), paths: new Set<string>(), count: 0 };
    tracks.set(key, made);
    return made;
  };
  for (const { aggregate, file } of files)
    for (const { service, route, method, buckets } of aggregate.requests.series()) {
      if (calleeOf(route) !== null) continue;
      const isSplit = route !== null && (methods.get(routeKey(service, route, null)) ?? 0) > 1;
      const track = trackOf(service, route, isSplit ? method : null);
      mergeBuckets(buckets, aggregate.requests.widthMs, widthMs, track.buckets);
      for (const bucket of buckets.values()) track.count += bucket.count;
      track.paths.add(file.path);
    }
  for (const track of [...tracks.values()]) {
    if (track.route === null) continue;
    const whole = trackOf(track.service, null, null);
    mergeBuckets(track.buckets, widthMs, widthMs, whole.buckets);
    whole.count += track.count;
    for (const path of track.paths) whole.paths.add(path);
  }
  const all = [...tracks.values()];
  return all.filter((track) => track.route === null || isBusy(track, all));
}

function routeKey(service: string | null, route: string | null, method: string | null): string {
  return `${service ?? ''}\n${route ?? ''}\n${method ?? ''}`;
}

/** How many methods each path of each service is asked by often enough. */
function methodsOf(files: readonly ScannedFile[]): ReadonlyMap<string, number> {
  const asked = new Map<string, Map<string, number>>();
  for (const { aggregate } of files)
    for (const { service, route, method, buckets } of aggregate.requests.series()) {
      if (method === null) continue;
      const key = routeKey(service, route, null);
      const counts = asked.get(key) ?? new Map<string, number>();
      asked.set(key, counts);
      for (const { count } of buckets.values()) counts.set(method, (counts.get(method) ?? 0) + count);
    }
  return new Map(
    [...asked].map(([key, counts]) => [key, [...counts.values()].filter((n) => n >= MIN_OF_METHOD).length]),
  );
}

/** As people name an operation: `GET /orders`, or the path alone where it has one method. */
function nameOf({ route, method }: Track): string | null {
  return route === null || method === null ? route : `${method} ${route}`;
}

function isBusy(track: Track, all: readonly Track[]): boolean {
  const routes = all.filter((other) => other.service === track.service && other.route !== null);
  if (routes.length < 2) return false;
  const busier = routes.filter(
    (other) =>
      other.count > track.count || (other.count === track.count && (other.route ?? '') < (track.route ?? '')),
  );
  return busier.length < MAX_ROUTES;
}

function trackSeries(track: Track, widthMs: number, store: EvidenceStore): readonly MetricSeries[] {
  const indexes = [...track.buckets.keys()].sort((a, b) => a - b);
  const filled = fill(indexes);
  const evidence = [windowEvidence(track, indexes, widthMs, store)];
  const at = filled.map((index) => epochMs(index * widthMs));
  const make = (
    meaning: MetricMeaning,
    quantile: number | null,
    points: {
      readonly at: readonly EpochMs[];
      readonly values: readonly number[];
      readonly weights: readonly number[] | null;
    },
  ): MetricSeries => ({
    id: `log-file:${track.service ?? '-'}:${nameOf(track) ?? '*'}:${meaning}${quantile === null ? '' : `:p${quantile * 100}`}`,
    name: quantile === null ? `http ${meaning} in logs` : `http latency p${quantile * 100} in logs`,
    meaning,
    quantile,
    unit: UNITS[meaning] ?? '1/bucket',
    service: track.service,
    attributes: {
      ...(track.route === null ? {} : { 'http.route': track.route }),
      ...(track.method === null ? {} : { method: track.method }),
    },
    ...points,
    reachMs: 0,
    source: 'log-file',
    evidence,
  });
  const counts = filled.map((index) => track.buckets.get(index)?.count ?? 0);
  const errors = filled.map((index) => track.buckets.get(index)?.errors ?? 0);
  return [
    make('requests', null, { at, values: counts, weights: null }),
    make('errors', null, { at, values: errors, weights: counts }),
    ...refusedSeries(track, indexes, widthMs, make),
    ...latencySeries(track, indexes, widthMs, make),
  ];
}

const UNITS: Partial<Record<MetricMeaning, string>> = { latency: 'ms', 'refused-ratio': 'ratio' };
/** Fewer refused requests in a whole log are single mistakes. */
const MIN_REFUSED = 20;

/** Share of the requests that were refused, where some were. */
function refusedSeries(
  track: Track,
  indexes: readonly number[],
  widthMs: number,
  make: (
    meaning: MetricMeaning,
    quantile: null,
    points: {
      readonly at: readonly EpochMs[];
      readonly values: readonly number[];
      readonly weights: readonly number[];
    },
  ) => MetricSeries,
): readonly MetricSeries[] {
  const buckets = indexes.flatMap((index) => {
    const bucket = track.buckets.get(index);
    return bucket === undefined || bucket.count === 0 ? [] : [{ at: epochMs(index * widthMs), ...bucket }];
  });
  if (buckets.reduce((sum, { refused }) => sum + refused, 0) < MIN_REFUSED) return [];
  return [
    make('refused-ratio', null, {
      at: buckets.map(({ at }) => at),
      values: buckets.map(({ refused, count }) => refused / count),
      weights: buckets.map(({ count }) => count),
    }),
  ];
}

function latencySeries(
  track: Track,
  indexes: readonly number[],
  widthMs: number,
  make: (
    meaning: MetricMeaning,
    quantile: number,
    points: {
      readonly at: readonly EpochMs[];
      readonly values: readonly number[];
      readonly weights: readonly number[];
    },
  ) => MetricSeries,
): readonly MetricSeries[] {
  const measured = indexes.flatMap((index) => {
    const latency = track.buckets.get(index)?.latency;
    return latency === undefined || latency.count === 0
      ? []
      : [{ at: epochMs(index * widthMs), weight: latency.count, values: latency.quantiles(QUANTILES) }];
  });
  if (measured.length === 0) return [];
  return QUANTILES.map((quantile, i) =>
    make('latency', quantile, {
      at: measured.map((bucket) => bucket.at),
      values: measured.map((bucket) => bucket.values[i] ?? Number.NaN),
      weights: measured.map((bucket) => bucket.weight),
    }),
  );
}

function fill(indexes: readonly number[]): readonly number[] {
  const first = indexes[0] ?? 0;
  const last = indexes.at(-1) ?? -1;
  if (last - first + 1 > MAX_FILLED) return indexes;
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function windowEvidence(
  track: Track,
  indexes: readonly number[],
  widthMs: number,
  store: EvidenceStore,
): EvidenceRef {
  const from = epochMs((indexes[0] ?? 0) * widthMs);
  const to = epochMs((indexes.at(-1) ?? 0) * widthMs);
  const path = [...track.paths].sort().join(', ');
  const series = `${track.service ?? '-'} ${nameOf(track) ?? 'all routes'}`;
  const errors = [...track.buckets.values()].reduce((sum, bucket) => sum + bucket.errors, 0);
  return store.add(
    makeEvidence({
      source: 'log-file',
      kind: 'metric-window',
      locator: { kind: 'window', path, series, from, to },
      refLocator: `requests:${series}`,
      text: `${track.count} requests of ${series} in ${path}, in buckets of ${widthMs / 1000} s from ${toIso(from)} to ${toIso(to)}, ${errors} with a status of 500 to 599`,
      observedAt: from,
    }),
  ).ref;
}
