/** Requests, server errors and latency of one service, route and method per bucket of time, counted from request lines. */
import { DurationLists } from './duration-lists.ts';
import { LatencySketch } from './latency-sketch.ts';

/** Width while scanning; the output may be coarser. */
const FINE_MS = 10_000;
const COARSE_MS = 60_000;
/** Span of all that is read up to which requests are told in the fine buckets. */
export const SHORT_SPAN_MS = 20 * COARSE_MS;
/** A file of fewer may lie far from all others: it does not tell their span. */
const FEW_BUCKETS = 100;
/** Buckets of all series of one file: above, ten-second buckets become minutes, minutes become hours. 20,000 are about 40 MB. */
const MAX_BUCKETS = 20_000;

export interface RequestBucket {
  count: number;
  /** Status 500…599. */
  errors: number;
  /** Status 400…499. */
  refused: number;
  readonly latency: LatencySketch;
}

export interface RequestSeries {
  readonly service: string | null;
  readonly route: string | null;
  readonly method: string | null;
  readonly buckets: Map<number, RequestBucket>;
  /** Start of the second whose requests go to `last`; NaN for none. */
  secondMs: number;
  last: RequestBucket | null;
}

/** Distinct routes and methods that a service may have in one file; what comes later counts under no route. */
const MAX_ROUTES = 200;

export class RequestCounter {
  widthMs = FINE_MS;
  readonly #series = new Map<string, RequestSeries>();
  readonly #routesOf = new Map<string | null, number>();
  readonly #lists = new DurationLists();
  /** Sketches with lists that are kept there. */
  #listed: LatencySketch[] = [];
  #buckets = 0;
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** The file is known to span at least so much time: it is told in coarse buckets from its first record on. Call before that. */
  expectSpan(leastMs: number): void {
    if (leastMs > SHORT_SPAN_MS) this.widthMs = COARSE_MS;
  }

  series(): readonly RequestSeries[] {
    return [...this.#series.values()];
  }

  seriesOf(service: string | null, route: string | null, method: string | null = null): RequestSeries {
    const key = `${service ?? ''}\n${route ?? ''}\n${method ?? ''}`;
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const routes = (this.#routesOf.get(service) ?? 0) + 1;
    if (route !== null && routes > MAX_ROUTES) return this.seriesOf(service, null);
    this.#routesOf.set(service, routes);
    const made: RequestSeries = {
      service,
      route,
      method,
      buckets: new Map(),
      secondMs: Number.NaN,
      last: null,
    };
    this.#series.set(key, made);
    return made;
  }

  /** The bucket of an instant. Buckets that were handed out before may be stale afterwards, except `last` of a series. */
  bucketOf(series: RequestSeries, at: number): RequestBucket {
    this.#firstMs = Math.min(this.#firstMs, at);
    this.#lastMs = Math.max(this.#lastMs, at);
    const bucket = this.#bucketAt(series, Math.floor(at / this.widthMs));
    if (this.#buckets <= MAX_BUCKETS && !this.#isLong()) return bucket;
    this.#coarsen();
    return this.#bucketAt(series, Math.floor(at / this.widthMs));
  }

  /** The same for the second that starts at `startMs`. */
  bucketOfSecond(series: RequestSeries, startMs: number): RequestBucket {
    if (series.secondMs === startMs && series.last !== null) return series.last;
    series.last = this.bucketOf(series, startMs);
    series.secondMs = startMs;
    return series.last;
  }

  /** Durations of requests of the bucket; `values` may change afterwards. */
  addDurations({ latency }: RequestBucket, values: Float64Array, from: number, to: number): void {
    if (from === to) return;
    if (!this.#lists.hasRoomFor(to - from)) this.settle();
    if (!latency.hasLists) this.#listed.push(latency);
    latency.addList(this.#lists.keep(values, from, to));
  }

  /** Durations that are kept in lists are counted, and take no room any more. */
  settle(): void {
    for (const sketch of this.#listed) sketch.settle();
    this.#listed = [];
    this.#lists.clear();
  }

  /** They will not be told in fine buckets, and are not worth keeping in any. */
  #isLong(): boolean {
    return (
      this.widthMs === FINE_MS && this.#buckets > FEW_BUCKETS && this.#lastMs - this.#firstMs > SHORT_SPAN_MS
    );
  }

  #bucketAt(series: RequestSeries, index: number): RequestBucket {
    const known = series.buckets.get(index);
    if (known !== undefined) return known;
    const made = { count: 0, errors: 0, refused: 0, latency: new LatencySketch() };
    series.buckets.set(index, made);
    this.#buckets++;
    return made;
  }

  #coarsen(): void {
    const wider = this.widthMs < COARSE_MS ? COARSE_MS : this.widthMs * 60;
    this.#buckets = 0;
    this.#listed = [];
    for (const series of this.#series.values()) {
      const merged = mergeBuckets(series.buckets, this.widthMs, wider);
      series.buckets.clear();
      for (const [index, bucket] of merged) {
        series.buckets.set(index, bucket);
        if (bucket.latency.hasLists) this.#listed.push(bucket.latency);
      }
      series.secondMs = Number.NaN;
      series.last = null;
      this.#buckets += merged.size;
    }
    this.widthMs = wider;
  }
}

/** `status` and `durationMs` are NaN where the record has none. */
export function countRequest(
  bucket: RequestBucket,
  { status, durationMs }: { readonly status: number; readonly durationMs: number },
): void {
  bucket.count++;
  if (status >= 500) bucket.errors++;
  else if (status >= 400) bucket.refused++;
  if (durationMs >= 0) bucket.latency.add(durationMs);
}

/** Buckets of `from` ms as buckets of `to` ms, added to `into`. */
export function mergeBuckets(
  buckets: ReadonlyMap<number, RequestBucket>,
  from: number,
  to: number,
  into: Map<number, RequestBucket> = new Map(),
): Map<number, RequestBucket> {
  for (const [index, bucket] of buckets) {
    const target = Math.floor((index * from) / to);
    const known = into.get(target);
    if (known === undefined) {
      const { count, errors, refused } = bucket;
      const copy = { count, errors, refused, latency: new LatencySketch() };
      copy.latency.merge(bucket.latency);
      into.set(target, copy);
      continue;
    }
    known.count += bucket.count;
    known.errors += bucket.errors;
    known.refused += bucket.refused;
    known.latency.merge(bucket.latency);
  }
  return into;
}
