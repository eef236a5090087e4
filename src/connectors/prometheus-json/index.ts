/** Metrics and alert states from saved answers of the Prometheus HTTP API. It makes no request. */
import type { Evidence } from '../../domain/evidence.ts';
import type { Alert } from '../../domain/signal.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import { type EpochMs, epochMs } from '../../domain/time.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { collectFiles, type FileSource, mergeContributions } from '../_kit/collect-files.ts';
import { makeEvidence } from '../_kit/evidence.ts';
import { metricContribution } from '../_kit/metric-contribution.ts';
import {
  alertsOf,
  isAlert,
  type PrometheusResult,
  readAnswer,
  toRawSeries,
} from '../_kit/prometheus-answer.ts';
import { parseJson } from '../_kit/records.ts';

const SOURCE = 'prometheus-json';
const FILES: FileSource = {
  source: SOURCE,
  effect: 'What these metrics would show is not part of the triage.',
};

function recognise(file: EvidenceFile): number {
  if (file.explicitLog || !/\.json(\.gz|\.zst)?$/i.test(file.path)) return 0;
  const start = file.head().slice(0, 2_000);
  return /"resultType"\s*:\s*"(matrix|vector)"/.test(start) && /^\s*[[{]/.test(start) ? 0.95 : 0;
}

/** `metrics/latency_p99.json.gz` → `latency_p99`. */
function stemOf(path: string): string {
  return (path.split('/').at(-1) ?? '').replace(/\.(gz|zst)$/i, '').replace(/\.[^.]+$/, '');
}

function endOf(results: readonly PrometheusResult[], asOf: EpochMs | null): EpochMs {
  let end = 0;
  for (const { samples } of results)
    for (const [at] of samples) if (asOf === null || at <= asOf) end = Math.max(end, at);
  return epochMs(end);
}

function alertEvidence(path: string, result: PrometheusResult, alert: Omit<Alert, 'evidence'>): Evidence {
  return makeEvidence({
    source: SOURCE,
    kind: 'alert',
    locator: { kind: 'json-pointer', path, pointer: result.pointer },
    refLocator: alert.id.slice(SOURCE.length + 1),
    text: JSON.stringify(result.labels),
    observedAt: alert.firedAt,
  });
}

function alertContribution(
  path: string,
  results: readonly PrometheusResult[],
  asOf: EpochMs | null,
): Contribution {
  const end = endOf(results, asOf);
  const alerts: Alert[] = [];
  const evidence: Evidence[] = [];
  for (const result of results.filter(isAlert)) {
    const known = { ...result, samples: result.samples.filter(([at]) => asOf === null || at <= asOf) };
    for (const alert of alertsOf(known, end, `${SOURCE}:${path}#${result.pointer}`)) {
      const cited = alertEvidence(path, result, alert);
      evidence.push(cited);
      alerts.push({ ...alert, evidence: [cited.ref] });
    }
  }
  return { ...EMPTY_CONTRIBUTION, alerts, evidence };
}

function read(file: EvidenceFile, text: string, request: CollectRequest): Contribution {
  const { path } = file;
  const answer = readAnswer(parseJson(text));
  if (answer === null) {
    const detail = `${path} is not an answer of the Prometheus API.`;
    const nextStep = 'Save the answer of /api/v1/query_range as it came.';
    const { effect } = FILES;
    return {
      ...EMPTY_CONTRIBUTION,
      gaps: [{ source: SOURCE, reason: 'rejected', detail, effect, nextStep }],
    };
  }
  const stem = stemOf(path);
  const series = answer.results
    .filter((result) => !isAlert(result))
    .map((result) => toRawSeries(result, stem));
  const { asOf } = request;
  const { rejected } = answer;
  const metrics = metricContribution({ source: FILES, path, series, rejected, unit: 'samples', asOf });
  return mergeContributions([metrics, alertContribution(path, answer.results, asOf)]);
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Metrics and alert states from saved answers of the Prometheus HTTP API (matrix, vector).',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) =>
    collectFiles(request.files, context, FILES, (file, text) => read(file, text, request)),
};
