/** Pods to instances, and what their status says went wrong. Pure. */
import type { Instance, PlatformFact } from '../../domain/signal.ts';
import { type EpochMs, epochMs } from '../../domain/time.ts';
import { numberOf, textOf } from '../_kit/fields.ts';
import type { JsonObject } from '../_kit/records.ts';
import { containersOf, softwareOf } from './container.ts';
import type { DraftFact } from './facts.ts';
import { at, instant, type KubeObject, objectsIn } from './objects.ts';
import type { Workloads } from './workloads.ts';

const ZONE = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'];

export function zoneOf(labels: Readonly<Record<string, string>>): string | null {
  for (const label of ZONE) if (labels[label] !== undefined) return labels[label];
  return null;
}

function nodeOf(pod: KubeObject): string | null {
  return textOf(at(pod.value, 'spec')['nodeName']);
}

function endOf(pod: KubeObject): EpochMs | null {
  const status = at(pod.value, 'status');
  const { phase } = status;
  if (phase !== 'Failed' && phase !== 'Succeeded')
    return instant(at(pod.value, 'metadata')['deletionTimestamp']);
  const ends = objectsIn(status['containerStatuses']).flatMap(
    (container) => instant(at(container, 'state', 'terminated')['finishedAt']) ?? [],
  );
  return ends.length === 0 ? null : epochMs(Math.max(...ends));
}

/** The instance without its evidence. */
export function instanceOf(
  pod: KubeObject,
  workloads: Workloads,
  zones: ReadonlyMap<string, string>,
): Omit<Instance, 'evidence'> {
  const service = workloads.serviceOfPod(pod);
  const template = { spec: at(pod.value, 'spec'), labels: pod.labels, annotations: pod.annotations };
  return {
    pod: pod.name,
    service,
    version: softwareOf(template, service).version,
    startedAt: instant(at(pod.value, 'status')['startTime']) ?? pod.createdAt,
    endedAt: endOf(pod),
    zone: zoneOf(pod.labels) ?? zones.get(nodeOf(pod) ?? '') ?? null,
  };
}

const WAITING: Readonly<Record<string, PlatformFact['kind']>> = {
  CrashLoopBackOff: 'crash-loop',
  ImagePullBackOff: 'image-pull',
  ErrImagePull: 'image-pull',
  ErrImageNeverPull: 'image-pull',
  InvalidImageName: 'image-pull',
  CreateContainerConfigError: 'other',
  CreateContainerError: 'other',
  RunContainerError: 'other',
};

type Told = Pick<DraftFact, 'kind' | 'at' | 'count' | 'summary' | 'attributes' | 'keys'>;

function terminationOf(
  terminated: JsonObject,
  name: string,
  pod: string,
): Pick<Told, 'kind' | 'summary'> | null {
  const reason = textOf(terminated['reason']) ?? 'Error';
  const exitCode = numberOf(terminated['exitCode']) ?? 0;
  if (reason === 'OOMKilled')
    return { kind: 'oom-killed', summary: `Container ${name} of pod ${pod} was killed: out of memory` };
  if (exitCode === 0) return null;
  return {
    kind: 'restart',
    summary: `Container ${name} of pod ${pod} ended: ${reason}, exit code ${exitCode}`,
  };
}

function ofContainer(status: JsonObject, list: string, index: number, pod: KubeObject): readonly Told[] {
  const name = textOf(status['name']) ?? '';
  const restarts = numberOf(status['restartCount']) ?? 0;
  const base = { 'k8s.container.name': name, 'k8s.container.restart_count': String(restarts) };
  const told: Told[] = [];
  for (const state of ['lastState', 'state'] as const) {
    const terminated = at(status, state, 'terminated');
    const end = terminationOf(terminated, name, pod.name);
    if (terminated['finishedAt'] === undefined || end === null) continue;
    const attributes = { ...base, 'exit.code': String(numberOf(terminated['exitCode']) ?? '') };
    const keys = ['status', list, index, state, 'terminated'];
    told.push({ ...end, at: instant(terminated['finishedAt']), count: 1, attributes, keys });
  }
  const waiting = at(status, 'state', 'waiting');
  const reason = textOf(waiting['reason']) ?? '';
  const kind = WAITING[reason];
  if (kind !== undefined) {
    const since = instant(at(status, 'lastState', 'terminated')['finishedAt']) ?? pod.createdAt;
    const message = textOf(waiting['message']);
    const summary = `Container ${name} of pod ${pod.name} waits: ${reason}${message === null ? '' : `, ${message}`}`;
    const keys = ['status', list, index, 'state', 'waiting'];
    told.push({
      kind,
      at: since,
      count: kind === 'crash-loop' ? Math.max(1, restarts) : 1,
      summary,
      attributes: base,
      keys,
    });
  }
  return told;
}

function ofPod(pod: KubeObject): readonly Told[] {
  const status = at(pod.value, 'status');
  const told: Told[] = [];
  const reason = textOf(status['reason']);
  const message = textOf(status['message']);
  if (reason === 'Evicted' || reason === 'Preempting')
    told.push({
      kind: 'evicted',
      at: endOf(pod) ?? instant(status['startTime']),
      count: 1,
      summary: `Pod ${pod.name} was evicted${message === null ? '' : `: ${message}`}`,
      attributes: {},
      keys: ['status', 'reason'],
    });
  for (const [index, condition] of objectsIn(status['conditions']).entries()) {
    if (condition['type'] !== 'PodScheduled' || condition['status'] !== 'False') continue;
    const why = textOf(condition['message']) ?? textOf(condition['reason']) ?? 'no reason given';
    const summary = `Pod ${pod.name} has no node: ${why}`;
    const keys = ['status', 'conditions', index];
    told.push({
      kind: 'scheduling',
      at: instant(condition['lastTransitionTime']),
      count: 1,
      summary,
      attributes: {},
      keys,
    });
  }
  return told;
}

/** What the pod's status says went wrong, in the order of its fields. */
export function factsOfPod(pod: KubeObject, workloads: Workloads): readonly DraftFact[] {
  const status = at(pod.value, 'status');
  const told = [...ofPod(pod)];
  for (const list of ['initContainerStatuses', 'containerStatuses'])
    for (const [index, container] of objectsIn(status[list]).entries())
      told.push(...ofContainer(container, list, index, pod));
  const shared = { service: workloads.serviceOfPod(pod), pod: pod.name, node: nodeOf(pod), object: pod };
  return told.map((fact) => ({ ...fact, ...shared }));
}

/** The limits of a pod template's containers; `path` are the keys of its spec. */
export function limitsOf(
  object: KubeObject,
  spec: JsonObject,
  path: readonly string[],
  service: string,
): readonly DraftFact[] {
  return containersOf(spec, service).flatMap(({ index, value }): readonly DraftFact[] => {
    const attributes: Record<string, string> = {};
    for (const side of ['limits', 'requests'] as const)
      for (const resource of ['cpu', 'memory', 'ephemeral-storage']) {
        const amount = textOf(at(value, 'resources', side)[resource]);
        if (amount !== null) attributes[`${resource}.${side === 'limits' ? 'limit' : 'request'}`] = amount;
      }
    if (Object.keys(attributes).length === 0) return [];
    const name = textOf(value['name']) ?? '';
    const listed = Object.entries(attributes).map(([key, amount]) => `${key} ${amount}`);
    const keys = [...path, 'containers', index, 'resources'];
    const summary = `Container ${name} of ${service}: ${listed.join(', ')}`;
    const shared = { kind: 'limit', service, pod: null, node: null, at: null, count: 1, object } as const;
    return [{ ...shared, summary, attributes: { 'k8s.container.name': name, ...attributes }, keys }];
  });
}
