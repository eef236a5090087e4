/** A release that was taken back before anybody asked: there is nothing left to take back, and whether that helped is what is asked next. */
import type { Recommendation } from '../../domain/decision.ts';
import type { Release, Situation } from '../../domain/situation.ts';
import type { Detection } from '../../domain/symptom.ts';
import { MINUTE, toIso } from '../../domain/time.ts';

/** The later rollout that replaced the accused release. */
export function takenBack(release: Release, situation: Situation): Release | null {
  return (
    situation.releases.find(
      (other) =>
        other.service === release.service &&
        other.startedAt > release.startedAt &&
        other.rollback &&
        other.status !== 'failed',
    ) ?? null
  );
}

/** Requests under way, and rates that reach back, show failures for a while after what caused them is gone. */
const SETTLING = MINUTE;
/** Observation after which quiet says something. */
const TELLING = 2 * MINUTE;

export function failsSince(back: Release, detection: Detection): boolean {
  const settled = (back.finishedAt ?? back.startedAt) + SETTLING;
  return detection.symptoms.some((symptom) => symptom.userVisible && symptom.lastSeenAt > settled);
}

/** What is said of a release that was taken back before anybody asked. */
export function afterwards(back: Release, recommendation: Recommendation, situation: Situation): string {
  const done = back.finishedAt ?? back.startedAt;
  const what = `what carries the cause was taken back at ${toIso(back.startedAt)}`;
  if (recommendation === 'INVESTIGATE')
    return `${what}, and failures go on: it may be another cause, or the rollout has not reached all`;
  const seen = (situation.covered?.to ?? done) - done;
  return seen < TELLING
    ? `${what}, too short ago to tell whether that helped: verify in a few minutes, and take nothing else back`
    : `${what}, and no failure was seen since: watch it, and take nothing else back`;
}
