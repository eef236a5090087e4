/** Stage five: what to do now. Decides, never acts. */
import type {
  Alternative,
  Command,
  Decision,
  Patch,
  Recommendation,
  RollbackTarget,
  Safety,
} from '../../domain/decision.ts';
import { type Hypothesis, isMadeInPlace, type Verdict } from '../../domain/hypothesis.ts';
import type { Assessment } from '../../domain/impact.ts';
import type { Probe } from '../../domain/probe.ts';
import type { Release, Situation } from '../../domain/situation.ts';
import type { Detection } from '../../domain/symptom.ts';
import { alternativesOf, doingNothing, holdsWhile } from './alternatives.ts';
import { rollbackCommands } from './commands.ts';
import { configCommands } from './config-rollback.ts';
import { rollbackCriteria } from './criteria.ts';
import { baseOf, type GoingBack } from './going-back.ts';
import { environmentAnswer, environmentProbe } from './hotfix.ts';
import { otherCommands, otherReason } from './other-actions.ts';
import { hotfixPatch, patchProbe } from './patch.ts';
import { shellQuote } from './quote.ts';
import { dangerousHazards, rollbackSafety, safetyProbes } from './safety.ts';
import { afterwards, failsSince, takenBack } from './taken-back.ts';
import { verificationSteps } from './verification.ts';
import { type Workload, workloadOf } from './workload.ts';
import { accusedConfig, helpChecks } from './would-help.ts';

/** The probes are worth asking once the cause stands: they are about taking its release back. */
export function decide(
  situation: Situation,
  detection: Detection,
  verdict: Verdict,
  assessment: Assessment,
): { readonly decision: Decision; readonly probes: readonly Probe[] } {
  const cause = verdict.rootCause;
  const release =
    cause === null ? null : (situation.releases.find((item) => item.id === cause.change?.changeId) ?? null);
  const workload = workloadOf(release?.service ?? cause?.service ?? null, release, situation);
  const back = release === null ? null : goingBack(release, cause, workload, situation);
  const safety = back === null ? noSafety() : rollbackSafety(back, assessment);
  const target = release === null ? null : targetOf(release, situation);
  const recommendation =
    verdict.nothingWrong || detection.primary !== null
      ? recommend(detection, cause, release, safety, situation)
      : 'INVESTIGATE';
  const answer = cause === null ? null : environmentAnswer(cause, situation);
  const overridable = answer === null ? null : answer.uses.some((use) => use.kind === 'env-read');
  const patch = cause === null || back === null ? null : hotfixPatch(cause, back, goneNames(back));
  const plan: Plan = { recommendation, cause, release, back, target, workload, patch, situation };
  const { commands, alternatives } = actionsOf(plan);
  const wouldHelp = helpChecks(plan);
  const decision: Decision = {
    recommendation,
    reason: reasonOf(recommendation, detection, cause, release, safety, situation),
    target,
    criteria: detection.primary === null ? [] : rollbackCriteria(situation, verdict, assessment, overridable),
    safety,
    commands,
    alternatives,
    verification:
      detection.primary === null
        ? []
        : verificationSteps(situation, detection, assessment, {
            workload,
            rollsOut: recommendation === 'ROLLBACK' || recommendation === 'ROLL_FORWARD',
          }),
    wouldFlipIf: flips(recommendation, cause, target, detection.primary !== null),
    wouldHelp,
    holdsWhile: detection.primary === null ? [] : holdsWhile(recommendation, release, workload),
    // What was decided is to do nothing: then it is no other way.
    doingNothing: recommendation === 'NONE' ? null : doingNothing(assessment, detection),
  };
  return { decision, probes: probesOf(cause, back, situation) };
}

interface Plan {
  readonly recommendation: Recommendation;
  readonly cause: Hypothesis | null;
  readonly release: Release | null;
  readonly back: GoingBack | null;
  readonly target: RollbackTarget | null;
  readonly workload: Workload;
  readonly patch: Patch | null;
  readonly situation: Situation;
}

function goingBack(
  release: Release,
  cause: Hypothesis | null,
  workload: Workload,
  situation: Situation,
): GoingBack {
  return {
    release,
    from: baseOf(release),
    platform: workload.platform,
    accusedKey: cause?.change?.key ?? null,
    accusedFile: cause?.change?.file ?? null,
    situation,
  };
}

function probesOf(cause: Hypothesis | null, back: GoingBack | null, situation: Situation): readonly Probe[] {
  if (cause === null) return [];
  const patch = back === null ? null : patchProbe(cause, back);
  return [environmentProbe(cause, situation), ...(back === null ? [] : safetyProbes(back)), patch].filter(
    (probe) => probe !== null,
  );
}

/** What a fix forward must not use again. */
function goneNames(back: GoingBack): readonly string[] {
  return dangerousHazards(back)
    .filter(({ kind }) => kind === 'data-destroyed')
    .flatMap(({ symbols }) => symbols.slice(0, 1));
}

/** The forward fix leads where going back is unsafe; what it was an alternative of is gone then. */
function actionsOf(plan: Plan): {
  readonly commands: readonly Command[];
  readonly alternatives: readonly Alternative[];
} {
  const { recommendation, cause, release, back, workload, situation, target } = plan;
  const alternatives = alternativesOf({ ...plan, dangers: back === null ? [] : dangerousHazards(back) });
  if (recommendation === 'ROLLBACK' && release !== null && back !== null && cause !== null) {
    const config = accusedConfig(cause, back);
    const commands =
      config === null
        ? rollbackCommands({
            workload,
            release,
            revision: target?.revision ?? null,
            target: { version: target?.version ?? null, commit: target?.commit ?? null },
          })
        : configCommands(config.location.path, back, workload);
    return { commands, alternatives };
  }
  if (recommendation === 'ROLL_FORWARD') {
    const [best, ...others] = alternatives;
    if (best === undefined) return { commands: lookAtCommit(cause), alternatives };
    const commands = best.commands.map((command): Command => ({ ...command, purpose: 'mitigate' }));
    return { commands, alternatives: best.patch === null ? others : alternatives };
  }
  if (cause === null || recommendation === 'NONE' || recommendation === 'INVESTIGATE')
    return { commands: [], alternatives };
  return { commands: otherCommands(recommendation, cause, workload, situation), alternatives };
}

function lookAtCommit(cause: Hypothesis | null): readonly Command[] {
  const commit = cause?.change?.commit ?? null;
  return commit === null
    ? []
    : [
        {
          purpose: 'inspect',
          platform: 'git',
          command: `git show ${shellQuote(commit)}`,
          assumes: [],
          undo: null,
        },
      ];
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
  if (release === null)
    return isMadeInPlace(cause) && cause.confidence !== 'LOW' ? 'MITIGATE' : 'INVESTIGATE';
  const back = takenBack(release, situation);
  if (back !== null) {
    if (!failsSince(back, detection)) return 'NONE';
    return leftSchema(cause, safety) ? 'ROLL_FORWARD' : 'INVESTIGATE';
  }
  if (cause.confidence === 'LOW') return 'INVESTIGATE';
  return safety.verdict === 'UNSAFE' ? 'ROLL_FORWARD' : 'ROLLBACK';
}

/** What it took out of a store is still out, and the earlier code that runs again asks for it: nothing but that code's successor fits. */
function leftSchema(cause: Hypothesis, safety: Safety): boolean {
  return (
    cause.confidence !== 'LOW' &&
    safety.verdict === 'UNSAFE' &&
    cause.factors.some(({ name, weight }) => name === 'nameStillUsed' && weight > 0)
  );
}

function reasonOf(
  recommendation: Recommendation,
  detection: Detection,
  cause: Hypothesis | null,
  release: Release | null,
  safety: Safety,
  situation: Situation,
): string {
  const back = release === null || !detection.ongoing ? null : takenBack(release, situation);
  if (back !== null && (recommendation === 'NONE' || recommendation === 'INVESTIGATE'))
    return afterwards(back, recommendation, situation);
  switch (recommendation) {
    case 'NONE':
      return detection.primary === null
        ? 'nothing abnormal was found, so there is nothing to take back'
        : 'the failure has ended; watch it, and take nothing back';
    case 'INVESTIGATE':
      if (detection.primary === null)
        return situation.covered === null
          ? 'nothing was observed: without logs or metrics nobody can say that all is well'
          : 'wrong results leave no errors behind: that nothing stands out does not show that all is well';
      return cause === null
        ? 'the cause is not established: a rollback would be a guess'
        : 'the evidence for the leading cause is too weak, or it no longer runs: act on it only after a second look';
    case 'ROLLBACK':
      return `${[release?.service, release?.version].filter((word) => word != null).join(' ')} carries the cause (${cause?.confidence}), and going back is ${safety.verdict === 'UNKNOWN' ? 'possible, though its safety could not be checked: confirm the target first' : safety.verdict.toLowerCase().replace(/_/g, ' ')}`.trim();
    case 'ROLL_FORWARD':
      return `${[release?.service, release?.version].filter((part) => part !== null && part !== undefined).join(' ')} carries the cause (${cause?.confidence}), but going back is unsafe: correct it forward`;
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

function noSafety(): Safety {
  return { verdict: 'UNKNOWN', findings: [] };
}

function flips(
  recommendation: Recommendation,
  cause: Hypothesis | null,
  target: RollbackTarget | null,
  found: boolean,
): readonly string[] {
  const list: string[] = [];
  if (cause !== null)
    list.push(
      ...cause.predictions
        .filter((item) => item.result === 'NO-DATA')
        .slice(0, 2)
        .map((item) => `this proves wrong: ${item.statement}`),
    );
  if (recommendation === 'NONE')
    list.push(found ? 'it fails again' : 'another log or metric shows what was reported');
  if (recommendation === 'ROLLBACK' && target?.commit === null)
    list.push('the version before this one turned out to hold the same value, or never to have run well');
  if (recommendation === 'INVESTIGATE')
    list.push('a mechanism or a version split tied the failure to one change');
  if (list.length > 0 || cause === null) return list;
  // every prediction held: what remains is what the evidence cannot show
  return [
    cause.kind === 'change'
      ? 'the failure goes on once this is undone'
      : 'a change that this evidence does not show came before the failure',
  ];
}
