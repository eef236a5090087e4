/** Traces as tables, a span a row, as trace stores export them and public data sets ship them: who calls whom, what fails, where time goes. */
import { EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import type { FileSource } from '../_kit/collect-files.ts';
import { parseCsv } from '../_kit/csv.ts';
import { plainPath } from '../_kit/record-file.ts';
import { collectTraces, MAX_SPANS, type SpanFile } from '../_kit/trace-contribution.ts';
import { decodeSpanTable } from './decode.ts';

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

function recognise(file: EvidenceFile): number {
  if (file.explicitLog || !/\.(csv|tsv)$/i.test(plainPath(file.path))) return 0;
  const lines = file.head().split('\n');
  const table = parseCsv((lines.length > 21 ? lines.slice(0, 21) : lines).join('\n'), 20);
  const decoded = table === null ? null : decodeSpanTable(table, file.path, null, MAX_SPANS);
  return decoded !== null && decoded.spans.length > 0 ? 0.95 : 0;
}

function decode(file: EvidenceFile, text: string, request: CollectRequest): SpanFile {
  const table = parseCsv(text, MAX_ROWS);
  const decoded = table === null ? null : decodeSpanTable(table, file.path, request.zone, MAX_SPANS);
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
  summary: 'Traces as CSV tables, a span a row.',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) =>
    collectTraces(request, context, FILES, (file, text) => decode(file, text, request)),
};
