/** Deployments from CDEvents in CloudEvents JSON: services deployed, upgraded and rolled back. Other events are counted and left alone. */
import type { Deployment } from '../../domain/change.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { citeRecord, coverageOfItems } from '../_kit/cited-records.ts';
import { collectFiles, type FileSource, rejectedGaps, truncatedGaps } from '../_kit/collect-files.ts';
import { asSeenAt } from '../_kit/deployments.ts';
import { readRecordFile, sampleRecord } from '../_kit/record-file.ts';
import { decodeEvent, isCdEvent, SOURCE } from './decode.ts';

const MAX_RECORDS = 50_000;
const WRAPPERS = ['events', 'items'];
const FILES: FileSource = {
  source: SOURCE,
  effect: 'A deployment that stands there is not among the candidates.',
};

function recognise(file: EvidenceFile): number {
  if (file.explicitLog) return 0;
  const sample = sampleRecord(file, WRAPPERS);
  return sample !== null && isCdEvent(sample) ? 0.95 : 0;
}

function read(file: EvidenceFile, text: string, request: CollectRequest): Contribution {
  const { path } = file;
  const input = readRecordFile(path, text, WRAPPERS, MAX_RECORDS);
  const changes = new Map<string, Deployment>();
  const evidence: Evidence[] = [];
  let { rejected } = input;
  let ignored = 0;
  for (const { value, place, text: line } of input.records) {
    const fields = { source: SOURCE, kind: 'deployment-record', path, place, text: line } as const;
    const cited = citeRecord({ ...fields, observedAt: null });
    const decoded = decodeEvent(value, cited.ref);
    if (decoded.kind === 'rejected') rejected += 1;
    if (decoded.kind === 'ignored') ignored += 1;
    if (decoded.kind !== 'deployment') continue;
    const seen = asSeenAt(decoded.deployment, request.asOf);
    if (seen === null || changes.has(seen.id)) continue;
    changes.set(seen.id, seen);
    // An event of a rollout that still ran at asOf did not exist yet; what it says of the start is kept.
    evidence.push({ ...cited, observedAt: seen.finishedAt ?? seen.at });
  }
  const notes = ignored === 0 ? [] : [`${ignored} events are not about a deployment`];
  const covered = { source: SOURCE, what: 'deployments', path, unit: 'deployments', rejected, notes };
  return {
    ...EMPTY_CONTRIBUTION,
    changes: [...changes.values()],
    evidence,
    gaps: [
      ...rejectedGaps(FILES, path, rejected, 'records'),
      ...truncatedGaps(FILES, path, input.truncated, `${MAX_RECORDS} records`),
    ],
    coverage: [coverageOfItems(covered, [...changes.values()])],
  };
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Deployments from CDEvents: CloudEvents JSON about services deployed, upgraded, rolled back.',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) =>
    collectFiles(request.files, context, FILES, (file, text) => read(file, text, request)),
};
