/** All objects of a run to one contribution: rollouts, instances, facts, services, as they stood at `asOf`. Pure. */
import type { Deployment, OtherChange } from '../../domain/change.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { ServiceFact } from '../../domain/service.ts';
import type { Instance, PlatformFact } from '../../domain/signal.ts';
import { type Contribution, EMPTY_CONTRIBUTION } from '../../domain/snapshot.ts';
import type { EpochMs } from '../../domain/time.ts';
import { asSeenAt } from '../_kit/deployments.ts';
import { textOf } from '../_kit/fields.ts';
import { Citations, placeName, SOURCE } from './citations.ts';
import { containersOf, serviceOf, templateKeys, templateOf } from './container.ts';
import { rolloutsOfEvents } from './event-rollouts.ts';
import { factOfEvent, factsOfNode, scaledUp } from './events.ts';
import { type DraftFact, withoutEchoes } from './facts.ts';
import { changeOfJob, changeOfJobEvent } from './jobs.ts';
import { append, at, type KubeObject } from './objects.ts';
import { factsOfPod, instanceOf, limitsOf, zoneOf } from './pods.ts';
import { type Rollout, readRollouts, type StartsOf } from './rollouts.ts';
import { changesOfSettings } from './settings.ts';
import { canaryShares, isWorkload, labelsOf, Workloads } from './workloads.ts';

export interface Decoded {
  readonly contribution: Contribution;
  readonly notes: readonly string[];
}

function isBy(time: EpochMs | null, asOf: EpochMs | null): boolean {
  return time === null || asOf === null || time <= asOf;
}

function ofKind(objects: readonly KubeObject[], kind: string): readonly KubeObject[] {
  return objects.filter((object) => object.kind === kind);
}

/** Ascending starts of each ReplicaSet, from scaling events and from the creation of its pods. */
function startsIn(objects: readonly KubeObject[]): StartsOf {
  const starts = new Map<string, EpochMs[]>();
  const add = (namespace: string | null, set: string, time: EpochMs) => {
    append(starts, `${namespace ?? ''}/${set}`, time);
  };
  for (const event of ofKind(objects, 'Event')) {
    const scaled = scaledUp(event);
    if (scaled !== null) add(scaled.namespace, scaled.replicaSet, scaled.at);
  }
  for (const { owner, createdAt, namespace } of ofKind(objects, 'Pod'))
    if (owner?.kind === 'ReplicaSet' && createdAt !== null) add(namespace, owner.name, createdAt);
  for (const times of starts.values()) times.sort((a, b) => a - b);
  return (namespace, set) => starts.get(`${namespace ?? ''}/${set}`) ?? [];
}

function citeRollout(rollout: Rollout, cited: Citations, asOf: EpochMs | null): readonly EvidenceRef[] {
  const refs: (EvidenceRef | null)[] = [];
  for (const object of rollout.told) {
    const { createdAt } = object;
    const template = templateOf(object.value);
    const own = containersOf(template.spec, serviceOf(template.labels, object.name))[0];
    if (object.kind === 'ReplicaSet' || object.kind === 'ControllerRevision') {
      refs.push(cited.cite(object, 'deployment-record', ['metadata'], createdAt));
      if (own !== undefined)
        refs.push(
          cited.cite(
            object,
            'deployment-record',
            [...templateKeys(object.value), 'spec', 'containers', own.index, 'image'],
            null,
          ),
        );
    } else if (isBy(rollout.deployment.finishedAt, asOf))
      refs.push(
        cited.cite(object, 'deployment-record', ['status', 'conditions'], rollout.deployment.finishedAt),
      );
  }
  return [...new Set(refs.filter((ref) => ref !== null))];
}

function deploymentsOf(
  rollouts: readonly Rollout[],
  objects: readonly KubeObject[],
  cited: Citations,
  asOf: EpochMs | null,
): readonly Deployment[] {
  const shareOf = canaryShares(objects);
  return rollouts.flatMap((rollout) => {
    const [first] = rollout.told;
    if (first === undefined || !isBy(rollout.deployment.at, asOf)) return [];
    const { target, share } = rollout.deployment;
    const canary = share ?? shareOf(target?.namespace ?? null, target?.name ?? '');
    const id = `${SOURCE}:${placeName(first)}${rollout.part}`;
    const evidence = citeRollout(rollout, cited, asOf);
    const seen = asSeenAt({ ...rollout.deployment, id, share: canary, evidence }, asOf);
    return seen === null ? [] : [seen];
  });
}

function deploymentsOfEvents(
  objects: readonly KubeObject[],
  workloads: Workloads,
  cited: Citations,
  asOf: EpochMs | null,
): readonly Deployment[] {
  return rolloutsOfEvents(objects, workloads).flatMap(({ deployment, event }) => {
    if (!isBy(deployment.at, asOf)) return [];
    const ref = cited.cite(event, 'deployment-record', ['message'], deployment.at);
    const evidence = ref === null ? [] : [ref];
    const seen = asSeenAt({ ...deployment, id: `${SOURCE}:${placeName(event)}`, evidence }, asOf);
    return seen === null ? [] : [seen];
  });
}

function jobsOf(
  objects: readonly KubeObject[],
  cited: Citations,
  asOf: EpochMs | null,
): readonly OtherChange[] {
  const jobs = ofKind(objects, 'Job');
  const known = new Set(jobs.map(({ name }) => name));
  return [...jobs, ...ofKind(objects, 'Event')].flatMap((object) => {
    const change = object.kind === 'Job' ? changeOfJob(object, asOf) : changeOfJobEvent(object);
    if (change === null || !isBy(change.at, asOf)) return [];
    if (object.kind === 'Event' && known.has(change.attributes['k8s.job.name'] ?? '')) return [];
    const keys = object.kind === 'Job' ? ['metadata'] : [];
    const ref = cited.cite(object, 'platform-fact', keys, change.at);
    return [{ ...change, id: `${SOURCE}:${placeName(object)}`, evidence: ref === null ? [] : [ref] }];
  });
}

function settingsOf(
  objects: readonly KubeObject[],
  cited: Citations,
  asOf: EpochMs | null,
): readonly OtherChange[] {
  return objects.flatMap((object) =>
    changesOfSettings(object, asOf).map((change, index) => {
      const ref = cited.cite(object, 'platform-fact', ['metadata'], change.at);
      return {
        ...change,
        id: `${SOURCE}:${placeName(object)}${index === 0 ? '' : `:${index}`}`,
        evidence: ref === null ? [] : [ref],
      };
    }),
  );
}

function instancesOf(
  objects: readonly KubeObject[],
  workloads: Workloads,
  cited: Citations,
  asOf: EpochMs | null,
): readonly Instance[] {
  const zones = new Map<string, string>();
  for (const node of ofKind(objects, 'Node')) {
    const zone = zoneOf(node.labels);
    if (zone !== null) zones.set(node.name, zone);
  }
  return ofKind(objects, 'Pod').flatMap((pod) => {
    const instance = instanceOf(pod, workloads, zones);
    if (!isBy(instance.startedAt, asOf)) return [];
    const ref = cited.cite(
      pod,
      'platform-fact',
      ['metadata'],
      isBy(pod.createdAt, asOf) ? pod.createdAt : null,
    );
    const endedAt = isBy(instance.endedAt, asOf) ? instance.endedAt : null;
    return [{ ...instance, endedAt, evidence: ref === null ? [] : [ref] }];
  });
}

function factsIn(
  objects: readonly KubeObject[],
  workloads: Workloads,
  asOf: EpochMs | null,
): readonly DraftFact[] {
  const ofPods = ofKind(objects, 'Pod').flatMap((pod) => factsOfPod(pod, workloads));
  const ofEvents = ofKind(objects, 'Event').flatMap((event) => factOfEvent(event, workloads, asOf) ?? []);
  const ofNodes = ofKind(objects, 'Node').flatMap(factsOfNode);
  const limits = objects
    .filter(isWorkload)
    .flatMap((object) =>
      limitsOf(
        object,
        templateOf(object.value).spec,
        ['spec', 'template', 'spec'],
        serviceOf(labelsOf(object), object.name),
      ),
    );
  const bare = ofKind(objects, 'Pod').filter(({ owner }) => owner === null);
  const ofBare = bare.flatMap((pod) =>
    limitsOf(pod, at(pod.value, 'spec'), ['spec'], workloads.serviceOfPod(pod)),
  );
  return [...withoutEchoes(ofPods, ofEvents), ...ofNodes, ...limits, ...ofBare];
}

function platformFactsOf(
  drafts: readonly DraftFact[],
  cited: Citations,
  asOf: EpochMs | null,
): readonly PlatformFact[] {
  const taken = new Map<string, number>();
  return drafts.flatMap(({ object, keys, ...fact }) => {
    if (!isBy(fact.at, asOf)) return [];
    const ref = cited.cite(object, 'platform-fact', keys, fact.at);
    const base = `${SOURCE}:${placeName(object)}${keys.map((key) => `/${key}`).join('')}`;
    const times = taken.get(base) ?? 0;
    taken.set(base, times + 1);
    return [{ ...fact, id: times === 0 ? base : `${base}:${times}`, evidence: ref === null ? [] : [ref] }];
  });
}

/** What a workload says about its service: its names and where it is deployed. */
function serviceFactsOf(
  objects: readonly KubeObject[],
  cited: Citations,
  asOf: EpochMs | null,
): readonly ServiceFact[] {
  return objects
    .filter((object) => isWorkload(object) && isBy(object.createdAt, asOf))
    .flatMap((object) => {
      const labels = labelsOf(object);
      const name = serviceOf(labels, object.name);
      if (name === '') return [];
      const ref = cited.cite(object, 'catalog-entry', ['metadata', 'name'], null);
      const named = [object.name, textOf(labels['app']), textOf(labels['app.kubernetes.io/name'])];
      const aliases = [...new Set(named.filter((alias) => alias !== null && alias !== name))];
      const platform = object.kind === 'Rollout' ? ('argo-rollouts' as const) : ('kubernetes' as const);
      const unknown = {
        criticality: null,
        userFacing: null,
        journey: null,
        path: null,
        slo: null,
        baseline: null,
        language: null,
      };
      return [
        {
          ...unknown,
          name,
          kind: 'service' as const,
          aliases: aliases.filter((alias) => alias !== null),
          routes: [],
          deploy: { platform, namespace: object.namespace, context: null, name: object.name },
          owner: textOf(labels['team'] ?? labels['owner']),
          source: SOURCE,
          evidence: ref === null ? [] : [ref],
        },
      ];
    });
}

export function decodeObjects(objects: readonly KubeObject[], asOf: EpochMs | null): Decoded {
  const cited = new Citations();
  const workloads = new Workloads(objects);
  const { rollouts, undated } = readRollouts(objects, startsIn(objects));
  const contribution: Contribution = {
    ...EMPTY_CONTRIBUTION,
    changes: [
      ...deploymentsOf(rollouts, objects, cited, asOf),
      ...deploymentsOfEvents(objects, workloads, cited, asOf),
      ...jobsOf(objects, cited, asOf),
      ...settingsOf(objects, cited, asOf),
    ],
    instances: instancesOf(objects, workloads, cited, asOf),
    platformFacts: platformFactsOf(factsIn(objects, workloads, asOf), cited, asOf),
    serviceFacts: serviceFactsOf(objects, cited, asOf),
  };
  const notes = undated.map((set) => `ReplicaSet ${set} was brought back; nothing tells when`);
  return { contribution: { ...contribution, evidence: cited.all() }, notes };
}
