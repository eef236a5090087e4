/** Series out of answers of Azure Monitor, Google Cloud Monitoring, New Relic, Honeycomb and Netdata. Pure. */
import type { EpochMs } from '../../domain/time.ts';
import { numberOf, textOf } from '../_kit/fields.ts';
import type { RawSeries } from '../_kit/metric-series.ts';
import { flatTexts, listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { BROKEN, type DecodedMetrics, merged, pointOf, seriesOf } from './points.ts';

type Labels = Readonly<Record<string, string>>;

/** Times go upwards, whatever the answer's order. */
function inOrder(decoded: DecodedMetrics, type: RawSeries['type'] = 'gauge'): DecodedMetrics {
  const ascending = (a: readonly [EpochMs, number], b: readonly [EpochMs, number]) => a[0] - b[0];
  const series = decoded.series.map((own) => ({ ...own, type, samples: [...own.samples].sort(ascending) }));
  return { ...decoded, series };
}

function withService(labels: Labels, service: string | null): Labels {
  return service === null || 'service' in labels ? labels : { ...labels, service };
}

const AZURE_UNITS: Readonly<Record<string, string>> = {
  Percent: '%',
  Seconds: 's',
  MilliSeconds: 'ms',
  Bytes: 'By',
  CountPerSecond: '1/s',
};
/** In the order in which they are taken, where the answer has several. */
const AZURE_AGGREGATIONS = ['total', 'average', 'maximum', 'count', 'minimum'];

/** The name of the resource that is measured: the part before `/providers/Microsoft.Insights`. */
function azureResource(id: string | null): string | null {
  const resource = (id ?? '').replace(/\/providers\/Microsoft\.Insights\/.*$/i, '').split('/');
  return resource.length > 2 ? (resource.at(-1) ?? null) : null;
}

/** A dimension: `{ "name": { "value": "instance" }, "value": "a" }`. */
function azureDimensions(timeseries: JsonObject): Labels {
  const pairs = listAt(timeseries, 'metadatavalues')
    .filter(isObject)
    .flatMap((own): readonly (readonly [string, string])[] => {
      const [key, value] = [textAt(own, 'name', 'value'), textOf(own['value'])];
      return key === null || value === null || key === '__proto__' ? [] : [[key, value]];
    });
  return Object.fromEntries(pairs);
}

/** `az monitor metrics list`: https://learn.microsoft.com/rest/api/monitor/metrics/list */
function azureMetric(value: unknown): DecodedMetrics {
  if (!isObject(value)) return BROKEN;
  const name = textAt(value, 'name', 'value');
  if (name === null) return BROKEN;
  const unit = AZURE_UNITS[textOf(value['unit']) ?? ''] ?? null;
  const resource = azureResource(textOf(value['id']));
  return merged(
    listAt(value, 'timeseries')
      .filter(isObject)
      .map((timeseries) => {
        const rows = listAt(timeseries, 'data');
        const aggregation =
          AZURE_AGGREGATIONS.find((own) => rows.some((row) => isObject(row) && own in row)) ?? 'total';
        const points = rows.map((row) =>
          isObject(row) ? pointOf(row['timeStamp'], row[aggregation]) : null,
        );
        return inOrder(
          seriesOf({ name, labels: withService(azureDimensions(timeseries), resource), unit }, points),
        );
      }),
  );
}

/** Labels of a resource that name what serves, surest first. */
const GCP_OWNERS = [
  'service_name',
  'container_name',
  'function_name',
  'module_id',
  'backend_target_name',
  'database_id',
  'subscription_id',
];

function gcpValue(value: JsonObject): unknown {
  return value['doubleValue'] ?? value['int64Value'] ?? objectAt(value, 'distributionValue')['mean'];
}

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list */
function gcpSeries(value: unknown): DecodedMetrics {
  if (!isObject(value)) return BROKEN;
  const type = textAt(value, 'metric', 'type');
  if (type === null || !Array.isArray(value['points'])) return BROKEN;
  const resource = flatTexts(objectAt(objectAt(value, 'resource'), 'labels'));
  const own = flatTexts(objectAt(objectAt(value, 'metric'), 'labels'));
  const status = own['response_code_class'] ?? own['response_code'];
  const labels = { ...resource, ...own, ...(status === undefined ? {} : { status }) };
  const owner = GCP_OWNERS.map((key) => resource[key]).find((name) => name !== undefined) ?? null;
  const unit = textOf(value['unit']);
  const points = value['points'].map((point: unknown) =>
    isObject(point)
      ? pointOf(textAt(point, 'interval', 'endTime'), gcpValue(objectAt(point, 'value')))
      : null,
  );
  const decoded = seriesOf(
    {
      name: type.split('/').slice(1).join('_') || type,
      labels: withService(labels, owner),
      unit: unit === '1' ? null : unit,
    },
    points,
  );
  return inOrder(decoded, value['metricKind'] === 'CUMULATIVE' ? 'counter' : 'gauge');
}

/** Rows that hold a time, values and what they are grouped by, to one series a value and group. */
function rowsToSeries(
  rows: readonly JsonObject[],
  timeOfRow: (row: JsonObject) => unknown,
  isMeta: (key: string) => boolean,
  service: (row: JsonObject) => string | null,
): DecodedMetrics {
  const groups = new Map<string, { name: string; labels: Labels; points: ReturnType<typeof pointOf>[] }>();
  for (const row of rows) {
    const texts = Object.entries(row).filter(([key, value]) => typeof value === 'string' && !isMeta(key));
    const labels = withService(flatTexts(Object.fromEntries(texts)), service(row));
    for (const [key, value] of Object.entries(row)) {
      // A percentile is an object: { "99": 0.8 }.
      const values = isObject(value) ? Object.entries(value) : [['', value] as const];
      for (const [part, number] of values) {
        if (isMeta(key) || typeof value === 'string' || numberOf(number) === null) continue;
        const name = part === '' ? key : `${key} p${part}`;
        const id = JSON.stringify([name, labels]);
        const group = groups.get(id) ?? { name, labels, points: [] };
        group.points.push(pointOf(timeOfRow(row), number));
        groups.set(id, group);
      }
    }
  }
  return merged(
    [...groups.values()].map(({ name, labels, points }) => inOrder(seriesOf({ name, labels }, points))),
  );
}

/** A facet is a name, or a list of them of which the first is the coarsest. */
function facetOf(row: JsonObject): string | null {
  const { facet } = row;
  return textOf(Array.isArray(facet) ? facet[0] : facet);
}

/** Results of NRQL with TIMESERIES, bare or as NerdGraph wraps them: `data.actor.account.nrql.results`. */
function newRelicRows(document: JsonObject): readonly JsonObject[] | null {
  const account = objectAt(objectAt(objectAt(document, 'data'), 'actor'), 'account');
  const results = [document, objectAt(document, 'nrql'), objectAt(account, 'nrql')]
    .map((own) => listAt(own, 'results').filter(isObject))
    .find((rows) => rows.some((row) => 'beginTimeSeconds' in row));
  return results ?? null;
}

/** A query result of Honeycomb: `series: [{ time, data: { … } }]`, at the top or below `data`. */
function honeycombRows(document: JsonObject): readonly JsonObject[] | null {
  const series = [document, objectAt(document, 'data')]
    .map((own) => listAt(own, 'series').filter(isObject))
    .find((rows) => rows.some((row) => 'time' in row && isObject(row['data'])));
  return series?.map((row) => ({ ...objectAt(row, 'data'), time: row['time'] })) ?? null;
}

/** `/api/v1/data?format=json` of Netdata: a header of labels, the time first, and rows. */
function netdataSeries(document: JsonObject): DecodedMetrics | null {
  const labels = listAt(document, 'labels').map(textOf);
  if (labels[0] !== 'time' || !Array.isArray(document['data'])) return null;
  const rows = document['data'];
  return merged(
    labels.slice(1).map((name, index) =>
      name === null
        ? BROKEN
        : inOrder(
            seriesOf(
              { name, labels: {} },
              rows.map((row: unknown) => (Array.isArray(row) ? pointOf(row[0], row[index + 1]) : null)),
            ),
          ),
    ),
  );
}

/** Null where the document is no answer of any of them. */
export function decodeCloudMetrics(document: JsonObject): DecodedMetrics | null {
  const { value, timeSeries } = document;
  if (Array.isArray(value) && value.some((own) => isObject(own) && Array.isArray(own['timeseries'])))
    return merged(value.map(azureMetric));
  if (Array.isArray(timeSeries)) return merged(timeSeries.map(gcpSeries));
  const ofNewRelic = newRelicRows(document);
  if (ofNewRelic !== null)
    return rowsToSeries(
      ofNewRelic,
      (row) => row['beginTimeSeconds'],
      (key) => /^(begin|end)TimeSeconds$|^facet$|^inspectedCount$/.test(key),
      facetOf,
    );
  const ofHoneycomb = honeycombRows(document);
  if (ofHoneycomb !== null)
    return rowsToSeries(
      ofHoneycomb,
      (row) => row['time'],
      (key) => key === 'time',
      (row) => textOf(row['service.name']) ?? textOf(row['service_name']),
    );
  return netdataSeries(document);
}
