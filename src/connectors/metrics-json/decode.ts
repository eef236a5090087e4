/** Series out of answers of Datadog, CloudWatch, Graphite and InfluxDB; those of other clouds in `clouds.ts`. Pure. None of their values are counters that go on. */
import { append } from '../../domain/append.ts';
import { numberOf, textOf } from '../_kit/fields.ts';
import type { RawSeries } from '../_kit/metric-series.ts';
import { flatTexts, listAt, objectAt } from '../_kit/nested.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { decodeCloudMetrics } from './clouds.ts';
import { grafanaFrames, isOpenTsdb, openTsdbSeries } from './frames.ts';
import { BROKEN, type DecodedMetrics, merged, pointOf, seriesOf } from './points.ts';

/** `service:cart,env:prod` and `["service:cart"]`. */
function tagsOf(texts: readonly string[]): Readonly<Record<string, string>> {
  const pairs = texts.flatMap((text): readonly (readonly [string, string])[] => {
    const at = text.indexOf(':');
    return at <= 0 ? [] : [[text.slice(0, at).trim(), text.slice(at + 1).trim()]];
  });
  return Object.fromEntries(pairs.filter(([key]) => key !== '__proto__'));
}

/** https://docs.datadoghq.com/api/latest/metrics/#query-timeseries-points */
function datadogSeries(value: unknown): DecodedMetrics {
  if (!isObject(value)) return BROKEN;
  const name = textOf(value['metric']) ?? textOf(value['display_name']);
  if (name === null || !Array.isArray(value['pointlist'])) return BROKEN;
  const listed = listAt(value, 'tag_set').flatMap((tag) => textOf(tag) ?? []);
  const labels = tagsOf([...(textOf(value['scope']) ?? '').split(','), ...listed]);
  const unit =
    listAt(value, 'unit')
      .filter(isObject)
      .map((own) => textOf(own['name']))[0] ?? null;
  const points = value['pointlist'].map((pair: unknown) =>
    Array.isArray(pair) ? pointOf(pair[0], pair[1]) : null,
  );
  return seriesOf({ name, labels, unit }, points);
}

/** A label may hold whose a metric is before its name, as the console writes it: `cart RequestCount`. */
function cloudWatchName(label: string): Pick<RawSeries, 'name' | 'labels'> {
  const words = label.trim().split(/\s+/);
  const name = words.at(-1) ?? label;
  const owner = words.slice(0, -1).join(' ');
  return { name, labels: owner === '' ? {} : { service: owner.split('/').at(-2) ?? owner } };
}

const CLOUDWATCH_UNITS: Readonly<Record<string, string>> = {
  Percent: '%',
  Seconds: 's',
  Milliseconds: 'ms',
  Bytes: 'By',
  'Count/Second': '1/s',
};

/** `aws cloudwatch get-metric-data` */
function cloudWatchResult(value: unknown): DecodedMetrics {
  if (!isObject(value)) return BROKEN;
  const label = textOf(value['Label']) ?? textOf(value['Id']);
  const [times, values] = [value['Timestamps'], value['Values']];
  if (label === null || !Array.isArray(times) || !Array.isArray(values)) return BROKEN;
  return seriesOf(
    cloudWatchName(label),
    times.map((time: unknown, index) => pointOf(time, values[index])),
  );
}

const STATISTICS = ['Average', 'Sum', 'Maximum', 'p99', 'p95', 'Minimum', 'SampleCount'];

/** `aws cloudwatch get-metric-statistics` */
function cloudWatchStatistics(document: JsonObject): DecodedMetrics {
  const label = textOf(document['Label']) ?? 'metric';
  const points = listAt(document, 'Datapoints');
  const first = points.find(isObject) ?? {};
  const statistic = STATISTICS.find((name) => name in first) ?? 'Average';
  const unit = CLOUDWATCH_UNITS[textOf(first['Unit']) ?? ''] ?? null;
  const values = points.map((point) => {
    if (!isObject(point)) return null;
    const extended = objectAt(point, 'ExtendedStatistics');
    return pointOf(point['Timestamp'], point[statistic] ?? Object.values(extended)[0]);
  });
  return seriesOf({ name: label, labels: {}, unit }, values);
}

/** `/render?format=json`; Grafana's data source answers alike. Values come before times. */
function graphiteSeries(value: unknown): DecodedMetrics {
  if (!isObject(value)) return BROKEN;
  const target = textOf(value['target']);
  if (target === null || !Array.isArray(value['datapoints'])) return BROKEN;
  const { name: _, ...tags } = flatTexts(objectAt(value, 'tags'));
  const points = value['datapoints'].map((pair: unknown) =>
    Array.isArray(pair) ? pointOf(pair[1], pair[0]) : null,
  );
  const parts = target.split('.');
  // A dotted path names its owner before the measure: `shop.cart.requests.errors`.
  const owner = parts.length >= 3 ? parts.at(-3) : undefined;
  const labels = owner === undefined || 'service' in tags ? tags : { ...tags, service: owner };
  return seriesOf({ name: parts.slice(-2).join('_'), labels }, points);
}

/** `/query` of InfluxDB 1: a column of times and columns of values. */
function influxSeries(value: unknown): DecodedMetrics {
  if (!isObject(value)) return BROKEN;
  const name = textOf(value['name']);
  const columns = listAt(value, 'columns').map(textOf);
  const time = columns.indexOf('time');
  const rows = listAt(value, 'values');
  if (name === null || time < 0) return BROKEN;
  const labels = flatTexts(objectAt(value, 'tags'));
  return merged(
    columns.flatMap((column, index) => {
      const cells = rows.map((row) => (Array.isArray(row) ? row[index] : null));
      if (index === time || column === null || !cells.some((cell) => numberOf(cell) !== null)) return [];
      const isPlain = /^(mean|sum|count|max|min|last|first|value|median)$/.test(column);
      const points = rows.map((row) => (Array.isArray(row) ? pointOf(row[time], row[index]) : null));
      return [seriesOf({ name: isPlain ? name : `${name}_${column}`, labels }, points)];
    }),
  );
}

/** https://docs.datadoghq.com/api/latest/metrics/#query-timeseries-data-across-multiple-products: times once for all, no name but that of the question. */
function datadogTable(attributes: JsonObject, name: string): DecodedMetrics {
  const times = listAt(attributes, 'times');
  const values = listAt(attributes, 'values');
  return merged(
    listAt(attributes, 'series').map((value, index) => {
      const own = values[index];
      if (!isObject(value) || !Array.isArray(own)) return BROKEN;
      const labels = tagsOf(listAt(value, 'group_tags').flatMap((tag) => textOf(tag) ?? []));
      const unit =
        listAt(value, 'unit')
          .filter(isObject)
          .map((each) => textOf(each['name']))[0] ?? null;
      return seriesOf(
        { name, labels, unit },
        times.map((time, at) => pointOf(time, own[at])),
      );
    }),
  );
}

/** `history.get` of Zabbix: an item a number, a clock in seconds. */
function zabbixHistory(rows: readonly unknown[], name: string): DecodedMetrics {
  const byItem = new Map<string, JsonObject[]>();
  for (const row of rows.filter(isObject)) {
    const item = textOf(row['itemid']) ?? '';
    append(byItem, item, row);
  }
  return merged(
    [...byItem].map(([itemid, own]) =>
      seriesOf(
        { name, labels: { itemid } },
        own.map((row) => pointOf(textOf(row['clock']), row['value'])),
      ),
    ),
  );
}

/** What was asked, where the document keeps it, else what the file is called. */
function nameOf(document: JsonObject, fallback: string): string {
  const query = textOf(document['query']) ?? '';
  return /(?:^|:)([a-z][\w.]+)(?:\{|$)/i.exec(query)?.[1] ?? fallback;
}

/** Null where the document is no answer of any of them. `fallback` names a metric that the document leaves out. */
export function decodeMetrics(document: unknown, fallback = 'metric'): DecodedMetrics | null {
  if (Array.isArray(document)) {
    const isGraphite = document.some(
      (item) => isObject(item) && 'target' in item && Array.isArray(item['datapoints']),
    );
    if (document.some(isOpenTsdb)) return merged(document.map(openTsdbSeries));
    return isGraphite ? merged(document.map(graphiteSeries)) : null;
  }
  if (!isObject(document)) return null;
  const attributes = objectAt(objectAt(document, 'data'), 'attributes');
  if (Array.isArray(attributes['times'])) return datadogTable(attributes, nameOf(document, fallback));
  const { result } = document;
  if (Array.isArray(result) && result.some((row) => isObject(row) && 'itemid' in row && 'clock' in row))
    return zabbixHistory(result, fallback);
  const ofFrames = grafanaFrames(document);
  if (ofFrames !== null) return ofFrames;
  const ofCloud = decodeCloudMetrics(document);
  if (ofCloud !== null) return ofCloud;
  const { series, MetricDataResults: results, Datapoints: datapoints, results: statements } = document;
  if (Array.isArray(series)) return merged(series.map(datadogSeries));
  if (Array.isArray(results)) return merged(results.map(cloudWatchResult));
  if (Array.isArray(datapoints)) return cloudWatchStatistics(document);
  if (!Array.isArray(statements)) return null;
  const all = statements.filter(isObject).flatMap((statement) => listAt(statement, 'series'));
  return merged(all.map(influxSeries));
}
