/** What the columns of a metrics table are: time, labels, values, and whether headers name metrics or services. It reads no values into series. */
import { canonicalServiceName } from '../../domain/service.ts';
import type { CsvTable } from '../_kit/csv.ts';
import { plainKey } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';
import { readMetricName } from '../_kit/metric-meaning.ts';
import { measureOf } from './measure.ts';
import { outcomeColumns } from './outcomes.ts';

/** One value column: the metric, its labels and service as far as the header says. */
export interface ValueColumn {
  readonly index: number;
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly service: string | null;
}

export type Layout =
  | {
      readonly kind: 'wide';
      readonly time: number;
      readonly labels: readonly { readonly index: number; readonly name: string }[];
      readonly columns: readonly ValueColumn[];
      /** Columns that say what came of a check. */
      readonly outcomes: readonly number[];
      /** True where the service is the file's name. */
      readonly serviceFromFile: boolean;
    }
  | {
      readonly kind: 'long';
      readonly time: number;
      readonly metric: number | null;
      readonly value: number;
      readonly unit: number | null;
      readonly labels: readonly { readonly index: number; readonly name: string }[];
      /** Metric where no column names it: the file's name, without the service that stands before it. */
      readonly fallbackMetric: string;
      readonly fallbackService: string | null;
    };

const TIME =
  /^(time|timestamp|ts|datetime|date|timebucket|bucket|minute|at|timestamp(s|ms|us|ns)|time(unix)?nano|epoch|epochms|unixtime|interval|start|starttime|window)$/;
const METRIC =
  /^(metric|metricname|series|name|measurement|field|key|measure|kpi|kpiname|indicator|indicatorname|item|itemname)$/;
const VALUE = /^(value|val|v|metricvalue|measurevalue|samplevalue)$/;
const UNIT = /^(unit|units)$/;
/** Headers of columns that hold labels even where all their values are numbers. */
const LABEL =
  /^(service|servicename|svc|app|application|component|job|route|path|endpoint|handler|method|status|statuscode|code|pod|podname|instance|host|hostname|node|version|release|zone|az|region|namespace|environment|env|cluster|container|containername|cmdbid|quantile|percentile|le|peer|upstream|destination|operation|topic|queue|queuename|group|consumergroup|partition|shard|device|tenant|customer)$/;
/** File names that say nothing about what or whose the numbers are. */
const GENERIC_STEM =
  /^(metrics?|data|exports?|stats?|timeseries|series|grafana|panel|dashboard|query|results?|output|samples?)([-_ .]?(metrics?|data|exports?|stats?|series|panel|dashboard|query|results?|as|joinbyfield|\d+))*$/i;
const SAMPLE_ROWS = 50;

/** `logs/metrics/latency_p99.csv.gz` → `latency_p99`. */
export function stemOf(path: string): string {
  return (path.split('/').at(-1) ?? '').replace(/\.(gz|zst)$/i, '').replace(/\.[^.]+$/, '');
}

/** `latency{service="cart",le="1"}` → name and labels; braces alone give an empty name. */
export function splitHeader(header: string): {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
} {
  const match = /^([^{]*)\{(.*)\}([^{}]*)$/.exec(header.trim());
  if (match === null) return { name: header.trim(), labels: {} };
  const labels: Record<string, string> = {};
  for (const [, key = '', quoted, bare] of (match[2] ?? '').matchAll(
    /([A-Za-z_][\w.]*)\s*[=:]\s*(?:"((?:[^"\\]|\\.)*)"|([^,}"]+))/g,
  ))
    labels[key] = (quoted ?? bare ?? '').trim();
  return { name: `${match[1] ?? ''} ${match[3] ?? ''}`.trim(), labels };
}

function isMeaningful(name: string): boolean {
  return name !== '' && readMetricName(name).meaning !== 'other';
}

/** A header that says what is measured, or in which unit: no service is called so. */
function saysMeasure(name: string): boolean {
  return isMeaningful(name) || (/[_\s(]/.test(name) && readMetricName(name).unit !== null);
}

/** `cart latency p99`, `cart.requests`, `p99 - cart` → service and metric; null where one half does not look like each. */
function splitTitle(header: string): { readonly service: string; readonly metric: string } | null {
  for (const separator of [' - ', ': ', ' / ', ' ', '.', ':', '/', '|']) {
    for (const at of [header.indexOf(separator), header.lastIndexOf(separator)]) {
      if (at <= 0) continue;
      const [left, right] = [header.slice(0, at).trim(), header.slice(at + separator.length).trim()];
      if (isMeaningful(right) && !isMeaningful(left) && left !== '') return { service: left, metric: right };
      if (isMeaningful(left) && !isMeaningful(right) && /^[a-z][\w-]*$/.test(right))
        return { service: right, metric: left };
    }
  }
  return null;
}

/** What is measured of a service, as a part of a header. */
const MEASURED =
  /^(cpu|mem|memory|load|workload|latency|errors?|sockets?|disk\w*|rps|qps|requests?|traffic|throughput|p\d{2,3})(?![a-z])/i;
/** First parts of headers that say how or where something is measured, not of whom. */
const NOBODY =
  /^(https?|grpc|sql|db|requests?|responses?|total|avg|mean|max|min|sum|count|errors?|host|node|container|process|jvm|go|system|server|client|pods?|p\d+)([_-].*)?$|^(istio|envoy)$/i;
/** Last words of a first part that belong to what is measured. */
const PART_OF_METRIC =
  /[_.:|/](https?|grpc|request|response|container|process|jvm|total|avg|mean|max|min|node|pod|network|istio|envoy|latency|cpu|mem|memory|disk|errors?)$/i;

/** `latency-90`, `istio-latency-90` are percentiles. */
const BARE_QUANTILE = /(^|[-_.])(latency)[-_.](50|75|90|95|99)$/i;

interface Owned {
  readonly service: string;
  readonly metric: string;
}

function isMeasure(metric: string): boolean {
  return MEASURED.test(metric) || isMeaningful(metric);
}

/** Every way to take a header for a service and what is measured of it. */
function splitsOf(header: string): readonly Owned[] {
  return [...header.matchAll(/[_.:|/]/g)].flatMap(({ index }): readonly Owned[] => {
    const [service, metric] = [header.slice(0, index), header.slice(index + 1)];
    const isName = /^[a-z][\w.-]*$/i.test(service) && !NOBODY.test(service) && !PART_OF_METRIC.test(service);
    return isName && metric !== '' && !MEASURED.test(service.split(/[_.]/).at(-1) ?? '')
      ? [{ service, metric }]
      : [];
  });
}

/**
 * `cart_cpu`, `cart_latency-90`, `orders_cpu`, `orders_latency-90`: two services or more of which the same things are measured, by
 * header. A first part that explains more headers is the service, of equals the longer. Empty where the headers are not made so.
 */
function ownersOf(headers: readonly string[]): ReadonlyMap<string, Owned> {
  const splits = headers.map(splitsOf);
  const ownersByMetric = new Map<string, Set<string>>();
  for (const { service, metric } of splits.flat())
    ownersByMetric.set(metric, (ownersByMetric.get(metric) ?? new Set()).add(service));
  const covered = new Map<string, { shared: number; measures: number }>();
  for (const { service, metric } of splits.flat()) {
    if ((ownersByMetric.get(metric)?.size ?? 0) < 2) continue;
    const known = covered.get(service) ?? { shared: 0, measures: 0 };
    covered.set(service, {
      shared: known.shared + 1,
      measures: known.measures + (isMeasure(metric) ? 1 : 0),
    });
  }
  const believed = (service: string) => {
    const found = covered.get(service);
    return found !== undefined && found.shared >= 2 && found.measures * 2 >= found.shared ? found.shared : 0;
  };
  const owned = headers.flatMap((header, index): (readonly [string, Owned])[] => {
    const ways = (splits[index] ?? []).filter(({ service }) => believed(service) > 0);
    const best = ways.reduce<Owned | null>(
      (most, way) => (most !== null && believed(most.service) > believed(way.service) ? most : way),
      null,
    );
    return best === null
      ? []
      : [[header, { service: canonicalServiceName(best.service), metric: best.metric }]];
  });
  const services = new Set(owned.map(([, { service }]) => service));
  return services.size >= 2 && owned.length >= headers.length / 2 ? new Map(owned) : new Map();
}

/** `cart-api_cpu_2024-03-01`, `orders_10.0.0.4_docker_cpu`: a service, perhaps where it ran, and what is measured. */
function ownerOfStem(stem: string, known: readonly string[]): Owned | null {
  const name = stem.replace(/([-_]\d{4}-\d{2}-\d{2})+$/, '');
  const placed = /^([a-z][\w-]*?)[-_]\d{1,3}(?:\.\d{1,3}){3}[-_](.+)$/i.exec(name);
  if (placed !== null) return { service: canonicalServiceName(placed[1] ?? ''), metric: placed[2] ?? '' };
  const ways = splitsOf(name).filter(({ service, metric }) => {
    const canonical = canonicalServiceName(service);
    return (
      isMeasure(metric) && (known.includes(canonical) || (service.includes('-') && !isMeaningful(service)))
    );
  });
  const way = ways[0];
  return way === undefined ? null : { service: canonicalServiceName(way.service), metric: way.metric };
}

function isTimeColumn(table: CsvTable, index: number): boolean {
  const rows = table.rows.slice(0, SAMPLE_ROWS);
  const fits = rows.filter(({ cells }) => readInstant(cells[index], null) !== null).length;
  return rows.length > 0 && fits >= rows.length * 0.6;
}

function isNumberColumn(table: CsvTable, index: number): boolean {
  let numbers = 0;
  for (const { cells } of table.rows.slice(0, SAMPLE_ROWS)) {
    const cell = cells[index] ?? '';
    if (isMissing(cell)) continue;
    if (measureOf(cell) === null) return false;
    numbers += 1;
  }
  return numbers > 0 || isMeaningful(table.header[index] ?? '');
}

/** Cells that say "no value". */
export function isMissing(cell: string): boolean {
  return /^(|-|—|nan|null|none|n\/?a|undefined|[+-]?inf(inity)?)$/i.test(cell);
}

/** InfluxDB's answers say of each row from when to when was asked, and number their tables. */
const ASKED = /^(?:_start|_stop|result|table)$/;

function isOfInflux(table: CsvTable): boolean {
  return table.header.includes('_time') && table.header.includes('_value');
}

function timeColumn(table: CsvTable): number {
  if (isOfInflux(table)) return table.header.indexOf('_time');
  const named = table.header.findIndex(
    (name, index) => TIME.test(plainKey(name)) && isTimeColumn(table, index),
  );
  return named >= 0 ? named : table.header.findIndex((_name, index) => isTimeColumn(table, index));
}

function columnOf(index: number, header: string, stem: string, stemIsMetric: boolean): ValueColumn {
  const { name, labels } = splitHeader(header);
  if (name === '') return { index, metric: stem, labels, service: null };
  if (stemIsMetric) return { index, metric: stem, labels, service: canonicalServiceName(name) };
  const title = isMeaningful(name) && !/\s/.test(name) ? null : splitTitle(name);
  if (title === null) return { index, metric: name, labels, service: null };
  return { index, metric: title.metric, labels, service: canonicalServiceName(title.service) };
}

/** A name that could be a count of things done (`orders`), and of nothing that is measured of a program. */
function namesThings(stem: string): boolean {
  return (
    readMetricName(stem).meaning === 'requests' &&
    !/request|rps|qps|tps|rate|traffic|through|calls|hits|total|count|per_?(s|m|min|sec)/i.test(stem)
  );
}

/** Null for a table without a time column or without numbers. `known`: canonical names of services. */
export function layoutOf(table: CsvTable, path: string, known: readonly string[]): Layout | null {
  const time = timeColumn(table);
  if (time < 0) return null;
  const stem = stemOf(path);
  const isAsked = (name: string) => isOfInflux(table) && ASKED.test(name);
  const others = table.header.flatMap((name, index) =>
    index === time || isAsked(name) ? [] : [{ index, name }],
  );
  const find = (pattern: RegExp) => others.find(({ name }) => pattern.test(plainKey(name)))?.index ?? null;
  const [metric, value, unit] = [find(METRIC), find(VALUE), find(UNIT)];
  const isLabel = ({ index, name }: { index: number; name: string }) =>
    LABEL.test(plainKey(name)) || !isNumberColumn(table, index);
  if (value !== null && isNumberColumn(table, value)) {
    const named = metric !== null && !isNumberColumn(table, metric) ? metric : null;
    const labels = others.filter(({ index }) => index !== value && index !== named && index !== unit);
    const owner = ownerOfStem(stem, known);
    const [fallbackMetric, fallbackService] = [owner?.metric ?? stem, owner?.service ?? null];
    return { kind: 'long', time, metric: named, value, unit, labels, fallbackMetric, fallbackService };
  }
  const outcomes = outcomeColumns(table, time);
  const values = others.filter((column) => !isLabel(column) && !outcomes.includes(column.index));
  if (values.length + outcomes.length === 0) return null;
  const services = values.filter(({ name }) => known.includes(canonicalServiceName(name))).length;
  const meaningful = values.filter(({ name }) => isMeaningful(splitHeader(name).name)).length;
  // `caves-orders.csv` is of a service called so, where its columns say themselves what they measure.
  const isOfThings = services === 0 && meaningful * 2 >= values.length && namesThings(stem);
  // Columns of services: some are known, or most headers say nothing of a measure.
  const measures = values.filter(({ name }) => saysMeasure(splitHeader(name).name)).length;
  const areServices = services > 0 || measures * 2 < values.length;
  const stemIsMetric = !isOfThings && isMeaningful(stem) && areServices;
  const owners = ownersOf(values.map(({ name }) => name));
  const columns = values.map(({ index, name }): ValueColumn => {
    const owner = owners.get(name);
    return owner === undefined
      ? columnOf(index, name, stem, stemIsMetric)
      : {
          index,
          metric: owner.metric.replace(BARE_QUANTILE, '$1$2_p$3'),
          labels: {},
          service: owner.service,
        };
  });
  const labels = others.filter((column) => isLabel(column) && !outcomes.includes(column.index));
  const named = stemIsMetric || columns.some((column) => column.service !== null);
  const labelled = labels.some(({ name }) =>
    /^(service|servicename|svc|app|application|job|pod|podname|check|checkname|monitor|monitorname)$/.test(
      plainKey(name),
    ),
  );
  const inHeaders = columns.some((column) => Object.keys(column.labels).length > 0);
  const serviceFromFile =
    !named &&
    !labelled &&
    !inHeaders &&
    (isOfThings || !isMeaningful(stem)) &&
    !GENERIC_STEM.test(stem) &&
    /^[a-z][\w.-]*$/i.test(stem);
  const service = serviceFromFile ? canonicalServiceName(stem) : null;
  return {
    kind: 'wide',
    time,
    labels,
    columns: columns.map((column) => ({ ...column, service: column.service ?? service })),
    outcomes,
    serviceFromFile,
  };
}
