/** Spans of Zipkin's JSON (v2) in the common form. Pure. Shape: https://zipkin.io/zipkin-api/. */
import { canonicalServiceName } from '../../domain/service.ts';
import { flatTexts, objectAt, textAt } from '../_kit/nested.ts';
import { isObject } from '../_kit/records.ts';
import { isServerFailure, type Span, type SpanKind } from '../_kit/spans.ts';

const KINDS: readonly SpanKind[] = ['server', 'client', 'producer', 'consumer', 'internal'];
const FIRST_MS = Date.UTC(1980, 0, 1);
const LAST_MS = Date.UTC(2100, 0, 1);
const MAX_DURATION_MS = 7 * 86_400_000;

function spanOf(value: unknown, path: string, pointer: string): Span | null {
  if (!isObject(value)) return null;
  const service = canonicalServiceName(textAt(value, 'localEndpoint', 'serviceName') ?? '');
  const [traceId, spanId] = [textAt(value, 'traceId'), textAt(value, 'id')];
  const { timestamp, duration } = value;
  if (service === '' || traceId === null || spanId === null || typeof timestamp !== 'number') return null;
  const startMs = timestamp / 1000;
  const durationMs = typeof duration === 'number' ? duration / 1000 : 0;
  if (!(startMs >= FIRST_MS && startMs < LAST_MS && durationMs >= 0 && durationMs <= MAX_DURATION_MS))
    return null;
  const remote = textAt(value, 'remoteEndpoint', 'serviceName');
  const tags = flatTexts(objectAt(value, 'tags'));
  const attributes =
    remote === null || tags['peer.service'] !== undefined ? tags : { ...tags, 'peer.service': remote };
  // The tag is there where it failed, whatever its text, an empty one included.
  const error = objectAt(value, 'tags')['error'];
  const failed = (error !== undefined && error !== 'false') || isServerFailure(attributes);
  const status = attributes['http.status_code'] ?? attributes['http.response.status_code'];
  const said = typeof error === 'string' && error !== '' && error !== 'true' ? error : null;
  const kind = textAt(value, 'kind')?.toLowerCase();
  return {
    traceId,
    spanId,
    parentId: textAt(value, 'parentId'),
    service,
    name: textAt(value, 'name') ?? '',
    kind: KINDS.find((known) => known === kind) ?? 'internal',
    startMs,
    durationMs,
    failed,
    message: failed ? (said ?? (status === undefined ? null : `HTTP ${status}`)) : null,
    attributes,
    locator: { kind: 'json-pointer', path, pointer },
  };
}

/** A list of spans, or of traces that are lists of spans. Null where the document is neither. */
export function decodeSpans(
  document: unknown,
  path: string,
): { readonly spans: readonly Span[]; readonly rejected: number } | null {
  if (!Array.isArray(document)) return null;
  const spans: Span[] = [];
  let rejected = 0;
  const add = (value: unknown, pointer: string) => {
    const span = spanOf(value, path, pointer);
    if (span === null) rejected += 1;
    else spans.push(span);
  };
  for (const [index, item] of document.entries()) {
    if (!Array.isArray(item)) add(item, `/${index}`);
    else for (const [position, value] of item.entries()) add(value, `/${index}/${position}`);
  }
  return { spans, rejected };
}
