/** What is known of the release to return to: when it ran, for how long, and how it did. */
import { shortRevision } from '../../domain/change.ts';
import type { SafetyFinding } from '../../domain/decision.ts';
import type { Assessment } from '../../domain/impact.ts';
import type { Release, Situation } from '../../domain/situation.ts';
import { DAY, MINUTE } from '../../domain/time.ts';

/** Below this a release has not shown that it runs: caches were cold, few paths were taken. */
const SHORT_RUN_MS = 10 * MINUTE;
/** What a release needs from outside (certificates, tokens, other services' contracts) seldom stays the same for longer. */
const OLD_MS = 30 * DAY;
/** A target that failed at more than this share of today's rate would not end the incident. */
const NO_BETTER = 0.5;
/** Below this the share of failures is not what the incident is about (latency, a part of the data). */
const NOTABLE = 0.05;

export function targetFindings(
  release: Release,
  situation: Situation,
  assessment: Assessment,
): readonly SafetyFinding[] {
  const target = situation.releases.find(({ id }) => id === release.previousId);
  if (target === undefined) return [];
  const ranMs = release.startedAt - target.startedAt;
  const label =
    target.version ?? (target.commit === null ? 'the earlier release' : shortRevision(target.commit));
  const findings: SafetyFinding[] = [];
  const step = (statement: string) =>
    findings.push({ verdict: 'step', statement, evidence: target.evidence });
  if (wasTakenBack(target, release, situation))
    step(`${label} was itself taken back before: choose the one before it, or look why`);
  if (ranMs < SHORT_RUN_MS)
    step(
      `${label} ran for ${Math.max(1, Math.round(ranMs / MINUTE))} min only: it has not shown that it works`,
    );
  if (situation.snapshot.request.asOf - target.startedAt > OLD_MS)
    step(
      `${label} is ${Math.floor((situation.snapshot.request.asOf - target.startedAt) / DAY)} days old: check that its credentials and the services that it calls are still there`,
    );
  return [...findings, ...recordOf(release, target, label, assessment, situation)];
}

/** The same version came, and another replaced it by a rollback. */
function wasTakenBack(target: Release, release: Release, situation: Situation): boolean {
  const own = situation.releases.filter(
    ({ service, startedAt }) => service === release.service && startedAt < release.startedAt,
  );
  return own.some((other, index) => {
    const next = own[index + 1];
    const isTarget = other.id !== target.id && target.version !== null && other.version === target.version;
    return isTarget && next?.rollback === true && next.version !== target.version;
  });
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(ratio < 0.1 ? 2 : 1))} %`;
}

/** Its own error rate: the baseline before the failure, where that was measured while it ran. */
function recordOf(
  release: Release,
  target: Release,
  label: string,
  assessment: Assessment,
  situation: Situation,
): readonly SafetyFinding[] {
  const { covered } = situation;
  const impact = assessment.blastRadius.direct.find(({ service }) => service === release.service);
  const before = impact?.baselineRate;
  const rate = before?.value ?? null;
  const seen = covered !== null && covered.from < release.startedAt && covered.to > target.startedAt;
  if (impact === undefined || before === undefined || rate === null || !seen || before.basis === 'supplied')
    return [];
  const failing = impact.failureRate.value;
  if (failing !== null && rate >= NOTABLE && rate > failing * NO_BETTER)
    return [
      {
        verdict: 'step',
        statement: `${label} failed too: ${percent(rate)} of its requests, against ${percent(failing)} now`,
        evidence: before.evidence,
      },
    ];
  return [
    {
      verdict: 'ok',
      statement: `${label} ran before it, with ${percent(rate)} of requests failing`,
      evidence: before.evidence,
    },
  ];
}
