/** Traces in Jaeger's JSON: who calls whom, what fails, where time goes. Nothing is asked of a Jaeger server. */
import { EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { Connector, EvidenceFile } from '../../ports/connector.ts';
import type { FileSource } from '../_kit/collect-files.ts';
import { plainPath } from '../_kit/record-file.ts';
import { parseJson } from '../_kit/records.ts';
import { collectTraces, type SpanFile } from '../_kit/trace-contribution.ts';
import { decodeTraces } from './decode.ts';

const SOURCE = 'jaeger';
const FILES: FileSource = { source: SOURCE, effect: 'Calls that stand there are not part of the triage.' };

/** Keys of its spans that no other format spells like this. */
function recognise(file: EvidenceFile): number {
  if (file.explicitLog || !/\.json$/.test(plainPath(file.path))) return 0;
  const head = file.head().slice(0, 8_000);
  if (!/^\uFEFF?\s*[[{]/.test(head)) return 0;
  const isSpan = /"spanID"\s*:/.test(head) && /"traceID"\s*:/.test(head);
  // A search of Tempo lists traces by their root, and in it the spans that matched.
  return isSpan && /"(spans|operationName)"\s*:/.test(head) && !/"rootServiceName"\s*:/.test(head) ? 0.95 : 0;
}

function decode(file: EvidenceFile, text: string): SpanFile {
  const decoded = decodeTraces(parseJson(text), file.path);
  return { ...(decoded ?? { spans: [], rejected: 1 }), rest: EMPTY_CONTRIBUTION };
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Traces in the JSON of the Jaeger query API and UI.',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) => collectTraces(request, context, FILES, decode),
};
