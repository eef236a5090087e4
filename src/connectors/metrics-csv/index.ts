/** Metrics from CSV, long or wide: one series per metric and label set, in the units of the contract. It computes no statistics. */
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { collectFiles, type FileSource, rejectedGaps, truncatedGaps } from '../_kit/collect-files.ts';
import { type CsvTable, parseCsv } from '../_kit/csv.ts';
import { plainKey } from '../_kit/fields.ts';
import { readMetricName } from '../_kit/metric-meaning.ts';
import { type DecodedSeries, decodeSeries } from '../_kit/metric-series.ts';
import { spanColumns } from '../_kit/span-columns.ts';
import { decodeTable, withWeights } from './decode.ts';
import { type Layout, layoutOf, stemOf } from './layout.ts';

const SOURCE = 'metrics-csv';
const MAX_ROWS = 500_000;
const MAX_SERIES = 2_000;
const FILES: FileSource = {
  source: SOURCE,
  effect: 'What these metrics would show is not part of the triage.',
};

function isMeaningful(name: string): boolean {
  return readMetricName(name).meaning !== 'other';
}

/** Spans and log records have times and numbers, too, but a row of theirs is one thing that happened. */
function isOfRecords({ header, rows }: CsvTable): boolean {
  if (spanColumns(header) !== null) return true;
  const texts = header.flatMap((name, index) =>
    /^(message|msg|log|logmessage|content|body|text|rawlog|raw|line|logline)$/.test(plainKey(name))
      ? [index]
      : [],
  );
  return texts.some((index) => rows.some(({ cells }) => /[a-z]{2,}\W+\w+/i.test(cells[index] ?? '')));
}

/** A table of times and numbers; surer where a column, the file or its folder speaks of metrics. */
function recognise(file: EvidenceFile): number {
  if (file.explicitLog || !/\.(csv|tsv)(\.gz|\.zst)?$/i.test(file.path)) return 0;
  const lines = file.head().split('\n');
  const whole = file.head().length < 65_536 ? lines : lines.slice(0, -1);
  const table = parseCsv(whole.slice(0, 20).join('\n'), 20);
  if (table === null || table.rows.length === 0 || isOfRecords(table)) return 0;
  const layout = layoutOf(table, file.path, []);
  if (layout === null) return 0;
  const speaks =
    isMeaningful(stemOf(file.path)) ||
    /(^|\/)metrics?[^/]*(\/|\.csv)/i.test(file.path) ||
    (layout.kind === 'wide' && layout.outcomes.length > 0) ||
    metricNames(layout).some(isMeaningful);
  return speaks ? 0.9 : 0.5;
}

function metricNames(layout: Layout): readonly string[] {
  return layout.kind === 'wide' ? layout.columns.map(({ metric }) => metric) : [layout.fallbackMetric];
}

function notes(layout: Layout, zone: string | null, decoded: readonly DecodedSeries[]): readonly string[] {
  const assumed = decoded.filter(({ unitAssumed }) => unitAssumed).map(({ series }) => series);
  const units = [...new Set(assumed.map(({ name, unit }) => `${name} is taken to be in ${unit}`))].sort();
  return [
    ...(zone === null ? [] : [`times without a zone were read as ${zone}`]),
    ...(layout.kind === 'wide' && layout.serviceFromFile ? ['the service is the name of the file'] : []),
    ...units.slice(0, 5),
  ];
}

function read(file: EvidenceFile, text: string, request: CollectRequest): Contribution {
  const table = parseCsv(text, MAX_ROWS);
  const layout = table === null ? null : layoutOf(table, file.path, request.knownServices);
  if (table === null || layout === null) return notATable(file.path);
  const options = { zone: request.zone, asOf: request.asOf, maxSeries: MAX_SERIES };
  const content = decodeTable(table, layout, options);
  const origin = { source: SOURCE, path: file.path };
  const decoded = content.series.flatMap((raw) => decodeSeries(raw, origin) ?? []);
  const series = withWeights(decoded.map((one) => one.series));
  const starts = series.flatMap(({ at }) => at[0] ?? []).sort((a, b) => a - b);
  const ends = series.flatMap(({ at }) => at.at(-1) ?? []).sort((a, b) => a - b);
  const [from, to] = [starts[0], ends.at(-1)];
  const { rejected } = content;
  return {
    ...EMPTY_CONTRIBUTION,
    series,
    evidence: decoded.map(({ evidence }) => evidence),
    gaps: [
      ...rejectedGaps(FILES, file.path, rejected, 'rows or values'),
      ...truncatedGaps(FILES, file.path, table.truncated, `${MAX_ROWS} rows`),
      ...truncatedGaps(FILES, file.path, content.truncated, `${MAX_SERIES} series`),
    ],
    coverage: [
      {
        source: SOURCE,
        what: 'metrics',
        path: file.path,
        items: series.reduce((sum, { at }) => sum + at.length, 0),
        unit: 'samples',
        rejected,
        interval: from === undefined || to === undefined ? null : { from, to },
        services: [...new Set(series.flatMap(({ service }) => service ?? []))].sort(),
        notes: notes(layout, content.zoneless ? (request.zone ?? 'UTC') : null, decoded),
      },
    ],
  };
}

function notATable(path: string): Contribution {
  const detail = `${path} is not a table of times and numbers.`;
  const nextStep = 'Give it a header, a time column and numbers.';
  return {
    ...EMPTY_CONTRIBUTION,
    gaps: [{ source: SOURCE, reason: 'rejected', detail, effect: FILES.effect, nextStep }],
  };
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Metrics from CSV tables, long (time, metric, value) or wide (time, column, column …).',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) =>
    collectFiles(request.files, context, FILES, (file, text) => read(file, text, request)),
};
