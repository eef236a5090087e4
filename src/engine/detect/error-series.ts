/** Failures as counts: with the requests that could have failed where they were measured, by themselves where not. */
import type { MetricSeries } from '../../domain/signal.ts';
import { currentBurst } from '../../domain/statistics.ts';
import { type EpochMs, epochMs, MINUTE } from '../../domain/time.ts';
import { stepOf } from '../_measure/step-of.ts';
import { OTHER_INCIDENT_MS, usualPause } from './log-symptoms.ts';

/** The scan is quadratic in the number of points. */
const MAX_POINTS = 360;
/** A smaller share of failures matters only where it rose by this factor. */
const LEAST_SHARE = 0.01;
const LEAST_FACTOR = 5;

export interface ErrorBurst {
  readonly at: readonly EpochMs[];
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly strength: number;
  /** Share of requests, or failures per interval where the requests are not known; baseline null where nothing lies before. */
  readonly level: number;
  readonly baseline: number | null;
  readonly perRequest: boolean;
  /** What came after the last failure would not have gone so well by chance, had the failure gone on. */
  readonly isOver: boolean;
}

interface Row {
  readonly at: EpochMs;
  readonly errors: number;
  readonly requests: number;
}

/** The interval in which failures stand out; null where none does, or where so few of the requests fail that it does not matter. */
export function findErrorBurst(errors: MetricSeries, requests: MetricSeries | null): ErrorBurst | null {
  const known = requests !== null && requests.unit === errors.unit ? requests : null;
  const rows = thinRows(known === null ? alone(errors) : align(errors, known));
  if (rows.length < 3) return null;
  const scale = errors.unit === '1/s' ? stepOf(errors.at) / 1000 : 1;
  const counts = rows.map((row) => Math.round(row.errors * scale));
  const exposure = rows.map((row) => row.requests * (known === null ? 1 : scale));
  const found = currentBurst(counts, exposure, OTHER_INCIDENT_MS / stepOf(rows.map((row) => row.at)));
  if (found === null) return null;
  const burst = withoutStrays(found, counts, exposure, known !== null);
  const offered = sum(exposure.slice(burst.from, burst.to + 1));
  const before = sum(exposure.slice(0, burst.from));
  const share = offered === 0 ? 1 : burst.inside / offered;
  const level = known === null ? share : Math.min(1, share);
  const baseline = before === 0 ? null : sum(counts.slice(0, burst.from)) / before;
  const rose = level >= LEAST_FACTOR * (baseline ?? 0);
  if (!rose && (known === null || level < LEAST_SHARE)) return null;
  return {
    at: rows.map((row) => row.at),
    from: burst.from,
    to: burst.to,
    count: burst.inside,
    strength: burst.strength,
    level,
    baseline,
    perRequest: known !== null,
    isOver: isOver(
      burst,
      counts,
      exposure,
      rows.map((row) => row.at),
    ),
  };
}

/** Failures that should have come since the last, at the rate of the burst, and the least time that they stayed away. */
const MISSING_FAILURES = 12;
const LEAST_SILENCE_MS = MINUTE / 2;

/** Three times a long pause within the burst must have passed, too: what comes in waves is not over between two of them. */
function isOver(
  burst: Stretch,
  counts: readonly number[],
  exposure: readonly number[],
  at: readonly EpochMs[],
): boolean {
  const offered = sum(exposure.slice(burst.from, burst.to + 1));
  const since = sum(exposure.slice(burst.to + 1));
  const times = counts.flatMap((count, index) =>
    count > 0 && index >= burst.from && index <= burst.to ? [at[index] ?? 0] : [],
  );
  const silence = (at.at(-1) ?? 0) - (at[burst.to] ?? 0);
  return (
    offered > 0 &&
    (burst.inside / offered) * since >= MISSING_FAILURES &&
    silence >= Math.max(LEAST_SILENCE_MS, 3 * usualPause(times))
  );
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly inside: number;
  readonly strength: number;
}

/** A failure that only this share of bursts would have before such a pause is one of every day that came shortly before. */
const STRAY = 0.05;
/** What comes before the pause must be next to nothing beside the burst. */
const STRAY_SHARE = 0.1;

/**
 * The burst without single failures at its beginning after which so much went well that the burst cannot have begun with them.
 * `perRequest`: exposure counts requests, each of which fails or not; else intervals, in which failures are counted.
 */
function withoutStrays(
  burst: Stretch,
  counts: readonly number[],
  exposure: readonly number[],
  perRequest: boolean,
): Stretch {
  const offered = sum(exposure.slice(burst.from, burst.to + 1));
  const level = offered === 0 ? 1 : burst.inside / offered;
  const wells = (from: number, to: number) => {
    const quiet = sum(exposure.slice(from, to));
    return perRequest ? Math.max(0, 1 - level) ** quiet : Math.exp(-level * quiet);
  };
  let { from } = burst;
  for (let index = from; index <= burst.to; ) {
    const next = counts.findIndex((count, at) => at > index && count > 0);
    if (next < 0 || next > burst.to || sum(counts.slice(burst.from, next)) > burst.inside * STRAY_SHARE)
      break;
    if (wells(index + 1, next) < STRAY) from = next;
    index = next;
  }
  return { ...burst, from, inside: sum(counts.slice(from, burst.to + 1)) };
}

function alone(errors: MetricSeries): readonly Row[] {
  return errors.at.map((at, index) => ({ at, errors: errors.values[index] ?? 0, requests: 1 }));
}

function align(errors: MetricSeries, requests: MetricSeries): readonly Row[] {
  const byTime = new Map<EpochMs, { errors: number; requests: number }>();
  for (const [index, at] of requests.at.entries())
    byTime.set(at, { errors: 0, requests: requests.values[index] ?? 0 });
  for (const [index, at] of errors.at.entries()) {
    const failed = errors.values[index] ?? 0;
    byTime.set(at, { errors: failed, requests: Math.max(byTime.get(at)?.requests ?? 0, failed) });
  }
  return [...byTime.entries()].sort(([a], [b]) => a - b).map(([at, row]) => ({ at, ...row }));
}

function thinRows(rows: readonly Row[]): readonly Row[] {
  const step = Math.ceil(rows.length / MAX_POINTS);
  if (step <= 1) return rows;
  const merged: Row[] = [];
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

/** A share of requests as a count of failures, so that one failure of three requests is not taken for a third of a thousand. */
export function countsOfShare(ratio: MetricSeries, requests: MetricSeries): MetricSeries {
  const offered = new Map(requests.at.map((at, index) => [at, requests.values[index] ?? 0]));
  return {
    ...ratio,
    unit: requests.unit,
    values: ratio.values.map((value, index) => value * (offered.get(ratio.at[index] ?? epochMs(0)) ?? 0)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
