/** Spans of Jaeger's JSON in the common form. Pure. */
import { canonicalServiceName, isPlaceholderService } from '../../domain/service.ts';
import { flatTexts, listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { isServerFailure, type Span, type SpanKind } from '../_kit/spans.ts';

export interface DecodedTraces {
  readonly spans: readonly Span[];
  readonly rejected: number;
}

const KINDS: readonly SpanKind[] = ['server', 'client', 'producer', 'consumer', 'internal'];
const FIRST_MS = Date.UTC(1980, 0, 1);
const LAST_MS = Date.UTC(2100, 0, 1);
const MAX_DURATION_MS = 7 * 86_400_000;

/** `[{ key, type, value }]` as texts; the same shape serves tags and log fields. */
function tagsOf(list: readonly unknown[]): Record<string, string> {
  const tags: Record<string, unknown> = {};
  for (const tag of list)
    if (isObject(tag) && typeof tag['key'] === 'string' && tag['key'] !== '__proto__')
      tags[tag['key']] = tag['value'];
  return { ...flatTexts(tags) };
}

function idOf(text: string | null): string | null {
  return text !== null && /^[\w-]{1,64}$/.test(text) ? text : null;
}

function parentOf(span: JsonObject): string | null {
  const references = listAt(span, 'references').filter(isObject);
  const parent = references.find((reference) => reference['refType'] === 'CHILD_OF') ?? references[0];
  return (parent === undefined ? null : textAt(parent, 'spanID')) ?? textAt(span, 'parentSpanID');
}

function messageOf(span: JsonObject, tags: Readonly<Record<string, string>>): string | null {
  for (const log of listAt(span, 'logs')) {
    const fields = isObject(log) ? tagsOf(listAt(log, 'fields')) : {};
    const type = fields['exception.type'] ?? fields['error.kind'];
    const message = fields['exception.message'] ?? fields['message'] ?? fields['error.object'];
    const isError = type !== undefined || fields['event'] === 'error' || fields['level'] === 'error';
    if (isError && (type ?? message) !== undefined)
      return [type, message].filter((part) => part !== undefined).join(': ');
  }
  const status = tags['http.response.status_code'] ?? tags['http.status_code'];
  return (
    tags['otel.status_description'] ??
    tags['error.message'] ??
    tags['error.type'] ??
    (status === undefined ? null : `HTTP ${status}`)
  );
}

function spanOf(value: unknown, processes: JsonObject, path: string, pointer: string): Span | null {
  if (!isObject(value)) return null;
  const process = isObject(value['process'])
    ? value['process']
    : objectAt(processes, textAt(value, 'processID') ?? '');
  const named = textAt(process, 'serviceName') ?? '';
  const service = isPlaceholderService(named) ? '' : canonicalServiceName(named);
  const [traceId, spanId] = [idOf(textAt(value, 'traceID')), idOf(textAt(value, 'spanID'))];
  const { startTime, duration } = value;
  if (service === '' || traceId === null || spanId === null) return null;
  if (typeof startTime !== 'number' || typeof duration !== 'number') return null;
  const [startMs, durationMs] = [startTime / 1000, duration / 1000];
  if (!(startMs >= FIRST_MS && startMs < LAST_MS && durationMs >= 0 && durationMs <= MAX_DURATION_MS))
    return null;
  const attributes = tagsOf(listAt(value, 'tags'));
  const isMarked = attributes['error'] === 'true' || attributes['otel.status_code'] === 'ERROR';
  const failed = isMarked || isServerFailure(attributes);
  return {
    traceId,
    spanId,
    parentId: parentOf(value),
    service,
    name: textAt(value, 'operationName') ?? '',
    kind: KINDS.find((kind) => kind === attributes['span.kind']) ?? 'internal',
    startMs,
    durationMs,
    failed,
    message: failed ? messageOf(value, attributes) : null,
    attributes,
    locator: { kind: 'json-pointer', path, pointer },
  };
}

/** A trace, with or without the envelope of the API. */
export function isTrace(value: unknown): value is JsonObject {
  return (
    isObject(value) && Array.isArray(value['spans']) && ('traceID' in value || isObject(value['processes']))
  );
}

interface Listed {
  readonly trace: unknown;
  readonly pointer: string;
}

/** Traces of an answer of the API, of a bare list, or one alone; null where the document holds none of them. */
function tracesOf(document: unknown): readonly Listed[] | null {
  if (isTrace(document)) return [{ trace: document, pointer: '' }];
  const list: unknown = isObject(document) ? document['data'] : document;
  if (!Array.isArray(list)) return null;
  const prefix = list === document ? '' : '/data';
  return list.map((trace: unknown, index) => ({ trace, pointer: `${prefix}/${index}` }));
}

/** Null where the document holds no list of traces. */
export function decodeTraces(document: unknown, path: string): DecodedTraces | null {
  const traces = tracesOf(document);
  if (traces === null) return null;
  const spans: Span[] = [];
  let rejected = 0;
  for (const { trace, pointer } of traces) {
    if (!isTrace(trace)) {
      rejected += 1;
      continue;
    }
    const processes = objectAt(trace, 'processes');
    for (const [position, value] of listAt(trace, 'spans').entries()) {
      const span = spanOf(value, processes, path, `${pointer}/spans/${position}`);
      if (span === null) rejected += 1;
      else spans.push(span);
    }
  }
  return { spans, rejected };
}
