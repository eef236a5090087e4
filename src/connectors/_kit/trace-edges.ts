/** From calls to what the contract holds of traces: statistics an edge and operation, dependency edges, services. It knows no vendor. */
import type { Evidence } from '../../domain/evidence.ts';
import type { ServiceFact, ServiceKind, ServiceName } from '../../domain/service.ts';
import type { TraceEdgeStats } from '../../domain/signal.ts';
import { quantile } from '../../domain/statistics.ts';
import { type EpochMs, epochMs, toIso } from '../../domain/time.ts';
import type { DependencyEdge } from '../../domain/topology.ts';
import { makeEvidence, shorten } from './evidence.ts';
import { failingIdentities } from './failing-identities.ts';
import { partnerOfSpan } from './partners.ts';
import { serviceFact } from './service-fact.ts';
import { type Call, callsOf, type Span, type SpanStore } from './spans.ts';
import { storeNames } from './store-names.ts';
import { compareText } from './walk.ts';

export interface TraceFindings {
  readonly traces: readonly TraceEdgeStats[];
  readonly edges: readonly DependencyEdge[];
  readonly serviceFacts: readonly ServiceFact[];
  readonly evidence: readonly Evidence[];
  /** Outgoing calls that do not say whom they reached. */
  readonly unnamed: number;
}

/** Widths a reader can name; the first that cuts the whole time into at most MAX_BUCKETS. */
const WIDTHS_MS = [10_000, 60_000, 300_000, 3_600_000, 86_400_000];
const MAX_BUCKETS = 240;
/** Operations of one edge; the rest are one operation: a name with an identifier in it is none. */
const MAX_OPERATIONS = 100;
const OTHER_OPERATIONS = '(other operations)';
const MAX_ERROR_SAMPLES = 5;

interface Group {
  readonly from: ServiceName | null;
  readonly to: ServiceName;
  readonly operation: string;
  readonly calls: Call[];
}

/** Identifiers in paths become `{id}`, a bare method gets its route. */
export function operationOf({ name, attributes }: Span): string {
  const method = attributes['http.request.method'] ?? attributes['http.method'] ?? '';
  const isBare = /^(HTTP )?[A-Z]{3,7}$/.test(name) || name === '' || name === 'request';
  const route = attributes['http.route'] ?? attributes['url.path'] ?? attributes['http.target'];
  const text = isBare && route !== undefined ? `${method === '' ? name : method} ${route}` : name;
  const masked = text
    .replace(/\?.*$/s, '')
    .replace(/\/(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,})(?=\/|$|\s)/gi, '/{id}')
    .trim();
  return shorten(masked === '' ? '(unnamed)' : masked, 120);
}

/** Evidence by reference, one piece a span. */
class Citations {
  readonly evidence = new Map<string, Evidence>();
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  cite(span: Span) {
    const { traceId, spanId, service, name, kind, durationMs, startMs, locator } = span;
    const at = epochMs(Math.floor(startMs));
    const failure = span.failed ? `, failed${span.message === null ? '' : `: ${span.message}`}` : '';
    const cited = makeEvidence({
      source: this.source,
      kind: 'trace-span',
      locator,
      refLocator: `${traceId}/${spanId}/${service}/${kind}`,
      text: `${toIso(at)} ${service} ${kind} span "${name}" ${Number(durationMs.toFixed(1))} ms${failure} (trace ${traceId}, span ${spanId})`,
      observedAt: at,
    });
    if (!this.evidence.has(cited.ref)) this.evidence.set(cited.ref, cited);
    return cited.ref;
  }
}

class Aggregation {
  readonly groups = new Map<string, Group>();
  readonly kinds = new Map<
    ServiceName,
    { readonly kind: ServiceKind; readonly host: string | null; readonly span: Span }
  >();
  readonly queues = new Map<
    string,
    { readonly from: ServiceName; readonly to: ServiceName; readonly span: Span }
  >();
  private readonly operations = new Map<string, Set<string>>();
  private readonly storeOf: (span: Span) => ServiceName | null;
  unnamed = 0;

  constructor(storeOf: (span: Span) => ServiceName | null) {
    this.storeOf = storeOf;
  }

  add(call: Call): void {
    const { span, from } = call;
    this.noteQueue(span);
    if (call.to !== null) {
      if (!this.kinds.has(call.to)) this.kinds.set(call.to, { kind: 'service', host: null, span });
      this.put(call, from, call.to);
      return;
    }
    const partner = partnerOfSpan(span.attributes, span.service);
    if (partner === null) this.unnamed += 1;
    if (partner === null || partner.name === span.service) return;
    const { kind, host } = partner;
    const name = (kind === 'datastore' ? this.storeOf(span) : null) ?? partner.name;
    if (kind !== 'service' && !this.kinds.has(name)) this.kinds.set(name, { kind, host, span });
    this.put(call, span.service, name);
  }

  /** A consumer depends on its queue, whoever filled it. */
  private noteQueue(span: Span): void {
    if (span.kind !== 'consumer') return;
    const partner = partnerOfSpan(span.attributes, span.service);
    if (partner?.kind !== 'queue') return;
    const key = `${span.service}\0${partner.name}`;
    if (!this.queues.has(key)) this.queues.set(key, { from: span.service, to: partner.name, span });
    if (!this.kinds.has(partner.name)) this.kinds.set(partner.name, { kind: 'queue', host: null, span });
  }

  private put(call: Call, from: ServiceName | null, to: ServiceName): void {
    const edge = `${from ?? ''}\0${to}`;
    const known = this.operations.get(edge) ?? new Set();
    this.operations.set(edge, known);
    const own = operationOf(call.span);
    const operation = known.has(own) || known.size < MAX_OPERATIONS ? own : OTHER_OPERATIONS;
    known.add(operation);
    const key = `${edge}\0${operation}`;
    const group = this.groups.get(key);
    if (group === undefined) this.groups.set(key, { from, to, operation, calls: [call] });
    else group.calls.push(call);
  }
}

function rounded(values: readonly number[], share: number): number {
  return Number(quantile(values, share).toFixed(3));
}

function isRefused({ span: { attributes }, failed }: Call): boolean {
  const status = attributes['http.response.status_code'] ?? attributes['http.status_code'] ?? '';
  return !failed && /^4\d\d$/.test(status);
}

function bucketsOf(calls: readonly Call[], widthMs: number): TraceEdgeStats['buckets'] {
  const buckets = new Map<number, Call[]>();
  for (const call of calls) {
    const at = Math.floor(call.span.startMs / widthMs) * widthMs;
    const bucket = buckets.get(at);
    if (bucket === undefined) buckets.set(at, [call]);
    else bucket.push(call);
  }
  return [...buckets.entries()]
    .sort((a, b) => a[0] - b[0])
    .map(([at, inside]) => {
      const durations = inside.map(({ span }) => span.durationMs);
      const refused = inside.filter(isRefused).length;
      return {
        at: epochMs(at),
        calls: inside.length,
        errors: inside.filter(({ failed }) => failed).length,
        ...(refused > 0 ? { refused } : {}),
        p50Ms: rounded(durations, 0.5),
        p99Ms: rounded(durations, 0.99),
        selfP50Ms: rounded(
          inside.map(({ selfMs }) => selfMs),
          0.5,
        ),
      };
    });
}

/** The first failure with each message. */
function errorSamples(calls: readonly Call[], citations: Citations): TraceEdgeStats['errorSamples'] {
  const seen = new Map<string, Call>();
  for (const call of calls) {
    const message = call.message ?? 'failed without a message';
    if (call.failed && !seen.has(message) && seen.size < MAX_ERROR_SAMPLES) seen.set(message, call);
  }
  return [...seen].map(([message, { span }]) => ({
    at: epochMs(Math.floor(span.startMs)),
    message: shorten(message),
    evidence: citations.cite(span),
  }));
}

function statsOf(group: Group, widthMs: number, citations: Citations): TraceEdgeStats {
  const calls = [...group.calls].sort(
    (a, b) => a.span.startMs - b.span.startMs || compareText(a.span.spanId, b.span.spanId),
  );
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (const { span } of calls) {
    from = Math.min(from, span.startMs);
    to = Math.max(to, span.startMs + span.durationMs);
  }
  const samples = errorSamples(calls, citations);
  const first = calls[0];
  const evidence = [
    ...(first === undefined ? [] : [citations.cite(first.span)]),
    ...samples.map((one) => one.evidence),
  ];
  return {
    from: group.from,
    to: group.to,
    operation: group.operation,
    interval: { from: epochMs(Math.floor(from)), to: epochMs(Math.floor(to)) },
    buckets: bucketsOf(calls, widthMs),
    errorSamples: samples,
    failing: failingIdentities(calls, widthMs),
    evidence: [...new Set(evidence)],
  };
}

function widthFor(spans: readonly Span[]): number {
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (const { startMs } of spans) {
    from = Math.min(from, startMs);
    to = Math.max(to, startMs);
  }
  return WIDTHS_MS.find((width) => (to - from) / width <= MAX_BUCKETS) ?? 86_400_000;
}

function factOf(
  source: string,
  name: ServiceName,
  known: { kind: ServiceKind; host: string | null; span: Span },
  citations: Citations,
): ServiceFact {
  const aliases = known.host === null ? [] : [known.host];
  return serviceFact({ name, kind: known.kind, aliases, source, evidence: [citations.cite(known.span)] });
}

/** Lists are sorted by from, to and operation. `source`: id of the connector. */
export function traceFindings(store: SpanStore, source: string): TraceFindings {
  const aggregation = new Aggregation(storeNames(store));
  for (const call of callsOf(store)) aggregation.add(call);
  const citations = new Citations(source);
  const widthMs = widthFor(store.spans);
  const traces = [...aggregation.groups.entries()]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, group]) => statsOf(group, widthMs, citations));
  const edges = new Map<string, DependencyEdge>();
  const link = (from: ServiceName, to: ServiceName, evidence: DependencyEdge['evidence']) => {
    const key = `${from}\0${to}`;
    if (from !== to && !edges.has(key))
      edges.set(key, { from, to, source: 'trace', evidence: evidence.slice(0, 1) });
  };
  for (const { from, to, evidence } of traces) if (from !== null) link(from, to, evidence);
  for (const { from, to, span } of aggregation.queues.values()) link(from, to, [citations.cite(span)]);
  const facts = [...aggregation.kinds.entries()].sort(([a], [b]) => compareText(a, b));
  return {
    traces,
    edges: [...edges.entries()].sort(([a], [b]) => compareText(a, b)).map(([, edge]) => edge),
    serviceFacts: facts.map(([name, known]) => factOf(source, name, known, citations)),
    evidence: [...citations.evidence.values()],
    unnamed: aggregation.unnamed,
  };
}

/** Whether a span was over at `asOf`: one that runs still has not been reported. */
export function isOver(span: Span, asOf: EpochMs | null): boolean {
  return asOf === null || span.startMs + span.durationMs <= asOf;
}
