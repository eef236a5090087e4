/** The forward fix by configuration, and whether it would do anything: is the variable that it sets read anywhere? */
import { type Alternative, assumedPlatform, type Command } from '../../domain/decision.ts';
import type { Hypothesis } from '../../domain/hypothesis.ts';
import type { Probe, ProbeAnswer } from '../../domain/probe.ts';
import type { Release, Situation } from '../../domain/situation.ts';
import { kubectlScope, workloadResource } from './kubectl.ts';
import { shellQuote } from './quote.ts';
import type { Workload } from './workload.ts';

/** `paymentTimeout` → `PAYMENT_TIMEOUT`, the name that teams would try first. */
export function environmentName(key: string): string {
  return (key.split('.').at(-1) ?? key)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}

export function environmentProbe(cause: Hypothesis, situation: Situation): Probe | null {
  const key = cause.change?.key ?? null;
  const repository = situation.snapshot.repositories[0];
  if (
    key === null ||
    repository === undefined ||
    repository.head === null ||
    cause.kind !== 'change' ||
    cause.change?.type !== 'config' ||
    isPackage(cause, situation)
  )
    return null;
  const name = environmentName(key);
  return {
    kind: 'symbol-uses',
    id: `symbol-uses:HEAD:${name}`,
    repo: repository.repo,
    revision: 'HEAD',
    names: [name],
  };
}

/** A version of a package is a value that no variable sets. */
function isPackage(cause: Hypothesis, situation: Situation): boolean {
  return situation.snapshot.probeAnswers.some(
    (answer) =>
      answer.kind === 'revision-diff' &&
      answer.diff.files.some(
        ({ path, category }) =>
          path === cause.change?.file && (category === 'lockfile' || category === 'dependency-manifest'),
      ),
  );
}

/** The search's answer; null while it is not known. */
export function environmentAnswer(
  cause: Hypothesis,
  situation: Situation,
): Extract<ProbeAnswer, { kind: 'symbol-uses' }> | null {
  const probe = environmentProbe(cause, situation);
  const answer =
    probe === null ? undefined : situation.snapshot.probeAnswers.find((item) => item.probeId === probe.id);
  return answer?.kind === 'symbol-uses' ? answer : null;
}

export function hotfixAlternative(
  cause: Hypothesis,
  workload: Workload,
  situation: Situation,
  earlier: string | null,
  release: Release | null,
): Alternative | null {
  const key = cause.change?.key ?? null;
  if (key === null || cause.change?.type !== 'config' || cause.change.newValue === null) return null;
  if (isPackage(cause, situation)) return null;
  const name = environmentName(key);
  const answer = environmentAnswer(cause, situation);
  const reads = answer?.uses.filter((use) => use.kind === 'env-read') ?? [];
  const value = earlier ?? 'EARLIER_VALUE';
  const warnings: string[] = [];
  if (answer !== null && reads.length === 0)
    warnings.push(
      `nothing reads ${name} (${answer.searched}): as the code stands, setting it changes nothing; ${key} is a literal in ${cause.change.file}:${cause.change.line}`,
    );
  if (answer === null) warnings.push(`whether anything reads ${name} was not checked`);
  if (earlier === null) warnings.push('no revision in git holds the earlier value: confirm it first');
  else if (cause.change.oldValue === null)
    warnings.push(`${earlier} comes from a comment, which nobody checked`);
  const takesEffect = reads.length > 0;
  if (takesEffect && RECONCILED.has(workload.platform))
    warnings.push(
      `${workload.platform === 'flux' ? 'Flux' : 'Argo CD'} puts the workload back as it stands in git: set it there`,
    );
  return {
    summary: takesEffect
      ? `Set ${name} to the earlier value`
      : `Hotfix: restore ${key} in ${cause.change.file} and deploy; the variable ${name} alone would not do it`,
    commands: environmentCommands(name, value, workload),
    warnings,
    timeToMitigate: takesEffect ? rolloutTime(release) : NO_EFFECT,
    risk: takesEffect ? 'low' : 'high',
    reversible: 'by unsetting the variable',
    patch: null,
    evidence: [...(answer?.evidence ?? []), ...reads.map((use) => use.evidence)],
  };
}

/** Said of a command that would change nothing. */
export const NO_EFFECT = 'a deployment of the fix, the command alone does nothing';

const RECONCILED = new Set<Workload['platform']>(['argo-cd', 'flux']);

/** As long as the accused rollout itself took, where that was recorded. */
function rolloutTime(release: Release | null): string {
  const tookMs = release?.finishedAt == null ? 0 : release.finishedAt - release.startedAt;
  return tookMs > 0 ? `one rollout (the last one took ${Math.round(tookMs / 1000)} s)` : 'one rollout';
}

/** Setting one variable on the platforms that can; elsewhere the setting goes through the pipeline. */
function environmentCommands(name: string, value: string, workload: Workload): readonly Command[] {
  const assumes = workload.assumed ? [assumedPlatform(workload.name, 'Kubernetes')] : [];
  const pair = shellQuote(`${name}=${value}`);
  const app = shellQuote(workload.name);
  const alternative = (command: string, undo: string): readonly Command[] => [
    { purpose: 'alternative', platform: workload.platform, command, assumes, undo },
  ];
  switch (workload.platform) {
    case 'heroku':
      return alternative(
        `heroku config:set ${pair} --app ${app}`,
        `heroku config:unset ${name} --app ${app}`,
      );
    case 'fly':
      return alternative(`fly secrets set ${pair} --app ${app}`, `fly secrets unset ${name} --app ${app}`);
    case 'cloud-run':
      return alternative(
        `gcloud run services update ${app} --update-env-vars=${pair}`,
        `gcloud run services update ${app} --remove-env-vars=${shellQuote(name)}`,
      );
    case 'kubernetes':
    case 'helm':
    case 'argo-cd':
    case 'argo-rollouts':
    case 'flux':
    case 'unknown': {
      const target = `${workloadResource(workload)}`;
      const scope = kubectlScope(workload);
      return [
        {
          purpose: 'alternative',
          platform: 'kubernetes',
          command: `kubectl set env ${target} ${pair}${scope}`,
          assumes,
          undo: `kubectl set env ${target} ${shellQuote(`${name}-`)}${scope}`,
        },
      ];
    }
    case 'ecs':
    case 'lambda':
    case 'nomad':
    case 'systemd':
    case 'vercel':
    case 'compose':
    case 'git':
      return [];
  }
}

/** The value to restore: from the difference, else what comments claim, which the caller must mark as a claim. */
export function earlierValue(cause: Hypothesis): string | null {
  if (cause.change?.oldValue !== null && cause.change?.oldValue !== undefined) return cause.change.oldValue;
  const claim = cause.factors.find((item) => item.name === 'claim');
  const numbers = [...(claim?.detail.matchAll(/"([^"]*)"/g) ?? [])].flatMap((match) =>
    [...(match[1] ?? '').matchAll(/\d+(?:\.\d+)?/g)].map((item) => item[0]),
  );
  const other = [...new Set(numbers)].filter((number) => number !== cause.change?.newValue);
  return other.length === 1 ? (other[0] ?? null) : null;
}
