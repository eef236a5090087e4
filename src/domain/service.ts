/** Services: one identity for all names, and what the catalog says about each. */
import type { EvidenceRef } from './evidence.ts';

/** Canonical lower-case name, e.g. `checkout-api`. */
export type ServiceName = string;

export type Criticality = 'critical' | 'high' | 'medium' | 'low';

export interface Slo {
  /** Percent, e.g. 99.9; null where none is set. */
  readonly availabilityPercent: number | null;
  readonly latencyP99Ms: number | null;
}

/** Where and how a service is deployed, as far as the evidence or the catalog tells. */
export interface DeployTarget {
  readonly platform: Platform;
  readonly namespace: string | null;
  readonly context: string | null;
  /** Name of the workload, release or application on the platform. */
  readonly name: string;
  /** Kind of object where the platform has several: `StatefulSet`, `HelmRelease`. Absent where it is the usual one. */
  readonly kind?: string;
  /** How a controller treats what is changed by hand: it waits, it syncs what is new in git, it puts everything back. Absent where nobody reconciles or nothing tells. */
  readonly sync?: 'manual' | 'automated' | 'self-heal';
}

export type Platform =
  | 'kubernetes'
  | 'helm'
  | 'argo-cd'
  | 'argo-rollouts'
  | 'flux'
  | 'ecs'
  | 'lambda'
  | 'cloud-run'
  | 'nomad'
  | 'systemd'
  | 'heroku'
  | 'vercel'
  | 'fly'
  | 'compose'
  | 'git'
  | 'unknown';

/** `node-kind` of the dependency graph: providers and data stores are nodes like services. */
export type ServiceKind = 'service' | 'external' | 'datastore' | 'queue' | 'library';

/** One statement about a service by one source; several are merged by `engine/normalise`. */
export interface ServiceFact {
  readonly name: ServiceName;
  readonly kind: ServiceKind;
  readonly aliases: readonly string[];
  readonly criticality: Criticality | null;
  readonly userFacing: boolean | null;
  readonly journey: string | null;
  /** Folder in the repository, `/`-separated, without a leading slash; null where unknown. */
  readonly path: string | null;
  readonly routes: readonly string[];
  readonly slo: Slo | null;
  /** Declared normal state; `errorRateRatio` 0…1. */
  readonly baseline: {
    readonly errorRateRatio: number | null;
    readonly requestsPerMinute: number | null;
  } | null;
  readonly deploy: DeployTarget | null;
  readonly owner: string | null;
  readonly language: string | null;
  readonly source: string;
  readonly evidence: readonly EvidenceRef[];
}

/** Names that stand for the same service under different spellings: lower case, separators to `-`, package scopes dropped. */
export function canonicalServiceName(raw: string): ServiceName {
  return raw
    .trim()
    .replace(/^@[^/]+\//, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[\s_./]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** `unknown_service`, `unknown_service:node`: what an OpenTelemetry SDK says where nobody named the service. It is nobody's name. */
export function isPlaceholderService(raw: string): boolean {
  return /^unknown[-_]service(?:$|[:_-])/i.test(raw.trim());
}

/**
 * Workload of a Kubernetes pod name: `checkout-api-7f9c5d8b6-x2x4q` → `checkout-api`, `db-0` → `db`.
 * A name that carries no generated suffix comes back unchanged.
 */
export function workloadOfPod(pod: string): string {
  const replicaSet = /^(.+)-([a-f0-9]{6,12}|[bcdfghjklmnpqrstvwxz2456789]{6,10})-([a-z0-9]{5})$/.exec(pod);
  if (replicaSet?.[1] !== undefined && /\d/.test(replicaSet[2] ?? '')) return replicaSet[1];
  const daemonSet = /^(.+)-([bcdfghjklmnpqrstvwxz2456789]{5})$/.exec(pod);
  if (daemonSet?.[1] !== undefined && /\d/.test(daemonSet[2] ?? '')) return daemonSet[1];
  const statefulSet = /^(.+)-(\d{1,3})$/.exec(pod);
  return statefulSet?.[1] ?? pod;
}
