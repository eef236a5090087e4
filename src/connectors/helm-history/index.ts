/** Revisions of Helm releases as `helm history -o json` and `helm list -o json` print them. It runs no helm. */
import type { Deployment } from '../../domain/change.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { citeRecord, coverageOfItems, withoutRepeatedChanges, zoneNotes } from '../_kit/cited-records.ts';
import {
  collectFiles,
  type FileSource,
  isYamlPath,
  rejectedGaps,
  truncatedGaps,
} from '../_kit/collect-files.ts';
import { asSeenAt } from '../_kit/deployments.ts';
import { plainPath, sampleRecord } from '../_kit/record-file.ts';
import { readRecords } from '../_kit/records.ts';
import { decodeRow, isHelmRow, releaseOfPath, SOURCE } from './decode.ts';
import { isHelmTable, readHelmTable } from './table.ts';

const MAX_REVISIONS = 20_000;
const FILES: FileSource = {
  source: SOURCE,
  effect: 'A release that stands there is not among the candidates.',
  yamlAsJson: true,
};

/** A row of `helm history -o yaml`: its keys in alphabetical order. */
const YAML_ROW =
  /^- app_version: .*\n {2}chart: .*\n(?: {2}(?:description|name|namespace): .*\n)*(?: {2}\S.*\n)* {2}status: .*\n {2}updated: /m;

function recognise(file: EvidenceFile): number {
  if (file.explicitLog) return 0;
  if (isHelmTable(file.head().slice(0, 1_000))) return 0.95;
  if (isYamlPath(file.path)) return YAML_ROW.test(file.head()) ? 0.95 : 0;
  if (!/\.(jsonl?|ndjson)$/.test(plainPath(file.path))) return 0;
  const sample = sampleRecord(file, []);
  return sample !== null && isHelmRow(sample) ? 0.95 : 0;
}

function read(file: EvidenceFile, text: string, request: CollectRequest): Contribution {
  const input = isHelmTable(text.slice(0, 1_000))
    ? readHelmTable(text, MAX_REVISIONS)
    : readRecords(text, [], MAX_REVISIONS);
  const fileRelease = releaseOfPath(file.path);
  const changes: Deployment[] = [];
  const evidence: Evidence[] = [];
  const guessed = new Set<string>();
  let { rejected } = input;
  for (const record of input.records) {
    const decoded = decodeRow(record.value, fileRelease, request.zone);
    if (decoded === null) {
      rejected += 1;
      continue;
    }
    const { release, deployment } = decoded;
    const place = {
      source: SOURCE,
      kind: 'deployment-record',
      path: file.path,
      place: record.place,
    } as const;
    const cited = citeRecord({ ...place, text: record.text, observedAt: deployment.at });
    const id = `${SOURCE}:${deployment.target?.namespace ?? ''}/${release}/${deployment.platformRevision ?? ''}@${deployment.at ?? ''}`;
    const seen = asSeenAt({ ...deployment, id, evidence: [cited.ref] }, request.asOf);
    if (seen === null) continue;
    if (fileRelease === null && record.value['name'] === undefined) guessed.add(release);
    changes.push(seen);
    evidence.push(cited);
  }
  const notes = [
    ...[...guessed].sort().map((release) => `release ${release} was named after its chart`),
    ...zoneNotes(isHelmTable(text.slice(0, 1_000)), request.zone),
  ];
  const coverage = {
    source: SOURCE,
    what: 'deployments',
    path: file.path,
    unit: 'revisions',
    rejected,
    notes,
  };
  return {
    ...EMPTY_CONTRIBUTION,
    changes,
    evidence,
    gaps: [
      ...rejectedGaps(FILES, file.path, rejected, 'revisions'),
      ...truncatedGaps(FILES, file.path, input.truncated, `${MAX_REVISIONS} revisions`),
    ],
    coverage: [coverageOfItems(coverage, changes)],
  };
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Revisions of Helm releases as helm history or helm list print them.',
  probes: [],
  always: false,
  recognise,
  collect: async (request, context) =>
    withoutRepeatedChanges(
      await collectFiles(request.files, context, FILES, (file, text) => read(file, text, request)),
    ),
};
