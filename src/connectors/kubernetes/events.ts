/** Events and node conditions to platform facts. Events of everyday life (pulled, created, started) say nothing here. Pure. */
import type { PlatformFact } from '../../domain/signal.ts';
import type { EpochMs } from '../../domain/time.ts';
import { numberOf, textOf } from '../_kit/fields.ts';
import type { DraftFact } from './facts.ts';
import { at, instant, type KubeObject, objectsIn } from './objects.ts';
import type { Workloads } from './workloads.ts';

type Kind = PlatformFact['kind'];

const KINDS: Readonly<Record<string, Kind>> = {
  OOMKilling: 'oom-killed',
  SystemOOM: 'oom-killed',
  CrashLoopBackOff: 'crash-loop',
  Evicted: 'evicted',
  EvictionThresholdMet: 'evicted',
  Preempted: 'evicted',
  TaintManagerEviction: 'evicted',
  Unhealthy: 'probe-failed',
  ProbeWarning: 'probe-failed',
  ErrImagePull: 'image-pull',
  ErrImageNeverPull: 'image-pull',
  InspectFailed: 'image-pull',
  FailedScheduling: 'scheduling',
  NotTriggerScaleUp: 'scheduling',
  NodeNotReady: 'node-condition',
  NodeNotSchedulable: 'node-condition',
  NodeHasDiskPressure: 'node-condition',
  NodeHasInsufficientMemory: 'node-condition',
  NodeHasInsufficientPID: 'node-condition',
  Rebooted: 'node-condition',
  ScalingReplicaSet: 'scaling',
  SuccessfulRescale: 'scaling',
  TriggeredScaleUp: 'scaling',
  KEDAScaleTargetActivated: 'scaling',
  KEDAScaleTargetDeactivated: 'scaling',
};

/** Null for an event of everyday life. */
function kindOf(reason: string, message: string, isWarning: boolean, about: string): Kind | null {
  const known = KINDS[reason];
  if (known !== undefined) return known;
  if (reason === 'BackOff') return /image/i.test(message) ? 'image-pull' : 'crash-loop';
  if (reason === 'Failed') return /image|pull/i.test(message) ? 'image-pull' : 'other';
  if (reason === 'Killing') return /probe/i.test(message) ? 'restart' : null;
  // Secrets and certificates that were exchanged are no everyday life for whoever holds the old ones.
  return isWarning || /secret|certificate|credential/i.test(about) ? 'other' : null;
}

interface EventTimes {
  readonly first: EpochMs | null;
  readonly last: EpochMs | null;
  readonly count: number;
}

/** Both generations of the API: counts and time stamps, or a series. */
function timesOf({ value, createdAt }: KubeObject): EventTimes {
  const series = at(value, 'series');
  const deprecated = (name: string) => instant(value[`deprecated${name}`]) ?? null;
  const first =
    instant(value['firstTimestamp']) ??
    deprecated('FirstTimestamp') ??
    instant(value['eventTime']) ??
    createdAt;
  const last =
    instant(series['lastObservedTime']) ??
    instant(value['lastTimestamp']) ??
    deprecated('LastTimestamp') ??
    instant(value['eventTime']) ??
    first;
  const count =
    numberOf(value['count']) ?? numberOf(series['count']) ?? numberOf(value['deprecatedCount']) ?? 1;
  return { first, last, count: Math.max(1, Math.round(count)) };
}

function attributesOf(object: KubeObject, reason: string, message: string, last: EpochMs | null) {
  const probe = /^(Liveness|Readiness|Startup) probe/.exec(message)?.[1]?.toLowerCase();
  const status = /statuscode: (\d{3})/.exec(message)?.[1];
  const attributes: Record<string, string> = { 'k8s.event.reason': reason };
  if (object.namespace !== null) attributes['k8s.namespace.name'] = object.namespace;
  if (probe !== undefined) attributes['probe'] = probe;
  if (status !== undefined) attributes['http.response.status_code'] = status;
  if (last !== null) attributes['lastSeenAt'] = new Date(last).toISOString();
  return attributes;
}

/** What an event is about. */
export function regardsOf(value: KubeObject['value']) {
  const regarding = at(value, 'involvedObject');
  const named = textOf(regarding['name']) === null ? at(value, 'regarding') : regarding;
  return {
    kind: textOf(named['kind']) ?? '',
    name: textOf(named['name']) ?? '',
    namespace: textOf(named['namespace']),
    fieldPath: textOf(named['fieldPath']),
  };
}

/**
 * Null for an event that says nothing wrong. `asOf`: an event that went on after it counts once, at its first time,
 * since how often it had come by then is not told.
 */
export function factOfEvent(
  object: KubeObject,
  workloads: Workloads,
  asOf: EpochMs | null,
): DraftFact | null {
  const { value } = object;
  const reason = textOf(value['reason']) ?? '';
  const message = textOf(value['message']) ?? textOf(value['note']) ?? '';
  const about = regardsOf(value);
  const kind = kindOf(reason, message, value['type'] === 'Warning', about.kind);
  if (kind === null) return null;
  const { first, last, count } = timesOf(object);
  const wentOn = asOf !== null && last !== null && last > asOf;
  const host = textOf(at(value, 'source')['host']);
  const times = count > 1 && !wentOn ? ` (${count} times)` : '';
  return {
    kind,
    service: workloads.serviceOfNamed(about.kind, about.namespace ?? object.namespace, about.name),
    pod: about.kind === 'Pod' ? about.name : null,
    node: about.kind === 'Node' ? about.name : host,
    at: first,
    count: wentOn ? 1 : count,
    summary: `${about.kind} ${about.name}: ${reason}: ${message}${times}`,
    attributes: attributesOf(object, reason, message, wentOn ? null : last),
    object,
    keys: [],
  };
}

const SCALED = /^Scaled (up|down) replica set (\S+) (?:from \d+ )?to \d+/;

/** The ReplicaSet that an event scaled, which way, and when; null for other events. */
export function scalingOf({ value, createdAt }: KubeObject) {
  const match = value['reason'] === 'ScalingReplicaSet' ? SCALED.exec(textOf(value['message']) ?? '') : null;
  const time = instant(value['firstTimestamp']) ?? instant(value['eventTime']) ?? createdAt;
  const set = match?.[2];
  return set === undefined || time === null ? null : { set, isUp: match?.[1] === 'up', at: time };
}

/** The ReplicaSet that an event scaled up, and when; null for other events. */
export function scaledUp(event: KubeObject) {
  const scaling = scalingOf(event);
  return scaling?.isUp === true
    ? { namespace: event.namespace, replicaSet: scaling.set, at: scaling.at }
    : null;
}

/** Conditions that are not as they should be: `Ready` anything but true, any other anything but false. */
export function factsOfNode(node: KubeObject): readonly DraftFact[] {
  return objectsIn(at(node.value, 'status')['conditions']).flatMap(
    (condition, index): readonly DraftFact[] => {
      const type = textOf(condition['type']) ?? '';
      const status = textOf(condition['status']) ?? 'Unknown';
      if (type === '' || status === (type === 'Ready' ? 'True' : 'False')) return [];
      const message = textOf(condition['message']) ?? textOf(condition['reason']) ?? 'no reason given';
      return [
        {
          kind: 'node-condition',
          service: null,
          pod: null,
          node: node.name,
          at: instant(condition['lastTransitionTime']),
          count: 1,
          summary: `Node ${node.name}: ${type} is ${status}: ${message}`,
          attributes: { 'k8s.node.condition': type, status },
          object: node,
          keys: ['status', 'conditions', index],
        },
      ];
    },
  );
}
