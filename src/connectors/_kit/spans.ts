/** Spans of any tracing vendor in one form, and who called whom among them. It aggregates nothing. */

import type { Locator } from '../../domain/evidence.ts';
import type { ServiceName } from '../../domain/service.ts';

export type SpanKind = 'server' | 'client' | 'producer' | 'consumer' | 'internal';

/** Times are in milliseconds since 1970 with fractions. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly service: ServiceName;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
  /** What failed, as the span says; null where it does not. */
  readonly message: string | null;
  /** Own attributes by OpenTelemetry names. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly locator: Locator;
}

/** One call: an operation of `to` that ran for `from`, or an outgoing call whose other side has no spans. */
export interface Call {
  /** Null at the edge of what was traced. */
  readonly from: ServiceName | null;
  /** Null for an outgoing call: whom it reached stands in the span's attributes. */
  readonly to: ServiceName | null;
  readonly span: Span;
  /** By either side: a caller that gave up failed although the callee went on. */
  readonly failed: boolean;
  readonly message: string | null;
  /** Time that was not spent waiting for calls to others. */
  readonly selfMs: number;
}

/** Spans of all files together; a span that comes twice counts once. */
export class SpanStore {
  private readonly byId = new Map<string, Span[]>();
  readonly spans: Span[] = [];
  repeated = 0;

  add(span: Span): void {
    const id = `${span.traceId}/${span.spanId}`;
    const known = this.byId.get(id);
    if (known === undefined) this.byId.set(id, [span]);
    // Zipkin gives both sides of a call the same id.
    else if (known.every(({ service, kind }) => service !== span.service || kind !== span.kind))
      known.push(span);
    else {
      this.repeated += 1;
      return;
    }
    this.spans.push(span);
  }

  /** The caller's side of a shared id, else the span under the parent's id, of the same service where there are two. */
  parentOf(span: Span): Span | null {
    const twins = this.byId.get(`${span.traceId}/${span.spanId}`) ?? [];
    const caller = twins.length > 1 && isArrival(span) ? twins.find((twin) => !isArrival(twin)) : undefined;
    if (caller !== undefined) return caller;
    if (span.parentId === null || span.parentId === span.spanId) return null;
    const above = this.byId.get(`${span.traceId}/${span.parentId}`) ?? [];
    return above.find(({ service }) => service === span.service) ?? above[0] ?? null;
  }
}

function isArrival({ kind }: Span): boolean {
  return kind === 'server' || kind === 'consumer';
}

function isDeparture({ kind }: Span): boolean {
  return kind === 'client' || kind === 'producer';
}

type Children = ReadonlyMap<Span, readonly Span[]>;

/** Total length of the union of intervals. */
function unionLength(intervals: readonly (readonly [number, number])[]): number {
  let total = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const [from, to] of [...intervals].sort((a, b) => a[0] - b[0])) {
    if (to <= end) continue;
    total += to - Math.max(from, end);
    end = to;
  }
  return total;
}

/** More levels than any real call stack within one service has; a cycle of parents ends here. */
const MAX_DEPTH = 64;

/** Intervals within `span` in which its service waited for others. */
function waits(
  span: Span,
  service: ServiceName,
  children: Children,
  depth: number,
): (readonly [number, number])[] {
  return (children.get(span) ?? []).flatMap((child) => {
    if (isDeparture(child) || child.service !== service)
      return child.kind === 'consumer' ? [] : [[child.startMs, child.startMs + child.durationMs] as const];
    return depth >= MAX_DEPTH ? [] : waits(child, service, children, depth + 1);
  });
}

function selfTime(span: Span, children: Children): number {
  const end = span.startMs + span.durationMs;
  const inside = waits(span, span.service, children, 0).flatMap(([from, to]) => {
    const clipped = [Math.max(from, span.startMs), Math.min(to, end)] as const;
    return clipped[1] > clipped[0] ? [clipped] : [];
  });
  return Math.max(0, span.durationMs - unionLength(inside));
}

/** Every call once, in the order of the spans. A queue lies between a producer and its consumers: each side is a call of its own. */
export function callsOf(store: SpanStore): readonly Call[] {
  const parents = new Map<Span, Span | null>();
  const children = new Map<Span, Span[]>();
  for (const span of store.spans) {
    const parent = store.parentOf(span);
    parents.set(span, parent);
    if (parent === null) continue;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [span]);
    else siblings.push(span);
  }
  return store.spans.flatMap((span) => callOf(span, parents.get(span) ?? null, children) ?? []);
}

function callOf(span: Span, parent: Span | null, children: Children): Call | null {
  const { failed, message } = span;
  const isInside = parent !== null && parent.service === span.service && !isDeparture(parent);
  if (isDeparture(span)) {
    const reached = (children.get(span) ?? []).some(({ service }) => service !== span.service);
    if (reached && span.kind === 'client') return null;
    return { from: span.service, to: null, span, failed, message, selfMs: span.durationMs };
  }
  if (isInside || (span.kind === 'internal' && (parent?.service === span.service || !isRoot(span, parent))))
    return null;
  const caller = span.kind === 'consumer' ? null : parent;
  return {
    from: caller?.service ?? null,
    to: span.service,
    span,
    failed: failed || (caller?.kind === 'client' && caller.failed),
    message: message ?? caller?.message ?? null,
    selfMs: selfTime(span, children),
  };
}

/** The first span of a trace, or the first of its service below another's. */
function isRoot(span: Span, parent: Span | null): boolean {
  return parent === null ? span.parentId === null : parent.service !== span.service;
}

/** HTTP 5xx, and the codes of gRPC that are the callee's fault. */
export function isServerFailure(attributes: Readonly<Record<string, string>>): boolean {
  const status = attributes['http.response.status_code'] ?? attributes['http.status_code'] ?? '';
  const code = attributes['rpc.grpc.status_code'] ?? attributes['rpc.response.status_code'] ?? '';
  return /^5\d\d$/.test(status) || /^(2|4|8|12|13|14|15)$/.test(code);
}
