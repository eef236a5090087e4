/** Builders of small snapshots for the engine's tests: a few words make a log pattern, a series or a release. */
import type { Change, Commit, Deployment } from '../../domain/change.ts';
import { DEFAULT_CONTEXT } from '../../domain/context.ts';
import { type Evidence, evidenceRef } from '../../domain/evidence.ts';
import type { ServiceFact } from '../../domain/service.ts';
import type {
  LogPattern,
  LogSeverity,
  LogStream,
  MetricMeaning,
  MetricSeries,
  TraceEdgeStats,
} from '../../domain/signal.ts';
import { EMPTY_CONTRIBUTION, type Snapshot } from '../../domain/snapshot.ts';
import { type EpochMs, epochMs } from '../../domain/time.ts';

/** 2024-03-01T12:00:00Z; every test counts seconds from here. */
export const NOON = epochMs(Date.UTC(2024, 2, 1, 12));

export function atSecond(seconds: number): EpochMs {
  return epochMs(NOON + seconds * 1000);
}

export function evidenceOf(locator: string, at: EpochMs | null = null): Evidence {
  return {
    ref: evidenceRef('test', locator),
    kind: 'log-line',
    source: 'test',
    locator: { kind: 'file', path: locator },
    excerpt: locator,
    sha256: '0'.repeat(64),
    observedAt: at,
  };
}

/** A pattern whose records lie at the given seconds, in one-second buckets. */
export function patternAt(
  template: string,
  service: string,
  seconds: readonly number[],
  more: Partial<LogPattern> = {},
  severity: LogSeverity = 'error',
): LogPattern {
  const counts = new Map<EpochMs, number>();
  for (const second of seconds)
    counts.set(atSecond(Math.floor(second)), (counts.get(atSecond(Math.floor(second))) ?? 0) + 1);
  const times = [...counts.keys()].sort((a, b) => a - b);
  const first = atSecond(Math.min(...seconds));
  const last = atSecond(Math.max(...seconds));
  return {
    id: `p-${service}-${template}`,
    template,
    service,
    severity,
    count: seconds.length,
    firstSeenAt: first,
    lastSeenAt: last,
    buckets: { widthMs: 1000, at: times, count: times.map((time) => counts.get(time) ?? 0) },
    samples: [
      {
        at: first,
        message: template.replace(/<\*>/g, '17'),
        evidence: evidenceRef('test', `${service}:${template}`),
      },
    ],
    splits: [],
    frames: [],
    exceptionType: null,
    attributes: {},
    failing: [],
    ...more,
  };
}

export function streamOf(
  service: string,
  fromSecond: number,
  toSecond: number,
  path = `${service}.log`,
): LogStream {
  return {
    path,
    service,
    interval: { from: atSecond(fromSecond), to: atSecond(toSecond) },
    records: toSecond - fromSecond,
    buckets: { widthMs: 60_000, at: [], count: [] },
    assumedZone: null,
  };
}

/** One value a minute from `fromSecond` on. */
export function seriesOf(
  meaning: MetricMeaning,
  service: string,
  values: readonly number[],
  more: Partial<MetricSeries> = {},
): MetricSeries {
  return {
    id: `${meaning}-${service}-${more.quantile ?? ''}`,
    name: meaning,
    meaning,
    quantile: null,
    unit: '1/bucket',
    service,
    attributes: {},
    at: values.map((_, index) => atSecond(index * 60)),
    values,
    weights: null,
    reachMs: 0,
    source: 'test',
    evidence: [evidenceRef('test', `${meaning}:${service}`)],
    ...more,
  };
}

export function deploymentAt(
  service: string,
  version: string,
  second: number,
  more: Partial<Deployment> = {},
): Deployment {
  return {
    id: `test:${service}-${version}-${second}`,
    type: 'deployment',
    service,
    version,
    commit: null,
    at: atSecond(second),
    finishedAt: atSecond(second + 30),
    summary: `Deployment ${service}-${version}`,
    actor: null,
    source: 'test',
    status: 'succeeded',
    environment: null,
    platformRevision: null,
    deploymentId: null,
    rollback: false,
    share: null,
    target: null,
    images: [],
    evidence: [evidenceRef('test', `deployment:${service}-${version}`)],
    ...more,
  };
}

export function commitAt(
  sha: string,
  second: number,
  paths: readonly string[],
  parents: readonly string[] = [],
  subject = 'a change',
): Commit {
  return {
    id: `git:.:${sha}`,
    type: 'commit',
    service: null,
    repo: '.',
    sha,
    parents,
    at: atSecond(second),
    authoredAt: atSecond(second),
    summary: subject,
    subject,
    body: '',
    actor: 'somebody',
    source: 'git',
    files: paths.map((path) => ({ path, status: 'modified' as const, oldPath: null, added: 1, deleted: 1 })),
    onHead: true,
    evidence: [evidenceRef('git', sha)],
  };
}

export function serviceOf(name: string, more: Partial<ServiceFact> = {}): ServiceFact {
  return {
    name,
    kind: 'service',
    aliases: [],
    criticality: null,
    userFacing: null,
    journey: null,
    path: null,
    routes: [],
    slo: null,
    baseline: null,
    deploy: null,
    owner: null,
    language: null,
    source: 'test',
    evidence: [],
    ...more,
  };
}

/** Times (ms) and number of calls in a minute. */
export interface Timed {
  readonly p50: number;
  readonly self: number;
  readonly calls: number;
}

/** Calls measured by traces for an hour, otherwise from second 2000 on; before, 90 ms of its own twenty times a minute, and 10 of 100 at the entry. */
export function traceOf(from: string | null, to: string, late: Timed, operation = 'GET /'): TraceEdgeStats {
  const early = { p50: from === null ? 100 : 90, self: from === null ? 10 : 90, calls: 20 };
  return {
    from,
    to,
    operation,
    interval: { from: atSecond(0), to: atSecond(3600) },
    buckets: every(60, 0, 3600).map((second) => {
      const { p50, self, calls } = second < 2000 ? early : late;
      return { at: atSecond(second), calls, errors: 0, p50Ms: p50, p99Ms: p50 * 1.1, selfP50Ms: self };
    }),
    errorSamples: [],
    failing: [],
    evidence: [evidenceRef('test', `trace:${to}`)],
  };
}

export function snapshotOf(
  parts: Partial<Snapshot> & { readonly changes?: readonly Change[] },
  asOfSecond = 3600,
): Snapshot {
  const { evidence: _, ...empty } = EMPTY_CONTRIBUTION;
  return {
    ...empty,
    schemaVersion: 1,
    request: {
      symptom: 'something fails',
      asOf: atSecond(asOfSecond),
      asOfBasis: 'given',
      service: null,
      since: null,
      until: null,
      answers: [],
      incidentId: 'INC-1',
    },
    context: DEFAULT_CONTEXT,
    record: [],
    probeAnswers: [],
    evidence: {},
    ...parts,
  };
}

/** Seconds from `from` to `to` (exclusive), one every `step`. */
export function every(step: number, from: number, to: number): readonly number[] {
  return Array.from(
    { length: Math.max(0, Math.ceil((to - from) / step)) },
    (_, index) => from + index * step,
  );
}
