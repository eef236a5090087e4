/** The three spans of a verification: before the incident, while it failed, after the mitigation. */
import type { BucketCounts } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import { type EpochMs, epochMs, type Interval, MINUTE } from '../../domain/time.ts';
import type { Mitigation } from '../../domain/verification.ts';
import type { Row } from './judge.ts';

export interface Windows {
  /** Null where less than a minute of it was observed. */
  readonly before: Interval | null;
  readonly during: Interval;
  readonly after: Interval;
}

export function windowsOf(situation: Situation, onsetAt: EpochMs, mitigation: Mitigation): Windows {
  const from = situation.covered?.from ?? onsetAt;
  const asOf = situation.snapshot.request.asOf;
  return {
    before: onsetAt - from < MINUTE ? null : { from, to: epochMs(onsetAt - 1) },
    during: { from: onsetAt, to: epochMs(Math.max(onsetAt, mitigation.startedAt)) },
    after: { from: mitigation.at, to: epochMs(Math.max(mitigation.at, asOf)) },
  };
}

/** Rows that lie within the window as a whole. */
export function within<T extends { readonly at: number; readonly widthMs: number }>(
  rows: readonly T[],
  window: Interval | null,
): readonly T[] {
  if (window === null) return [];
  return rows.filter((row) => row.at >= window.from && row.at + row.widthMs <= window.to + 1);
}

/** As `within`, but a row that only touches the window counts where none lies within it: coarse steps, short failures. */
export function touching<T extends { readonly at: number; readonly widthMs: number }>(
  rows: readonly T[],
  window: Interval,
): readonly T[] {
  const inner = within(rows, window);
  return inner.length > 0
    ? inner
    : rows.filter((row) => row.at <= window.to && row.at + row.widthMs > window.from);
}

/** Events of several patterns per step of time over the window, with the seconds of each step as opportunities. */
export function rowsByTime(
  buckets: readonly BucketCounts[],
  window: Interval | null,
  steps = 60,
): readonly Row[] {
  if (window === null || window.to <= window.from) return [];
  const span = window.to - window.from + 1;
  const finest = Math.max(1000, ...buckets.map(({ widthMs }) => widthMs));
  const widthMs = Math.max(finest, Math.ceil(span / steps / 1000) * 1000);
  const rows = Array.from({ length: Math.ceil(span / widthMs) }, (_, index) => {
    const at = window.from + index * widthMs;
    const width = Math.min(widthMs, window.to + 1 - at);
    return { at, widthMs: width, k: 0, n: width / 1000 };
  });
  for (const { at, count } of buckets)
    for (const [index, time] of at.entries()) {
      const row = rows[Math.floor((time - window.from) / widthMs)];
      if (time >= window.from && row !== undefined) row.k += count[index] ?? 0;
    }
  return rows;
}

export function secondsOf(window: Interval): number {
  return Math.max(0, (window.to - window.from) / 1000);
}
