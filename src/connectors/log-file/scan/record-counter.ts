/** Adds one record to what is counted of its variant: cell, splits and requests. It keeps no text. */
import type { Cell, RecordNames } from '../aggregate/cell.ts';
import { countRequest, type RequestCounter, type RequestSeries } from '../aggregate/request-series.ts';
import type { CountedRequests } from './kernel-contract.ts';
import type { Variant } from './key-table.ts';
import type { SecondClock } from './second-clock.ts';

/** What one record tells beside its time; null and NaN stand for absent. */
export interface RecordValues extends RecordNames {
  readonly status: number;
  readonly durationMs: number;
  readonly route: string | null;
  readonly isRequest: boolean;
}

export class RecordCounter {
  readonly #requests: RequestCounter;

  constructor(requests: RequestCounter) {
    this.#requests = requests;
  }

  /** Width of the buckets that requests go to. */
  get requestWidthMs(): number {
    return this.#requests.widthMs;
  }

  count(variant: Variant, values: RecordValues, atMs: number): void {
    const { cell } = variant;
    cell.count1(atMs);
    this.#split(cell, values, atMs);
    if (!values.isRequest) return;
    countRequest(this.#requests.bucketOf(this.#seriesFor(variant, values.route), atMs), values);
    this.#splitRoute(cell, values, atMs);
  }

  /** The same for a record of the second that the clock shows, where the cell has begun that second. */
  countInSecond(variant: Variant, values: RecordValues, clock: SecondClock): void {
    const { cell } = variant;
    cell.secondCount++;
    this.#split(cell, values, clock.startMs + clock.ms);
    if (!values.isRequest) return;
    const series = this.#seriesFor(variant, values.route);
    countRequest(this.#requests.bucketOfSecond(series, clock.startMs), values);
    const isNotable = values.status >= 500 || cell.severity !== 'info';
    if (isNotable) this.#splitRoute(cell, values, clock.startMs + clock.ms);
  }

  #split(cell: Cell, values: RecordValues, atMs: number): void {
    this.splitAll(cell, values, 1, atMs, atMs);
  }

  /** `count` records that all have these names, from `firstMs` to `lastMs`. */
  splitAll(
    cell: Cell,
    { pod, host, version, zone, peer }: RecordNames,
    count: number,
    firstMs: number,
    lastMs: number,
  ): void {
    if (pod !== null) cell.split('pod', pod, firstMs, count, lastMs);
    else if (host !== null) cell.split('host', host, firstMs, count, lastMs);
    if (version !== null) cell.split('version', version, firstMs, count, lastMs);
    if (zone !== null) cell.split('zone', zone, firstMs, count, lastMs);
    if (peer !== null) cell.split('peer', peer, firstMs, count, lastMs);
  }

  /** Requests that the kernel has read, of the span that starts at `spanMs`; the cell has counted them. `routes` by their numbers. */
  countRequests(
    variant: Variant,
    { route, count, startMs, minMs, maxMs, durations, durationsFrom, durationsTo }: CountedRequests,
    routes: readonly string[],
    spanMs: number,
  ): void {
    const { cell, series, statusClass } = variant;
    const name = routes[route] ?? null;
    const known = series[route + 1] ?? this.#seriesFor(variant, name);
    series[route + 1] = known;
    const bucket = this.#requests.bucketOfSecond(known, spanMs + startMs);
    bucket.count += count;
    if (statusClass === 5) bucket.errors += count;
    if (statusClass === 4) bucket.refused += count;
    this.#requests.addDurations(bucket, durations, durationsFrom, durationsTo);
    const isNotable = statusClass === 5 || cell.severity !== 'info';
    if (isNotable && name !== null) cell.split('route', name, spanMs + minMs, count, spanMs + maxMs);
  }

  #splitRoute(cell: Cell, { route, status }: RecordValues, atMs: number): void {
    if (route !== null && (status >= 500 || cell.severity !== 'info')) cell.split('route', route, atMs);
  }

  #seriesFor({ named, service, method }: Variant, route: string | null): RequestSeries {
    const known = named.get(route);
    if (known !== undefined) return known;
    const made = this.#requests.seriesOf(service, route, method);
    named.set(route, made);
    return made;
  }
}
