/** Points and series as every answer of a monitoring system comes down to. Pure. */
import type { EpochMs } from '../../domain/time.ts';
import { numberOf } from '../_kit/fields.ts';
import { instantOfNumber, readInstant } from '../_kit/instants.ts';
import type { RawSeries } from '../_kit/metric-series.ts';

export interface DecodedMetrics {
  readonly series: readonly RawSeries[];
  /** Series and points that could not be read; a point without a value does not count. */
  readonly rejected: number;
}

/** Points of a series: `undefined` for one without a value, null for one that is no point. */
export type Point = readonly [EpochMs, number] | undefined | null;

export function seriesOf(
  fields: Pick<RawSeries, 'name' | 'labels'> & { readonly unit?: string | null },
  points: readonly Point[],
): DecodedMetrics {
  const samples = points.filter((point) => point !== undefined && point !== null);
  const rejected = points.filter((point) => point === null).length;
  const { name, labels, unit = null } = fields;
  return { series: [{ name, labels, samples, type: 'gauge', unit, service: null }], rejected };
}

export function merged(parts: readonly DecodedMetrics[]): DecodedMetrics {
  return {
    series: parts.flatMap(({ series }) => series),
    rejected: parts.reduce((sum, { rejected }) => sum + rejected, 0),
  };
}

export const BROKEN: DecodedMetrics = { series: [], rejected: 1 };

function timeOf(value: unknown): EpochMs | null {
  return typeof value === 'number' ? instantOfNumber(value) : (readInstant(value, null)?.at ?? null);
}

export function pointOf(time: unknown, value: unknown): Point {
  const at = timeOf(time);
  if (at === null) return null;
  if (value === null || value === undefined) return undefined;
  const number = numberOf(value);
  return number === null ? null : [at, number];
}
