/** Deployments from saved Argo CD Applications: history and the running operation. It talks to no server. */
import type { Deployment } from '../../domain/change.ts';
import { type Evidence, evidenceRef } from '../../domain/evidence.ts';
import type { ServiceFact } from '../../domain/service.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { CollectRequest, Connector, EvidenceFile } from '../../ports/connector.ts';
import { citeRecord, coverageOfItems } from '../_kit/cited-records.ts';
import { collectFiles, type FileSource, rejectedGaps, truncatedGaps } from '../_kit/collect-files.ts';
import { asSeenAt } from '../_kit/deployments.ts';
import { makeEvidence } from '../_kit/evidence.ts';
import { readRecordFile, sampleRecord } from '../_kit/record-file.ts';
import type { JsonRecord } from '../_kit/records.ts';
import {
  type Application,
  deploymentsOf,
  isApplication,
  observedAt,
  readApplication,
  SOURCE,
} from './decode.ts';

const MAX_APPLICATIONS = 5_000;
const WRAPPERS = ['items'];
const FILES: FileSource = {
  source: SOURCE,
  effect: 'What Argo CD deployed is not among the candidates.',
};

/** One Application in full often fills the head: then the kind at its start decides. */
function recognise(file: EvidenceFile): number {
  if (file.explicitLog || !/\.json(\.gz|\.zst)?$/i.test(file.path)) return 0;
  const sample = sampleRecord(file, WRAPPERS);
  if (sample !== null) return isApplication(sample) ? 0.95 : 0;
  const head = file.head();
  const isArgo = /"apiVersion"\s*:\s*"argoproj\.io\/v\d\w*"/.test(head);
  return isArgo && /"kind"\s*:\s*"Application(List)?"/.test(head) ? 0.95 : 0;
}

function factOf(application: Application, evidence: Evidence): ServiceFact {
  return {
    name: application.service,
    kind: 'service',
    aliases: application.name === application.service ? [] : [application.name],
    criticality: null,
    userFacing: null,
    journey: null,
    path: null,
    routes: [],
    slo: null,
    baseline: null,
    deploy: application.target,
    owner: null,
    language: null,
    source: SOURCE,
    evidence: [evidence.ref],
  };
}

interface Part {
  readonly changes: readonly Deployment[];
  readonly evidence: readonly Evidence[];
  readonly facts: readonly ServiceFact[];
  readonly undated: number;
}

function partOf(path: string, record: JsonRecord, application: Application, request: CollectRequest): Part {
  const base = record.place.kind === 'pointer' ? record.place.pointer : `line ${record.place.line}`;
  const refOf = (pointer: string) => `${path}#${base}${pointer}`;
  const { told, undated } = deploymentsOf(application, (pointer) => evidenceRef(SOURCE, refOf(pointer)));
  const changes: Deployment[] = [];
  const evidence: Evidence[] = [];
  for (const { deployment, pointer, text } of told) {
    const seen = asSeenAt(deployment, request.asOf);
    if (seen === null) continue;
    changes.push(seen);
    const locator =
      record.place.kind === 'pointer'
        ? ({ kind: 'json-pointer', path, pointer: `${base}${pointer}` } as const)
        : ({
            kind: 'file-line',
            path,
            line: record.place.line,
            byteOffset: record.place.byteOffset,
          } as const);
    const fields = {
      source: SOURCE,
      kind: 'deployment-record',
      locator,
      refLocator: refOf(pointer),
    } as const;
    evidence.push(makeEvidence({ ...fields, text, observedAt: observedAt(seen) }));
  }
  const cited = { source: SOURCE, kind: 'catalog-entry', path, place: record.place } as const;
  const entry = citeRecord({ ...cited, text: record.text, observedAt: null });
  return { changes, evidence: [...evidence, entry], facts: [factOf(application, entry)], undated };
}

function read(file: EvidenceFile, text: string, request: CollectRequest): Contribution {
  const { path } = file;
  const input = readRecordFile(path, text, WRAPPERS, MAX_APPLICATIONS);
  let { rejected } = input;
  const parts: Part[] = [];
  const seen = new Set<string>();
  for (const record of input.records) {
    const application = readApplication(record.value);
    const key = application === null ? '' : `${application.target.namespace ?? ''}/${application.name}`;
    if (application === null) rejected += 1;
    else if (!seen.has(key)) {
      seen.add(key);
      const part = partOf(path, record, application, request);
      parts.push(part);
      rejected += part.undated;
    }
  }
  const byId = new Map(parts.flatMap((part) => part.changes).map((change) => [change.id, change]));
  const changes = [...byId.values()];
  const covered = { source: SOURCE, what: 'deployments', path, unit: 'deployments', rejected, notes: [] };
  const cited = new Set(changes.flatMap((change) => change.evidence));
  const facts = parts.flatMap((part) => part.facts);
  for (const fact of facts) for (const ref of fact.evidence) cited.add(ref);
  return {
    ...EMPTY_CONTRIBUTION,
    changes,
    serviceFacts: facts,
    evidence: parts.flatMap((part) => part.evidence).filter(({ ref }) => cited.has(ref)),
    gaps: [
      ...rejectedGaps(FILES, path, rejected, 'records'),
      ...truncatedGaps(FILES, path, input.truncated, `${MAX_APPLICATIONS} applications`),
    ],
    coverage: [coverageOfItems(covered, changes)],
  };
}

export const connector: Connector = {
  id: SOURCE,
  summary: 'Deployments from saved Argo CD Applications: sync history and the running operation.',
  probes: [],
  always: false,
  recognise,
  collect: (request, context) =>
    collectFiles(request.files, context, FILES, (file, text) => read(file, text, request)),
};
