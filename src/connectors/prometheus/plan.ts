/** Which series are asked for and how: the usual ones, summed on the server to what a triage looks at. Pure. */
import type { MetricMeaning } from '../../domain/signal.ts';
import { type EpochMs, epochMs, HOUR, MINUTE, SECOND } from '../../domain/time.ts';
import { readMetricName } from '../_kit/metric-meaning.ts';

/** Three hours hold an incident and the normal state before it; a longer look costs the server more than it tells. */
export const DEFAULT_LOOKBACK_MS = 3 * HOUR;
/** Prometheus itself refuses more than 11,000 points a series; 720 are one every 15 s in three hours. */
const MAX_POINTS = 720;
const SMALLEST_STEP_MS = 15 * SECOND;
/** Two scrapes at the longest usual interval: a shorter window sees no increase in a counter. */
const RATE_WINDOW_MS = 2 * MINUTE;
/** One server serves many; a triage must not be what brings it down. */
export const MAX_QUERIES = 60;

/** In the order in which they are asked for when there are more than MAX_QUERIES. */
const WANTED: readonly MetricMeaning[] = [
  'requests',
  'error-ratio',
  'errors',
  'latency',
  'restarts',
  'memory',
  'pool',
  'queue',
  'saturation',
  'cpu',
  'disk',
];

/** Labels that tell whose a series is; a series that lacks one is summed as if it were empty. */
const OWNER =
  'service, service_name, svc, app, application, app_kubernetes_io_name, deployment, workload, component, container, job, namespace';
const VERSION = 'version, app_version, service_version';
/** Places that can fail alone. There are few of them; tenants and customers may be thousands, which no server is asked to sum over. */
const PLACE = 'region, zone, availability_zone, az, datacenter';
const REQUEST =
  'code, status, status_code, http_status, http_status_code, http_response_status_code, status_class, outcome, route, handler';

/** What the server itself and its exporters count about themselves. */
const INTERNAL =
  /^(prometheus|promhttp|alertmanager|go|process|scrape|net_conntrack|grpc_server_handl\w+|up$|push_|vm_|vmalert|vmagent|grafana|node|kubelet|apiserver|etcd|rest_client|workqueue|kube_(?!pod_container_status_restarts))(_|$)/;
const OWN_PROCESS = /^process_(resident_memory_bytes|cpu_seconds_total)$/;

export interface Window {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly stepMs: number;
}

/** Both ends on the grid of the step, so that the same question has the same answer. */
export function windowOf(from: EpochMs, to: EpochMs): Window {
  const stepMs = Math.max(
    SMALLEST_STEP_MS,
    Math.ceil((to - from) / MAX_POINTS / SMALLEST_STEP_MS) * SMALLEST_STEP_MS,
  );
  const onGrid = (at: number) => epochMs(Math.floor(at / stepMs) * stepMs);
  return { from: onGrid(from), to: onGrid(to), stepMs };
}

export interface PlannedQuery {
  /** Name under which the answer is read: the metric's own. */
  readonly name: string;
  readonly expression: string;
  /** How far back each sample of the answer reaches; 0 where it is no rate. */
  readonly reachMs: number;
}

export interface Plan {
  readonly queries: readonly PlannedQuery[];
  /** Names that would have been asked for without the limit. */
  readonly left: number;
}

/** `names`: all metric names of the window. Order: by meaning, then by name. */
export function planQueries(names: readonly string[], { stepMs }: Window): Plan {
  const known = new Set(names);
  const rank = (name: string) => WANTED.indexOf(readMetricName(name).meaning);
  const wanted = [...known]
    .filter((name) => /^[a-zA-Z_:][\w:]*$/.test(name) && (!INTERNAL.test(name) || OWN_PROCESS.test(name)))
    .filter((name) => rank(name) !== -1 && !isPartOfHistogram(name, known))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const windowMs = Math.max(RATE_WINDOW_MS, stepMs);
  const queries = wanted.map((name) => {
    const expression = expressionFor(name, `${windowMs / SECOND}s`);
    return { name, expression, reachMs: expression.includes('(rate(') ? windowMs : 0 };
  });
  return { queries: queries.slice(0, MAX_QUERIES), left: Math.max(0, queries.length - MAX_QUERIES) };
}

/** The sum says nothing without the count; the count is what the largest bucket counts. */
function isPartOfHistogram(name: string, known: ReadonlySet<string>): boolean {
  const base = name.replace(/_(sum|count|created)$/, '');
  return base !== name && known.has(`${base}_bucket`);
}

function expressionFor(name: string, rateWindow: string): string {
  if (name.endsWith('_bucket'))
    return `sum by (le, ${OWNER}, ${VERSION}, route, handler) (rate(${name}[${rateWindow}]))`;
  const { meaning } = readMetricName(name);
  const isCounter = /_(total|count|sum)$/.test(name);
  if (isCounter && meaning === 'restarts') return `sum by (${OWNER}, pod) (${name})`;
  if (isCounter) return `sum by (${OWNER}, ${VERSION}, ${PLACE}, ${REQUEST}) (rate(${name}[${rateWindow}]))`;
  if (meaning === 'latency') return `max by (${OWNER}, ${VERSION}, quantile) (${name})`;
  return `max by (${OWNER}, ${VERSION}, pod, state) (${name})`;
}
