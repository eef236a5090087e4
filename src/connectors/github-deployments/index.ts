/** Deployments from saved answers of the GitHub Deployments API: deployments and statuses may lie in different files. It makes no request. */
import type { Deployment } from '../../domain/change.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, ConnectorContext, EvidenceFile } from '../../ports/connector.ts';
import { citeRecord, coverageOfItems } from '../_kit/cited-records.ts';
import {
  collectFiles,
  type FileSource,
  mergeContributions,
  rejectedGaps,
  truncatedGaps,
} from '../_kit/collect-files.ts';
import { readRecordFile, sampleRecord } from '../_kit/record-file.ts';
import { isObject, type JsonRecord } from '../_kit/records.ts';
import { type CitedStatus, SOURCE, toDeployment } from './decode.ts';
import {
  type GithubDeployment,
  isDeployment,
  isStatus,
  partsOf,
  readDeployment,
  readStatus,
} from './schema.ts';

const MAX_RECORDS = 20_000;
const FILES: FileSource = {
  source: SOURCE,
  effect: 'A deployment that stands there is not among the candidates, or its end is unknown.',
};

function recognise(file: EvidenceFile): number {
  if (file.explicitLog) return 0;
  const sample = sampleRecord(file, []);
  if (sample === null || sample['specversion'] !== undefined) return 0;
  if (isDeployment(sample) || isStatus(sample)) return 0.95;
  const { deployment } = partsOf(sample);
  return isObject(deployment) && isDeployment(deployment) ? 0.95 : 0;
}

interface Reading {
  readonly deployments: Map<string, { readonly deployment: GithubDeployment; readonly evidence: Evidence }>;
  readonly statuses: Map<string, CitedStatus[]>;
  readonly statusEvidence: Map<string, Evidence>;
  /** Ids in the order and file in which they were read. */
  readonly idsByFile: Map<string, string[]>;
}

/** False for a record that is neither. */
function take(reading: Reading, path: string, record: JsonRecord, request: CollectRequest): boolean {
  const parts = partsOf(record.value);
  const deployment = readDeployment(parts.deployment);
  const status = readStatus(parts.status);
  if (deployment === null && status === null) return false;
  const observedAt = status?.createdAt ?? deployment?.createdAt ?? null;
  const { place, text } = record;
  const evidence = citeRecord({ source: SOURCE, kind: 'deployment-record', path, place, text, observedAt });
  const isKnown = (at: number) => request.asOf === null || at <= request.asOf;
  if (deployment !== null && isKnown(deployment.createdAt) && !reading.deployments.has(deployment.id)) {
    reading.deployments.set(deployment.id, { deployment, evidence });
    reading.idsByFile.set(path, [...(reading.idsByFile.get(path) ?? []), deployment.id]);
  }
  if (status !== null && isKnown(status.createdAt)) {
    const list = reading.statuses.get(status.deploymentId) ?? [];
    reading.statuses.set(status.deploymentId, list);
    list.push({ ...status, evidence: evidence.ref });
    reading.statusEvidence.set(evidence.ref, evidence);
  }
  return true;
}

function read(reading: Reading, file: EvidenceFile, text: string, request: CollectRequest): Contribution {
  const input = readRecordFile(file.path, text, [], MAX_RECORDS);
  let { rejected } = input;
  for (const record of input.records) if (!take(reading, file.path, record, request)) rejected += 1;
  const fields = { source: SOURCE, what: 'deployments', path: file.path, unit: 'deployments', rejected };
  const ids = reading.idsByFile.get(file.path) ?? [];
  const items = ids.flatMap((id) => {
    const found = reading.deployments.get(id)?.deployment;
    return found === undefined ? [] : [{ at: found.createdAt, service: null }];
  });
  return {
    ...EMPTY_CONTRIBUTION,
    gaps: [
      ...rejectedGaps(FILES, file.path, rejected, 'records'),
      ...truncatedGaps(FILES, file.path, input.truncated, `${MAX_RECORDS} records`),
    ],
    coverage: [{ ...coverageOfItems({ ...fields, notes: [] }, items) }],
  };
}

async function collect(request: CollectRequest, context: ConnectorContext): Promise<Contribution> {
  const reading: Reading = {
    deployments: new Map(),
    statuses: new Map(),
    statusEvidence: new Map(),
    idsByFile: new Map(),
  };
  const parts = await collectFiles(request.files, context, FILES, (file, text) =>
    read(reading, file, text, request),
  );
  const evidence = new Map<string, Evidence>();
  const changes: Deployment[] = [];
  for (const [id, found] of reading.deployments) {
    const statuses = reading.statuses.get(id) ?? [];
    changes.push(toDeployment(found.deployment, statuses, found.evidence.ref, reading.statuses.size > 0));
    evidence.set(found.evidence.ref, found.evidence);
    for (const { evidence: ref } of statuses) {
      const piece = reading.statusEvidence.get(ref);
      if (piece !== undefined) evidence.set(ref, piece);
    }
  }
  return mergeContributions([parts, { ...EMPTY_CONTRIBUTION, changes, evidence: [...evidence.values()] }]);
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Deployments and statuses as the GitHub Deployments API returns them, saved to files.',
  probes: [],
  always: false,
  recognise,
  collect,
};
