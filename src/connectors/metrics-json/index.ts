/** Metrics from saved answers of Datadog, CloudWatch, Graphite, InfluxDB and others. It makes no request. */
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { collectFiles, type FileSource, rejectedGaps } from '../_kit/collect-files.ts';
import { metricContribution } from '../_kit/metric-contribution.ts';
import { plainPath } from '../_kit/record-file.ts';
import { parseJson } from '../_kit/records.ts';
import { decodeMetrics } from './decode.ts';
import { exportedSeries } from './frames.ts';
import { type DecodedMetrics, merged } from './points.ts';

const SOURCE = 'metrics-json';
const FILES: FileSource = {
  source: SOURCE,
  effect: 'What these metrics would show is not part of the triage.',
};

/** Each by keys that stand at its beginning and mean nothing elsewhere. */
const SHAPES: readonly RegExp[] = [
  /"pointlist"\s*:\s*\[/,
  /"MetricDataResults"\s*:\s*\[/,
  /"Datapoints"\s*:\s*\[/,
  /^\s*\[\s*\{[^[\]]*"target"\s*:/,
  /"results"\s*:\s*\[\s*\{[^[\]]*"series"\s*:\s*\[\s*\{/,
  /"metadatavalues"\s*:\s*\[|"timeseries"\s*:\s*\[\s*\{\s*"data"/,
  /"timeSeries"\s*:\s*\[\s*\{/,
  /"beginTimeSeconds"\s*:\s*\d/,
  /"series"\s*:\s*\[\s*\{\s*"time"\s*:/,
  /"labels"\s*:\s*\[\s*"time"\s*,/,
  /"group_tags"\s*:\s*\[/,
  /"frames"\s*:\s*\[\s*\{\s*"schema"\s*:/,
  /^\s*\[\s*\{\s*"metric"\s*:\s*"[^"]*"[\s\S]{0,2000}"dps"\s*:/,
  /"result"\s*:\s*\[\s*\{[^{}]*"itemid"\s*:[^{}]*"clock"\s*:/,
];
/** One of them stands in every such document. */
const POINTS =
  /"(schema|dps|pointlist|MetricDataResults|Datapoints|datapoints|columns|timeStamp|points|beginTimeSeconds|series|labels|clock)"/;

function recognise(file: EvidenceFile): number {
  if (file.explicitLog || !/\.(?:json|jsonl|ndjson)$/.test(plainPath(file.path))) return 0;
  if (EXPORTED.test(file.head())) return 0.95;
  if (!/\.json$/.test(plainPath(file.path))) return 0;
  const head = file.head().slice(0, 8_000);
  if (!/^\uFEFF?\s*[[{]/.test(head) || !SHAPES.some((shape) => shape.test(head))) return 0;
  return POINTS.test(file.head()) ? 0.93 : 0;
}

/** Lines of VictoriaMetrics' export. */
const EXPORTED = /^\s*\{"metric":\{[^{}]*\},"values":\[[^\]]*(?:\]|$)/;
const MAX_LINES = 20_000;

function ofExport(text: string): DecodedMetrics {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return merged(lines.slice(0, MAX_LINES).map((line) => exportedSeries(parseJson(line))));
}

function stemOf(path: string): string {
  return (plainPath(path).split('/').at(-1) ?? '').replace(/\.json$/, '');
}

function read({ path }: EvidenceFile, text: string, { asOf }: CollectRequest): Contribution {
  const decoded = EXPORTED.test(text) ? ofExport(text) : decodeMetrics(parseJson(text), stemOf(path));
  if (decoded === null) return { ...EMPTY_CONTRIBUTION, gaps: rejectedGaps(FILES, path, 1, 'documents') };
  return metricContribution({ source: FILES, path, ...decoded, unit: 'series or points', asOf });
}

export const connector: Connector = {
  id: SOURCE,
  summary:
    'Metrics from saved answers of Datadog, CloudWatch, Azure Monitor, Google Cloud, New Relic, Honeycomb, Graphite and InfluxDB.',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) =>
    collectFiles(request.files, context, FILES, (file, text) => read(file, text, request)),
};
