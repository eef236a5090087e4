/** Rows of a table of spans in the common form. What a column means is told by its header, in which unit durations are by how spans nest. Pure. */
import type { Locator } from '../../domain/evidence.ts';
import { canonicalServiceName, workloadOfPod } from '../../domain/service.ts';
import { median } from '../../domain/statistics.ts';
import type { CsvRow, CsvTable } from '../_kit/csv.ts';
import { readInstant } from '../_kit/instants.ts';
import { durationUnitOf, type SpanColumns, spanColumns } from '../_kit/span-columns.ts';
import { isServerFailure, type Span, type SpanKind } from '../_kit/spans.ts';

export interface DecodedSpans {
  readonly spans: readonly Span[];
  readonly rejected: number;
  readonly zoneless: boolean;
  /** Unit that durations were taken to be in; null where the table states it. */
  readonly assumedUnit: string | null;
  /** One trace of how many was kept; 1: all. */
  readonly oneOf: number;
}

const MAX_DURATION_MS = 7 * 86_400_000;
const KINDS: readonly SpanKind[] = ['server', 'client', 'producer', 'consumer', 'internal'];
/** What exporters write where there is no parent or no text. */
const NOTHING = /^(|-|0+|-1|null|none|nan|nil|root|undefined|\\n)$/i;
const WORDS_OF_FAILURE =
  /^(error|errored|err|fail|failed|failure|exception|timeout|aborted|internal|unavailable|unknown|dataloss|deadlineexceeded|resourceexhausted|unimplemented|statuscodeerror)$/;

interface Draft {
  readonly row: CsvRow;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly service: string;
  readonly startMs: number;
  readonly endMs: number | null;
  /** As the table has it. */
  readonly duration: number | null;
}

/** Milliseconds since 1970 with fractions, which the instants of the contract do not keep. */
function preciseMs(
  cell: string,
  zone: string | null,
): { readonly ms: number; readonly zoneless: boolean } | null {
  const read = readInstant(cell, zone);
  if (read === null) return null;
  const number = /^\d{9,19}(\.\d+)?$/.test(cell) ? Number(cell) : Number.NaN;
  const scale = [1e-3, 1, 1e3, 1e6].find((per) => Math.abs(number / per - read.at) <= 1);
  return { ms: scale === undefined ? read.at : number / scale, zoneless: read.zoneless };
}

/** Of spans that are numbered within a segment, with the segment before the number. */
function idsOf(columns: SpanColumns, cell: (index: number | null) => string): readonly [string, string] {
  const [span, parent, segment] = [cell(columns.span), cell(columns.parent), cell(columns.segment)];
  if (segment === '') return [span, parent];
  const above = cell(columns.parentSegment);
  const isInside = /^\d+$/.test(parent);
  return [`${segment}.${span}`, isInside ? `${above === '' ? segment : above}.${parent}` : ''];
}

function draftOf(
  row: CsvRow,
  columns: SpanColumns,
  zone: string | null,
): (Draft & { zoneless: boolean }) | null {
  const cell = (index: number | null) => (index === null ? '' : (row.cells[index] ?? '').trim());
  const start = preciseMs(cell(columns.start), zone);
  const named = cell(columns.service);
  const service = canonicalServiceName(columns.serviceIsInstance ? workloadOfPod(named) : named);
  const [traceId, spanId, parent] = [cell(columns.trace), ...idsOf(columns, cell)];
  if (start === null || NOTHING.test(named) || NOTHING.test(traceId) || NOTHING.test(spanId)) return null;
  const text = cell(columns.duration);
  const duration = text === '' ? null : Number(text);
  if (duration !== null && !(duration >= 0)) return null;
  return {
    row,
    traceId,
    spanId,
    parentId: NOTHING.test(parent) ? null : parent,
    service,
    startMs: start.ms,
    endMs: preciseMs(cell(columns.end), zone)?.ms ?? null,
    duration,
    zoneless: start.zoneless,
  };
}

const UNITS: readonly (readonly [string, number])[] = [
  ['ns', 1e-6],
  ['us', 1e-3],
  ['ms', 1],
  ['s', 1e3],
];
/** Share of children that must begin while their parent runs for a unit to be believed. */
const NESTED = 0.9;
/** Children that begin later than their parent, before nesting tells anything. */
const ENOUGH_CHILDREN = 10;

/** Where starts stand as digits: a table seldom mixes magnitudes. */
function unitOfDigits(cell: string): string {
  const digits = /^\d+/.exec(cell)?.[0].length ?? 0;
  if (digits >= 18) return 'ns';
  return digits >= 15 ? 'us' : 'ms';
}

/** The smallest unit in which children begin before their parents end: any larger one would let them, too. */
function unitByNesting(drafts: readonly Draft[], least: string): string | null {
  const byId = new Map(drafts.map((draft) => [`${draft.traceId}/${draft.spanId}`, draft]));
  const pairs = drafts.flatMap((child) => {
    const parent = child.parentId === null ? undefined : byId.get(`${child.traceId}/${child.parentId}`);
    const offset = parent === undefined ? 0 : child.startMs - parent.startMs;
    return offset > 0 && parent?.duration != null ? [{ offset, duration: parent.duration }] : [];
  });
  if (pairs.length < ENOUGH_CHILDREN) return null;
  const from = UNITS.findIndex(([unit]) => unit === least);
  const holds = ([, inMs]: readonly [string, number]) =>
    pairs.filter(({ offset, duration }) => offset <= duration * inMs).length >= pairs.length * NESTED;
  return UNITS.slice(Math.max(0, from)).find(holds)?.[0] ?? null;
}

function unitOf(drafts: readonly Draft[], header: string, digits: string) {
  const stated = durationUnitOf(header);
  if (stated !== null) return { inMs: stated, assumed: null };
  const withEnd = drafts.find(({ endMs, duration }) => endMs !== null && (duration ?? 0) > 0);
  if (withEnd?.endMs != null && withEnd.duration !== null) {
    const ratio = (withEnd.endMs - withEnd.startMs) / withEnd.duration;
    const near = UNITS.find(([, inMs]) => ratio > inMs * 0.5 && ratio < inMs * 2);
    // Where they contradict each other, the ends are instants and the durations mere numbers.
    return { inMs: near?.[1] ?? null, assumed: null };
  }
  const written = unitOfDigits(digits);
  const fractions = drafts
    .slice(0, 200)
    .some(({ duration }) => duration !== null && !Number.isInteger(duration));
  // Nanoseconds of even short calls have five digits and more.
  const isLong = median(drafts.flatMap((draft) => draft.duration ?? [])) >= 1e5;
  const least = isLong ? 'ns' : 'us';
  const assumed = written === 'ms' ? (unitByNesting(drafts, fractions ? 'ms' : least) ?? 'ms') : written;
  return { inMs: UNITS.find(([unit]) => unit === assumed)?.[1] ?? 1, assumed };
}

function outcomeOf(columns: SpanColumns, cells: readonly string[]) {
  const attributes: Record<string, string> = {};
  let [failed, message] = [false, null as string | null];
  for (const index of columns.status) {
    const cell = (cells[index] ?? '').trim();
    const code = cell === '' ? Number.NaN : Number(cell);
    if (code >= 100 && code < 600) attributes['http.response.status_code'] = String(code);
    else if (code > 0 && code < 100) attributes['rpc.grpc.status_code'] = String(code);
    else if (WORDS_OF_FAILURE.test(cell.toLowerCase().replace(/[^a-z]/g, ''))) {
      failed = true;
      message ??= cell;
    }
  }
  for (const index of columns.error) {
    const cell = (cells[index] ?? '').trim();
    if (NOTHING.test(cell) || /^(false|no|f|0\.0)$/i.test(cell)) continue;
    failed = true;
    if (!/^(true|yes|t|1|1\.0)$/i.test(cell)) message = cell;
  }
  failed ||= columns.success.some((index) => /^(false|no|f|0|0\.0)$/i.test((cells[index] ?? '').trim()));
  failed ||= isServerFailure(attributes);
  const peer = columns.peer === null ? '' : (cells[columns.peer] ?? '').trim();
  if (!NOTHING.test(peer)) attributes['server.address'] = peer.replace(/:\d{1,5}$/, '');
  const text = columns.message === null ? '' : (cells[columns.message] ?? '').trim();
  const http = attributes['http.response.status_code'];
  const rpc = attributes['rpc.grpc.status_code'];
  const said = NOTHING.test(text) ? message : text;
  const byRpc = rpc === undefined ? null : `status ${rpc}`;
  const byCode = http === undefined ? byRpc : `HTTP ${http}`;
  return { failed, message: failed ? (said ?? byCode) : null, attributes };
}

const SKYWALKING: Readonly<Record<string, SpanKind>> = { entry: 'server', exit: 'client', local: 'internal' };

function kindOf(cell: string): SpanKind | null {
  const word = cell.toLowerCase().replace(/^span_?kind_?/, '');
  const known = KINDS.find((kind) => kind === word);
  return known ?? SKYWALKING[word] ?? null;
}

/**
 * A table without kinds: every span is where work arrives (one below another of its service is a part of it), but for one that
 * is named as its child in another service is: that is the caller's side of the call.
 */
function callersOf(drafts: readonly Draft[], nameOf: (draft: Draft) => string): ReadonlySet<Draft> {
  const byId = new Map(drafts.map((draft) => [`${draft.traceId}/${draft.spanId}`, draft]));
  const parentOf = (draft: Draft) =>
    draft.parentId === null ? undefined : byId.get(`${draft.traceId}/${draft.parentId}`);
  return new Set(
    drafts.flatMap((child) => {
      const parent = parentOf(child);
      const isCaller =
        parent !== undefined &&
        parent.service !== child.service &&
        nameOf(parent) === nameOf(child) &&
        parentOf(parent)?.service === parent.service;
      return isCaller ? [parent] : [];
    }),
  );
}

/** Stable over runs: FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}

/** Null for a table that is none of spans. Of more rows than `maxSpans` whole traces are left out, over all of the time alike. */
export function decodeSpanTable(
  table: CsvTable,
  path: string,
  zone: string | null,
  maxSpans: number,
  locate: (row: CsvRow) => Locator = ({ line }) => ({ kind: 'file-line', path, line, byteOffset: null }),
): DecodedSpans | null {
  const columns = spanColumns(table.header);
  if (columns === null) return null;
  const oneOf = Math.max(1, Math.ceil(table.rows.length / maxSpans));
  const kept =
    oneOf === 1
      ? table.rows
      : table.rows.filter(({ cells }) => hashOf(cells[columns.trace] ?? '') % oneOf === 0);
  const read = kept.map((row) => draftOf(row, columns, zone));
  const drafts = read.filter((draft) => draft !== null);
  const first = drafts[0]?.row.cells[columns.start] ?? '';
  const header = columns.duration === null ? '' : (table.header[columns.duration] ?? '');
  const unit = unitOf(drafts, header, first);
  const nameOf = ({ row }: Draft) => (columns.name === null ? '' : (row.cells[columns.name] ?? '').trim());
  const kinds = drafts.map(({ row }) =>
    columns.kind === null ? null : kindOf(row.cells[columns.kind] ?? ''),
  );
  const callers = kinds.some((kind) => kind !== null) ? null : callersOf(drafts, nameOf);
  const spans = drafts.flatMap((draft, index): Span[] => {
    const byEnd = draft.endMs === null ? null : draft.endMs - draft.startMs;
    const durationMs = draft.duration === null || unit.inMs === null ? byEnd : draft.duration * unit.inMs;
    if (durationMs === null || !(durationMs >= 0 && durationMs <= MAX_DURATION_MS)) return [];
    const { traceId, spanId, parentId, service, startMs, row } = draft;
    const inferred = callers?.has(draft) === true ? 'client' : 'server';
    const kind = kinds[index] ?? (callers === null ? 'internal' : inferred);
    const locator = locate(row);
    const name = nameOf(draft);
    return [
      {
        traceId,
        spanId,
        parentId,
        service,
        name,
        kind,
        startMs,
        durationMs,
        ...outcomeOf(columns, row.cells),
        locator,
      },
    ];
  });
  return {
    spans,
    rejected: table.rejected + kept.length - spans.length,
    zoneless: drafts.some(({ zoneless }) => zoneless),
    assumedUnit: columns.duration === null ? null : unit.assumed,
    oneOf,
  };
}
