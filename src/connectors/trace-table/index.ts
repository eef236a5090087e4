/** Traces as tables or lists of records, a span a row, as trace stores export them and public data sets ship them: who calls whom, what fails, where time goes. */
import { EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import type { FileSource } from '../_kit/collect-files.ts';
import { type CsvRow, type CsvTable, parseCsv } from '../_kit/csv.ts';
import { placeOf } from '../_kit/deployments.ts';
import { plainPath } from '../_kit/record-file.ts';
import { sampleOf, sampleUnder } from '../_kit/records.ts';
import { collectTraces, MAX_SPANS, type SpanFile } from '../_kit/trace-contribution.ts';
import { decodeSpanTable } from './decode.ts';
import { readSpanRecords, sampleOfTraces, tableOfRecords, WRAPPERS } from './records.ts';

const SOURCE = 'trace-table';
const FILES: FileSource = { source: SOURCE, effect: 'Calls that stand there are not part of the triage.' };
/** Of these, one trace of some is kept where they are more spans than all trace files may hold. */
const MAX_ROWS = 1_000_000;
const UNITS: Readonly<Record<string, string>> = {
  ns: 'nanoseconds',
  us: 'microseconds',
  ms: 'milliseconds',
  s: 'seconds',
};

/** Formats with connectors of their own, and spans inside of traces. */
const OF_OTHERS = /"(localEndpoint|resourceSpans|scopeSpans|processes|processID|Segments|references)"\s*:/;

/** Records of a JSON file, sampled; null for other files. */
function sampleTable(file: EvidenceFile): CsvTable | null {
  const head = file.head();
  if (OF_OTHERS.test(head.slice(0, 8_000))) return null;
  const ofTraces = sampleOfTraces(head);
  if (ofTraces !== null) return ofTraces.length === 0 ? null : tableOfRecords(ofTraces);
  const first = sampleOf(file);
  const isWrapped = first.some((record) => WRAPPERS.some((key) => typeof record[key] === 'object'));
  // Of lists within lists the outermost begins first.
  const outermost = WRAPPERS.map((key) => ({ key, at: head.search(new RegExp(`"${key}"\\s*:\\s*\\[`)) }))
    .filter(({ at }) => at >= 0)
    .sort((one, other) => one.at - other.at);
  const lists = outermost.map(({ key }) => sampleUnder(head, key));
  const found = (isWrapped || first.length === 0 ? lists : [first]).find((list) => list.length > 0);
  return found === undefined ? null : tableOfRecords(found);
}

function recognise(file: EvidenceFile): number {
  if (file.explicitLog) return 0;
  if (/\.(json|jsonl|ndjson)$/.test(plainPath(file.path))) {
    const table = sampleTable(file);
    const decoded = table === null ? null : decodeSpanTable(table, file.path, null, MAX_SPANS);
    return decoded !== null && decoded.spans.length > 0 ? 0.94 : 0;
  }
  if (!/\.(csv|tsv)$/.test(plainPath(file.path))) return 0;
  const lines = file.head().split('\n');
  const table = parseCsv((lines.length > 21 ? lines.slice(0, 21) : lines).join('\n'), 20);
  const decoded = table === null ? null : decodeSpanTable(table, file.path, null, MAX_SPANS);
  return decoded !== null && decoded.spans.length > 0 ? 0.95 : 0;
}

function decode(file: EvidenceFile, text: string, request: CollectRequest): SpanFile {
  const isCsv = /\.(csv|tsv)$/.test(plainPath(file.path));
  const records = isCsv ? null : readSpanRecords(text, MAX_ROWS);
  const table = records === null ? parseCsv(text, MAX_ROWS) : records.table;
  const locate = (row: CsvRow) => {
    const place = records?.places[row.line];
    return place === undefined
      ? ({ kind: 'file-line', path: file.path, line: row.line, byteOffset: null } as const)
      : placeOf(file.path, place).locator;
  };
  const decoded = table === null ? null : decodeSpanTable(table, file.path, request.zone, MAX_SPANS, locate);
  if (decoded === null) return { spans: [], rejected: 1, rest: EMPTY_CONTRIBUTION };
  const { spans, rejected, zoneless, assumedUnit, oneOf } = decoded;
  const notes = [
    ...(zoneless ? [`times without a zone were read as ${request.zone ?? 'UTC'}`] : []),
    ...(assumedUnit === null ? [] : [`durations are taken to be in ${UNITS[assumedUnit] ?? assumedUnit}`]),
    ...(oneOf === 1 ? [] : [`one trace of ${oneOf} was read: there are ${table?.rows.length ?? 0} spans`]),
  ];
  return { spans, rejected, notes, rest: EMPTY_CONTRIBUTION };
}

export const connector: Connector = {
  id: SOURCE,
  summary:
    'Traces as CSV tables or JSON records, a span a row: Datadog, Elastic, ClickHouse, Honeycomb, Tempo search, public data sets.',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) =>
    collectTraces(request, context, FILES, (file, text) => decode(file, text, request)),
};
