/** Other ways out, the quickest and least risky first: hotfix by configuration, patch, revert, and what holds if one waits. */
import type { RollbackHazard } from '../../domain/code.ts';
import type { Alternative, Degree, Patch, Recommendation } from '../../domain/decision.ts';
import type { Hypothesis } from '../../domain/hypothesis.ts';
import type { Assessment } from '../../domain/impact.ts';
import type { Quantity } from '../../domain/quantity.ts';
import type { Release, Situation } from '../../domain/situation.ts';
import type { Detection } from '../../domain/symptom.ts';
import { HOUR, MINUTE } from '../../domain/time.ts';
import { earlierValue, hotfixAlternative, NO_EFFECT } from './hotfix.ts';
import { shellQuote } from './quote.ts';
import type { Workload } from './workload.ts';

export interface AlternativesInput {
  readonly recommendation: Recommendation;
  readonly cause: Hypothesis | null;
  readonly release: Release | null;
  readonly patch: Patch | null;
  readonly workload: Workload;
  readonly situation: Situation;
  /** What makes going back unsafe: a revert of a commit that brought it is no way out either. */
  readonly dangers: readonly RollbackHazard[];
}

const DEGREES: readonly Degree[] = ['low', 'medium', 'high'];

export function alternativesOf(input: AlternativesInput): readonly Alternative[] {
  const { recommendation, cause, workload, situation, patch, release } = input;
  if (cause === null || (recommendation !== 'ROLLBACK' && recommendation !== 'ROLL_FORWARD')) return [];
  const pipeline = pipelineTime(release, situation);
  const hotfix = hotfixAlternative(cause, workload, situation, earlierValue(cause), release);
  const list = [
    ...(hotfix === null ? [] : [hotfix]),
    ...(patch === null ? [] : [patchAlternative(patch, cause, pipeline)]),
    ...(revertsDanger(input) ? [] : revertAlternative(cause, pipeline)),
  ];
  return [...list].sort(
    (a, b) => slowness(a) - slowness(b) || DEGREES.indexOf(a.risk) - DEGREES.indexOf(b.risk),
  );
}

/** What works without a pipeline comes first, what would not work at all last. */
function slowness({ timeToMitigate }: Alternative): number {
  if (timeToMitigate === NO_EFFECT) return 2;
  return timeToMitigate.includes('pipeline') ? 1 : 0;
}

function revertsDanger({ cause, release, dangers }: AlternativesInput): boolean {
  const accused = cause?.change?.commit ?? null;
  const files = release?.commits.find(({ sha }) => sha === accused)?.files.map(({ path }) => path) ?? [];
  return dangers.some(({ location }) => files.includes(location.path));
}

/** How long it takes from a commit until it runs, as the accused release itself showed; in words where that is not known. */
function pipelineTime(release: Release | null, situation: Situation): string {
  const newest = release?.commits[0]?.at ?? null;
  const finished = release?.finishedAt ?? release?.startedAt ?? null;
  if (newest === null || finished === null || situation.clock.epochMismatch) return 'one run of the pipeline';
  const took = finished - newest;
  return took > 0 && took <= HOUR
    ? `one run of the pipeline (the last one took at most ${Math.max(1, Math.ceil(took / MINUTE))} min from commit to running)`
    : 'one run of the pipeline';
}

function patchAlternative(patch: Patch, cause: Hypothesis, pipeline: string): Alternative {
  const what = cause.change?.key ?? null;
  const restored = what === null ? 'the accused lines' : what;
  return {
    summary: `Hotfix: a patch that restores ${restored} in ${patch.paths.join(', ')}, everything else of the release stays`,
    commands: [
      {
        purpose: 'alternative',
        platform: 'git',
        command: `git switch -c hotfix ${shellQuote(patch.against)} && wicked-platform incident --patch | git apply --index && git commit -m ${shellQuote(`Restore ${restored}`)}`,
        assumes: [
          'it is run in the repository of the service',
          'the branch is then deployed through the pipeline',
        ],
        undo: 'git revert --no-edit HEAD',
      },
    ],
    warnings: [],
    timeToMitigate: pipeline,
    risk: 'low',
    reversible: 'by reverting the commit',
    patch,
    evidence: [],
  };
}

function revertAlternative(cause: Hypothesis, pipeline: string): readonly Alternative[] {
  const commit = cause.change?.commit ?? null;
  if (commit === null) return [];
  return [
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
      timeToMitigate: pipeline,
      risk: 'medium',
      reversible: 'by reverting the revert',
      patch: null,
      evidence: [],
    },
  ];
}

/** As long as these hold, so does the decision. */
export function holdsWhile(
  recommendation: Recommendation,
  release: Release | null,
  workload: Workload,
): readonly string[] {
  if (recommendation === 'NONE') return [];
  const list: string[] = [];
  if (release !== null && (recommendation === 'ROLLBACK' || recommendation === 'ROLL_FORWARD')) {
    list.push(
      `${[release.service, release.version].filter((part) => part !== null).join(' ')} is what runs: look again if anything was deployed since`,
    );
    if (workload.platform === 'kubernetes' && release.platformRevision !== null)
      list.push(`the current revision is ${release.platformRevision}: every rollout renumbers the history`);
  }
  if (recommendation === 'DISABLE_FLAG') list.push('nobody has switched the flag since');
  list.push('the failing share does not fall by itself: triage again after 15 minutes');
  return list;
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(ratio < 0.1 ? 2 : 1))} %`;
}

function goesOn(
  { direct, unnamed }: Pick<Assessment['blastRadius'], 'direct' | 'unnamed'>,
  primary: Detection['primary'],
): string {
  const front = unnamed === null ? [] : [{ service: 'whatever stands in front', ...unnamed }];
  const worst = [...direct, ...front].find(({ failureRate }) => (failureRate.value ?? 0) > 0);
  const share = worst?.failureRate.value ?? null;
  if (primary?.class === 'latency') return `${primary.service ?? 'the service'} stays slow`;
  return worst === undefined || share === null
    ? `${direct[0]?.service ?? 'the service'} goes on failing at a share that is not known`
    : `${worst.service} goes on failing ${percent(share)} of its requests`;
}

/** An estimate is good for two digits, and is marked as one. */
function figure({ value, basis }: Quantity): string {
  const isEstimate = basis === 'derived' || basis === 'assumed';
  const shown = isEstimate ? Number((value ?? 0).toPrecision(2)) : Math.round(value ?? 0);
  return `${isEstimate ? '~' : ''}${String(shown).replace(/\B(?=(\d{3})+$)/g, ',')}`;
}

/** From measured and supplied quantities alone; unknown figures are named as such. */
export function doingNothing(
  assessment: Assessment,
  { ongoing, primary }: Pick<Detection, 'ongoing' | 'primary'>,
): string | null {
  const { direct, revenuePerHour, users } = assessment.blastRadius;
  if (!ongoing || direct.length === 0) return null;
  const parts = [
    goesOn(assessment.blastRadius, primary),
    revenuePerHour.value === null
      ? null
      : `${figure(revenuePerHour)} ${revenuePerHour.unit} (${revenuePerHour.basis})`,
    users.value === null ? null : `${figure(users)} ${users.unit} hit so far (${users.basis})`,
  ].filter((part) => part !== null);
  const missing =
    revenuePerHour.value === null && users.value === null ? '; users and revenue are not known' : '';
  return `${parts.join(', ')}${missing}`;
}
