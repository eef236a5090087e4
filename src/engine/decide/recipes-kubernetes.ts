/** Taking a release back on Kubernetes, and under the controllers that would put it back: Helm, Argo CD, Argo Rollouts, Flux. */
import { contextAssumption, helmScope, kubectlScope, workloadResource } from './kubectl.ts';
import { shellQuote } from './quote.ts';
import type { Recipe, Renderer } from './recipe.ts';

const CONFIG_STAYS = 'ConfigMaps and Secrets are not rolled back by it';

export const kubernetes: Renderer = ({ workload, revision, release }) => {
  const scope = kubectlScope(workload);
  const target = workloadResource(workload);
  const pinned = revision === null ? '' : ` --to-revision=${shellQuote(revision)}`;
  const looked = revision === null ? '' : ` --revision=${shellQuote(revision)}`;
  const current = release.platformRevision;
  const undo = `kubectl rollout undo ${target}${pinned}${scope}`;
  return {
    previews: [`kubectl rollout history ${target}${scope}${looked}`, `${undo} --dry-run=server`],
    mitigate: undo,
    undo:
      current === null ? null : `kubectl rollout undo ${target} --to-revision=${shellQuote(current)}${scope}`,
    assumes: [
      ...contextAssumption(workload),
      ...(revision === null
        ? ['the revision before this one is the version to return to: confirm it in the rollout history']
        : []),
      CONFIG_STAYS,
      ...(current === null ? ['a second undo would bring this version back: undo once, by number'] : []),
    ],
  };
};

export const helm: Renderer = ({ workload, revision, release }) => {
  const scope = helmScope(workload);
  const name = shellQuote(workload.name);
  const rollback = `helm rollback ${name}${revision === null ? '' : ` ${shellQuote(revision)}`}${scope}`;
  return {
    previews: [`helm history ${name}${scope}`, `${rollback} --dry-run`],
    mitigate: `${rollback} --wait`,
    undo:
      release.platformRevision === null
        ? null
        : `helm rollback ${name} ${shellQuote(release.platformRevision)}${scope} --wait`,
    assumes: [
      'the release is managed by Helm from here, not by a GitOps controller',
      ...(revision === null ? ['the previous Helm revision is the one to return to'] : []),
    ],
  };
};

/** Argo CD refuses a rollback while automated sync is on: it is switched off in the same line, and on again by the undo. */
export const argoCd: Renderer = ({ workload, revision, release, target }) => {
  const name = shellQuote(workload.name);
  const isAutomated = workload.sync === 'automated' || workload.sync === 'self-heal';
  const pause = isAutomated ? `argocd app set ${name} --sync-policy none && ` : '';
  const resume = isAutomated
    ? ` && argocd app set ${name} --sync-policy automated${workload.sync === 'self-heal' ? ' --self-heal' : ''}`
    : '';
  const current = release.platformRevision;
  return {
    previews: [
      `argocd app history ${name}`,
      ...(target.commit === null ? [] : [`argocd app diff ${name} --revision ${shellQuote(target.commit)}`]),
    ],
    mitigate: `${pause}argocd app rollback ${name}${revision === null ? '' : ` ${shellQuote(revision)}`}`,
    undo: current === null ? null : `argocd app rollback ${name} ${shellQuote(current)}${resume}`,
    assumes: [
      ...(isAutomated
        ? [
            `Argo CD syncs this application by itself${workload.sync === 'self-heal' ? ' and puts back what is changed by hand' : ''}: the line switches that off first`,
          ]
        : []),
      ...(workload.sync === null
        ? [
            `automated sync is off, or Argo CD refuses or reverts it: argocd app set ${name} --sync-policy none`,
          ]
        : []),
      'the repository is reverted afterwards, before sync is switched on again',
      ...(revision === null
        ? ['the deployment before this one is the one to return to: confirm it in the history']
        : []),
    ],
  };
};

/** A rollout in progress is aborted, which sends all traffic to the stable version at once; one that has finished is undone. */
export const argoRollouts: Renderer = ({ workload, revision, release }) => {
  const scope = kubectlScope(workload);
  const name = shellQuote(workload.name);
  const isPartial = release.share !== null && release.share < 1;
  const undo = `kubectl argo rollouts undo ${name}${revision === null ? '' : ` --to-revision=${shellQuote(revision)}`}${scope}`;
  const current = release.platformRevision;
  return {
    previews: [`kubectl argo rollouts get rollout ${name}${scope}`],
    mitigate: isPartial ? `kubectl argo rollouts abort ${name}${scope}` : undo,
    undo: undoOfRollout(name, scope, isPartial, current),
    assumes: [
      'the Argo Rollouts plugin is installed',
      ...contextAssumption(workload),
      isPartial
        ? 'it stays degraded until the earlier version is set in the spec: revert the repository next'
        : 'for a rollout still in progress: kubectl argo rollouts abort',
      CONFIG_STAYS,
    ],
  };
};

function undoOfRollout(
  name: string,
  scope: string,
  isPartial: boolean,
  current: string | null,
): string | null {
  if (isPartial) return `kubectl argo rollouts retry rollout ${name}${scope}`;
  return current === null
    ? null
    : `kubectl argo rollouts undo ${name} --to-revision=${shellQuote(current)}${scope}`;
}

/** Flux puts back what anybody changes below it: it is suspended in the same line. */
export const flux: Renderer = (input) => {
  const { workload } = input;
  const isHelm = workload.kind === 'HelmRelease';
  const object = isHelm ? 'helmrelease' : 'kustomization';
  const owner = `${object} ${shellQuote(workload.name)}${fluxScope(input.workload.kind, workload.namespace)}`;
  const below: Recipe = isHelm
    ? helm(input)
    : kubernetes({ ...input, workload: { ...workload, namespace: workload.workloadNamespace, kind: null } });
  const context = workload.context === null ? '' : ` --context ${shellQuote(workload.context)}`;
  return {
    previews: [
      `flux get ${object}s${fluxScope(workload.kind, workload.namespace)}${context}`,
      ...below.previews,
    ],
    mitigate: `flux suspend ${owner}${context} && ${below.mitigate}`,
    undo: `flux resume ${owner}${context}`,
    assumes: [
      'Flux follows the repository: it is suspended first, and resumed only after the repository is reverted',
      ...below.assumes.filter((assumed) => !assumed.includes('GitOps')),
    ],
  };
};

function isKustomization(kind: string | null): boolean {
  return kind === 'Kustomization';
}

/** A Kustomization lives in Flux's own namespace unless told. */
function fluxScope(kind: string | null, namespace: string | null): string {
  if (namespace !== null) return ` -n ${shellQuote(namespace)}`;
  return isKustomization(kind) ? ' -n flux-system' : '';
}
