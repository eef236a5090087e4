/** One file's raw series to its contribution: decoded series, evidence, coverage and gaps. Shared by connectors of metrics. */
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { EpochMs } from '../../domain/time.ts';
import { type FileSource, rejectedGaps, truncatedGaps } from './collect-files.ts';
import { combineFamilies } from './metric-families.ts';
import { decodeSeries, type RawSeries } from './metric-series.ts';

export const MAX_SERIES = 2_000;

export interface MetricFile {
  readonly source: FileSource;
  readonly path: string;
  readonly series: readonly RawSeries[];
  readonly rejected: number;
  /** What `rejected` counts, in the plural. */
  readonly unit: string;
  readonly asOf: EpochMs | null;
}

/** Samples after `asOf` are left out; of more than MAX_SERIES, those with a meaning are kept first. */
export function metricContribution(file: MetricFile): Contribution {
  const { source, path, rejected, unit, asOf } = file;
  const known = file.series.map((raw) =>
    asOf === null ? raw : { ...raw, samples: raw.samples.filter(([at]) => at <= asOf) },
  );
  const origin = { source: source.source, path };
  const decoded = combineFamilies(known).flatMap((raw) => decodeSeries(raw, origin) ?? []);
  const unique = [...new Map(decoded.map((one) => [one.series.id, one])).values()];
  const ranked = [
    ...unique.filter(({ series }) => series.meaning !== 'other'),
    ...unique.filter(({ series }) => series.meaning === 'other'),
  ].slice(0, MAX_SERIES);
  const series = ranked.map((one) => one.series);
  const starts = series.flatMap(({ at }) => at[0] ?? []).sort((a, b) => a - b);
  const ends = series.flatMap(({ at }) => at.at(-1) ?? []).sort((a, b) => a - b);
  const [from, to] = [starts[0], ends.at(-1)];
  const assumed = ranked.filter(({ unitAssumed }) => unitAssumed).map((one) => one.series);
  const notes = [...new Set(assumed.map((one) => `${one.name} is taken to be in ${one.unit}`))].sort();
  return {
    ...EMPTY_CONTRIBUTION,
    series,
    evidence: ranked.map(({ evidence }) => evidence),
    gaps: [
      ...rejectedGaps(source, path, rejected, unit),
      ...truncatedGaps(source, path, unique.length > MAX_SERIES, `${MAX_SERIES} series`),
    ],
    coverage: [
      {
        source: source.source,
        what: 'metrics',
        path,
        items: series.reduce((sum, { at }) => sum + at.length, 0),
        unit: 'samples',
        rejected,
        interval: from === undefined || to === undefined ? null : { from, to },
        services: [...new Set(series.flatMap(({ service }) => service ?? []))].sort(),
        notes: notes.slice(0, 5),
      },
    ],
  };
}
