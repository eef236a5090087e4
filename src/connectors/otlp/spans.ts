/** Spans of an OTLP document in the common form. Pure. */
import type { Locator } from '../../domain/evidence.ts';
import { canonicalServiceName } from '../../domain/service.ts';
import { listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { isServerFailure, type Span, type SpanKind } from '../_kit/spans.ts';
import { attributesOf, millisecondsOf, resourceOf } from './attributes.ts';
import type { OtlpDocument } from './documents.ts';

export interface DecodedSpans {
  readonly spans: readonly Span[];
  /** Entries without id, service, or times that make sense. */
  readonly rejected: number;
}

const KINDS: readonly SpanKind[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'];
/** Longer than any request: the clock or the file is wrong. */
const MAX_DURATION_MS = 7 * 86_400_000;

function kindOf(kind: unknown): SpanKind {
  if (typeof kind === 'number') return KINDS[kind] ?? 'internal';
  const named = typeof kind === 'string' ? kind.replace(/^SPAN_KIND_/, '').toLowerCase() : '';
  return KINDS.find((known) => known === named) ?? 'internal';
}

/** Status first, then the exception that an event carries, then what the attributes name. */
function messageOf(span: JsonObject, attributes: Readonly<Record<string, string>>): string | null {
  const status = textAt(span, 'status', 'message');
  if (status !== null) return status;
  for (const event of listAt(span, 'events')) {
    if (!isObject(event)) continue;
    const own = attributesOf(event['attributes']);
    const [type, message] = [own['exception.type'], own['exception.message']];
    if (type !== undefined || message !== undefined)
      return [type, message].filter((part) => part !== undefined).join(': ');
  }
  const error = attributes['exception.message'] ?? attributes['error.message'] ?? attributes['error.type'];
  const code = attributes['http.response.status_code'] ?? attributes['http.status_code'];
  return error ?? (code === undefined ? null : `HTTP ${code}`);
}

function hexId(value: unknown): string | null {
  return typeof value === 'string' && /^[\w+/=-]{8,64}$/.test(value) && !/^0+$/.test(value) ? value : null;
}

function spanOf(value: unknown, service: string, locator: Locator): Span | null {
  if (!isObject(value)) return null;
  const [traceId, spanId] = [hexId(value['traceId']), hexId(value['spanId'])];
  const [startMs, endMs] = [
    millisecondsOf(value['startTimeUnixNano']),
    millisecondsOf(value['endTimeUnixNano']),
  ];
  if (traceId === null || spanId === null || startMs === null || endMs === null) return null;
  if (endMs < startMs || endMs - startMs > MAX_DURATION_MS) return null;
  const attributes = attributesOf(value['attributes']);
  const code = objectAt(value, 'status')['code'];
  const failed = code === 2 || code === 'STATUS_CODE_ERROR' || isServerFailure(attributes);
  return {
    traceId,
    spanId,
    parentId: hexId(value['parentSpanId']),
    service,
    name: textAt(value, 'name') ?? '',
    kind: kindOf(value['kind']),
    startMs,
    durationMs: endMs - startMs,
    failed,
    message: failed ? messageOf(value, attributes) : null,
    attributes,
    locator,
  };
}

/** Entries of `resourceSpans` (Tempo: `batches`), whatever the version calls their scopes. */
export function hasSpans(document: JsonObject): boolean {
  return listOfSpans(document) !== null;
}

function listOfSpans(
  document: JsonObject,
): { readonly list: readonly unknown[]; readonly pointer: string } | null {
  for (const key of ['resourceSpans', 'batches']) {
    const list = document[key];
    if (Array.isArray(list)) return { list, pointer: `/${key}` };
  }
  const inner = objectAt(document, 'trace')['resourceSpans'];
  return Array.isArray(inner) ? { list: inner, pointer: '/trace/resourceSpans' } : null;
}

export function decodeSpans({ value, line }: OtlpDocument, path: string): DecodedSpans {
  const found = listOfSpans(value);
  const spans: Span[] = [];
  let rejected = 0;
  for (const [index, entry] of (found?.list ?? []).entries()) {
    const service = isObject(entry) ? canonicalServiceName(resourceOf(entry)['service.name'] ?? '') : '';
    if (!isObject(entry) || service === '') {
      rejected += 1;
      continue;
    }
    const key =
      ['scopeSpans', 'instrumentationLibrarySpans'].find((name) => Array.isArray(entry[name])) ??
      'scopeSpans';
    for (const [scope, scoped] of listAt(entry, key).entries()) {
      for (const [at, written] of (isObject(scoped) ? listAt(scoped, 'spans') : []).entries()) {
        const pointer = `${found?.pointer ?? ''}/${index}/${key}/${scope}/spans/${at}`;
        const locator: Locator =
          line === null ? { kind: 'json-pointer', path, pointer } : { kind: 'file-line', path, ...line };
        const span = spanOf(written, service, locator);
        if (span === null) rejected += 1;
        else spans.push(span);
      }
    }
  }
  return { spans, rejected };
}
