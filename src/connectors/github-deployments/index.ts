/** Deployments from answers of the GitHub Deployments API, saved or, where it is named as a source, asked for. Deployments and statuses may lie in different files. */
import { append } from '../../domain/append.ts';
import type { Deployment } from '../../domain/change.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { Coverage } from '../../domain/gap.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type {
  CollectRequest,
  Connector,
  ConnectorContext,
  EvidenceFile,
  LiveDeclaration,
} from '../../ports/connector.ts';
import { citeRecord, coverageOfItems } from '../_kit/cited-records.ts';
import {
  collectFiles,
  contributionOrGap,
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

const LIVE: LiveDeclaration = {
  name: 'github',
  settings: ['repository', 'environment', 'lookbackDays'],
  defaultUrl: 'https://api.github.com',
  tokens: ['GH_TOKEN', 'GITHUB_TOKEN'],
};
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
  /** Ids in the order in which they were read, by file or server. */
  readonly idsByOrigin: Map<string, string[]>;
  /** Ids whose statuses are known to be complete. */
  readonly complete: Set<string>;
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
    append(reading.idsByOrigin, path, deployment.id);
  }
  if (status !== null && isKnown(status.createdAt)) {
    const list = reading.statuses.get(status.deploymentId) ?? [];
    reading.statuses.set(status.deploymentId, list);
    list.push({ ...status, evidence: evidence.ref });
    reading.statusEvidence.set(evidence.ref, evidence);
  }
  return true;
}

/** `name`: the path of a file, or the address of a server, which has no path. */
function coverageOf(reading: Reading, path: string | null, name: string, rejected: number): Coverage {
  const what = path === null ? `deployments of ${name}` : 'deployments';
  const fields = { source: SOURCE, what, path, unit: 'deployments', rejected, notes: [] };
  const items = (reading.idsByOrigin.get(name) ?? []).flatMap((id) => {
    const found = reading.deployments.get(id)?.deployment;
    return found === undefined ? [] : [{ at: found.createdAt, service: null }];
  });
  return coverageOfItems(fields, items);
}

function read(reading: Reading, file: EvidenceFile, text: string, request: CollectRequest): Contribution {
  const input = readRecordFile(file.path, text, [], MAX_RECORDS);
  let { rejected } = input;
  for (const record of input.records) if (!take(reading, file.path, record, request)) rejected += 1;
  return {
    ...EMPTY_CONTRIBUTION,
    gaps: [
      ...rejectedGaps(FILES, file.path, rejected, 'records'),
      ...truncatedGaps(FILES, file.path, input.truncated, `${MAX_RECORDS} records`),
    ],
    coverage: [coverageOf(reading, file.path, file.path, rejected)],
  };
}

async function askServer(
  reading: Reading,
  request: CollectRequest,
  context: ConnectorContext,
): Promise<Contribution> {
  if (request.config === null) return EMPTY_CONTRIBUTION;
  const { listDeployments } = await import('./client.ts');
  return contributionOrGap(FILES, context.signal, async () => {
    const listed = await listDeployments(LIVE, request, context, FILES);
    const { server, deployments, statuses, asked, gaps } = listed;
    const taken = [...deployments, ...statuses].map((record) => take(reading, server, record, request));
    const rejected = listed.rejected + taken.filter((isTaken) => !isTaken).length;
    for (const id of asked) reading.complete.add(id);
    return {
      ...EMPTY_CONTRIBUTION,
      gaps: [...gaps, ...rejectedGaps(FILES, server, rejected, 'records')],
      coverage: [coverageOf(reading, null, server, rejected)],
    };
  });
}

/** Where a clone is at hand, it tells what was brought, with every line of it. */
async function askForCommits(
  deployments: readonly Deployment[],
  request: CollectRequest,
  context: ConnectorContext,
): Promise<Contribution> {
  if (request.config === null) return EMPTY_CONTRIBUTION;
  const { compareRevisions, pairsOf } = await import('./compare.ts');
  const pairs = pairsOf(deployments);
  if (pairs.length === 0) return EMPTY_CONTRIBUTION;
  const { repositoriesIn } = await import('../_kit/git-bundle.ts');
  const { found } = await repositoriesIn(context.directory, context.signal);
  if (found.length > 0) return EMPTY_CONTRIBUTION;
  return contributionOrGap(FILES, context.signal, async () => {
    const { commits, evidence, gaps } = await compareRevisions(LIVE, request, context, FILES, pairs);
    return { ...EMPTY_CONTRIBUTION, changes: commits, evidence, gaps };
  });
}

async function collect(request: CollectRequest, context: ConnectorContext): Promise<Contribution> {
  const reading: Reading = {
    deployments: new Map(),
    statuses: new Map(),
    statusEvidence: new Map(),
    idsByOrigin: new Map(),
    complete: new Set(),
  };
  const saved = await collectFiles(request.files, context, FILES, (file, text) =>
    read(reading, file, text, request),
  );
  const areSaved = reading.statuses.size > 0;
  const asked = await askServer(reading, request, context);
  const evidence = new Map<string, Evidence>();
  const changes: Deployment[] = [];
  for (const [id, found] of reading.deployments) {
    const statuses = reading.statuses.get(id) ?? [];
    const areKnown = areSaved || reading.complete.has(id);
    changes.push(toDeployment(found.deployment, statuses, found.evidence.ref, areKnown));
    evidence.set(found.evidence.ref, found.evidence);
    for (const { evidence: ref } of statuses) {
      const piece = reading.statusEvidence.get(ref);
      if (piece !== undefined) evidence.set(ref, piece);
    }
  }
  const found = { ...EMPTY_CONTRIBUTION, changes, evidence: [...evidence.values()] };
  const compared = await askForCommits(changes, request, context);
  return mergeContributions([saved, asked, found, compared]);
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Deployments and statuses of the GitHub Deployments API, saved to files or asked for.',
  probes: [],
  always: false,
  live: LIVE,
  recognise,
  collect,
};
