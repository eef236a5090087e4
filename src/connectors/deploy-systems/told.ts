/** What a record of a deploy system tells, before it has a place in a file; and how its names are read. Pure. */
import type { Deployment, OtherChange } from '../../domain/change.ts';
import { canonicalServiceName, type Platform, type ServiceName } from '../../domain/service.ts';
import type { EpochMs } from '../../domain/time.ts';
import { deploymentStatus, plainVersion } from '../_kit/deployments.ts';
import { readInstant } from '../_kit/instants.ts';
import type { JsonObject } from '../_kit/records.ts';

export const SOURCE = 'deploy-systems';

export type ToldDeployment = Omit<Deployment, 'id' | 'evidence' | 'source'>;
export type ToldChange = Omit<OtherChange, 'id' | 'evidence' | 'source'>;
export type Told = ToldDeployment | ToldChange;

export interface System {
  /** For people: `GitLab`. */
  readonly name: string;
  /** Keys under which a document may hold its list. */
  readonly wrappers: readonly string[];
  fits(record: JsonObject): boolean;
  /** Null for a record that cannot be read; empty for one that changed nothing. */
  decode(record: JsonObject): readonly Told[] | null;
}

export interface DeploymentFields {
  /** As the system calls it; null where it names none. */
  readonly service: string | null;
  readonly at: EpochMs;
  readonly finishedAt?: EpochMs | null;
  /** The system's word; or what it comes down to. */
  readonly status?: string | null;
  readonly version?: string | null;
  readonly commit?: string | null;
  readonly environment?: string | null;
  readonly actor?: string | null;
  readonly deploymentId?: string | null;
  readonly platformRevision?: string | null;
  readonly rollback?: boolean;
  readonly platform?: Platform;
  /** What the platform calls it where that is not the service's name. */
  readonly target?: string | null;
  readonly images?: readonly string[];
}

export function serviceName(text: string | null): ServiceName | null {
  const name = canonicalServiceName(text ?? '');
  return name === '' ? null : name;
}

export function deployment(system: string, fields: DeploymentFields): ToldDeployment {
  const service = serviceName(fields.service);
  const written = fields.version ?? null;
  const version = written === null ? null : plainVersion(written, service ?? '');
  const rollback = fields.rollback ?? false;
  const commit = fields.commit ?? null;
  const what = `${rollback ? 'Rollback' : 'Deployment'} of ${service ?? 'an unnamed service'} ${version ?? commit?.slice(0, 7) ?? ''}`;
  const where =
    fields.environment === null || fields.environment === undefined ? '' : ` to ${fields.environment}`;
  const { at } = fields;
  const finishedAt = fields.finishedAt ?? null;
  const { platform } = fields;
  return {
    type: 'deployment',
    service,
    at,
    summary: `${what.trim()}${where} (${system})`,
    actor: fields.actor ?? null,
    version,
    commit,
    finishedAt: finishedAt !== null && finishedAt >= at ? finishedAt : null,
    status: deploymentStatus(fields.status ?? null),
    environment: fields.environment ?? null,
    platformRevision: fields.platformRevision ?? null,
    deploymentId: fields.deploymentId ?? null,
    rollback,
    share: null,
    target:
      platform === undefined || service === null
        ? null
        : { platform, namespace: null, context: null, name: fields.target ?? service },
    images: fields.images ?? [],
  };
}

export function timeOf(value: unknown): EpochMs | null {
  return readInstant(value, null)?.at ?? null;
}
