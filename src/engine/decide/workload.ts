/** Where and how the accused service is deployed, as far as the evidence tells: the strongest controller decides which command sticks. */
import type { DeployTarget, Platform, ServiceName } from '../../domain/service.ts';
import type { Release, Situation } from '../../domain/situation.ts';

export interface Workload {
  readonly platform: Platform;
  /** True when nothing in the evidence names the platform. */
  readonly assumed: boolean;
  readonly namespace: string | null;
  /** Context of the client; null means the current one. */
  readonly context: string | null;
  /** What the platform calls it: workload, Helm release, Argo CD application, app. */
  readonly name: string;
  /** Kind of object where it is not the usual one: `StatefulSet`, `HelmRelease`. */
  readonly kind: string | null;
  /** Name of the Kubernetes workload below a controller, and its namespace. */
  readonly workload: string;
  readonly workloadNamespace: string | null;
  readonly sync: DeployTarget['sync'] | null;
}

/** Who has the last word on what runs, strongest first: a controller puts back what a weaker tool changed. */
const CONTROL: readonly Platform[] = [
  'flux',
  'argo-cd',
  'argo-rollouts',
  'helm',
  'cloud-run',
  'ecs',
  'lambda',
  'nomad',
  'heroku',
  'vercel',
  'fly',
  'kubernetes',
  'systemd',
  'compose',
  'git',
];
const ON_KUBERNETES = new Set<Platform>(['kubernetes', 'helm', 'argo-rollouts', 'argo-cd', 'flux']);

export function workloadOf(
  service: ServiceName | null,
  release: Release | null,
  situation: Situation,
): Workload {
  const { own, declared } = targetsOf(service, release, situation);
  const [strongest] = [...own].sort((a, b) => CONTROL.indexOf(a.platform) - CONTROL.indexOf(b.platform));
  const chosen = declared ?? strongest ?? null;
  if (chosen === null) return assumedWorkload(service, situation);
  const related = own.filter(
    (target) => ON_KUBERNETES.has(target.platform) && ON_KUBERNETES.has(chosen.platform),
  );
  const below = related.find(({ platform }) => platform === 'kubernetes' || platform === 'argo-rollouts');
  return {
    platform: chosen.platform,
    assumed: false,
    namespace: chosen.namespace ?? first(related, ({ namespace }) => namespace),
    // Argo CD's destination is the cluster that it deploys to, no context of a client.
    context: chosen.platform === 'argo-cd' ? null : chosen.context,
    name: chosen.name,
    kind: chosen.kind ?? null,
    workload: below?.name ?? service ?? chosen.name,
    workloadNamespace: below?.namespace ?? (chosen.kind === 'Kustomization' ? null : chosen.namespace),
    sync: chosen.sync ?? null,
  };
}

function first<T>(targets: readonly DeployTarget[], pick: (target: DeployTarget) => T | null): T | null {
  for (const target of targets) {
    const value = pick(target);
    if (value !== null) return value;
  }
  return null;
}

/** `declared` is what the team wrote down for this tool: it is believed over everything that was found. */
function targetsOf(service: ServiceName | null, release: Release | null, situation: Situation) {
  if (service === null) return { own: [], declared: null };
  const facts = situation.snapshot.serviceFacts.filter(
    (fact) =>
      fact.deploy !== null && fact.deploy.platform !== 'unknown' && situation.resolve(fact.name) === service,
  );
  const declared = facts.find(({ source }) => source === 'wicked-platform.yaml')?.deploy ?? null;
  const releases = situation.releases
    .filter((other) => other.service === service)
    .map(({ target }) => target);
  const merged = situation.services.get(service)?.deploy ?? null;
  const own = [release?.target ?? null, ...releases, ...facts.map(({ deploy }) => deploy), merged].filter(
    (target): target is DeployTarget =>
      target !== null && target.platform !== 'unknown' && CONTROL.includes(target.platform),
  );
  return { own, declared };
}

/** Nothing names the platform of this service: that of all its neighbours, else Kubernetes; said to be assumed either way. */
function assumedWorkload(service: ServiceName | null, situation: Situation): Workload {
  const neighbours = situation.snapshot.serviceFacts.flatMap(({ deploy }) =>
    deploy === null || !CONTROL.includes(deploy.platform) ? [] : [deploy],
  );
  const platforms = new Set(neighbours.map(({ platform }) => platform));
  const namespaces = new Set(neighbours.map(({ namespace }) => namespace));
  const [platform] = platforms.size === 1 ? [...platforms] : ['kubernetes' as const];
  const [namespace] = platforms.size === 1 && namespaces.size === 1 ? [...namespaces] : [null];
  const name = service ?? 'SERVICE';
  return {
    platform: platform ?? 'kubernetes',
    assumed: true,
    namespace: namespace ?? null,
    context: null,
    name,
    kind: null,
    workload: name,
    workloadNamespace: namespace ?? null,
    sync: null,
  };
}
