/** The fields of GitHub's deployments and statuses that are read, each optional: what is missing is the decoder's business. */

import type { EpochMs } from '../../domain/time.ts';
import { Fields } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';
import { isObject, type JsonObject, parseJson } from '../_kit/records.ts';

export interface GithubDeployment {
  readonly id: string;
  readonly sha: string;
  readonly ref: string | null;
  readonly task: string | null;
  readonly environment: string | null;
  readonly description: string | null;
  readonly createdAt: EpochMs;
  readonly creator: string | null;
  /** Last segment of the repository's address. */
  readonly repository: string | null;
  readonly payload: Fields;
}

export interface GithubStatus {
  readonly deploymentId: string;
  readonly state: string;
  readonly createdAt: EpochMs;
}

function objectOf(value: unknown): JsonObject {
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  return isObject(parsed) ? parsed : {};
}

function lastSegment(url: string | null): string | null {
  return url?.split('/').at(-1) ?? null;
}

export function isDeployment(record: JsonObject): boolean {
  const fields = new Fields(record);
  return fields.has('sha') && fields.has('created_at') && fields.has('statuses_url', 'task');
}

export function isStatus(record: JsonObject): boolean {
  const fields = new Fields(record);
  return fields.has('state') && fields.has('deployment_url') && fields.has('created_at');
}

/** The deployment and the status that a record holds: itself, or those of a webhook. */
export function partsOf(record: JsonObject): { readonly deployment: unknown; readonly status: unknown } {
  if (isStatus(record)) return { deployment: undefined, status: record };
  if (isDeployment(record)) return { deployment: record, status: undefined };
  return { deployment: record['deployment'], status: record['deployment_status'] };
}

/** Null without id, sha or time. */
export function readDeployment(value: unknown): GithubDeployment | null {
  if (!isObject(value)) return null;
  const fields = new Fields(value);
  const [id, sha] = [fields.text('id'), fields.text('sha')];
  const created = readInstant(fields.value('created_at'), null);
  if (id === null || sha === null || created === null) return null;
  return {
    id,
    sha,
    ref: fields.text('ref'),
    task: fields.text('task'),
    environment: fields.text('environment', 'original_environment'),
    description: fields.text('description'),
    createdAt: created.at,
    creator: new Fields(objectOf(fields.value('creator'))).text('login'),
    repository: lastSegment(fields.text('repository_url')),
    payload: new Fields(objectOf(fields.value('payload'))),
  };
}

/** Null without deployment, state or time. */
export function readStatus(value: unknown): GithubStatus | null {
  if (!isObject(value)) return null;
  const fields = new Fields(value);
  const state = fields.text('state');
  const deploymentId = lastSegment(fields.text('deployment_url'));
  const created = readInstant(fields.value('created_at'), null);
  if (state === null || deploymentId === null || created === null) return null;
  return { deploymentId, state, createdAt: created.at };
}
