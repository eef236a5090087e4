/** Rollouts that nothing but an annotated tag tells of: `cart/v1.4.0`, made by whoever or whatever released it. A lightweight tag has no time of its own. */
import type { Deployment, ReleaseTag } from '../../domain/change.ts';
import { canonicalServiceName, type ServiceName } from '../../domain/service.ts';
import { toIso } from '../../domain/time.ts';

/** Where deployments come from that are known by their tag alone. */
export const TAG_SOURCE = 'git-tag';

/**
 * Tags of services of which no deployment is recorded: beside a record a tag says only which commit a version is, for it may
 * have been made days before. One that names no service is of the repository's own, where that is a service.
 */
export function taggedReleases(
  tags: readonly ReleaseTag[],
  recorded: readonly Deployment[],
  isService: (name: ServiceName) => boolean,
  resolve: (raw: string) => ServiceName,
): readonly Deployment[] {
  const told = new Set(recorded.flatMap(({ service }) => (service === null ? [] : [resolve(service)])));
  return tags.flatMap((tag): Deployment[] => {
    const { at, annotated, repo, sha, version } = tag;
    const named = tag.service ?? canonicalServiceName(repo.split('/').at(-1) ?? '');
    const service = named === '' ? '' : resolve(named);
    if (!annotated || at === null || !/\d/.test(version) || !isService(service) || told.has(service))
      return [];
    return [
      {
        id: `tag:${repo}:${tag.tag}:${toIso(at)}`,
        type: 'deployment',
        service,
        version,
        commit: sha,
        at,
        finishedAt: null,
        summary: `${service} ${version} was tagged`,
        actor: null,
        source: TAG_SOURCE,
        status: 'unknown',
        environment: null,
        platformRevision: null,
        deploymentId: null,
        rollback: false,
        share: null,
        target: null,
        images: [],
        evidence: tag.evidence,
      },
    ];
  });
}
