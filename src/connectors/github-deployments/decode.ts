/** From a GitHub deployment and its statuses to a deployment of the domain. Pure. */
import type { Deployment } from '../../domain/change.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import { canonicalServiceName } from '../../domain/service.ts';
import type { EpochMs } from '../../domain/time.ts';
import { deploymentStatus, isCommitId, plainVersion, shareOfWeight } from '../_kit/deployments.ts';
import { splitTag } from '../_kit/release-tag.ts';
import type { GithubDeployment, GithubStatus } from './schema.ts';

export const SOURCE = 'github-deployments';

/** A status with the piece of evidence that holds it. */
export interface CitedStatus extends GithubStatus {
  readonly evidence: EvidenceRef;
}

interface Naming {
  readonly service: string | null;
  readonly version: string | null;
}

/** `cart v1.2.0`, `Deploy cart@1.2.0`, `Deployment of cart to production` */
const DESCRIBED =
  /^(?:(?:deploy(?:ment|ing|ed)?|release|roll(?:ing)?[ -]?back)(?: of)?:?\s+)?([a-z][a-z0-9]*(?:[-_/.][a-z0-9]+)*)(?:[ @:]+(v?\d[\w.+-]*))?(?:$|\s+(?:to|in|on)\b|\s*[([,;])/i;

function fromDescription(text: string | null): Naming {
  const match = text === null ? null : DESCRIBED.exec(text.trim());
  return { service: match?.[1] ?? null, version: match?.[2] ?? null };
}

function fromRef(ref: string | null): Naming {
  if (ref === null || isCommitId(ref)) return { service: null, version: null };
  const { service, version } = splitTag(ref.replace(/^refs\/(tags|heads)\//, ''));
  return /^v?\d/.test(version) ? { service, version } : { service: null, version: null };
}

/** What the payload says outranks the ref, the ref outranks the description, and the repository comes last. */
function namingOf(deployment: GithubDeployment): Naming {
  const { payload, ref, description, repository } = deployment;
  const described = fromDescription(description);
  const referred = fromRef(ref);
  const service =
    payload.text('service', 'app', 'application', 'component', 'name') ??
    referred.service ??
    described.service ??
    repository;
  const version =
    payload.text('version', 'tag', 'release', 'image_tag', 'image') ?? referred.version ?? described.version;
  const name = service === null ? null : canonicalServiceName(service);
  return { service: name, version: version === null ? null : plainVersion(version, name ?? '') };
}

function shareOf(deployment: GithubDeployment): number | null {
  const { payload } = deployment;
  const weight = payload.number('canaryWeight', 'canary_percent', 'weight', 'percentage', 'traffic');
  return shareOfWeight(weight);
}

/** Time order; GitHub lists newest first. Ties: by reference. */
function inOrder(statuses: readonly CitedStatus[]): readonly CitedStatus[] {
  return [...statuses].sort((a, b) => a.createdAt - b.createdAt || (a.evidence < b.evidence ? -1 : 1));
}

function isEnd(status: GithubStatus): boolean {
  return status.state !== 'inactive' && /^(succeeded|failed)$/.test(deploymentStatus(status.state));
}

/**
 * `statuses`: those of this deployment that are known at the time of the triage. `statusesKnown`: whether they were
 * saved or asked for; where they were not, a missing status says nothing.
 */
export function toDeployment(
  deployment: GithubDeployment,
  statuses: readonly CitedStatus[],
  evidence: EvidenceRef,
  statusesKnown: boolean,
): Deployment {
  const { id, sha, ref, task, environment, description, createdAt, creator } = deployment;
  const { service, version } = namingOf(deployment);
  const ordered = inOrder(statuses);
  const end = ordered.findLast(isEnd);
  const finishedAt: EpochMs | null = end?.createdAt ?? null;
  const rollback =
    /roll[-_ ]?back/i.test(task ?? '') || /^(roll(ing)?[- ]?back|revert)/i.test(description ?? '');
  const what = `${rollback ? 'Rollback' : 'Deployment'} of ${service ?? ref ?? 'an unnamed service'} ${version ?? sha.slice(0, 7)}`;
  const unfinished = statusesKnown || ordered.length > 0 ? 'started' : 'unknown';
  return {
    type: 'deployment',
    id: `${SOURCE}:${id}`,
    service,
    at: createdAt,
    summary: environment === null ? what : `${what} to ${environment}`,
    actor: creator,
    source: SOURCE,
    evidence: [evidence, ...ordered.map((status) => status.evidence)],
    version,
    commit: sha,
    finishedAt: finishedAt !== null && finishedAt < createdAt ? null : finishedAt,
    status: end === undefined ? unfinished : deploymentStatus(end.state),
    environment,
    platformRevision: null,
    deploymentId: id,
    rollback,
    share: shareOf(deployment),
    target: null,
    images: [],
  };
}
