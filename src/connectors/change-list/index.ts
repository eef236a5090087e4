/** Changes from exported calendars and tickets: CSV, JSON and JSON lines with a time, a service and what was done. */
import type { Change } from '../../domain/change.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { coverageOfItems, zoneNotes } from '../_kit/cited-records.ts';
import { collectFiles, type FileSource, rejectedGaps, truncatedGaps } from '../_kit/collect-files.ts';
import { placeOf } from '../_kit/deployments.ts';
import { makeEvidence } from '../_kit/evidence.ts';
import { readRecordFile, sampleRecord } from '../_kit/record-file.ts';
import { changeLikeness, decodeChange, SOURCE } from './decode.ts';

const MAX_RECORDS = 20_000;
const WRAPPERS = ['changes', 'result', 'results', 'records', 'items', 'data', 'value'];
const FILES: FileSource = {
  source: SOURCE,
  effect: 'Changes that stand there are not among the candidates.',
};

function recognise(file: EvidenceFile): number {
  if (file.explicitLog) return 0;
  const sample = sampleRecord(file, WRAPPERS);
  const named = /change|maintenance/i.test(file.path.split('/').at(-1) ?? '');
  return sample === null ? 0 : changeLikeness(sample, named);
}

function read({ path }: EvidenceFile, text: string, { zone, asOf }: CollectRequest): Contribution {
  const input = readRecordFile(path, text, WRAPPERS, MAX_RECORDS);
  const evidence: Evidence[] = [];
  const changes: Change[] = [];
  let [rejected, zoneless, planned] = [input.rejected, false, 0];
  for (const record of input.records) {
    const { locator, name } = placeOf(path, record.place);
    const draft = {
      source: SOURCE,
      kind: 'deployment-record',
      locator,
      refLocator: name,
      text: record.text,
    } as const;
    const unread = makeEvidence({ ...draft, observedAt: null });
    const decoded = decodeChange(record.value, { zone, id: unread.ref, evidence: unread.ref });
    if (decoded === null) {
      rejected += 1;
      continue;
    }
    zoneless ||= decoded.zoneless;
    const { change } = decoded;
    if (change === null) {
      planned += 1;
      continue;
    }
    if (asOf !== null && (change.at ?? 0) > asOf) continue;
    const ended =
      'finishedAt' in change && change.finishedAt !== null && asOf !== null && change.finishedAt > asOf;
    evidence.push(makeEvidence({ ...draft, observedAt: change.at }));
    changes.push(ended ? { ...change, finishedAt: null } : change);
  }
  return {
    ...EMPTY_CONTRIBUTION,
    changes,
    evidence,
    gaps: [
      ...rejectedGaps(FILES, path, rejected, 'rows'),
      ...truncatedGaps(FILES, path, input.truncated, `${MAX_RECORDS} rows`),
    ],
    coverage: [
      coverageOfItems(
        {
          source: SOURCE,
          what: 'changes',
          path,
          unit: 'changes',
          rejected,
          notes: [
            ...zoneNotes(zoneless, zone),
            ...(planned === 0 ? [] : [`${planned} were planned or called off, and are left out`]),
          ],
        },
        changes,
      ),
    ],
  };
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Changes from change calendars and tickets, as tables or records.',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) =>
    collectFiles(request.files, context, FILES, (file, text) => read(file, text, request)),
};
