/** Segments of AWS X-Ray in the common form. Pure. Shape: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html */
import { canonicalServiceName, type ServiceName } from '../../domain/service.ts';
import { numberOf } from '../_kit/fields.ts';
import { flatTexts, listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject, parseJson } from '../_kit/records.ts';
import { isServerFailure, type Span } from '../_kit/spans.ts';

const FIRST_S = Date.UTC(1980, 0, 1) / 1000;
const LAST_S = Date.UTC(2100, 0, 1) / 1000;
const MAX_DURATION_S = 7 * 86_400;
/** Deeper than any call is nested; documents end at 64 kB. */
const MAX_DEPTH = 64;

/** What all parts of one segment share. */
interface Owner {
  readonly traceId: string;
  readonly service: ServiceName;
  readonly path: string;
  readonly pointer: string;
}

export interface DecodedSegments {
  readonly spans: readonly Span[];
  readonly rejected: number;
}

function messageOf(part: JsonObject, status: string | undefined): string | null {
  const exceptions = listAt(objectAt(part, 'cause'), 'exceptions').filter(isObject);
  const said = exceptions.flatMap((own) => textAt(own, 'message') ?? textAt(own, 'type') ?? [])[0];
  return said ?? (status === undefined ? null : `HTTP ${status}`);
}

/** A segment, or a part of one; a part that calls elsewhere carries a namespace. Null without id or times. */
function spanOf(part: JsonObject, owner: Owner, parentId: string | null, isSegment: boolean): Span | null {
  const spanId = textAt(part, 'id');
  const [start, end] = [numberOf(part['start_time']), numberOf(part['end_time'])];
  if (spanId === null || start === null || !(start >= FIRST_S && start < LAST_S)) return null;
  const seconds = end === null ? 0 : end - start;
  if (!(seconds >= 0 && seconds <= MAX_DURATION_S)) return null;
  const { traceId, service, path, pointer } = owner;
  const name = textAt(part, 'name') ?? '';
  const isCall = !isSegment && textAt(part, 'namespace') !== null;
  const own = isSegment ? 'server' : 'internal';
  const status = textAt(part, 'http', 'response', 'status') ?? undefined;
  const attributes = {
    ...flatTexts(objectAt(part, 'annotations')),
    ...(status === undefined ? {} : { 'http.response.status_code': status }),
    ...(isCall && name !== '' ? { 'peer.service': name } : {}),
  };
  const told = [part['fault'], part['throttle'], !isSegment && part['error']].includes(true);
  const failed = told || isServerFailure(attributes);
  const method = textAt(part, 'http', 'request', 'method');
  const route = /^https?:\/\/[^/]+(\/[^?#]*)/.exec(textAt(part, 'http', 'request', 'url') ?? '')?.[1];
  return {
    traceId,
    spanId,
    parentId: textAt(part, 'parent_id') ?? parentId,
    service,
    name: route === undefined ? name : `${method ?? ''} ${route}`.trim(),
    kind: isCall ? 'client' : own,
    startMs: start * 1000,
    durationMs: seconds * 1000,
    failed,
    message: failed ? messageOf(part, status) : null,
    attributes,
    locator: { kind: 'json-pointer', path, pointer },
  };
}

function ofSegment(
  segment: JsonObject,
  traceId: string | null,
  path: string,
  pointer: string,
): DecodedSegments {
  const spans: Span[] = [];
  let rejected = 0;
  const service = canonicalServiceName(textAt(segment, 'name') ?? '');
  const trace = textAt(segment, 'trace_id') ?? traceId;
  if (service === '' || trace === null) return { spans, rejected: 1 };
  const owner = { traceId: trace, service, path, pointer };
  const add = (part: JsonObject, parentId: string | null, depth: number) => {
    const span = spanOf(part, owner, parentId, depth === 0);
    if (span === null) {
      rejected += 1;
      return;
    }
    spans.push(span);
    if (depth < MAX_DEPTH)
      for (const inner of listAt(part, 'subsegments').filter(isObject)) add(inner, span.spanId, depth + 1);
  };
  add(segment, null, 0);
  return { spans, rejected };
}

/** `aws xray batch-get-traces`: each segment is JSON within a string. Null where the document is something else. */
export function decodeTraces(document: unknown, path: string): DecodedSegments | null {
  if (!isObject(document) || !Array.isArray(document['Traces'])) return null;
  const parts = document['Traces'].flatMap((trace: unknown, index): readonly DecodedSegments[] => {
    if (!isObject(trace)) return [{ spans: [], rejected: 1 }];
    return listAt(trace, 'Segments').map((segment, position) => {
      const given = isObject(segment) ? segment['Document'] : undefined;
      const decoded = typeof given === 'string' ? parseJson(given) : given;
      const pointer = `/Traces/${index}/Segments/${position}`;
      return isObject(decoded)
        ? ofSegment(decoded, textAt(trace, 'Id'), path, pointer)
        : { spans: [], rejected: 1 };
    });
  });
  return {
    spans: parts.flatMap(({ spans }) => spans),
    rejected: parts.reduce((sum, { rejected }) => sum + rejected, 0),
  };
}
