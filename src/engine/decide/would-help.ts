/** Would the recommended action end the failure? A rollback to a release that holds the same value, or of a file that it does not cover, would not. */
import { shortRevision } from '../../domain/change.ts';
import type { HelpCheck, Recommendation } from '../../domain/decision.ts';
import type { Hypothesis } from '../../domain/hypothesis.ts';
import { codeDifference, type GoingBack, hazardsOf } from './going-back.ts';
import { isTheCause } from './hazard-findings.ts';
import type { Workload } from './workload.ts';

export interface HelpInput {
  readonly recommendation: Recommendation;
  readonly cause: Hypothesis | null;
  /** Null where no release is accused. */
  readonly back: GoingBack | null;
  readonly workload: Workload;
}

export function helpChecks(input: HelpInput): readonly HelpCheck[] {
  const { recommendation, cause, back, workload } = input;
  if (cause === null) return [];
  if (recommendation === 'DISABLE_FLAG') return flagChecks(cause);
  if (back === null || (recommendation !== 'ROLLBACK' && recommendation !== 'ROLL_FORWARD')) return [];
  return [...targetChecks(cause, back), ...coverageChecks(cause, back), ...controllerChecks(workload)];
}

const REDACTED = /\[redacted/i;

function targetLabel({ release, from }: GoingBack): string {
  return release.previousVersion ?? (from === null ? 'the earlier release' : shortRevision(from));
}

/** The accused value as the target holds it, or the accused commit, which the target lacks. */
function targetChecks(cause: Hypothesis, back: GoingBack): readonly HelpCheck[] {
  const { release, from } = back;
  const change = cause.change;
  const label = targetLabel(back);
  if (release.previousCommit === null)
    return [
      {
        statement: 'which revision the earlier release ran is not recorded, so what it holds is not known',
        result: 'unknown',
        evidence: release.evidence.slice(0, 1),
      },
    ];
  if (release.previousCommit === release.commit)
    return [
      {
        statement: `${label} and ${release.version ?? 'this release'} are the same commit: the code is the same in both`,
        result: 'no',
        evidence: release.evidence.slice(0, 1),
      },
    ];
  const value = codeDifference(back)
    ?.files.find(({ path }) => path === change?.file)
    ?.values.find(({ key }) => key === change?.key);
  if (change !== null && change.key !== null && value?.oldValue != null) {
    const [before, now] = [value.oldValue.raw, value.newValue?.raw ?? null];
    // A value that reads like a secret was taken out: that two such texts are equal says nothing.
    const isHidden = REDACTED.test(before) || REDACTED.test(now ?? '');
    return [
      {
        statement: `${label} (${shortRevision(from ?? '')}) holds ${isHidden ? `the earlier ${change.key}` : `${change.key} = ${before}`}`,
        result: !isHidden && before === now ? 'no' : 'yes',
        evidence: [value.evidence],
      },
    ];
  }
  const accused = change?.commit ?? null;
  const brought =
    accused !== null && release.commits.some(({ sha }) => sha.startsWith(accused) || accused.startsWith(sha));
  return accused === null || !brought
    ? []
    : [
        {
          statement: `${label} (${shortRevision(from ?? '')}) does not have commit ${accused.slice(0, 7)}`,
          result: 'yes',
          evidence: release.commits.find(({ sha }) => sha.startsWith(accused))?.evidence.slice(0, 1) ?? [],
        },
      ];
}

/** A ConfigMap or Secret that is accused itself: the platform's rollback does not bring it back. */
function coverageChecks(cause: Hypothesis, back: GoingBack): readonly HelpCheck[] {
  const hazard = accusedConfig(cause, back);
  const migration = hazardsOf(back)?.hazards.find((each) => isTheCause(each, back));
  if (migration !== undefined)
    return [
      {
        statement: `the failure comes from ${migration.location.path}:${migration.location.line} (${migration.detail}), which a rollback of the code leaves applied`,
        result: 'no',
        evidence: [migration.evidence],
      },
    ];
  return hazard === null
    ? []
    : [
        {
          statement: `the accused value stands in ${hazard.location.path}:${hazard.location.line}, a ConfigMap or Secret: a rollback of the workload leaves it as it is, so the earlier file is applied instead`,
          result: 'no',
          evidence: [hazard.evidence],
        },
      ];
}

/** The ConfigMap or Secret that holds the accused value, where the platform's rollback does not cover it. */
export function accusedConfig(cause: Hypothesis, back: GoingBack) {
  if (back.platform !== 'kubernetes' && back.platform !== 'argo-rollouts') return null;
  const path = cause.change?.file ?? null;
  return (
    hazardsOf(back)?.hazards.find(
      ({ kind, location }) => kind === 'unversioned-config' && location.path === path,
    ) ?? null
  );
}

function controllerChecks({ platform, sync, name }: Workload): readonly HelpCheck[] {
  if (platform === 'flux')
    return [
      {
        statement: `Flux reconciles ${name} from the repository: without suspending it the rollback is undone at the next interval`,
        result: 'yes',
        evidence: [],
      },
    ];
  if (platform === 'argo-cd' && (sync === 'self-heal' || sync === 'automated'))
    return [
      {
        statement: `Argo CD ${sync === 'self-heal' ? 'puts back what is changed by hand' : 'syncs by itself'}: the command switches that off first`,
        result: 'yes',
        evidence: [],
      },
    ];
  return [];
}

/** Whether the flag stands on the failing path, as the chain of evidence has it. */
function flagChecks(cause: Hypothesis): readonly HelpCheck[] {
  const flag = cause.change?.flag ?? null;
  if (flag === null) return [];
  const step = cause.mechanism.find(({ location }) => location !== null);
  if (step?.location !== undefined && step.location !== null)
    return [
      {
        statement: `the code reads ${flag} on the failing path (${step.location.path}:${step.location.line})`,
        result: 'yes',
        evidence: step.evidence,
      },
    ];
  return [
    {
      statement: `where the code reads ${flag} was not found: that it guards the failing path is not shown`,
      result: 'unknown',
      evidence: [],
    },
  ];
}
