/** From a vendor's samples (name, labels, times, values) to a series of the contract with its evidence. It reads no file format. */
import type { Evidence } from '../../domain/evidence.ts';
import { canonicalServiceName, type ServiceName, workloadOfPod } from '../../domain/service.ts';
import type { MetricMeaning, MetricSeries } from '../../domain/signal.ts';
import { type EpochMs, epochMs, toIso } from '../../domain/time.ts';
import { makeEvidence } from './evidence.ts';
import { type NamedUnit, readMetricName, scaleFor, unitOfText, wordsOf } from './metric-meaning.ts';

export interface RawSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Any order; of samples with the same time the last counts. */
  readonly samples: readonly (readonly [EpochMs, number])[];
  /** `counter`: grows and starts again at zero; becomes a rate per second. `unknown`: told from the name and the values. */
  readonly type: 'counter' | 'gauge' | 'unknown';
  /** Unit as the vendor states it beside the name; null where it does not. */
  readonly unit: string | null;
  /** Stated by what surrounds the series (a column, a file); used where labels name none. */
  readonly service: ServiceName | null;
  /** Overrides what the name says. */
  readonly meaning?: MetricMeaning;
  /** How far back each sample reaches, where it is a rate already; a counter's own is its step. */
  readonly reachMs?: number;
  /** Sample size behind the value at a time, where known. */
  readonly weightAt?: ReadonlyMap<EpochMs, number>;
}

export interface SeriesOrigin {
  /** Id of the connector. */
  readonly source: string;
  readonly path: string;
}

export interface DecodedSeries {
  readonly series: MetricSeries;
  readonly evidence: Evidence;
  /** True where the unit was concluded from the values. */
  readonly unitAssumed: boolean;
}

const SERVICE_LABELS = [
  'service',
  'service_name',
  'service.name',
  'svc',
  'app',
  'application',
  'app_kubernetes_io_name',
  'destination_service_name',
  'destination_canonical_service',
  'destination_workload',
  'deployment',
  'workload',
  'statefulset',
  'horizontalpodautoscaler',
  'scaledobject',
  'consumergroup',
  'consumer_group',
  'component',
  'container',
  'container_name',
  'kubernetes_name',
  'job',
];
/** Values of `job` and `container` that name a scraper or a platform, not a service. */
const GENERIC_SERVICE =
  /^(kubernetes-.*|k8s-.*|node(-exporter)?|prometheus|kubelet|cadvisor|pod|pods|app|main|blackbox([-_]exporter)?|probes?|istio-proxy|envoy|default|scrape|metrics|targets?)$/;

const ATTRIBUTES: Readonly<Record<string, string>> = {
  handler: 'route',
  path: 'route',
  uri: 'route',
  endpoint: 'route',
  http_route: 'route',
  'http.route': 'route',
  http_method: 'method',
  'http.request.method': 'method',
  pod_name: 'pod',
  kubernetes_pod_name: 'pod',
  'k8s.pod.name': 'pod',
  app_version: 'version',
  'service.version': 'version',
  service_version: 'version',
  release: 'version',
  image_tag: 'version',
  availability_zone: 'zone',
  az: 'zone',
  'topology.kubernetes.io/zone': 'zone',
  peer_service: 'peer',
  'peer.service': 'peer',
  upstream: 'peer',
  destination: 'peer',
  'server.address': 'peer',
};
const MAX_ATTRIBUTES = 12;

/** Exporters that stand beside what they measure: `job` says what kind of thing it is, `instance` which one. */
const KIND_OF_THING =
  /^(redis|memcached|mysqld?|mariadb|postgres(ql)?|pgbouncer|mongo(db)?|rabbitmq|kafka|elasticsearch|haproxy|blackbox|probe|snmp)([-_]?exporter)?$/;

/** The name in `host:port` or a URL; null for addresses and for names that only say where an exporter runs. */
function nameOfInstance(instance: string): ServiceName | null {
  const host = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/]*@)?([a-z0-9][a-z0-9._-]*)/i.exec(instance)?.[1] ?? '';
  if (/^[\d.]+$/.test(host) || /^localhost$|exporter/i.test(host)) return null;
  const name = canonicalServiceName(host.split('.')[0] ?? '');
  return name === '' || KIND_OF_THING.test(name) ? null : name;
}

/** The service that labels name: by the usual keys in order, else the workload of the pod; null where none does. */
export function serviceOfLabels(labels: Readonly<Record<string, string>>): ServiceName | null {
  // Who reads a topic is called a group, and so is much else.
  const reader = labels['topic'] === undefined ? '' : canonicalServiceName(labels['group'] ?? '');
  if (reader !== '') return reader;
  for (const key of SERVICE_LABELS) {
    const value = labels[key]?.split('/').at(-1) ?? '';
    const name = canonicalServiceName(value);
    const generic = (key === 'job' || key.startsWith('container')) && GENERIC_SERVICE.test(name);
    const measured =
      key === 'job' && KIND_OF_THING.test(name) ? nameOfInstance(labels['instance'] ?? '') : null;
    if (name !== '' && (!generic || measured !== null)) return measured ?? name;
  }
  const pod = labels['pod'] ?? labels['pod_name'] ?? labels['kubernetes_pod_name'] ?? labels['k8s.pod.name'];
  if (pod !== undefined && pod !== '') return canonicalServiceName(workloadOfPod(pod));
  // Whose a queue is, or what is checked, its name tells at best.
  const named = ['queue', 'queue_name', 'check', 'check_name', 'monitor', 'monitor_name'].map(
    (key) => labels[key],
  );
  const stated = canonicalServiceName(named.find((name) => name !== undefined) ?? '');
  return stated === '' ? null : stated;
}

/** Labels under the contract's names, those that name the service left out, sorted by key. */
function attributesOf(
  labels: Readonly<Record<string, string>>,
  service: ServiceName | null,
): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  for (const key of Object.keys(labels).sort()) {
    const value = labels[key] ?? '';
    const naming = SERVICE_LABELS.includes(key) && canonicalServiceName(value) === service;
    if (value === '' || naming || key === '__name__' || key === 'quantile') continue;
    if (Object.keys(attributes).length < MAX_ATTRIBUTES) attributes[ATTRIBUTES[key] ?? key] = value;
  }
  return attributes;
}

export type Samples = readonly (readonly [EpochMs, number])[];

function sorted(samples: Samples): Samples {
  const byTime = new Map<EpochMs, number>();
  for (const [at, value] of samples) if (Number.isFinite(value)) byTime.set(at, value);
  return [...byTime.entries()].sort((a, b) => a[0] - b[0]);
}

/** Increase per second between neighbours, at the later one's time; a fall is a restart from zero. */
export function rateOf(samples: Samples): Samples {
  const rates: [EpochMs, number][] = [];
  for (const [index, [at, value]] of samples.entries()) {
    const before = samples[index - 1];
    if (before === undefined || at <= before[0]) continue;
    const increase = value >= before[1] ? value - before[1] : value;
    rates.push([at, increase / ((at - before[0]) / 1000)]);
  }
  return rates;
}

/** Fewer samples than this that only rise may be a rate that rose. */
const MIN_RUNNING_TOTAL = 12;

/** Whole numbers that rise in most steps and never fall but to begin anew: a total since the start, whatever it is called. */
function isRunningTotal(samples: Samples): boolean {
  if (samples.length < MIN_RUNNING_TOTAL) return false;
  const values = samples.map(([, value]) => value);
  const steps = values.slice(1).map((value, index) => value - (values[index] ?? 0));
  const began = values.filter((value, index) => index > 0 && value < (values[index - 1] ?? 0));
  const rises = steps.filter((step) => step > 0).length;
  return (
    values.every((value) => Number.isInteger(value) && value >= 0) &&
    began.length <= samples.length / 10 &&
    began.every((value) => value <= Math.max(...steps)) &&
    rises >= steps.length / 2
  );
}

/** `_total` and the like that never falls by less than a restart would make it, and grows at all. */
export function looksLikeCounter(name: string, samples: Samples): boolean {
  if (!/_(total|count|sum|bucket)$/.test(name) || samples.length < 3) return false;
  let falls = 0;
  let rises = 0;
  for (const [index, [, value]] of samples.entries()) {
    const before = samples[index - 1]?.[1];
    if (before === undefined) continue;
    if (value < before) falls += 1;
    if (value > before) rises += 1;
  }
  return falls <= samples.length / 10 && (rises > 0 || falls === 0);
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const parts = Object.keys(labels)
    .filter((key) => key !== '__name__')
    .sort()
    .map((key) => `${key}=${labels[key] ?? ''}`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

/** Three significant digits, never in exponent form. */
function short(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return String(Number(value.toFixed(Math.min(digits, 12))));
}

function clock(at: EpochMs): string {
  return toIso(at).slice(11, 16);
}

function describe(key: string, unit: string, at: readonly EpochMs[], values: readonly number[]): string {
  const ascending = [...values].sort((a, b) => a - b);
  const [from, to] = [at[0], at.at(-1)];
  const median = ascending[Math.floor(ascending.length / 2)];
  if (from === undefined || to === undefined || median === undefined) return key;
  const [min, max] = [ascending[0] ?? median, ascending.at(-1) ?? median];
  return `${key} ${toIso(from).slice(0, 10)} ${clock(from)}–${clock(to)}: min ${short(min)}, median ${short(median)}, max ${short(max)} ${unit}`;
}

function statusMeaning(meaning: MetricMeaning, labels: Readonly<Record<string, string>>): MetricMeaning {
  const status = labels['status'] ?? labels['code'] ?? labels['status_code'] ?? labels['http_status'] ?? '';
  return meaning === 'requests' && /^5(\d\d|xx)$/i.test(status) ? 'errors' : meaning;
}

function quantileOfLabels(labels: Readonly<Record<string, string>>): number | null {
  const value = Number(labels['quantile'] ?? labels['percentile']);
  if (!Number.isFinite(value) || value <= 0) return null;
  return value > 1 ? value / 100 : value;
}

/** Twelve digits hide what binary fractions add to a decimal (0.353046 s → 353.046 ms). */
function scaled(value: number, factor: number): number {
  return Number((value * factor).toPrecision(12));
}

/** 1 while the thing answers, 0 while it does not; turned into the share of looks that failed. Plain `up` is about the scrape. */
const TELLS_UP = /(^|[_.])probe_success$|^[a-z][a-z0-9]*(_[a-z0-9]+)*_up$/;

/** A share of what went well, which is told as the share of what did not. */
function tellsSuccess(name: string): boolean {
  const words = wordsOf(name);
  const isShare = words.some((word) => /^(rate|ratio|percent|pct|percentage|share|fraction)$/.test(word));
  return isShare && words.some((word) => /^(success|successful|succeeded|availability)$/.test(word));
}

/** Null where no finite sample is left. Values come out in the contract's unit, ascending by time. */
export function decodeSeries(raw: RawSeries, origin: SeriesOrigin): DecodedSeries | null {
  const name = readMetricName(raw.name);
  const isUp = TELLS_UP.test(raw.name) && raw.samples.every(([, value]) => value === 0 || value === 1);
  const isSuccess = raw.meaning === undefined && name.meaning === 'other' && tellsSuccess(raw.name);
  const meaning = isUp || isSuccess ? 'error-ratio' : statusMeaning(raw.meaning ?? name.meaning, raw.labels);
  const ordered = sorted(raw.samples);
  const counted = meaning === 'requests' || meaning === 'errors';
  const isCounter =
    raw.type === 'counter' ||
    (raw.type === 'unknown' && looksLikeCounter(raw.name, ordered)) ||
    (counted && isRunningTotal(ordered));
  const samples = isCounter ? rateOf(ordered) : ordered;
  if (samples.length === 0) return null;
  const unit: NamedUnit | null = (raw.unit === null ? null : unitOfText(raw.unit)) ?? name.unit;
  const isRate = isCounter || wordsOf(raw.name).includes('rate');
  const given = samples.map(([, value]) => (isUp ? 1 - value : value));
  const scale = isCounter && meaning === 'cpu' ? CORES : scaleFor(meaning, unit, given, isRate);
  const at = samples.map(([time]) => time);
  const { weightAt } = raw;
  const inUnit = scale.factor === 1 ? given : given.map((value) => scaled(value, scale.factor));
  const values = isSuccess ? inUnit.map((value) => scaled(1 - value, 1)) : inUnit;
  const service = serviceOfLabels(raw.labels) ?? raw.service;
  const key = `${raw.name}${labelText(raw.labels)}`;
  const evidence = windowEvidence(origin, key, scale.unit, at, values);
  const quantile = meaning === 'latency' ? (quantileOfLabels(raw.labels) ?? name.quantile) : null;
  const series: MetricSeries = {
    id: `${origin.source}:${origin.path}#${key}`,
    name: raw.name,
    meaning,
    quantile,
    unit: scale.unit,
    service,
    attributes: attributesOf(raw.labels, service),
    at,
    values,
    weights: weightAt === undefined ? null : at.map((time) => weightAt.get(time) ?? 0),
    reachMs: raw.reachMs ?? (isCounter ? stepOf(at) : 0),
    source: origin.source,
    evidence: [evidence.ref],
  };
  return { series, evidence, unitAssumed: scale.assumed && meaning !== 'other' };
}

/** Median distance of neighbours, 0 where there are none. */
export function stepOf(at: readonly EpochMs[]): number {
  const steps = at.slice(1).map((time, index) => time - (at[index] ?? time));
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
}

/** Seconds of processor time per second. */
const CORES = { unit: 'cores', factor: 1, assumed: false };

function windowEvidence(
  { source, path }: SeriesOrigin,
  key: string,
  unit: string,
  at: readonly EpochMs[],
  values: readonly number[],
): Evidence {
  const from = at[0] ?? epochMs(0);
  const to = at.at(-1) ?? from;
  return makeEvidence({
    source,
    kind: 'metric-window',
    locator: { kind: 'window', path, series: key, from, to },
    refLocator: `${path}#${key}`,
    text: describe(key, unit, at, values),
    observedAt: to,
  });
}
