/** Revisions of workloads (ReplicaSets, ControllerRevisions) to deployments. Kubernetes reuses one on undo: that one is two deployments. Pure. */
import type { Deployment } from '../../domain/change.ts';
import type { DeployTarget, ServiceName } from '../../domain/service.ts';
import type { EpochMs } from '../../domain/time.ts';
import { textOf } from '../_kit/fields.ts';
import { serviceOf, softwareOf, templateOf } from './container.ts';
import { append, at, instant, type KubeObject, objectsIn } from './objects.ts';
import { isWorkload } from './workloads.ts';

const REVISION = ['deployment.kubernetes.io/revision', 'rollout.argoproj.io/revision'];
const HISTORY = 'deployment.kubernetes.io/revision-history';
const CAUSE = 'kubernetes.io/change-cause';
const RESTARTED = 'kubectl.kubernetes.io/restartedAt';

/** A rollout as the objects tell it, and the objects that tell it. */
export interface Rollout {
  readonly deployment: Omit<Deployment, 'id' | 'evidence'>;
  /** Distinguishes the rollouts of one ReplicaSet. */
  readonly part: string;
  readonly told: readonly KubeObject[];
}

export interface Rollouts {
  readonly rollouts: readonly Rollout[];
  /** ReplicaSets that were brought back at a time that nothing tells. */
  readonly undated: readonly string[];
}

/** When a ReplicaSet was scaled up or its pods were made, ascending: the times at which it came or came back. */
export type StartsOf = (namespace: string | null, replicaSet: string) => readonly EpochMs[];

export function revisionOf(object: KubeObject): number | null {
  const { revision } = object.value;
  if (object.kind === 'ControllerRevision') return typeof revision === 'number' ? revision : null;
  for (const key of REVISION) {
    const text = object.annotations[key];
    if (text !== undefined && /^\d{1,9}$/.test(text)) return Number(text);
  }
  return null;
}

export function workloadKey(namespace: string | null, kind: string, name: string): string {
  return [namespace, kind, name].join('\u0000');
}

interface Revision {
  readonly set: KubeObject;
  readonly number: number | null;
  readonly createdAt: EpochMs;
  /** Made before a lower revision was: an undo brought it back. */
  readonly returned: boolean;
}

/** Ascending by revision; sets without a creation time are left out. */
function revisionsOf(sets: readonly KubeObject[]): readonly Revision[] {
  const dated = sets
    .flatMap((set) =>
      set.createdAt === null ? [] : [{ set, number: revisionOf(set), createdAt: set.createdAt }],
    )
    .sort(
      (a, b) =>
        (a.number ?? 0) - (b.number ?? 0) || a.createdAt - b.createdAt || (a.set.name < b.set.name ? -1 : 1),
    );
  let newest = Number.NEGATIVE_INFINITY;
  return dated.map((own) => {
    const isLater = own.number === null || own.createdAt >= newest;
    if (own.number !== null) newest = Math.max(newest, own.createdAt);
    return { ...own, returned: own.set.annotations[HISTORY] !== undefined || !isLater };
  });
}

interface Progress {
  readonly status: Deployment['status'];
  readonly finishedAt: EpochMs | null;
  readonly share: number | null;
}

function shareOf(workload: KubeObject): number | null {
  const status = at(workload.value, 'status');
  const weight = at(status, 'canary', 'weights', 'canary')['weight'];
  if (typeof weight === 'number') return weight > 0 && weight < 100 ? weight / 100 : null;
  const wanted = at(workload.value, 'spec')['replicas'];
  const updated = status['updatedReplicas'];
  if (typeof wanted !== 'number' || typeof updated !== 'number') return null;
  return updated > 0 && updated < wanted ? updated / wanted : null;
}

/** How far the current rollout of a Deployment or Rollout got. */
function progressOf(workload: KubeObject): Progress {
  const share = shareOf(workload);
  const conditions = objectsIn(at(workload.value, 'status')['conditions']);
  const condition = conditions.find(({ type }) => type === 'Progressing');
  const reason = textOf(condition?.['reason']);
  const updatedAt = instant(condition?.['lastUpdateTime']) ?? instant(condition?.['lastTransitionTime']);
  if (condition?.['status'] === 'False' && /DeadlineExceeded|Abort|TimedOut/i.test(reason ?? ''))
    return { status: 'failed', finishedAt: updatedAt, share };
  if (share !== null) return { status: 'started', finishedAt: null, share };
  if (/^New(ReplicaSet|RS)Available$/.test(reason ?? ''))
    return { status: 'succeeded', finishedAt: updatedAt, share: null };
  return { status: condition === undefined ? 'unknown' : 'started', finishedAt: null, share: null };
}

const UNKNOWN: Progress = { status: 'unknown', finishedAt: null, share: null };

interface Workload {
  readonly name: string;
  readonly namespace: string | null;
  readonly isRollout: boolean;
  readonly object: KubeObject | null;
}

function targetOf({ name, namespace, isRollout }: Workload): DeployTarget {
  return { platform: isRollout ? 'argo-rollouts' : 'kubernetes', namespace, context: null, name };
}

function deploymentOf(
  revision: Revision,
  workload: Workload,
  fields: Pick<Deployment, 'at' | 'platformRevision' | 'rollback'> & { readonly progress: Progress },
): Omit<Deployment, 'id' | 'evidence'> {
  const template = templateOf(revision.set.value);
  const service: ServiceName = serviceOf({ ...revision.set.labels, ...template.labels }, workload.name);
  const software = softwareOf(template, service);
  const { progress, ...rest } = fields;
  const what = `${rest.rollback ? 'Rollback' : 'Deployment'} of ${service} ${software.version ?? ''}`.trim();
  const cause = rest.rollback || !revision.returned ? revision.set.annotations[CAUSE] : undefined;
  const restarted = template.annotations[RESTARTED] === undefined ? '' : ' (restart)';
  return {
    type: 'deployment',
    service,
    ...rest,
    summary: `${what}${rest.rollback ? '' : restarted}${cause === undefined ? '' : `: ${cause}`}`,
    actor: null,
    source: 'kubernetes',
    version: software.version,
    commit: software.commit,
    finishedAt: progress.finishedAt,
    status: progress.status,
    environment: null,
    deploymentId: null,
    share: progress.share,
    target: targetOf(workload),
    images: software.images,
  };
}

/** The first start of the set after every lower revision was made; for the current one the end of its rollout at the latest. */
function returnOf(
  { set, createdAt }: Revision,
  lowerMadeAt: number,
  progress: Progress,
  startsOf: StartsOf,
): EpochMs | null {
  const after = Math.max(lowerMadeAt, createdAt);
  return startsOf(set.namespace, set.name).find((start) => start > after) ?? progress.finishedAt;
}

function firstNumber(revision: Revision): string | null {
  if (!revision.returned) return revision.number === null ? null : String(revision.number);
  return /^\d+/.exec(revision.set.annotations[HISTORY] ?? '')?.[0] ?? null;
}

function rolloutsOf(workload: Workload, sets: readonly KubeObject[], startsOf: StartsOf): Rollouts {
  const revisions = revisionsOf(sets);
  const rollouts: Rollout[] = [];
  const undated: string[] = [];
  const current = revisions.at(-1);
  let madeAt = Number.NEGATIVE_INFINITY;
  for (const revision of revisions) {
    const lowerMadeAt = madeAt;
    madeAt = Math.max(madeAt, revision.createdAt);
    const isCurrent = revision === current && workload.object !== null;
    const progress = isCurrent && workload.object !== null ? progressOf(workload.object) : UNKNOWN;
    const told = isCurrent && workload.object !== null ? [revision.set, workload.object] : [revision.set];
    const first = { at: revision.createdAt, platformRevision: firstNumber(revision) };
    const firstProgress = revision.returned ? UNKNOWN : progress;
    rollouts.push({
      deployment: deploymentOf(revision, workload, { ...first, rollback: false, progress: firstProgress }),
      part: '',
      told: revision.returned ? [revision.set] : told,
    });
    if (!revision.returned) continue;
    const returnedAt = returnOf(revision, lowerMadeAt, progress, startsOf);
    if (returnedAt === null) undated.push(revision.set.name);
    else {
      const again = {
        at: returnedAt,
        platformRevision: revision.number === null ? null : String(revision.number),
      };
      rollouts.push({
        deployment: deploymentOf(revision, workload, { ...again, rollback: true, progress }),
        part: ':again',
        told,
      });
    }
  }
  return { rollouts, undated };
}

/** A Deployment whose ReplicaSets are not in the evidence: only the end of its current rollout is known. */
function withoutSets(object: KubeObject, workload: Workload): readonly Rollout[] {
  const progress = progressOf(object);
  const endedAt = progress.finishedAt;
  const template = templateOf(object.value);
  if (endedAt === null || template.spec['containers'] === undefined) return [];
  const number = revisionOf(object);
  const revision: Revision = { set: object, number, createdAt: endedAt, returned: false };
  const cause = /rollout undo|roll-?back/i.test(object.annotations[CAUSE] ?? '');
  const fields = {
    at: endedAt,
    platformRevision: number === null ? null : String(number),
    rollback: cause,
    progress,
  };
  return [{ deployment: deploymentOf(revision, workload, fields), part: '', told: [object] }];
}

/** Every rollout that the objects tell, in no particular order. */
export function readRollouts(objects: readonly KubeObject[], startsOf: StartsOf): Rollouts {
  const owners = new Map<string, KubeObject>();
  for (const object of objects)
    if (isWorkload(object)) owners.set(workloadKey(object.namespace, object.kind, object.name), object);
  const setsOf = new Map<string, KubeObject[]>();
  for (const object of objects) {
    if (object.kind !== 'ReplicaSet' && object.kind !== 'ControllerRevision') continue;
    const owner = object.owner ?? { kind: 'Deployment', name: object.name.replace(/-[a-z0-9]{5,10}$/, '') };
    const key = workloadKey(object.namespace, owner.kind, owner.name);
    append(setsOf, key, object);
  }
  const parts: Rollouts[] = [...setsOf].map(([key, sets]) => {
    const object = owners.get(key) ?? null;
    const [namespace = '', kind = '', name = ''] = key.split('\u0000');
    const workload = {
      name,
      namespace: namespace === '' ? null : namespace,
      isRollout: kind === 'Rollout',
      object,
    };
    return rolloutsOf(workload, sets, startsOf);
  });
  for (const [key, object] of owners) {
    if (setsOf.has(key)) continue;
    const { name, namespace, kind } = object;
    parts.push({
      rollouts: withoutSets(object, { name, namespace, isRollout: kind === 'Rollout', object }),
      undated: [],
    });
  }
  return {
    rollouts: parts.flatMap(({ rollouts }) => rollouts),
    undated: parts.flatMap(({ undated }) => undated),
  };
}
