/** The requests behind a series of failures: what could have failed. */
import { type MetricSeries, routeOf } from '../../domain/signal.ts';
import type { EpochMs } from '../../domain/time.ts';

/** Dimensions along which failures and requests must agree; others, such as the status, only say which failure it was. */
const DIMENSIONS = ['method', 'http.request.method', 'pod', 'version', 'zone', 'instance', 'peer'];

/**
 * The opportunities of an error series: requests of the same source, service and route, alike in as many dimensions as possible.
 * Requests that are split further than the failures (by pod, by method) are added up. Null without any.
 */
export function requestsOf(errors: MetricSeries, series: readonly MetricSeries[]): MetricSeries | null {
  const candidates = series
    .filter(
      (other) =>
        other.meaning === 'requests' &&
        other.service === errors.service &&
        other.source === errors.source &&
        routeOf(other) === routeOf(errors),
    )
    .flatMap((other) => {
      const fit = fitOf(errors, other);
      return fit === null ? [] : [{ other, ...fit }];
    })
    .sort((a, b) => b.shared - a.shared || a.extra.length - b.extra.length || (a.extra < b.extra ? -1 : 1));
  const best = candidates[0];
  if (best === undefined) return null;
  const alike = candidates.filter(
    (item) => item.shared === best.shared && item.extra === best.extra && item.other.unit === best.other.unit,
  );
  return best.extra === '' ? best.other : addUp(alike.map((item) => item.other));
}

function fitOf(errors: MetricSeries, requests: MetricSeries): { shared: number; extra: string } | null {
  let shared = 0;
  const extra: string[] = [];
  for (const name of DIMENSIONS) {
    const [mine, theirs] = [errors.attributes[name], requests.attributes[name]];
    if (mine !== undefined && theirs !== undefined && mine !== theirs) return null;
    if (mine !== undefined && theirs !== undefined) shared += 1;
    if (mine === undefined && theirs !== undefined) extra.push(name);
  }
  return { shared, extra: extra.join(',') };
}

function addUp(parts: readonly MetricSeries[]): MetricSeries | null {
  const [first] = parts;
  if (first === undefined || parts.length === 1) return first ?? null;
  const totals = new Map<EpochMs, number>();
  for (const part of parts)
    for (const [index, at] of part.at.entries())
      totals.set(at, (totals.get(at) ?? 0) + (part.values[index] ?? 0));
  const rows = [...totals.entries()].sort(([a], [b]) => a - b);
  return {
    ...first,
    id: parts.map((part) => part.id).join('+'),
    at: rows.map(([at]) => at),
    values: rows.map(([, value]) => value),
    weights: null,
  };
}
