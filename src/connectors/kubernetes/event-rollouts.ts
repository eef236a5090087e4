/**
 * Rollouts that events alone tell, as `kubectl get events -o json` keeps them: a ReplicaSet that is scaled up while another of the same
 * Deployment is scaled down. One that only grows or shrinks is no rollout. Pure.
 */
import type { Deployment } from '../../domain/change.ts';
import type { EpochMs } from '../../domain/time.ts';
import { MINUTE } from '../../domain/time.ts';
import { textOf } from '../_kit/fields.ts';
import { softwareOf } from './container.ts';
import { regardsOf, scalingOf } from './events.ts';
import { append, type KubeObject } from './objects.ts';
import { workloadKey } from './rollouts.ts';
import { isWorkload, type Workloads } from './workloads.ts';

/** Within this of each other the old one goes and the new one comes. */
const TOGETHER_MS = 10 * MINUTE;

interface Scaling {
  readonly event: KubeObject;
  readonly set: string;
  readonly isUp: boolean;
  readonly at: EpochMs;
}

export interface EventRollout {
  readonly deployment: Omit<Deployment, 'id' | 'evidence'>;
  readonly event: KubeObject;
}

/** Images that pods of a ReplicaSet were given, by the container that got it. */
function imagesOf(set: string, namespace: string | null, events: readonly KubeObject[]) {
  const images = new Map<string, string>();
  for (const { value } of events) {
    const about = regardsOf(value);
    if (about.kind !== 'Pod' || about.namespace !== namespace || !about.name.startsWith(`${set}-`)) continue;
    const text = textOf(value['message']) ?? textOf(value['note']) ?? '';
    const image = /\bimage "([^"\s]{1,300})"/.exec(text)?.[1];
    const container = /^spec\.containers\{([^}]{1,80})\}$/.exec(about.fieldPath ?? '')?.[1];
    if (image !== undefined) images.set(container ?? image, image);
  }
  return [...images].map(([name, image]) => ({ name, image }));
}

/** Of Deployments of which no ReplicaSet and no state is in the evidence. */
export function rolloutsOfEvents(
  objects: readonly KubeObject[],
  workloads: Workloads,
): readonly EventRollout[] {
  const events = objects.filter(({ kind }) => kind === 'Event');
  const groups = new Map<string, Scaling[]>();
  for (const event of events) {
    const scaling = scalingOf(event);
    const about = regardsOf(event.value);
    if (scaling === null || about.kind !== 'Deployment') continue;
    append(groups, workloadKey(about.namespace ?? event.namespace, about.kind, about.name), {
      event,
      ...scaling,
    });
  }
  const told = new Set(
    objects.flatMap((object) => {
      if (isWorkload(object)) return [workloadKey(object.namespace, object.kind, object.name)];
      const { owner } = object;
      return object.kind === 'ReplicaSet' && owner !== null
        ? [workloadKey(object.namespace, owner.kind, owner.name)]
        : [];
    }),
  );
  return [...groups].flatMap(([key, scalings]) =>
    told.has(key) ? [] : rolloutsOf(scalings, events, workloads),
  );
}

function rolloutsOf(
  scalings: readonly Scaling[],
  events: readonly KubeObject[],
  workloads: Workloads,
): readonly EventRollout[] {
  const sorted = [...scalings].sort((a, b) => a.at - b.at || (a.set < b.set ? -1 : 1));
  const running = new Set<string>();
  const left = new Set<string>();
  const found: EventRollout[] = [];
  for (const scaling of sorted) {
    const { set, at, isUp } = scaling;
    if (!isUp) {
      running.delete(set);
      left.add(set);
      continue;
    }
    const replaces = sorted.some(
      (other) => !other.isUp && other.set !== set && Math.abs(other.at - at) <= TOGETHER_MS,
    );
    if (replaces && !running.has(set)) found.push(rolloutOf(scaling, left.has(set), events, workloads));
    running.add(set);
  }
  return found;
}

function rolloutOf(
  { event, set, at }: Scaling,
  rollback: boolean,
  events: readonly KubeObject[],
  workloads: Workloads,
): EventRollout {
  const about = regardsOf(event.value);
  const namespace = about.namespace ?? event.namespace;
  const service = workloads.serviceOfNamed(about.kind, namespace, about.name) ?? about.name;
  const containers = imagesOf(set, namespace, events);
  const software = softwareOf({ labels: {}, annotations: {}, spec: { containers } }, service);
  const what = rollback ? 'Rollback' : 'Deployment';
  return {
    event,
    deployment: {
      type: 'deployment',
      service,
      at,
      version: software.version,
      commit: software.commit,
      summary: `${what} of ${service} ${software.version ?? ''}`.trim(),
      actor: null,
      source: 'kubernetes',
      finishedAt: null,
      status: 'unknown',
      environment: null,
      platformRevision: null,
      deploymentId: null,
      rollback,
      share: null,
      target: { platform: 'kubernetes', namespace, context: null, name: about.name },
      images: software.images,
    },
  };
}
