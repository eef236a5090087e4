/** OTLP in JSON: who calls whom and where time goes from spans, series from metrics. Log records of OTLP are read elsewhere. */
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { type FileSource, mergeContributions, truncatedGaps } from '../_kit/collect-files.ts';
import { metricContribution } from '../_kit/metric-contribution.ts';
import { plainPath } from '../_kit/record-file.ts';
import type { Span } from '../_kit/spans.ts';
import { collectTraces, type SpanFile } from '../_kit/trace-contribution.ts';
import { readDocuments } from './documents.ts';
import { MetricDrafts } from './drafts.ts';
import { addMetrics, hasMetrics } from './metrics.ts';
import { decodeSpans, hasSpans } from './spans.ts';

const SOURCE = 'otlp';
const MAX_RAW_SERIES = 20_000;
const FILES: FileSource = {
  source: SOURCE,
  effect: 'Calls and metrics that stand there are not part of the triage.',
};
const BEGINNING =
  /^\uFEFF?\s*\{\s*(?:"trace"\s*:\s*\{\s*)?"(resourceSpans|resourceMetrics|batches)"\s*:\s*\[\s*(?:\{\s*"(resource|scopeSpans|scopeMetrics|instrumentationLibrary\w+|schemaUrl)"|\])/;

function recognise(file: EvidenceFile): number {
  if (file.explicitLog || !/\.(json|jsonl|ndjson|otlp)$/.test(plainPath(file.path))) return 0;
  return BEGINNING.test(file.head().slice(0, 400)) ? 0.95 : 0;
}

function metricsOf(drafts: MetricDrafts, path: string, request: CollectRequest): Contribution {
  const { rejected, truncated } = drafts;
  const { asOf } = request;
  const part = metricContribution({
    source: FILES,
    path,
    series: drafts.series(),
    rejected,
    unit: 'points',
    asOf,
  });
  const gaps = truncatedGaps(FILES, path, truncated, `${MAX_RAW_SERIES} series`);
  return mergeContributions([part, { ...EMPTY_CONTRIBUTION, gaps }]);
}

function decode(file: EvidenceFile, text: string, request: CollectRequest): SpanFile {
  const { documents, rejected: broken } = readDocuments(text);
  const drafts = new MetricDrafts(MAX_RAW_SERIES);
  const spans: Span[] = [];
  let [rejected, withMetrics] = [broken, false];
  for (const document of documents) {
    const isMetrics = hasMetrics(document.value);
    if (isMetrics) addMetrics(drafts, document.value);
    withMetrics ||= isMetrics;
    if (hasSpans(document.value)) {
      const decoded = decodeSpans(document, file.path);
      for (const span of decoded.spans) spans.push(span);
      rejected += decoded.rejected;
    } else if (!isMetrics) rejected += 1;
  }
  return { spans, rejected, rest: withMetrics ? metricsOf(drafts, file.path, request) : EMPTY_CONTRIBUTION };
}

export const connector: Connector = {
  id: SOURCE,
  summary:
    'Traces and metrics in OTLP JSON, whole or one document a line, as the OpenTelemetry Collector writes them.',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) =>
    collectTraces(request, context, FILES, (file, text) => decode(file, text, request)),
};
