/** The forward fix by configuration, and whether it would do anything: is the variable that it sets read anywhere? */
import type { Alternative } from '../../domain/decision.ts';
import type { Hypothesis } from '../../domain/hypothesis.ts';
import type { Probe, ProbeAnswer } from '../../domain/probe.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Workload } from './commands.ts';
import { resource, shellQuote } from './quote.ts';

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
    cause.change?.type !== 'config'
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
): Alternative | null {
  const key = cause.change?.key ?? null;
  if (key === null || cause.change?.type !== 'config' || cause.change.newValue === null) return null;
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
  const scope = workload.namespace === null ? '' : ` -n ${shellQuote(workload.namespace)}`;
  return {
    summary:
      reads.length > 0
        ? `Set ${name} to the earlier value`
        : `Hotfix: restore ${key} in ${cause.change.file} and deploy; the variable ${name} alone would not do it`,
    commands: [
      {
        purpose: 'alternative',
        platform: 'kubernetes',
        command: `kubectl set env ${resource('deployment', workload.name)} ${shellQuote(`${name}=${value}`)}${scope}`,
        assumes: workload.assumed ? ['the platform is assumed'] : [],
        undo: `kubectl set env ${resource('deployment', workload.name)} ${shellQuote(`${name}-`)}${scope}`,
      },
    ],
    warnings,
    evidence: [...(answer?.evidence ?? []), ...reads.map((use) => use.evidence)],
  };
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
