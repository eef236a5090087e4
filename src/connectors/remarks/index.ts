/** What people said and noted: exports of chats, pasted channels, timelines. They are named and counted; what was said is no log of a service and no evidence of a cause. */
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { isChatExport, isPastedChat, remarkLines } from '../_kit/chat.ts';
import { coverageOfItems } from '../_kit/cited-records.ts';
import { collectFiles, type FileSource, rejectedGaps } from '../_kit/collect-files.ts';
import { Fields } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';
import { plainPath } from '../_kit/record-file.ts';
import { readRecords } from '../_kit/records.ts';

const SOURCE = 'remarks';
const MAX_RECORDS = 50_000;
const FILES: FileSource = { source: SOURCE, effect: 'Nothing: what people say proves nothing here.' };
const WRAPPERS = ['messages', 'value'];

function recognise(file: EvidenceFile): number {
  if (file.explicitLog) return 0;
  const path = plainPath(file.path);
  if (/\.(json|jsonl|ndjson)$/.test(path)) return isChatExport(file.head()) ? 0.92 : 0;
  return /(\.(txt|md)|(^|\/)[^./]+)$/.test(path) && isPastedChat(file.head()) ? 0.92 : 0;
}

function timesOf(text: string, isExport: boolean) {
  if (!isExport) return { times: remarkLines(text).map(() => null), rejected: 0 };
  const { records, rejected } = readRecords(text, WRAPPERS, MAX_RECORDS);
  const times = records.map(({ value }) => {
    const fields = new Fields(value);
    return (
      readInstant(fields.value('ts', 'timestamp', 'createdDateTime', 'create_at', 'date'), null)?.at ?? null
    );
  });
  return { times, rejected };
}

function read({ path }: EvidenceFile, text: string, { asOf }: CollectRequest): Contribution {
  const isExport = /\.(json|jsonl|ndjson)$/.test(plainPath(path));
  const { times, rejected } = timesOf(text, isExport);
  const known = times.filter((at) => at === null || asOf === null || at <= asOf);
  const unusable = known.length === 0 && times.length === 0 ? Math.max(1, rejected) : rejected;
  return {
    ...EMPTY_CONTRIBUTION,
    gaps: rejectedGaps(FILES, path, unusable, 'entries'),
    coverage: [
      coverageOfItems(
        {
          source: SOURCE,
          what: 'what people said',
          path,
          unit: 'remarks',
          rejected,
          notes: [
            'what people say is no evidence here: add the logs, deployments and metrics that they speak of',
          ],
        },
        known.map((at) => ({ at, service: null })),
      ),
    ],
  };
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Chats and timelines that people wrote: named, not believed.',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) =>
    collectFiles(request.files, context, FILES, (file, text) => read(file, text, request)),
};
