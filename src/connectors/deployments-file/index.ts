/** Deployments from plain files: JSON, JSON lines, YAML and CSV with a service, a version or commit and a time. Vendors' shapes have connectors of their own. */
import type { Deployment } from '../../domain/change.ts';
import type { Evidence } from '../../domain/evidence.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import {
  collectFiles,
  type FileSource,
  isYamlPath,
  rejectedGaps,
  truncatedGaps,
} from '../_kit/collect-files.ts';
import { type CsvRow, parseCsv } from '../_kit/csv.ts';
import { asSeenAt, placeOf } from '../_kit/deployments.ts';
import { makeEvidence } from '../_kit/evidence.ts';
import { type JsonRecords, readRecords, sampleOf, sampleUnder } from '../_kit/records.ts';
import { decodeDeployment, deploymentLikeness, joinEvents, SOURCE } from './decode.ts';

const MAX_RECORDS = 20_000;
const WRAPPERS = ['deployments', 'deploys', 'releases', 'items', 'results', 'events', 'history'];
const FILES: FileSource = {
  source: SOURCE,
  effect: 'A deployment that stands there is not among the candidates.',
  yamlAsJson: true,
};

/** Path without a compression suffix. */
function plainPath(file: EvidenceFile): string {
  return file.path.replace(/\.(gz|zst)$/i, '').toLowerCase();
}

function isCsv(path: string): boolean {
  return /\.(csv|tsv)$/.test(path);
}

function csvRecord(header: readonly string[], row: CsvRow): Readonly<Record<string, string>> {
  return Object.fromEntries(header.map((name, index) => [name, row.cells[index] ?? '']));
}

/** A list of records with a service, a version or commit and a time; a manifest, a catalog or a compose file has no such time. */
function recogniseYaml(head: string): number {
  if (/^(apiVersion|services):/m.test(head)) return 0;
  const isRow = /^[\s-]*(service|app|application|component|name): /m.test(head);
  const isRelease = /^[\s-]*(version|tag|commit|sha|commit_sha|git_sha): /m.test(head);
  const isTimed =
    /^[\s-]*(started|startedAt|started_at|deployedAt|deployed_at|at|time|timestamp|finishedAt|finished_at): ["']?\d{4}-\d\d-\d\d/m;
  return isRow && isRelease && isTimed.test(head) ? 0.92 : 0;
}

function recognise(file: EvidenceFile): number {
  const path = plainPath(file);
  if (file.explicitLog) return 0;
  if (isYamlPath(path)) return recogniseYaml(file.head());
  if (!/\.(jsonl?|ndjson|csv|tsv)$/.test(path)) return 0;
  const named = /deploy|release|rollout/.test(path.split('/').at(-1) ?? '');
  const likeness = (record: Readonly<Record<string, unknown>>) => deploymentLikeness(record, named);
  if (isCsv(path)) {
    const table = parseCsv(file.head().split('\n').slice(0, 4).join('\n'), 1);
    const row = table?.rows[0];
    return table === null || row === undefined ? 0 : likeness(csvRecord(table.header, row));
  }
  const sample = sampleOf(file)[0];
  if (sample !== undefined && !WRAPPERS.some((key) => Array.isArray(sample[key]))) return likeness(sample);
  const wrapped = WRAPPERS.map((key) => sampleUnder(file.head(), key)[0]).find(
    (first) => first !== undefined,
  );
  return wrapped === undefined ? 0 : likeness(wrapped);
}

/** CSV rows as records: the line they stand on is their place. */
function csvRecords(text: string): JsonRecords {
  const table = parseCsv(text, MAX_RECORDS);
  if (table === null) return { records: [], rejected: text.trim() === '' ? 0 : 1, truncated: false };
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const records = table.rows.map((row) => ({
    value: csvRecord(table.header, row),
    place: { kind: 'line', line: row.line, byteOffset: 0 } as const,
    text: (lines[row.line - 1] ?? '').trim(),
  }));
  return { records, rejected: table.rejected, truncated: table.truncated };
}

function byTime(a: Deployment, b: Deployment): number {
  return (a.at ?? 0) - (b.at ?? 0) || Number(a.status !== 'started') - Number(b.status !== 'started');
}

function read(file: EvidenceFile, text: string, request: CollectRequest): Contribution {
  const csv = isCsv(plainPath(file));
  const input = csv ? csvRecords(text) : readRecords(text, WRAPPERS, MAX_RECORDS);
  const evidence = new Map<string, Evidence>();
  const deployments: Deployment[] = [];
  let { rejected } = input;
  let zoneless = 0;
  for (const record of input.records) {
    const { locator, name } = placeOf(file.path, record.place);
    const place = locator.kind === 'file-line' && csv ? { ...locator, byteOffset: null } : locator;
    const fields = { source: SOURCE, kind: 'deployment-record', locator: place, refLocator: name } as const;
    const id = `${SOURCE}:${name}`;
    const cited = makeEvidence({ ...fields, text: record.text, observedAt: null });
    const decoded = decodeDeployment(record.value, { zone: request.zone, id, evidence: cited.ref });
    if (decoded === null) {
      rejected += 1;
      continue;
    }
    if (decoded.zoneless) zoneless += 1;
    if (request.asOf !== null && (decoded.deployment.at ?? 0) > request.asOf) continue;
    evidence.set(cited.ref, { ...cited, observedAt: decoded.deployment.at });
    deployments.push(decoded.deployment);
  }
  const changes = joinEvents(deployments.sort(byTime)).flatMap((deployment) => {
    const seen = asSeenAt(deployment, request.asOf);
    return seen === null ? [] : [seen];
  });
  return {
    ...EMPTY_CONTRIBUTION,
    changes,
    evidence: [...evidence.values()],
    gaps: [
      ...rejectedGaps(FILES, file.path, rejected, 'records'),
      ...truncatedGaps(FILES, file.path, input.truncated, `${MAX_RECORDS} records`),
    ],
    coverage: [coverageOf(file.path, changes, rejected, zoneless > 0 ? (request.zone ?? 'UTC') : null)],
  };
}

function coverageOf(path: string, changes: readonly Deployment[], rejected: number, zone: string | null) {
  const times = changes.flatMap(({ at }) => (at === null ? [] : [at])).sort((a, b) => a - b);
  const [from, to] = [times[0], times.at(-1)];
  const services = new Set(changes.flatMap(({ service }) => (service === null ? [] : [service])));
  return {
    source: SOURCE,
    what: 'deployments',
    path,
    items: changes.length,
    unit: 'deployments',
    rejected,
    interval: from === undefined || to === undefined ? null : { from, to },
    services: [...services].sort(),
    notes: zone === null ? [] : [`times without a zone were read as ${zone}`],
  };
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Deployments from plain JSON, JSON lines, YAML or CSV: service, version or commit, time, status.',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) =>
    collectFiles(request.files, context, FILES, (file, text) => read(file, text, request)),
};
