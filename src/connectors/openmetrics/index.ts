/** Metrics from OpenMetrics or Prometheus text with timestamps. It scrapes nothing. */
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { collectFiles, type FileSource, mergeContributions, truncatedGaps } from '../_kit/collect-files.ts';
import { metricContribution } from '../_kit/metric-contribution.ts';
import { looksLikeSample, readMetricsText } from './decode.ts';

const SOURCE = 'openmetrics';
/** Before families are combined: a histogram has a dozen. */
const MAX_RAW_SERIES = 20_000;
const SAMPLE_LINES = 20;
const FILES: FileSource = {
  source: SOURCE,
  effect: 'What these metrics would show is not part of the triage.',
};

function recognise(file: EvidenceFile): number {
  if (file.explicitLog || /\.(json|jsonl|ndjson|csv|tsv|ya?ml)(\.gz|\.zst)?$/i.test(file.path)) return 0;
  const lines = file.head().slice(0, 16_000).split('\n').slice(0, -1);
  const isDeclared =
    lines.some((line) => /^# (TYPE|HELP) [a-zA-Z_:]/.test(line)) || /^# EOF\s*$/m.test(file.head());
  const content = lines.filter((line) => line.trim() !== '' && !line.startsWith('#')).slice(0, SAMPLE_LINES);
  const samples = content.flatMap((line) => looksLikeSample(line.trim()) ?? []);
  if (content.length === 0 || samples.length < content.length * 0.8) return 0;
  if (samples.every(({ timed }) => timed)) return 0.95;
  return isDeclared ? 0.9 : 0;
}

function read(file: EvidenceFile, text: string, request: CollectRequest): Contribution {
  const { path } = file;
  const { asOf } = request;
  const content = readMetricsText(text, MAX_RAW_SERIES, asOf);
  const { series, rejected, untimed } = content;
  const metrics = metricContribution({ source: FILES, path, series, rejected, unit: 'lines', asOf });
  const gaps = [...truncatedGaps(FILES, path, content.truncated, `${MAX_RAW_SERIES} series`)];
  if (untimed > 0)
    gaps.push({
      source: SOURCE,
      reason: 'rejected',
      detail: `${untimed} samples of ${path} carry no time.`,
      effect: 'One scrape shows no course; these samples are not part of the triage.',
      nextStep: 'Export the time range: `promtool tsdb dump-openmetrics`, or query_range of the HTTP API.',
    });
  return mergeContributions([metrics, { ...EMPTY_CONTRIBUTION, gaps }]);
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Metrics from OpenMetrics or Prometheus text that carries timestamps.',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) =>
    collectFiles(request.files, context, FILES, (file, text) => read(file, text, request)),
};
