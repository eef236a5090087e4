/** Metrics of OTLP documents as raw series under Prometheus names, so that families of them are read like any other. Pure. */
import { type EpochMs, epochMs } from '../../domain/time.ts';
import { listAt, textAt } from '../_kit/nested.ts';
import { partnerOfSpan } from '../_kit/partners.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { attributesOf, millisecondsOf, numberOfText, resourceOf } from './attributes.ts';
import type { Draft, MetricDrafts } from './drafts.ts';
import { BOUNDS, countsOfExponential } from './exponential.ts';

/** What a resource tells about all its series; more of it would only make their names longer. */
const RESOURCE_LABELS: Readonly<Record<string, string>> = {
  'service.name': 'service_name',
  'service.version': 'version',
  'k8s.pod.name': 'pod',
  'cloud.availability_zone': 'zone',
};
const CUMULATIVE = [2, 'AGGREGATION_TEMPORALITY_CUMULATIVE'];

interface Metric {
  readonly name: string;
  readonly unit: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly isClient: boolean;
}

/** Attributes with `_` for `.`, as every exporter to Prometheus writes them; the method under the name that all series share. */
function labelsOf(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [key, value] of Object.entries(attributes))
    labels[key === 'http.request.method' ? 'method' : key.replaceAll(/[^A-Za-z0-9_]/g, '_')] = value;
  return labels;
}

function pointLabels(metric: Metric, point: JsonObject): Record<string, string> {
  const attributes = attributesOf(point['attributes']);
  const labels = { ...labelsOf(attributes), ...metric.labels };
  const service = metric.labels['service_name'];
  // What a client measures is about whom it called: without a name it would pass for the service's own.
  const partner = metric.isClient && service !== undefined ? partnerOfSpan(attributes, service) : null;
  return partner === null ? labels : { ...labels, peer: partner.name };
}

function timesOf(point: JsonObject): { readonly at: EpochMs; readonly startedAt: EpochMs | null } | null {
  const at = millisecondsOf(point['timeUnixNano']);
  const start = millisecondsOf(point['startTimeUnixNano']);
  return at === null
    ? null
    : { at: epochMs(Math.floor(at)), startedAt: start === null ? null : epochMs(Math.floor(start)) };
}

function addNumber(drafts: MetricDrafts, metric: Metric, kind: Draft['kind'], point: JsonObject): boolean {
  const times = timesOf(point);
  const value = numberOfText(point['asDouble'] ?? point['asInt']);
  if (times === null || value === null) return false;
  const { name, unit } = metric;
  const written = kind === 'gauge' || name.endsWith('_total') ? name : `${name}_total`;
  drafts.add(
    { name: written, unit, kind, labels: pointLabels(metric, point) },
    times.at,
    value,
    times.startedAt,
  );
  return true;
}

/** `counts` has one more than `bounds`: what lies above the last. */
function addBuckets(
  drafts: MetricDrafts,
  metric: Metric,
  kind: Draft['kind'],
  point: JsonObject,
  counts: readonly (number | null)[],
  bounds: readonly (number | null)[],
): boolean {
  const times = timesOf(point);
  if (times === null || counts.length !== bounds.length + 1) return false;
  if (counts.includes(null) || bounds.includes(null)) return false;
  const labels = pointLabels(metric, point);
  let cumulative = 0;
  for (const [index, count] of counts.entries()) {
    cumulative += count ?? 0;
    const le = index < bounds.length ? String(bounds[index]) : '+Inf';
    const draft = { name: `${metric.name}_bucket`, unit: metric.unit, kind, labels: { ...labels, le } };
    drafts.add(draft, times.at, cumulative, times.startedAt);
  }
  // Calls to others are no requests to the service.
  if (!metric.isClient)
    drafts.add(
      { name: `${metric.name}_count`, unit: null, kind, labels },
      times.at,
      cumulative,
      times.startedAt,
    );
  return true;
}

function addHistogram(drafts: MetricDrafts, metric: Metric, kind: Draft['kind'], point: JsonObject): boolean {
  const counts = listAt(point, 'bucketCounts').map(numberOfText);
  const bounds = listAt(point, 'explicitBounds').map(numberOfText);
  return addBuckets(drafts, metric, kind, point, counts, bounds);
}

function addExponential(
  drafts: MetricDrafts,
  metric: Metric,
  kind: Draft['kind'],
  point: JsonObject,
): boolean {
  const counts = countsOfExponential(point);
  return counts !== null && addBuckets(drafts, metric, kind, point, counts, BOUNDS);
}

function addSummary(drafts: MetricDrafts, metric: Metric, point: JsonObject): boolean {
  const times = timesOf(point);
  if (times === null) return false;
  const labels = pointLabels(metric, point);
  for (const entry of listAt(point, 'quantileValues')) {
    const quantile = isObject(entry) ? numberOfText(entry['quantile']) : null;
    const value = isObject(entry) ? numberOfText(entry['value']) : null;
    if (quantile === null || value === null) return false;
    const { name, unit } = metric;
    drafts.add(
      { name, unit, kind: 'gauge', labels: { ...labels, quantile: String(quantile) } },
      times.at,
      value,
      null,
    );
  }
  return true;
}

type AddPoint = (point: JsonObject) => boolean;

/** How the points of a metric are read; null for a kind that is not. */
function readerFor(
  drafts: MetricDrafts,
  metric: Metric,
  written: JsonObject,
): readonly [JsonObject, AddPoint] | null {
  const { gauge, sum, histogram, exponentialHistogram, summary } = written;
  if (isObject(gauge)) return [gauge, (point) => addNumber(drafts, metric, 'gauge', point)];
  if (isObject(summary)) return [summary, (point) => addSummary(drafts, metric, point)];
  const body = [sum, histogram, exponentialHistogram].find(isObject);
  if (body === undefined) return null;
  const grows = CUMULATIVE.some((name) => name === body['aggregationTemporality']) ? 'counter' : 'delta';
  if (body === histogram) return [body, (point) => addHistogram(drafts, metric, grows, point)];
  if (body === exponentialHistogram) return [body, (point) => addExponential(drafts, metric, grows, point)];
  const kind = body['isMonotonic'] === true ? grows : 'gauge';
  return [body, (point) => addNumber(drafts, metric, kind, point)];
}

function addMetric(drafts: MetricDrafts, value: unknown, labels: Readonly<Record<string, string>>): void {
  const name = isObject(value) ? textAt(value, 'name') : null;
  if (!isObject(value) || name === null) {
    drafts.rejected += 1;
    return;
  }
  const metric: Metric = {
    name: name.replaceAll(/[^A-Za-z0-9_:]/g, '_'),
    unit: textAt(value, 'unit'),
    labels,
    isClient: /(^|[._])client([._]|$)/.test(name),
  };
  const reader = readerFor(drafts, metric, value);
  if (reader === null) {
    drafts.rejected += 1;
    return;
  }
  const [body, add] = reader;
  for (const point of listAt(body, 'dataPoints')) if (!isObject(point) || !add(point)) drafts.rejected += 1;
}

export function hasMetrics(document: JsonObject): boolean {
  return Array.isArray(document['resourceMetrics']);
}

export function addMetrics(drafts: MetricDrafts, document: JsonObject): void {
  for (const entry of listAt(document, 'resourceMetrics')) {
    if (!isObject(entry)) {
      drafts.rejected += 1;
      continue;
    }
    const resource = resourceOf(entry);
    const labels: Record<string, string> = {};
    for (const [key, label] of Object.entries(RESOURCE_LABELS)) {
      const value = resource[key];
      if (value !== undefined) labels[label] = value;
    }
    const key = Array.isArray(entry['scopeMetrics']) ? 'scopeMetrics' : 'instrumentationLibraryMetrics';
    for (const scope of listAt(entry, key))
      for (const metric of isObject(scope) ? listAt(scope, 'metrics') : []) addMetric(drafts, metric, labels);
  }
}
