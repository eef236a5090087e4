/** What a rollback of one release would be: from which revision to which, and the answers that tell what lies between. */
import type { RevisionDiff, RollbackHazard, RollbackHazards } from '../../domain/code.ts';
import type { Probe, ProbeAnswer } from '../../domain/probe.ts';
import type { Platform } from '../../domain/service.ts';
import type { Release, Situation } from '../../domain/situation.ts';

export interface GoingBack {
  readonly release: Release;
  /** Where it is taken back to: the earlier release's commit, else the parent of the oldest commit that it brought; null where neither is known. */
  readonly from: string | null;
  readonly platform: Platform;
  /** The setting that is accused: taking it back is the point, not a risk. */
  readonly accusedKey: string | null;
  /** The file that is accused: a migration there is the cause itself, and stays when the code goes back. */
  readonly accusedFile: string | null;
  readonly situation: Situation;
}

export function baseOf(release: Release): string | null {
  return release.previousCommit ?? release.commits.at(-1)?.parents[0] ?? null;
}

/** The service's own difference, as the correlation asked for it. */
export function codeDifference({ from, release, situation }: GoingBack): RevisionDiff | null {
  const answer = situation.snapshot.probeAnswers.find(
    (item) =>
      item.kind === 'revision-diff' &&
      from !== null &&
      !item.probeId.endsWith(SHARED) &&
      item.diff.from === from &&
      item.diff.to === release.commit,
  );
  return answer?.kind === 'revision-diff' ? answer.diff : null;
}

const SHARED = ':shared-settings';

/** Asks for the settings that lie in no service's folder: they go back with a release that is rolled back by its commit. */
export function sharedSettingsProbe(back: GoingBack, found: RollbackHazards): Probe | null {
  const { from, release, situation } = back;
  const own = situation.folders.get(release.service) ?? [];
  if (from === null || release.commit === null || own.length === 0) return null;
  const paths = found.settingsFiles.filter(
    (path) => ![...situation.folders.values()].some((folders) => isBelow(path, folders)),
  );
  if (paths.length === 0) return null;
  const id = `revision-diff:${from}:${release.commit}${SHARED}`;
  return { kind: 'revision-diff', id, repo: release.repo ?? '.', from, to: release.commit, paths };
}

export function sharedSettings(back: GoingBack): RevisionDiff | null {
  const found = hazardsOf(back);
  const probe = found === null ? null : sharedSettingsProbe(back, found);
  return answerTo(probe, 'revision-diff', back.situation)?.diff ?? null;
}

export function hazardsProbe({ from, release }: GoingBack): Probe | null {
  if (from === null || release.commit === null || from === release.commit) return null;
  return {
    kind: 'rollback-hazards',
    id: `rollback-hazards:${from}:${release.commit}`,
    repo: release.repo ?? '.',
    from,
    to: release.commit,
  };
}

export function answerTo<Kind extends ProbeAnswer['kind']>(
  probe: Probe | null,
  kind: Kind,
  situation: Situation,
): Extract<ProbeAnswer, { kind: Kind }> | null {
  if (probe === null) return null;
  const answer = situation.snapshot.probeAnswers.find((item) => item.probeId === probe.id);
  return answer?.kind === kind ? (answer as Extract<ProbeAnswer, { kind: Kind }>) : null;
}

export function hazardsOf(back: GoingBack): RollbackHazards | null {
  return answerTo(hazardsProbe(back), 'rollback-hazards', back.situation)?.found ?? null;
}

function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some(
    (folder) => folder === '.' || folder === '' || path === folder || path.startsWith(`${folder}/`),
  );
}

/** Hazards of the release itself: in its folders, or in none of another service's. A sibling's migration is not taken back with it. */
export function ownHazards(back: GoingBack, found: RollbackHazards): readonly RollbackHazard[] {
  const { folders } = back.situation;
  const own = folders.get(back.release.service) ?? [];
  return found.hazards.filter(({ location }) => {
    if (own.length === 0 || isBelow(location.path, own)) return true;
    return ![...folders].some(
      ([service, others]) => service !== back.release.service && isBelow(location.path, others),
    );
  });
}

export function isInFolders(path: string, service: string, situation: Situation): boolean {
  const folders = situation.folders.get(service) ?? [];
  return folders.length === 0 || isBelow(path, folders);
}
