/** Records of containers to what went wrong, which versions ran, and when another one came. Pure. */
import type { Deployment } from '../../domain/change.ts';
import { canonicalServiceName, type ServiceName } from '../../domain/service.ts';
import type { Instance, PlatformFact } from '../../domain/signal.ts';
import type { EpochMs } from '../../domain/time.ts';
import { imageTag, plainVersion } from '../_kit/deployments.ts';
import type { ContainerRecord } from './records.ts';

type Fact = Omit<PlatformFact, 'id' | 'evidence'>;

/** After `docker stop` a container ends with 137 or 143; between the signal and the end lie ten seconds at the most. */
const STOPPING_MS = 15_000;

/** Compose calls a container `project-service-1`, older versions `project_service_1`. */
export function serviceOf(record: ContainerRecord): ServiceName {
  if (record.service !== null) return canonicalServiceName(record.service);
  const parts = /^[^-_]+[-_](.+)[-_]\d+$/.exec(record.name);
  return canonicalServiceName(parts?.[1] ?? record.name);
}

function versionOf(record: ContainerRecord): string | null {
  const tag = record.image === null ? null : imageTag(record.image);
  return tag === null ? null : plainVersion(tag, serviceOf(record));
}

function fact(record: ContainerRecord, kind: Fact['kind'], summary: string, attributes = {}): Fact {
  return {
    kind,
    service: serviceOf(record),
    pod: record.name,
    node: null,
    at: record.at,
    count: 1,
    summary,
    attributes,
  };
}

function ofListed(record: ContainerRecord): Fact | null {
  const { name, status } = record;
  const code = /^(?:Restarting|Exited) \((\d+)\)/.exec(status)?.[1] ?? null;
  const attributes = code === null ? {} : { 'exit.code': code };
  if (/^Restarting/.test(status))
    return fact(record, 'crash-loop', `Container ${name}: ${status}`, attributes);
  if (/^Exited/.test(status) && code !== '0')
    return fact(record, 'restart', `Container ${name}: ${status}`, attributes);
  return /\(unhealthy\)/.test(status) ? fact(record, 'probe-failed', `Container ${name}: ${status}`) : null;
}

/** What a record says went wrong; null for one of everyday life. `signalledAt`: when the container was last told to end. */
export function factOf(record: ContainerRecord, signalledAt: EpochMs | null): Fact | null {
  const { action, name, at, exitCode } = record;
  if (action === 'listed') return ofListed(record);
  if (action === 'oom') return fact(record, 'oom-killed', `Container ${name} was killed: out of memory`);
  if (/^health_status: unhealthy/.test(action))
    return fact(record, 'probe-failed', `The health check of container ${name} fails`);
  const isWanted = signalledAt !== null && at !== null && at - signalledAt <= STOPPING_MS;
  if (action !== 'die' || exitCode === null || exitCode === 0 || isWanted) return null;
  return fact(record, 'restart', `Container ${name} ended with exit code ${exitCode}`, {
    'exit.code': String(exitCode),
  });
}

export type ToldInstance = Omit<Instance, 'evidence'> & { readonly record: ContainerRecord };
export type ToldDeployment = Omit<Deployment, 'id' | 'evidence'> & { readonly record: ContainerRecord };

interface Life {
  readonly instance: ToldInstance;
  endedAt: EpochMs | null;
}

/** A run of a container, from its start to its end; one that was only listed has neither. */
export function instancesOf(records: readonly ContainerRecord[]): readonly ToldInstance[] {
  const lives: Life[] = [];
  const running = new Map<string, Life>();
  for (const record of records) {
    const current = running.get(record.name);
    if (record.action === 'die' && current !== undefined) current.endedAt = record.at;
    if (record.action !== 'start' && record.action !== 'listed') continue;
    if (record.action === 'listed' && current !== undefined) continue;
    const instance = {
      pod: record.name,
      service: serviceOf(record),
      version: versionOf(record),
      startedAt: record.at,
      endedAt: null,
      zone: null,
      record,
    };
    const life = { instance, endedAt: null };
    lives.push(life);
    running.set(record.name, life);
  }
  return lives.map(({ instance, endedAt }) => ({ ...instance, endedAt }));
}

/** The first start of a service with another image tag than before. What ran before the records began is no deployment. */
export function deploymentsOf(records: readonly ContainerRecord[]): readonly ToldDeployment[] {
  const current = new Map<ServiceName, string>();
  const told: ToldDeployment[] = [];
  for (const record of records) {
    const service = serviceOf(record);
    const version = versionOf(record);
    if (version === null || record.at === null) continue;
    const before = current.get(service);
    // The end of a container tells what ran until then.
    if (before === undefined || record.action === 'start') current.set(service, version);
    if (record.action !== 'start' || before === undefined || before === version) continue;
    told.push({
      type: 'deployment',
      service,
      at: record.at,
      summary: `Container of ${service} started with ${version} instead of ${before} (Docker)`,
      actor: null,
      source: 'docker',
      version,
      commit: null,
      finishedAt: null,
      status: 'succeeded',
      environment: null,
      platformRevision: null,
      deploymentId: null,
      rollback: false,
      share: null,
      target: { platform: 'compose', namespace: null, context: null, name: service },
      images: record.image === null ? [] : [record.image],
      record,
    });
  }
  return told;
}
