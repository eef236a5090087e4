/** Traces in Zipkin's JSON: who calls whom, what fails, where time goes. Nothing is asked of a Zipkin server. */
import { EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { Connector, EvidenceFile } from '../../ports/connector.ts';
import type { FileSource } from '../_kit/collect-files.ts';
import { plainPath } from '../_kit/record-file.ts';
import { parseJson } from '../_kit/records.ts';
import { collectTraces, type SpanFile } from '../_kit/trace-contribution.ts';
import { decodeSpans } from './decode.ts';

const SOURCE = 'zipkin';
const FILES: FileSource = { source: SOURCE, effect: 'Calls that stand there are not part of the triage.' };

/** The only format whose spans have both of these keys. */
function recognise(file: EvidenceFile): number {
  if (file.explicitLog || !/\.json$/.test(plainPath(file.path))) return 0;
  const head = file.head().slice(0, 8_000);
  if (!/^\uFEFF?\s*\[/.test(head)) return 0;
  return /"traceId"\s*:/.test(head) && /"localEndpoint"\s*:/.test(head) ? 0.95 : 0;
}

function decode(file: EvidenceFile, text: string): SpanFile {
  const decoded = decodeSpans(parseJson(text), file.path);
  return { ...(decoded ?? { spans: [], rejected: 1 }), rest: EMPTY_CONTRIBUTION };
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Traces in the JSON of the Zipkin API (v2).',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) => collectTraces(request, context, FILES, decode),
};
