/** Asks a Prometheus server for the usual series and for the alerts that fired. It computes nothing that the shared decoding of metrics does not. */
import { ConnectorError } from '../../domain/error.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { Coverage, Gap } from '../../domain/gap.ts';
import type { Alert } from '../../domain/signal.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import { type EpochMs, epochMs, MINUTE, SECOND } from '../../domain/time.ts';
import type { CollectRequest, ConnectorContext, LiveDeclaration } from '../../ports/connector.ts';
import { mergeContributions, throwIfAborted } from '../_kit/collect-files.ts';
import { makeEvidence } from '../_kit/evidence.ts';
import { getJson, type LiveSource, numberSetting, readLiveSource } from '../_kit/http.ts';
import { metricContribution } from '../_kit/metric-contribution.ts';
import { alertsOf, type PrometheusResult, readAnswer } from '../_kit/prometheus-answer.ts';
import { DEFAULT_LOOKBACK_MS, type PlannedQuery, planQueries, type Window, windowOf } from './plan.ts';

const SOURCE = 'prometheus';
const EFFECT = 'What these metrics would show is not part of the triage.';
/** A server has many users; a few questions at a time keep a triage short and the server free. */
const AT_ONCE = 4;
const LOOKBACK_MINUTES = { fallback: DEFAULT_LOOKBACK_MS / MINUTE, max: 7 * 24 * 60 };
/** Names of metrics; a server with more is asked for the first in the alphabet. */
const MAX_NAMES = 20_000;

/** Throws ConnectorError where nothing can be asked at all; one query that fails is a gap. */
export async function collectLive(
  live: LiveDeclaration,
  request: CollectRequest,
  context: ConnectorContext,
): Promise<Contribution> {
  const source = readLiveSource(live, request.config, context.environment, context.signal);
  const lookbackMs = MINUTE * numberSetting(source, request.config, 'lookbackMinutes', LOOKBACK_MINUTES);
  const to = request.until ?? request.asOf ?? (await serverTime(source));
  const end = request.asOf === null ? to : epochMs(Math.min(to, request.asOf));
  const window = windowOf(request.since ?? epochMs(end - lookbackMs), end);
  if (window.from >= window.to) return EMPTY_CONTRIBUTION;
  const { queries, left } = planQueries(await metricNames(source, window), window);
  const parts: Contribution[] = [await firedAlerts(source, window)];
  for (let index = 0; index < queries.length; index += AT_ONCE) {
    throwIfAborted(context.signal, `${source.baseUrl} was not read to the end`);
    context.progress('querying', index, queries.length);
    const group = queries.slice(index, index + AT_ONCE);
    parts.push(...(await Promise.all(group.map((query) => askOne(source, window, query)))));
  }
  const merged = mergeContributions(parts);
  const gaps = left === 0 ? merged.gaps : [...merged.gaps, leftOut(source, left)];
  return { ...merged, gaps, coverage: [coverageOf(merged, source)] };
}

/** The server's own clock: what "now" means to its data. */
async function serverTime(source: LiveSource): Promise<EpochMs> {
  const answer = await getJson(source, '/api/v1/query', { query: 'time()' });
  const result: unknown = Reflect.get(objectIn(answer, 'data'), 'result');
  // Prometheus answers with a scalar, VictoriaMetrics with a vector of one.
  const first: unknown = Array.isArray(result) ? result[0] : null;
  const sample: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, 'value') : result;
  const seconds = Array.isArray(sample) ? Number(sample[0]) : Number.NaN;
  if (!Number.isFinite(seconds)) throw notPrometheus(source, '/api/v1/query');
  return epochMs(seconds * SECOND);
}

async function metricNames(source: LiveSource, window: Window): Promise<readonly string[]> {
  const path = '/api/v1/label/__name__/values';
  const answer = await getJson(source, path, { start: seconds(window.from), end: seconds(window.to) });
  const names: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'data') : null;
  if (!Array.isArray(names)) throw notPrometheus(source, path);
  return names
    .filter((name): name is string => typeof name === 'string')
    .sort()
    .slice(0, MAX_NAMES);
}

function objectIn(value: unknown, key: string): object {
  const inner: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : null;
  return typeof inner === 'object' && inner !== null ? inner : {};
}

function notPrometheus(source: LiveSource, path: string): ConnectorError {
  return new ConnectorError({
    code: 'malformed',
    what: `GET ${source.baseUrl}${path}`,
    why: 'the answer is not one of the Prometheus API',
    nextStep: 'Check the address of the source prometheus.',
  });
}

function seconds(at: EpochMs): string {
  return String(at / SECOND);
}

async function queryRange(source: LiveSource, window: Window, query: string) {
  const { from, to, stepMs } = window;
  const range = { query, start: seconds(from), end: seconds(to), step: String(stepMs / SECOND) };
  const answer = readAnswer(await getJson(source, '/api/v1/query_range', range));
  if (answer === null) throw notPrometheus(source, '/api/v1/query_range');
  return { ...answer, url: `${source.baseUrl}/api/v1/query_range` };
}

async function askOne(
  source: LiveSource,
  window: Window,
  { name, expression, reachMs }: PlannedQuery,
): Promise<Contribution> {
  try {
    const { results, rejected, url } = await queryRange(source, window, expression);
    const isRaw = reachMs === 0;
    const series = results.map(({ labels: { __name__: _, ...labels }, samples }) => ({
      name,
      labels: withoutEmpty(labels),
      samples,
      type: isRaw ? ('unknown' as const) : ('gauge' as const),
      unit: isRaw ? null : rateUnit(name),
      service: null,
      ...(isRaw ? {} : { reachMs }),
    }));
    const found = metricContribution({
      source: { source: SOURCE, effect: EFFECT },
      path: source.baseUrl,
      series,
      rejected,
      unit: 'samples',
      asOf: window.to,
    });
    return { ...found, evidence: found.evidence.map((piece) => asQuery(piece, url, expression, window)) };
  } catch (error) {
    // What holds for the whole server ends the run; what one query brought about is a gap of that query.
    if (!(error instanceof ConnectorError) || !['malformed', 'timed-out', 'unavailable'].includes(error.code))
      throw error;
    const { what, why, nextStep } = error;
    return {
      ...EMPTY_CONTRIBUTION,
      gaps: [
        { source: SOURCE, reason: 'failed', detail: `${name}: ${what}: ${why}`, effect: EFFECT, nextStep },
      ],
    };
  }
}

/** A rate of a counter is per second, but for buckets of time, whose bounds keep the unit of the name. */
function rateUnit(name: string): string | null {
  return name.endsWith('_bucket') || /_(seconds|milliseconds|bytes)_/.test(name) ? null : '1/s';
}

function withoutEmpty(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}

function asQuery(piece: Evidence, url: string, query: string, { from, to }: Window): Evidence {
  return { ...piece, locator: { kind: 'query', url, query, from, to } };
}

/** `ALERTS` is the server's own record of what fired; without alerting rules it is empty. */
async function firedAlerts(source: LiveSource, window: Window): Promise<Contribution> {
  const query = 'ALERTS{alertstate="firing"}';
  const { results, url } = await queryRange(source, window, query);
  const pairs = results.flatMap((result) => alertsIn(source, window, result, url, query));
  return {
    ...EMPTY_CONTRIBUTION,
    alerts: pairs.map(({ alert }) => alert),
    evidence: pairs.map(({ evidence }) => evidence),
  };
}

function alertsIn(
  source: LiveSource,
  window: Window,
  result: PrometheusResult,
  url: string,
  query: string,
): readonly { readonly alert: Alert; readonly evidence: Evidence }[] {
  const text = JSON.stringify(
    Object.fromEntries(Object.entries(result.labels).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
  return alertsOf(result, window.to, `${SOURCE}:${source.baseUrl}#${text}`).map((alert) => {
    const { from, to } = window;
    const evidence = makeEvidence({
      source: SOURCE,
      kind: 'alert',
      locator: { kind: 'query', url, query, from, to },
      refLocator: alert.id.slice(SOURCE.length + 1),
      text,
      observedAt: alert.firedAt,
    });
    return { alert: { ...alert, evidence: [evidence.ref] }, evidence };
  });
}

function leftOut(source: LiveSource, left: number): Gap {
  return {
    source: SOURCE,
    reason: 'truncated',
    detail: `${left} further metrics of ${source.baseUrl} were not asked for.`,
    effect: 'Memory, queues and other resources may be missing for some services.',
    nextStep: 'Save the answer of a query_range for the metric in question into the evidence directory.',
  };
}

function coverageOf({ series, coverage }: Contribution, source: LiveSource): Coverage {
  const starts = series.flatMap(({ at }) => at[0] ?? []).sort((a, b) => a - b);
  const ends = series.flatMap(({ at }) => at.at(-1) ?? []).sort((a, b) => b - a);
  const [from, to] = [starts[0], ends[0]];
  return {
    source: SOURCE,
    what: `metrics of ${source.baseUrl}`,
    path: null,
    items: series.reduce((sum, { at }) => sum + at.length, 0),
    unit: 'samples',
    rejected: coverage.reduce((sum, { rejected }) => sum + rejected, 0),
    interval: from === undefined || to === undefined ? null : { from, to },
    services: [...new Set(series.flatMap(({ service }) => service ?? []))].sort(),
    notes: [...new Set(coverage.flatMap(({ notes }) => notes))].sort().slice(0, 5),
  };
}
