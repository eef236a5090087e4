/** From Argo CD Applications to deployments and service facts. Pure; tolerant of every missing field. */
import type { Deployment } from '../../domain/change.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import { canonicalServiceName, type DeployTarget, type ServiceName } from '../../domain/service.ts';
import type { EpochMs } from '../../domain/time.ts';
import { imageTag, isCommitId, plainVersion } from '../_kit/deployments.ts';
import { Fields, textOf } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';

export const SOURCE = 'argo-cd';

export interface Application {
  readonly name: string;
  readonly service: ServiceName;
  readonly target: DeployTarget;
  readonly environment: string | null;
  /** Folder that it applies where it holds rules and settings of the cluster alone; null where it may roll out code that lies elsewhere. */
  readonly path: string | null;
  /** What reverts changes that are made by hand. */
  readonly selfHeal: boolean;
  readonly automated: boolean;
  /** Images that run now. */
  readonly images: readonly string[];
  readonly history: readonly JsonObject[];
  readonly operation: JsonObject;
}

function child(record: JsonObject, ...path: readonly string[]): JsonObject {
  let current = record;
  for (const key of path) {
    const next = current[key];
    if (!isObject(next)) return {};
    current = next;
  }
  return current;
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function isApplication(record: JsonObject): boolean {
  const version = textOf(record['apiVersion']);
  if (version !== null && !version.startsWith('argoproj.io/')) return false;
  if (record['kind'] !== undefined && record['kind'] !== 'Application') return false;
  const source = child(record, 'spec')['source'] ?? child(record, 'spec')['sources'];
  return version !== null || (source !== undefined && isObject(child(record, 'spec')['destination']));
}

function syncOf(isAutomated: boolean, selfHeal: boolean): NonNullable<DeployTarget['sync']> {
  if (selfHeal) return 'self-heal';
  return isAutomated ? 'automated' : 'manual';
}

/** Null without a name. */
export function readApplication(record: JsonObject): Application | null {
  const metadata = child(record, 'metadata');
  const name = textOf(metadata['name']);
  if (!isApplication(record) || name === null) return null;
  const labels = child(metadata, 'labels');
  const named = textOf(labels['app.kubernetes.io/name']) ?? name;
  const destination = new Fields(child(record, 'spec', 'destination'));
  const automated = child(record, 'spec', 'syncPolicy')['automated'];
  const isAutomated = isObject(automated) && automated['enabled'] !== false;
  const selfHeal = isAutomated && automated['selfHeal'] === true;
  const images = child(record, 'status', 'summary')['images'];
  return {
    name,
    service: canonicalServiceName(named),
    target: {
      platform: 'argo-cd',
      namespace: destination.text('namespace'),
      context: destination.text('name', 'server'),
      name,
      sync: syncOf(isAutomated, selfHeal),
    },
    path: plumbingPath(name, textOf(child(record, 'spec', 'source')['path'])),
    environment: new Fields(labels).text('environment', 'env', 'stage'),
    automated: isAutomated,
    selfHeal,
    images: Array.isArray(images) ? images.map(textOf).filter((image) => image !== null) : [],
    history: objects(child(record, 'status')['history']),
    operation: child(record, 'status', 'operationState'),
  };
}

/** Words for what a cluster is set up with, and no code runs in. */
const PLUMBING =
  /(^|[-_/])(network-?polic(y|ies)|polic(y|ies)|rbac|roles?|iam|permissions?|firewalls?|dns|quotas?|limits?|namespaces?|certificates?|certs|secrets?|config-?maps?)($|[-_/])/i;

function plumbingPath(name: string, path: string | null): string | null {
  const folder = path?.replace(/^\.?\/+|\/+$/g, '') ?? '';
  return folder !== '' && folder !== '.' && (PLUMBING.test(name) || PLUMBING.test(folder)) ? folder : null;
}

function parameterTag(source: JsonObject): string | null {
  for (const parameter of objects(child(source, 'helm')['parameters'])) {
    const key = textOf(parameter['name']) ?? '';
    if (/(^|\.)(image\.)?tag$/i.test(key) || /(^|\.)version$/i.test(key)) return textOf(parameter['value']);
  }
  for (const image of Array.isArray(child(source, 'kustomize')['images'])
    ? [child(source, 'kustomize')['images']].flat()
    : []) {
    const tag = imageTag(textOf(image) ?? '');
    if (tag !== null) return tag;
  }
  return null;
}

function actorOf(initiator: JsonObject): string | null {
  const name = textOf(initiator['username']);
  return name ?? (initiator['automated'] === true ? 'automated sync' : null);
}

/** The first source that names a commit, else the first; several sources have one revision each. */
function revisionOf(entry: JsonObject): string | null {
  const several = Array.isArray(entry['revisions']) ? entry['revisions'].map(textOf) : [];
  const all = [textOf(entry['revision']), ...several].filter((text) => text !== null);
  return all.find(isCommitId) ?? all[0] ?? null;
}

function versionOf(entry: JsonObject, application: Application, latest: boolean): string | null {
  const source = isObject(entry['source']) ? entry['source'] : (objects(entry['sources'])[0] ?? {});
  const stated = parameterTag(source);
  if (stated !== null) return plainVersion(stated, application.service);
  // Only what runs now tells its images; older entries do not.
  const own = application.images.find((image) => image.split('/').at(-1)?.startsWith(application.service));
  const running = latest
    ? imageTag(own ?? (application.images.length === 1 ? (application.images[0] ?? '') : ''))
    : null;
  if (running !== null) return plainVersion(running, application.service);
  const wanted = textOf(source['targetRevision']) ?? '';
  if (/^v?\d+\.\d+/.test(wanted)) return wanted;
  const revision = revisionOf(entry);
  return revision !== null && !isCommitId(revision) ? revision : null;
}

export interface Told {
  readonly deployment: Deployment;
  /** JSON pointer below the Application. */
  readonly pointer: string;
  readonly text: string;
}

type Common = Pick<Deployment, 'service' | 'source' | 'target' | 'environment' | 'share' | 'rollback'>;

function common(application: Application): Common {
  const { service, target, environment } = application;
  return { service, source: SOURCE, target, environment, share: null, rollback: false };
}

function summaryOf(application: Application, what: string): string {
  return `${what} by Argo CD${application.selfHeal ? ' (self-heal on)' : ''}`;
}

function fromHistory(
  application: Application,
  index: number,
  cite: (pointer: string) => EvidenceRef,
): Told | null {
  const entry = application.history[index] ?? {};
  const deployed = readInstant(entry['deployedAt'], null);
  if (deployed === null) return null;
  const started = readInstant(entry['deployStartedAt'], null);
  const revision = revisionOf(entry);
  const commit = revision !== null && isCommitId(revision) ? revision : null;
  const version = versionOf(entry, application, index === application.history.length - 1);
  const id = textOf(entry['id']);
  const pointer = `/status/history/${index}`;
  const what = `${application.name} ${version ?? revision?.slice(0, 7) ?? ''}`.trim();
  const deployment: Deployment = {
    type: 'deployment',
    id: `${SOURCE}:${application.target.namespace ?? ''}/${application.name}:${id ?? index}`,
    at: started !== null && started.at <= deployed.at ? started.at : deployed.at,
    summary: summaryOf(application, `${what} was synced`),
    actor: actorOf(child(entry, 'initiatedBy')),
    evidence: [cite(pointer)],
    version,
    commit,
    finishedAt: deployed.at,
    status: 'succeeded',
    platformRevision: id,
    // The id counts syncs; `platformRevision` is its place.
    deploymentId: null,
    images: index === application.history.length - 1 ? application.images : [],
    ...common(application),
  };
  return { deployment, pointer, text: JSON.stringify(entry) };
}

const UNFINISHED: Readonly<Record<string, Deployment['status']>> = {
  Running: 'started',
  Terminating: 'cancelled',
  Failed: 'failed',
  Error: 'failed',
};

/** A sync that still runs or did not succeed: it never enters the history. */
function fromOperation(application: Application, cite: (pointer: string) => EvidenceRef): Told | null {
  const { operation } = application;
  const status = UNFINISHED[textOf(operation['phase']) ?? ''];
  const started = readInstant(operation['startedAt'], null);
  if (status === undefined || started === null) return null;
  const result = child(operation, 'syncResult');
  const revision = revisionOf(result) ?? revisionOf(child(operation, 'operation', 'sync'));
  const finished = readInstant(operation['finishedAt'], null);
  const pointer = '/status/operationState';
  const message = textOf(operation['message']);
  const what = `${application.name} ${revision?.slice(0, 7) ?? ''} sync ${status}`.replace('  ', ' ');
  const deployment: Deployment = {
    type: 'deployment',
    id: `${SOURCE}:${application.target.namespace ?? ''}/${application.name}:operation:${started.at}`,
    at: started.at,
    summary: summaryOf(application, message === null ? what : `${what} (${message.slice(0, 120)})`),
    actor: actorOf(child(operation, 'operation', 'initiatedBy')),
    evidence: [cite(pointer)],
    version: null,
    commit: revision !== null && isCommitId(revision) ? revision : null,
    finishedAt: finished !== null && finished.at >= started.at ? finished.at : null,
    status,
    platformRevision: null,
    deploymentId: null,
    images: [],
    ...common(application),
  };
  return { deployment, pointer, text: JSON.stringify(operation) };
}

/** Oldest first. `undated` counts history entries without a time. */
export function deploymentsOf(
  application: Application,
  cite: (pointer: string) => EvidenceRef,
): { readonly told: readonly Told[]; readonly undated: number } {
  const entries = application.history.map((_entry, index) => fromHistory(application, index, cite));
  const operation = fromOperation(application, cite);
  const told = [...entries, operation].filter((one) => one !== null);
  return { told, undated: entries.filter((one) => one === null).length };
}

/** When the evidence was last true: the end of what it tells of. */
export function observedAt(deployment: Deployment): EpochMs | null {
  return deployment.finishedAt ?? deployment.at;
}
