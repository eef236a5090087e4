/** Follow-ups and lessons keyed to the class of the cause and to what this triage could not see; nothing is said that the evidence does not suggest. */
import type { EvidenceRef } from '../../domain/evidence.ts';
import { type Hypothesis, isMadeInPlace, type Verdict } from '../../domain/hypothesis.ts';
import type { Assessment } from '../../domain/impact.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Detection } from '../../domain/symptom.ts';

export interface FollowUp {
  readonly action: string;
  readonly why: string;
  readonly evidence: readonly EvidenceRef[];
}

export interface Lesson {
  readonly text: string;
  readonly evidence: readonly EvidenceRef[];
}

export function followUpsFor(
  situation: Situation,
  detection: Detection,
  verdict: Verdict,
  assessment: Assessment,
): readonly FollowUp[] {
  const cause = verdict.rootCause;
  if (detection.primary === null) return [];
  const actions = cause === null ? [] : actionsOn(cause);
  const blind = blindActions(situation, assessment);
  const closing: FollowUp[] = [
    {
      action: `Hold a blameless review of ${situation.snapshot.request.incidentId}`,
      why: `${assessment.severity}: the record, the evidence and the cleared changes are in this report`,
      evidence: [],
    },
  ];
  return [...actions, ...blind, ...closing];
}

function actionsOn(cause: Hypothesis): readonly FollowUp[] {
  if (isMadeInPlace(cause)) return inPlaceActions(cause);
  return [...configActions(cause), ...codeActions(cause), ...kindActions(cause)];
}

function evidenceOf(cause: Hypothesis): readonly EvidenceRef[] {
  return cause.mechanism.flatMap((step) => step.evidence).slice(0, 3);
}

function configActions(cause: Hypothesis): readonly FollowUp[] {
  const change = cause.change;
  if (cause.kind !== 'change' || change === null || change.key === null || change.type !== 'config')
    return [];
  const place = `${change.file}${change.line === null ? '' : `:${change.line}`}`;
  const time = /time.?out|deadline|wait/i.test(change.key);
  return [
    {
      action: `Reject implausible values of ${change.key} when the configuration is loaded and in CI${change.newValue === null ? '' : ` (${change.newValue} passed unchecked)`}`,
      why: `${place} was taken as it stood`,
      evidence: evidenceOf(cause),
    },
    {
      action: time
        ? `Add a test of the call that ${change.key} limits, with a peer as slow as its slowest percent`
        : `Add a test that exercises the limit ${change.key} under ordinary load`,
      why: 'the value acted for the first time in production',
      evidence: evidenceOf(cause),
    },
    {
      action: `Make ${change.key} adjustable without a deployment`,
      why: 'the only ways back were a rollback and a new release',
      evidence: [],
    },
  ];
}

/** Nobody reviewed it, and no release carried it. */
function inPlaceActions(cause: Hypothesis): readonly FollowUp[] {
  return [
    {
      action:
        'Let what was altered by hand be altered by a reviewed, versioned change alone, and take away the right to do otherwise',
      why: cause.statement,
      evidence: evidenceOf(cause),
    },
    {
      action:
        'Write down what is there now where it is kept as code, so that the next release does not bring it back unseen',
      why: 'what runs and what is written down differ since then',
      evidence: [],
    },
  ];
}

function codeActions(cause: Hypothesis): readonly FollowUp[] {
  const change = cause.change;
  if (cause.kind !== 'change' || change === null || change.type === 'config') return [];
  const place =
    change.file === null ? 'the change' : `${change.file}${change.line === null ? '' : `:${change.line}`}`;
  return [
    {
      action: `Add a test that fails on ${place} as it was released`,
      why: cause.statement,
      evidence: evidenceOf(cause),
    },
    {
      action: `Watch ${cause.service ?? 'the service'}'s error ratio by version during its rollouts, and stop them by it`,
      why: 'the release was complete before anybody looked',
      evidence: [],
    },
  ];
}

function kindActions(cause: Hypothesis): readonly FollowUp[] {
  const evidence = evidenceOf(cause);
  switch (cause.kind) {
    case 'change':
      return [];
    case 'flag':
      return [
        {
          action: `Roll flag ${cause.change?.flag} out by percentage, tied to the error ratio`,
          why: 'it was switched for everybody at once',
          evidence,
        },
        {
          action: `Test ${cause.service ?? 'the service'} with the flag on and off`,
          why: cause.statement,
          evidence,
        },
      ];
    case 'dependency':
      return [
        {
          action: `Give calls to ${cause.service} a time limit, a breaker and a degraded answer`,
          why: 'its failure became ours',
          evidence,
        },
        {
          action: `Alert on ${cause.service}'s failures as seen from here`,
          why: 'its status page comes later than its failures',
          evidence,
        },
      ];
    case 'traffic':
      return [
        {
          action: `Load-test ${cause.service ?? 'the service'} beyond this peak and set autoscaling by it`,
          why: cause.statement,
          evidence,
        },
        {
          action: 'Shed or queue load before the bottleneck is reached',
          why: 'requests beyond capacity failed instead of waiting',
          evidence,
        },
      ];
    case 'resource':
      return [
        {
          action: `Alert on the slope of the exhausted resource of ${cause.service ?? 'the service'}, not on its end`,
          why: cause.statement,
          evidence,
        },
      ];
    case 'credential':
      return [
        {
          action: 'Alert on expiry dates two weeks ahead and renew automatically',
          why: cause.statement,
          evidence,
        },
      ];
    case 'network':
      return [
        {
          action: 'Make clients retry on another path and test the loss of one zone',
          why: cause.statement,
          evidence,
        },
      ];
    case 'data-job':
      return [
        {
          action: 'Give the job a lock timeout, small batches and an hour of its own',
          why: cause.statement,
          evidence,
        },
      ];
    case 'bad-data':
      return [
        {
          action: 'Set unreadable records aside (dead letter) instead of failing on them',
          why: cause.statement,
          evidence,
        },
      ];
  }
}

/** What could not be seen becomes work: the next triage should see it. */
function blindActions(situation: Situation, assessment: Assessment): readonly FollowUp[] {
  const actions: FollowUp[] = [];
  const unmeasured = assessment.blastRadius.direct
    .filter((item) => item.failureRate.value === null)
    .map((item) => item.service);
  if (unmeasured.length > 0)
    actions.push({
      action: `Record requests and failures of ${unmeasured.join(', ')} per minute`,
      why: 'how many requests fail could not be measured',
      evidence: [],
    });
  const unversioned = situation.releases.filter(
    (release) =>
      release.commitBasis === 'head' ||
      release.commitBasis === 'by-time' ||
      release.commitBasis === 'unknown',
  );
  if (unversioned.length > 0)
    actions.push({
      action: 'Record the commit with every deployment',
      why: `${unversioned.length} deployment${unversioned.length === 1 ? '' : 's'} could be tied to a commit only by inference`,
      evidence: unversioned.slice(0, 2).flatMap((release) => release.evidence.slice(0, 1)),
    });
  return actions;
}

export function lessonsFor(verdict: Verdict, assessment: Assessment): readonly Lesson[] {
  const cause = verdict.rootCause;
  if (cause === null) return [];
  const lessons: Lesson[] = [];
  const change = cause.change;
  if (change?.type === 'config' && change.key !== null)
    lessons.push({
      text: `A configuration change needs the scrutiny of a code change: ${change.key} alone took ${cause.service ?? 'the service'} down`,
      evidence: evidenceOf(cause),
    });
  if (cause.factors.some((item) => item.name === 'claim'))
    lessons.push({
      text: 'A comment beside a value is no record: what the value was and why it changed belongs in the commit',
      evidence: cause.factors.find((item) => item.name === 'claim')?.evidence ?? [],
    });
  if (
    change?.type === 'config' &&
    change.file !== null &&
    /\.(ts|js|py|go|java|rb|cs|php|rs|kt)$/.test(change.file)
  )
    lessons.push({
      text: `${change.key} is a literal in code: an environment variable or a configuration service would have allowed a fix without a release`,
      evidence: [],
    });
  if (isMadeInPlace(cause))
    lessons.push({
      text: 'No release did this: rolling back the last deployment would have cost time and changed nothing',
      evidence: evidenceOf(cause),
    });
  else if (cause.kind === 'change' && change?.type !== 'config')
    lessons.push({
      text: `The change passed review and tests: what it altered (${cause.statement}) was not covered by either`,
      evidence: evidenceOf(cause),
    });
  if (cause.kind !== 'change' && cause.kind !== 'flag')
    lessons.push({
      text: `No change did this: rolling back the last deployment would have cost time and changed nothing`,
      evidence: evidenceOf(cause),
    });
  const hit = assessment.blastRadius.cascade.filter((item) => item.since !== null);
  if (hit.length > 0)
    lessons.push({
      text: `The failure spread to ${hit
        .map((item) => item.service)
        .slice(0, 4)
        .join(', ')}: the boundary between them did not hold it`,
      evidence: hit.flatMap((item) => item.evidence).slice(0, 2),
    });
  return lessons;
}
