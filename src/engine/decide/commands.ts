/** The command that takes a release back on the platform that the evidence shows, pinned where a revision is known. Printed, never run. */
import { assumedPlatform, type Command } from '../../domain/decision.ts';
import type { Platform } from '../../domain/service.ts';
import type { CommandInput, Renderer } from './recipe.ts';
import { HOSTED } from './recipes-hosted.ts';
import { argoCd, argoRollouts, flux, helm, kubernetes } from './recipes-kubernetes.ts';

const RECIPES: Readonly<Record<Exclude<Platform, 'unknown'>, Renderer>> = {
  kubernetes,
  helm,
  'argo-cd': argoCd,
  'argo-rollouts': argoRollouts,
  flux,
  ...HOSTED,
};

/** What to look at first, then the command itself with what it takes for granted and how to undo it. */
export function rollbackCommands(input: CommandInput): readonly Command[] {
  const { workload } = input;
  const platform = workload.platform === 'unknown' ? 'kubernetes' : workload.platform;
  const recipe = RECIPES[platform](input);
  const assumes = [
    ...(workload.assumed ? [assumedPlatform(workload.name, PLATFORM_WORDS[platform])] : []),
    ...recipe.assumes,
  ];
  return [
    ...recipe.previews.map(
      (command): Command => ({ purpose: 'preview', platform, command, assumes: [], undo: null }),
    ),
    { purpose: 'mitigate', platform, command: recipe.mitigate, assumes, undo: recipe.undo },
  ];
}

const PLATFORM_WORDS: Readonly<Record<Exclude<Platform, 'unknown'>, string>> = {
  kubernetes: 'Kubernetes',
  helm: 'Helm',
  'argo-cd': 'Argo CD',
  'argo-rollouts': 'Argo Rollouts',
  flux: 'Flux',
  ecs: 'Amazon ECS',
  lambda: 'AWS Lambda',
  'cloud-run': 'Cloud Run',
  nomad: 'Nomad',
  systemd: 'systemd',
  heroku: 'Heroku',
  vercel: 'Vercel',
  fly: 'Fly.io',
  compose: 'Docker Compose',
  git: 'a pipeline that follows git',
};
