/** Traces of AWS X-Ray, saved to files: who calls whom, what fails, where time goes. AWS is not asked. */
import { EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { Connector, EvidenceFile } from '../../ports/connector.ts';
import type { FileSource } from '../_kit/collect-files.ts';
import { plainPath } from '../_kit/record-file.ts';
import { parseJson } from '../_kit/records.ts';
import { collectTraces, type SpanFile } from '../_kit/trace-contribution.ts';
import { decodeTraces } from './decode.ts';

const SOURCE = 'x-ray';
const FILES: FileSource = { source: SOURCE, effect: 'Calls that stand there are not part of the triage.' };

function recognise(file: EvidenceFile): number {
  if (file.explicitLog || !/\.json$/.test(plainPath(file.path))) return 0;
  const head = file.head().slice(0, 8_000);
  return /^\uFEFF?\s*\{/.test(head) && /"Traces"\s*:\s*\[/.test(head) && /"Segments"\s*:\s*\[/.test(head)
    ? 0.95
    : 0;
}

function decode(file: EvidenceFile, text: string): SpanFile {
  const decoded = decodeTraces(parseJson(text), file.path);
  return { ...(decoded ?? { spans: [], rejected: 1 }), rest: EMPTY_CONTRIBUTION };
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Traces of AWS X-Ray, as `aws xray batch-get-traces` answers them.',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) => collectTraces(request, context, FILES, decode),
};
