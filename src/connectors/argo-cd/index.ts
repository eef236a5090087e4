/** Deployments from Argo CD Applications: history and the running operation, from files and, where it is named as a source, from a server. */
import type { Deployment } from '../../domain/change.ts';
import { type Evidence, evidenceRef } from '../../domain/evidence.ts';
import type { Gap } from '../../domain/gap.ts';
import type { ServiceFact } from '../../domain/service.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type {
  CollectRequest,
  Connector,
  ConnectorContext,
  EvidenceFile,
  LiveDeclaration,
} from '../../ports/connector.ts';
import { citeRecord, coverageOfItems, withoutRepeatedChanges } from '../_kit/cited-records.ts';
import {
  collectFiles,
  contributionOrGap,
  type FileSource,
  isYamlPath,
  mergeContributions,
  rejectedGaps,
  truncatedGaps,
} from '../_kit/collect-files.ts';
import { asSeenAt, placeOf } from '../_kit/deployments.ts';
import { makeEvidence } from '../_kit/evidence.ts';
import { readRecordFile, sampleRecord } from '../_kit/record-file.ts';
import { type JsonRecord, type JsonRecords, partOfPlace } from '../_kit/records.ts';
import {
  type Application,
  deploymentsOf,
  isApplication,
  observedAt,
  readApplication,
  SOURCE,
} from './decode.ts';
import { isHistoryTable, readHistoryTable } from './history-table.ts';

const MAX_APPLICATIONS = 5_000;
const WRAPPERS = ['items'];
const FILES: FileSource = {
  source: SOURCE,
  effect: 'What Argo CD deployed is not among the candidates.',
  yamlAsJson: true,
};

const LIVE: LiveDeclaration = {
  name: 'argo-cd',
  settings: ['project'],
  defaultUrl: null,
  tokens: ['ARGOCD_TOKEN'],
};

const TEXT_NAME = /(?:\.(?:txt|log|out)|(?:^|\/)[^./]+)(?:\.(?:gz|zst))?$/i;

/** An Application that was synced, and not its manifest, which has no history. */
function recogniseYaml(head: string): number {
  const isArgo =
    /^[\s-]*apiVersion: argoproj\.io\//m.test(head) && /^[\s-]*kind: Application\s*$/m.test(head);
  return isArgo && /^\s+(history|operationState|deployedAt|reconciledAt):/m.test(head) ? 0.96 : 0;
}

/** One Application in full often fills the head: then the kind at its start decides. */
function recognise(file: EvidenceFile): number {
  if (file.explicitLog) return 0;
  if (isYamlPath(file.path)) return recogniseYaml(file.head());
  if (TEXT_NAME.test(file.path)) return isHistoryTable(file.head().slice(0, 4_000)) ? 0.95 : 0;
  if (!/\.json(\.gz|\.zst)?$/i.test(file.path)) return 0;
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
    path: application.path,
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
  const { place } = record;
  // The parts of a line share its place; what distinguishes them is the pointer.
  const refOf = (pointer: string) =>
    place.kind === 'line'
      ? `${path}#line ${place.line}${pointer}`
      : placeOf(path, partOfPlace(place, pointer)).name;
  const { told, undated } = deploymentsOf(application, (pointer) => evidenceRef(SOURCE, refOf(pointer)));
  const changes: Deployment[] = [];
  const evidence: Evidence[] = [];
  for (const { deployment, pointer, text } of told) {
    const seen = asSeenAt(deployment, request.asOf);
    if (seen === null) continue;
    changes.push(seen);
    const { locator } = placeOf(path, partOfPlace(place, pointer));
    const fields = {
      source: SOURCE,
      kind: 'deployment-record',
      locator,
      refLocator: refOf(pointer),
    } as const;
    evidence.push(makeEvidence({ ...fields, text, observedAt: observedAt(seen) }));
  }
  const entry = citeRecord({
    source: SOURCE,
    kind: 'catalog-entry',
    path,
    place,
    text: record.text,
    observedAt: null,
  });
  return { changes, evidence: [...evidence, entry], facts: [factOf(application, entry)], undated };
}

/** Where Applications came from: a file, or a server, which has no path. */
interface Origin {
  readonly path: string | null;
  /** For messages: the path or the address. */
  readonly name: string;
}

function decode({ path, name }: Origin, input: JsonRecords, request: CollectRequest): Contribution {
  let { rejected } = input;
  const parts: Part[] = [];
  const seen = new Set<string>();
  for (const record of input.records) {
    const application = readApplication(record.value);
    const key = application === null ? '' : `${application.target.namespace ?? ''}/${application.name}`;
    if (application === null) rejected += 1;
    else if (!seen.has(key)) {
      seen.add(key);
      const part = partOf(name, record, application, request);
      parts.push(part);
      rejected += part.undated;
    }
  }
  const byId = new Map(parts.flatMap((part) => part.changes).map((change) => [change.id, change]));
  const changes = [...byId.values()];
  const what = path === null ? `deployments of ${name}` : 'deployments';
  const covered = { source: SOURCE, what, path, unit: 'deployments', rejected, notes: [] };
  const cited = new Set(changes.flatMap((change) => change.evidence));
  const facts = parts.flatMap((part) => part.facts);
  for (const fact of facts) for (const ref of fact.evidence) cited.add(ref);
  return {
    ...EMPTY_CONTRIBUTION,
    changes,
    serviceFacts: facts,
    evidence: parts.flatMap((part) => part.evidence).filter(({ ref }) => cited.has(ref)),
    gaps: [
      ...rejectedGaps(FILES, name, rejected, 'records'),
      ...truncatedGaps(FILES, name, input.truncated, `${MAX_APPLICATIONS} applications`),
    ],
    coverage: [coverageOfItems(covered, changes)],
  };
}

/** What `argocd app history` printed. */
function decodeTable(path: string, text: string, request: CollectRequest): Contribution {
  const { rows, rejected, truncated, isNamed } = readHistoryTable(path, text, MAX_APPLICATIONS);
  const evidence: Evidence[] = [];
  const changes = rows.flatMap(({ row, deployment }): readonly Deployment[] => {
    const place = { kind: 'line', line: row.line, byteOffset: row.byteOffset } as const;
    const cited = citeRecord({
      source: SOURCE,
      kind: 'deployment-record',
      path,
      place,
      text: row.text,
      observedAt: deployment.at,
    });
    const seen = asSeenAt({ ...deployment, evidence: [cited.ref] }, request.asOf);
    if (seen === null) return [];
    evidence.push(cited);
    return [seen];
  });
  const notes = isNamed ? [] : ['neither the file nor the command above the table names the application'];
  const covered = { source: SOURCE, what: 'deployments', path, unit: 'deployments', rejected, notes };
  return {
    ...EMPTY_CONTRIBUTION,
    changes,
    evidence,
    gaps: [
      ...(isNamed ? [] : [unnamed(path)]),
      ...rejectedGaps(FILES, path, rejected, 'rows'),
      ...truncatedGaps(FILES, path, truncated, `${MAX_APPLICATIONS} rows`),
    ],
    coverage: [coverageOfItems(covered, changes)],
  };
}

function unnamed(path: string): Gap {
  return {
    source: SOURCE,
    reason: 'not-covered',
    detail: `${path} is the history of an application that it does not name.`,
    effect: 'These deployments cannot be tied to a service.',
    nextStep: 'Call the file after the application, or save its JSON: `argocd app get NAME -o json`.',
  };
}

async function askServer(request: CollectRequest, context: ConnectorContext): Promise<Contribution> {
  if (request.config === null) return EMPTY_CONTRIBUTION;
  const { listApplications } = await import('./client.ts');
  return contributionOrGap(FILES, context.signal, async () => {
    const { server, records } = await listApplications(LIVE, request.config, context, MAX_APPLICATIONS);
    return decode({ path: null, name: server }, records, request);
  });
}

export const connector: Connector = {
  id: SOURCE,
  summary:
    'Deployments from Argo CD Applications, saved or asked for: sync history and the running operation.',
  probes: [],
  always: false,
  live: LIVE,
  recognise,
  collect: async (request, context) => {
    const saved = await collectFiles(request.files, context, FILES, ({ path }, text) =>
      isHistoryTable(text.slice(0, 4_000))
        ? decodeTable(path, text, request)
        : decode({ path, name: path }, readRecordFile(path, text, WRAPPERS, MAX_APPLICATIONS), request),
    );
    const asked = await askServer(request, context);
    return withoutRepeatedChanges(mergeContributions([saved, asked]));
  },
};
