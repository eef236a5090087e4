/** The command that takes a release back on the platform that the evidence shows, pinned where a revision is known. Printed, never run. */
import type { Command } from '../../domain/decision.ts';
import type { Platform } from '../../domain/service.ts';
import type { Release } from '../../domain/situation.ts';
import { resource, shellQuote } from './quote.ts';

export interface Workload {
  readonly platform: Platform;
  /** True when nothing in the evidence names the platform. */
  readonly assumed: boolean;
  readonly namespace: string | null;
  readonly name: string;
}

export interface CommandInput {
  readonly workload: Workload;
  readonly release: Release;
  /** The platform's own revision of the target, where known. */
  readonly revision: string | null;
}

interface Recipe {
  readonly preview: string;
  readonly mitigate: string;
  readonly undo: string | null;
  readonly assumes: readonly string[];
}

type Renderer = (input: CommandInput) => Recipe;

function kubernetes({ workload, revision, release }: CommandInput): Recipe {
  const scope = workload.namespace === null ? '' : ` -n ${shellQuote(workload.namespace)}`;
  const target = resource('deployment', workload.name);
  const pinned = revision === null ? '' : ` --to-revision=${shellQuote(revision)}`;
  const current = release.platformRevision;
  return {
    preview: `kubectl rollout history ${target}${scope}${pinned.replace('--to-revision', '--revision')}`,
    mitigate: `kubectl rollout undo ${target}${pinned}${scope}`,
    undo:
      current === null ? null : `kubectl rollout undo ${target} --to-revision=${shellQuote(current)}${scope}`,
    assumes: [
      'your kubectl context points at the affected cluster',
      ...(revision === null
        ? ['the revision before this one is the version to return to: confirm it in the rollout history']
        : []),
      'ConfigMaps and Secrets are not rolled back by it',
      ...(current === null ? ['a second undo would bring this version back: undo once, by number'] : []),
    ],
  };
}

function helm({ workload, revision, release }: CommandInput): Recipe {
  const scope = workload.namespace === null ? '' : ` --namespace ${shellQuote(workload.namespace)}`;
  const name = shellQuote(workload.name);
  return {
    preview: `helm history ${name}${scope}`,
    mitigate: `helm rollback ${name}${revision === null ? '' : ` ${shellQuote(revision)}`}${scope} --wait`,
    undo:
      release.platformRevision === null
        ? null
        : `helm rollback ${name} ${shellQuote(release.platformRevision)}${scope} --wait`,
    assumes: [
      'the release is managed by Helm from here, not by a GitOps controller',
      ...(revision === null ? ['the previous Helm revision is the one to return to'] : []),
    ],
  };
}

function argoCd({ workload, revision, release }: CommandInput): Recipe {
  const name = shellQuote(workload.name);
  return {
    preview: `argocd app history ${name}`,
    mitigate: `argocd app rollback ${name}${revision === null ? '' : ` ${shellQuote(revision)}`}`,
    undo:
      release.platformRevision === null
        ? null
        : `argocd app rollback ${name} ${shellQuote(release.platformRevision)}`,
    assumes: [
      `automated sync is off, or Argo CD reverts it at once: argocd app set ${name} --sync-policy none`,
      'the repository is reverted afterwards, so that the next sync keeps the rollback',
    ],
  };
}

function argoRollouts({ workload, revision }: CommandInput): Recipe {
  const scope = workload.namespace === null ? '' : ` -n ${shellQuote(workload.namespace)}`;
  const name = shellQuote(workload.name);
  return {
    preview: `kubectl argo rollouts get rollout ${name}${scope}`,
    mitigate: `kubectl argo rollouts undo ${name}${revision === null ? '' : ` --to-revision=${shellQuote(revision)}`}${scope}`,
    undo: null,
    assumes: [
      'the Argo Rollouts plugin is installed',
      'for a rollout still in progress: kubectl argo rollouts abort',
    ],
  };
}

function gitRevert({ release }: CommandInput): Recipe {
  const commit = release.commit ?? 'HEAD';
  return {
    preview: `git show --stat ${shellQuote(commit)}`,
    mitigate: `git revert --no-edit ${shellQuote(commit)} && git push`,
    undo: `git revert --no-edit HEAD`,
    assumes: ['pushing to the main branch starts a deployment'],
  };
}

const RECIPES: Partial<Record<Platform, Renderer>> = {
  kubernetes,
  helm,
  'argo-cd': argoCd,
  'argo-rollouts': argoRollouts,
  git: gitRevert,
  flux: (input) => ({
    ...gitRevert(input),
    assumes: ['Flux follows the repository: a rollback by kubectl or helm would be reverted'],
  }),
  heroku: ({ workload, revision }) => ({
    preview: `heroku releases --app ${shellQuote(workload.name)}`,
    mitigate: `heroku rollback${revision === null ? '' : ` ${shellQuote(revision)}`} --app ${shellQuote(workload.name)}`,
    undo: null,
    assumes: ['you are logged in to the right team'],
  }),
  ecs: ({ workload, revision }) => ({
    preview: `aws ecs describe-services --cluster ${shellQuote(workload.namespace ?? 'default')} --services ${shellQuote(workload.name)}`,
    mitigate: `aws ecs update-service --cluster ${shellQuote(workload.namespace ?? 'default')} --service ${shellQuote(workload.name)} --task-definition ${shellQuote(revision ?? `${workload.name}:PREVIOUS_REVISION`)}`,
    undo: null,
    assumes: ['the earlier task definition is still registered'],
  }),
  'cloud-run': ({ workload, revision }) => ({
    preview: `gcloud run revisions list --service ${shellQuote(workload.name)}`,
    mitigate: `gcloud run services update-traffic ${shellQuote(workload.name)} --to-revisions=${shellQuote(`${revision ?? 'PREVIOUS_REVISION'}=100`)}`,
    undo: `gcloud run services update-traffic ${shellQuote(workload.name)} --to-latest`,
    assumes: ['project and region are set in gcloud'],
  }),
  nomad: ({ workload, revision }) => ({
    preview: `nomad job history ${shellQuote(workload.name)}`,
    mitigate: `nomad job revert ${shellQuote(workload.name)} ${shellQuote(revision ?? 'PREVIOUS_VERSION')}`,
    undo: null,
    assumes: ['the earlier job version is still held'],
  }),
  fly: ({ workload }) => ({
    preview: `fly releases --app ${shellQuote(workload.name)} --image`,
    mitigate: `fly deploy --app ${shellQuote(workload.name)} --image PREVIOUS_IMAGE`,
    undo: null,
    assumes: ['PREVIOUS_IMAGE is the image of the release before'],
  }),
  vercel: ({ workload }) => ({
    preview: `vercel ls ${shellQuote(workload.name)}`,
    mitigate: `vercel rollback`,
    undo: 'vercel rollback --undo',
    assumes: ['run in the linked project'],
  }),
};

export function rollbackCommands(input: CommandInput): readonly Command[] {
  const platform = input.workload.platform;
  const recipe = (RECIPES[platform] ?? kubernetes)(input);
  const assumes = [
    ...(input.workload.assumed
      ? [
          `the platform is assumed: nothing in the evidence says that ${input.workload.name} runs on Kubernetes`,
        ]
      : []),
    ...recipe.assumes,
  ];
  const shown: Platform = RECIPES[platform] === undefined ? 'kubernetes' : platform;
  return [
    { purpose: 'preview', platform: shown, command: recipe.preview, assumes: [], undo: null },
    { purpose: 'mitigate', platform: shown, command: recipe.mitigate, assumes, undo: recipe.undo },
  ];
}
