/** Which service a pod or another object belongs to: by its owners, else by its labels, else by its generated name. */
import { canonicalServiceName, type ServiceName, workloadOfPod } from '../../domain/service.ts';
import { serviceOf, templateOf } from './container.ts';
import { at, type KubeObject } from './objects.ts';

const WORKLOAD_KINDS = new Set(['Deployment', 'Rollout', 'StatefulSet', 'DaemonSet']);

export function isWorkload({ kind }: KubeObject): boolean {
  return WORKLOAD_KINDS.has(kind);
}

/** Labels of a workload and of its pods, which win. */
export function labelsOf(object: KubeObject): Readonly<Record<string, unknown>> {
  return { ...object.labels, ...templateOf(object.value).labels };
}

export class Workloads {
  private readonly services = new Map<string, ServiceName>();
  private readonly pods = new Map<string, KubeObject>();
  private readonly sets = new Map<string, KubeObject>();

  constructor(objects: readonly KubeObject[]) {
    for (const object of objects) {
      const key = `${object.namespace ?? ''}/${object.name}`;
      if (object.kind === 'Pod') this.pods.set(key, object);
      if (object.kind === 'ReplicaSet') this.sets.set(key, object);
      if (isWorkload(object)) this.services.set(key, serviceOf(labelsOf(object), object.name));
    }
  }

  /** Name of the workload that made the pod. */
  workloadOf(pod: KubeObject): string {
    const { owner, namespace } = pod;
    if (owner === null) return workloadOfPod(pod.name);
    if (owner.kind !== 'ReplicaSet') return owner.name;
    const set = this.sets.get(`${namespace ?? ''}/${owner.name}`);
    return set?.owner?.name ?? withoutHash(owner.name, pod.labels['pod-template-hash']);
  }

  serviceOfPod(pod: KubeObject): ServiceName {
    return serviceOf(pod.labels, this.workloadOf(pod));
  }

  /** The service of what an event is about; null for nodes and other things that belong to none. */
  serviceOfNamed(kind: string, namespace: string | null, name: string): ServiceName | null {
    const key = `${namespace ?? ''}/${name}`;
    const pod = this.pods.get(key);
    if (kind === 'Pod') {
      if (pod !== undefined) return this.serviceOfPod(pod);
      const workload = workloadOfPod(name);
      return this.services.get(`${namespace ?? ''}/${workload}`) ?? canonicalServiceName(workload);
    }
    if (kind === 'ReplicaSet') {
      const set = this.sets.get(key);
      const workload = set?.owner?.name ?? withoutHash(name, undefined);
      return this.services.get(`${namespace ?? ''}/${workload}`) ?? canonicalServiceName(workload);
    }
    if (WORKLOAD_KINDS.has(kind) || kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject')
      return this.services.get(key) ?? canonicalServiceName(name);
    return null;
  }
}

function withoutHash(replicaSet: string, hash: string | undefined): string {
  if (hash !== undefined && replicaSet.endsWith(`-${hash}`)) return replicaSet.slice(0, -hash.length - 1);
  return replicaSet.replace(/-[a-z0-9]{5,10}$/, '');
}

const CANARY_LABELS = [
  'track',
  'rollout',
  'role',
  'app.kubernetes.io/component',
  'deployment-type',
  'variant',
  'stage',
];

function isCanary(object: KubeObject): boolean {
  const labels = labelsOf(object);
  return /[-.]canary$/.test(object.name) || CANARY_LABELS.some((label) => labels[label] === 'canary');
}

function replicasOf(object: KubeObject): number {
  const { replicas } = at(object.value, 'spec');
  return typeof replicas === 'number' && replicas > 0 ? replicas : 0;
}

/** Share of a service's instances that a canary workload runs, by its namespace and name; null for any other workload. */
export function canaryShares(
  objects: readonly KubeObject[],
): (namespace: string | null, name: string) => number | null {
  const workloads = objects.filter(isWorkload);
  const familyOf = (object: KubeObject) =>
    `${object.namespace ?? ''}/${serviceOf(labelsOf(object), object.name.replace(/[-.]canary$/, ''))}`;
  const totals = new Map<string, number>();
  for (const object of workloads)
    totals.set(familyOf(object), (totals.get(familyOf(object)) ?? 0) + replicasOf(object));
  const shares = new Map<string, number>();
  for (const object of workloads.filter(isCanary)) {
    const share = replicasOf(object) / Math.max(1, totals.get(familyOf(object)) ?? 0);
    if (share > 0 && share < 1) shares.set(`${object.namespace ?? ''}/${object.name}`, share);
  }
  return (namespace, name) => shares.get(`${namespace ?? ''}/${name}`) ?? null;
}
