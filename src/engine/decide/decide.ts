/** Stage five: what to do now. Decides, never acts. */
import type {
  Alternative,
  Command,
  Decision,
  Recommendation,
  RollbackTarget,
  Safety,
} from '../../domain/decision.ts';
import type { Hypothesis, Verdict } from '../../domain/hypothesis.ts';
import type { Assessment } from '../../domain/impact.ts';
import type { Probe } from '../../domain/probe.ts';
import type { Release, Situation } from '../../domain/situation.ts';
import type { Detection } from '../../domain/symptom.ts';
import { rollbackCommands, type Workload } from './commands.ts';
import { rollbackCriteria } from './criteria.ts';
import { earlierValue, environmentAnswer, environmentProbe, hotfixAlternative } from './hotfix.ts';
import { otherCommands, otherReason } from './other-actions.ts';
import { shellQuote } from './quote.ts';
import { rollbackSafety } from './safety.ts';
import { verificationSteps } from './verification.ts';

export function decide(
  situation: Situation,
  detection: Detection,
  verdict: Verdict,
  assessment: Assessment,
): { readonly decision: Decision; readonly probes: readonly Probe[] } {
  const cause = verdict.rootCause;
  const release =
    cause === null ? null : (situation.releases.find((item) => item.id === cause.change?.changeId) ?? null);
  const target = release === null ? null : targetOf(release, situation);
  const safety =
    release === null ? noSafety() : rollbackSafety(release, safetyDiff(release, situation), situation);
  const recommendation =
    verdict.nothingWrong || detection.primary !== null
      ? recommend(detection, cause, release, safety, situation)
      : 'INVESTIGATE';
  const workload = workloadOf(release?.service ?? cause?.service ?? null, release, situation);
  const answer = cause === null ? null : environmentAnswer(cause, situation);
  const overridable = answer === null ? null : answer.uses.some((use) => use.kind === 'env-read');
  const decision: Decision = {
    recommendation,
    reason: reasonOf(recommendation, detection, cause, release, safety),
    target,
    criteria: detection.primary === null ? [] : rollbackCriteria(situation, verdict, assessment, overridable),
    safety,
    commands: commandsOf(recommendation, cause, release, target, workload, situation),
    alternatives: alternativesOf(recommendation, cause, workload, situation),
    verification:
      detection.primary === null ? [] : verificationSteps(situation, detection, assessment, workload),
    wouldFlipIf: flips(recommendation, cause, target),
  };
  const probe = cause === null ? null : environmentProbe(cause, situation);
  return { decision, probes: probe === null ? [] : [probe] };
}

const BY_KIND: Readonly<Record<Hypothesis['kind'], Recommendation>> = {
  change: 'ROLLBACK',
  flag: 'DISABLE_FLAG',
  dependency: 'MITIGATE_DEPENDENCY',
  traffic: 'SCALE',
  resource: 'MITIGATE',
  credential: 'MITIGATE',
  network: 'MITIGATE',
  'data-job': 'MITIGATE',
  'bad-data': 'MITIGATE',
};

function recommend(
  detection: Detection,
  cause: Hypothesis | null,
  release: Release | null,
  safety: Safety,
  situation: Situation,
): Recommendation {
  if (detection.primary === null || !detection.ongoing) return 'NONE';
  if (cause === null) return 'INVESTIGATE';
  if (cause.kind !== 'change') return BY_KIND[cause.kind];
  if (cause.confidence === 'LOW' || release === null) return 'INVESTIGATE';
  if (alreadyBack(release, situation)) return 'INVESTIGATE';
  return safety.verdict === 'UNSAFE' ? 'ROLL_FORWARD' : 'ROLLBACK';
}

/** A later rollout replaced the accused release: there is nothing left to take back. */
function alreadyBack(release: Release, situation: Situation): boolean {
  return situation.releases.some(
    (other) =>
      other.service === release.service &&
      other.startedAt > release.startedAt &&
      other.rollback &&
      other.status !== 'failed',
  );
}

function reasonOf(
  recommendation: Recommendation,
  detection: Detection,
  cause: Hypothesis | null,
  release: Release | null,
  safety: Safety,
): string {
  switch (recommendation) {
    case 'NONE':
      return detection.primary === null
        ? 'nothing abnormal was found, so there is nothing to take back'
        : 'the failure has ended; watch it, and take nothing back';
    case 'INVESTIGATE':
      if (detection.primary === null)
        return 'nothing was observed: without logs or metrics nobody can say that all is well';
      return cause === null
        ? 'the cause is not established: a rollback would be a guess'
        : 'the evidence for the leading cause is too weak, or it no longer runs: act on it only after a second look';
    case 'ROLLBACK':
      return `${release?.service ?? ''} ${release?.version ?? ''} carries the cause (${cause?.confidence}), and going back is ${safety.verdict === 'UNKNOWN' ? 'possible, though its safety could not be checked: confirm the target first' : safety.verdict.toLowerCase().replace(/_/g, ' ')}`.trim();
    case 'ROLL_FORWARD':
      return `the release carries the cause, and going back is unsafe: ${safety.findings.find((item) => item.verdict === 'danger')?.statement ?? ''}`;
    case 'DISABLE_FLAG':
    case 'MITIGATE_DEPENDENCY':
    case 'SCALE':
    case 'MITIGATE':
      return otherReason(recommendation, cause);
  }
}

function targetOf(release: Release, situation: Situation): RollbackTarget {
  const previous = situation.releases.find((other) => other.id === release.previousId) ?? null;
  return {
    service: release.service,
    version: previous?.version ?? release.previousVersion,
    commit: previous?.commit ?? release.previousCommit,
    revision: previous?.platformRevision ?? release.previousPlatformRevision,
  };
}

function workloadOf(service: string | null, release: Release | null, situation: Situation): Workload {
  const declared = service === null ? null : (situation.services.get(service)?.deploy ?? null);
  const target = release?.target ?? declared;
  if (target !== null && target.platform !== 'unknown')
    return {
      platform: target.platform,
      assumed: false,
      namespace: target.namespace ?? declared?.namespace ?? null,
      name: target.name,
    };
  return {
    platform: 'kubernetes',
    assumed: true,
    namespace: declared?.namespace ?? null,
    name: service ?? 'SERVICE',
  };
}

function commandsOf(
  recommendation: Recommendation,
  cause: Hypothesis | null,
  release: Release | null,
  target: RollbackTarget | null,
  workload: Workload,
  situation: Situation,
): readonly Command[] {
  if (recommendation === 'ROLLBACK' && release !== null)
    return rollbackCommands({ workload, release, revision: target?.revision ?? null });
  if (cause === null || recommendation === 'NONE' || recommendation === 'INVESTIGATE') return [];
  return otherCommands(recommendation, cause, workload, situation);
}

function alternativesOf(
  recommendation: Recommendation,
  cause: Hypothesis | null,
  workload: Workload,
  situation: Situation,
): readonly Alternative[] {
  if (cause === null || (recommendation !== 'ROLLBACK' && recommendation !== 'ROLL_FORWARD')) return [];
  const hotfix = hotfixAlternative(cause, workload, situation, earlierValue(cause));
  const commit = cause.change?.commit ?? null;
  const revert: Alternative[] =
    commit === null
      ? []
      : [
          {
            summary: 'Revert the commit and deploy it through the pipeline',
            commands: [
              {
                purpose: 'alternative',
                platform: 'git',
                command: `git revert --no-edit ${shellQuote(commit)}`,
                assumes: ['the commit reverts cleanly'],
                undo: 'git revert --no-edit HEAD',
              },
            ],
            warnings: ['slower than a rollback: the pipeline has to run'],
            evidence: [],
          },
        ];
  return [...(hotfix === null ? [] : [hotfix]), ...revert];
}

/** The difference from what ran before; where no earlier release is recorded, from the parent of the first commit that this one brought. */
function safetyDiff(release: Release, situation: Situation) {
  const from = release.previousCommit ?? release.commits.at(-1)?.parents[0] ?? null;
  const answer = situation.snapshot.probeAnswers.find(
    (item) =>
      item.kind === 'revision-diff' &&
      from !== null &&
      item.diff.from === from &&
      item.diff.to === release.commit,
  );
  return answer?.kind === 'revision-diff' ? answer.diff : null;
}

function noSafety(): Safety {
  return { verdict: 'UNKNOWN', findings: [] };
}

function flips(
  recommendation: Recommendation,
  cause: Hypothesis | null,
  target: RollbackTarget | null,
): readonly string[] {
  const list: string[] = [];
  if (cause !== null)
    list.push(
      ...cause.predictions
        .filter((item) => item.result === 'NO-DATA')
        .slice(0, 2)
        .map((item) => `it turned out that this does not hold: ${item.statement}`),
    );
  if (recommendation === 'ROLLBACK' && target?.commit === null)
    list.push('the version before this one turned out to hold the same value, or never to have run well');
  if (recommendation === 'INVESTIGATE')
    list.push('a mechanism or a version split tied the failure to one change');
  return list;
}
