/** From lenient rows (`service`, `version`, `commit`, `startedAt` … under their usual spellings) to deployments. Pure. */
import type { Deployment } from '../../domain/change.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import { canonicalServiceName, type DeployTarget, type Platform } from '../../domain/service.ts';
import type { EpochMs } from '../../domain/time.ts';
import { isDeployJob, serviceOfJob } from '../_kit/deploy-jobs.ts';
import { deploymentStatus, isCommitId, plainVersion } from '../_kit/deployments.ts';
import { Fields, textOf } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';
import type { JsonObject } from '../_kit/records.ts';

export const SOURCE = 'deployments-file';

const SERVICE = [
  'service',
  'service_name',
  'service.name',
  'app',
  'application',
  'component',
  'name',
  'project',
];
const VERSION = ['version', 'tag', 'release', 'image_tag', 'app_version', 'build', 'image'];
const COMMIT = ['commit', 'commit_sha', 'commit_id', 'sha', 'git_sha', 'git_commit', 'commit_hash'];
const STARTED = [
  'started_at',
  'start',
  'start_time',
  'started',
  'created_at',
  'deployed_at',
  'deploy_time',
  'timestamp',
  'ts',
  'time',
  'at',
  'date',
  'datetime',
];
const FINISHED = [
  'finished_at',
  'completed_at',
  'ended_at',
  'end',
  'end_time',
  'finished',
  'completed',
  'finish',
];
const STATUS = ['status', 'state', 'result', 'outcome', 'conclusion'];
const ENVIRONMENT = ['environment', 'env', 'stage'];
/** Where no column says which service, the job that rolled it out may be called after it. */
const JOB = ['job', 'job_name', 'pipeline', 'workflow', 'stage_name'];
/** Marks of records that are something else: log lines, pods, flags, GitHub deployments and CloudEvents. */
const FOREIGN =
  'level severity loglevel levelname logger traceid spanid pid hostname pod instance container flag flagkey flagname specversion task statusesurl metric value'.split(
    ' ',
  );
const PLATFORMS: readonly Platform[] = [
  'kubernetes',
  'helm',
  'argo-cd',
  'argo-rollouts',
  'flux',
  'ecs',
  'lambda',
  'cloud-run',
  'nomad',
  'systemd',
  'heroku',
  'vercel',
  'fly',
  'compose',
  'git',
];

function serviceIn(fields: Fields): string | null {
  const named = fields.text(...SERVICE);
  const job = fields.text(...JOB);
  return named ?? (job !== null && isDeployJob(job) ? serviceOfJob(job) : null);
}

/** How sure it is that a record is a deployment, 0…1. `named`: the file's name speaks of deployments. */
export function deploymentLikeness(record: JsonObject, named: boolean): number {
  const fields = new Fields(record);
  if (fields.has(...FOREIGN)) return 0;
  const isTimed = [...STARTED, ...FINISHED].some((name) => readInstant(fields.value(name), null) !== null);
  if (serviceIn(fields) === null || !isTimed) return 0;
  const isCommitted = fields.has(...COMMIT) || revisionOf(fields).commit !== null;
  if (!fields.has(...VERSION) && !isCommitted) return 0;
  const state = deploymentStatus(fields.text(...STATUS)) !== 'unknown';
  if (named) return 0.95;
  if (state && (isCommitted || fields.has(...ENVIRONMENT) || fields.has(...FINISHED))) return 0.92;
  return state || fields.has(...FINISHED) || isCommitted ? 0.5 : 0;
}

export interface DecodeOptions {
  /** Assumed for zone-less times; null means UTC. */
  readonly zone: string | null;
  /** Id of the change and its evidence. */
  readonly id: string;
  readonly evidence: EvidenceRef;
}

export interface DecodedDeployment {
  readonly deployment: Deployment;
  readonly zoneless: boolean;
}

function firstInstant(fields: Fields, names: readonly string[], zone: string | null) {
  for (const name of names) {
    const read = readInstant(fields.value(name), zone);
    if (read !== null) return read;
  }
  return null;
}

function isRollback(fields: Fields): boolean {
  const said = fields.value('rollback', 'is_rollback', 'rolled_back_from', 'rollback_of');
  if (said !== undefined) return !/^(false|0|no|n)$/i.test(String(said));
  return /^roll-?_?back/i.test(fields.text('type', 'kind', 'action', 'operation', 'strategy') ?? '');
}

function shareOf(fields: Fields): number | null {
  const raw = fields.value('share', 'canary_percent', 'percentage', 'percent', 'weight', 'traffic');
  const number = Number(String(raw ?? '').replace(/%$/, ''));
  if (raw === undefined || !Number.isFinite(number) || number <= 0) return null;
  const share = number > 1 || String(raw).endsWith('%') ? number / 100 : number;
  return share < 1 ? share : null;
}

function targetOf(fields: Fields, service: string): DeployTarget | null {
  const written = (fields.text('platform') ?? '').toLowerCase().replace(/[\s_]+/g, '-');
  const platform = PLATFORMS.find((name) => name === written);
  if (platform === undefined) return null;
  return {
    platform,
    namespace: fields.text('namespace'),
    context: fields.text('context', 'cluster'),
    name: fields.text('workload', 'deployment_name', 'release_name') ?? service,
  };
}

function imagesOf(fields: Fields): readonly string[] {
  const value = fields.value('images', 'image');
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map(textOf).filter((image) => image !== null);
}

function revisionOf(fields: Fields): { readonly platform: string | null; readonly commit: string | null } {
  const revision = fields.text('revision', 'rev', 'platform_revision');
  if (revision === null) return { platform: null, commit: null };
  const isNumber = /^\d{1,6}$/.test(revision);
  return isNumber || !isCommitId(revision)
    ? { platform: revision, commit: null }
    : { platform: null, commit: revision };
}

/** Null where the row names no service, no version and commit, or no time. */
export function decodeDeployment(record: JsonObject, options: DecodeOptions): DecodedDeployment | null {
  const fields = new Fields(record);
  const service = canonicalServiceName(serviceIn(fields) ?? '');
  const start = firstInstant(fields, STARTED, options.zone);
  const finish = firstInstant(fields, FINISHED, options.zone);
  const revision = revisionOf(fields);
  const written = fields.text(...VERSION);
  const commit = fields.text(...COMMIT) ?? revision.commit;
  const at: EpochMs | null = start?.at ?? finish?.at ?? null;
  if (service === '' || at === null || (written === null && commit === null)) return null;
  const version = written === null ? null : plainVersion(written, service);
  const rollback = isRollback(fields);
  const what = `${rollback ? 'Rollback' : 'Deployment'} of ${service} ${version ?? commit?.slice(0, 7) ?? ''}`;
  const message = fields.text('message', 'description', 'summary', 'title');
  const deployment: Deployment = {
    type: 'deployment',
    id: options.id,
    service,
    at,
    summary: message === null ? what.trim() : `${what.trim()}: ${message}`,
    actor: fields.text('actor', 'author', 'user', 'deployed_by', 'triggered_by', 'created_by', 'by', 'who'),
    source: SOURCE,
    evidence: [options.evidence],
    version,
    commit,
    finishedAt: finish?.at ?? null,
    status: deploymentStatus(fields.text(...STATUS)),
    environment: fields.text(...ENVIRONMENT),
    platformRevision: revision.platform,
    deploymentId: fields.text('deployment_id', 'id', 'uid', 'uuid', 'run_id'),
    rollback,
    share: shareOf(fields),
    target: targetOf(fields, service),
    images: imagesOf(fields),
  };
  return { deployment, zoneless: start?.zoneless === true || finish?.zoneless === true };
}

function sameRollout(a: Deployment, b: Deployment): boolean {
  if (a.service !== b.service || a.environment !== b.environment) return false;
  if (a.deploymentId !== null || b.deploymentId !== null) return a.deploymentId === b.deploymentId;
  return a.version === b.version && a.commit === b.commit;
}

/**
 * Joins event rows of one rollout (`started` and later `succeeded`), in the order given: the later row's time is the finish.
 * Rows that are whole by themselves stay apart.
 */
export function joinEvents(deployments: readonly Deployment[]): readonly Deployment[] {
  const joined: Deployment[] = [];
  for (const next of deployments) {
    const index = joined.findLastIndex(
      (earlier) => earlier.status === 'started' && earlier.finishedAt === null && sameRollout(earlier, next),
    );
    const earlier = joined[index];
    if (earlier === undefined || next.status === 'unknown') joined.push(next);
    else
      joined[index] = {
        ...earlier,
        status: next.status,
        finishedAt: next.status === 'started' ? null : (next.finishedAt ?? next.at),
        evidence: [...earlier.evidence, ...next.evidence],
      };
  }
  return joined;
}
