/** Signals that look bad and are the ordinary noise of operations. What is dismissed is reported with its reason. */
import type { Situation } from '../../domain/situation.ts';
import type { Symptom } from '../../domain/symptom.ts';
import { type EpochMs, MINUTE, SECOND, toIso } from '../../domain/time.ts';
import { isLastWord } from './last-words.ts';
import type { AbnormalPattern } from './log-symptoms.ts';
import { cameOnlyInRestarts, cameOnlyInShortRestarts, RESTART_NOISE } from './restart-seconds.ts';
import { watcherAlone } from './watcher-alone.ts';

/** Two minutes after a rollout ended it is no excuse any more. */
const AFTER_ROLLOUT_MS = 2 * MINUTE;
/** More than these are no connections that a shutdown cut off, unless all of them met the seconds in which the only instance started again. */
const FEW_FAILURES = 20;
const RESTART_MS = 20 * SECOND;
/** What lasted for seconds has stopped where so many times as long nothing came: half a minute at least. */
const QUIET_TIMES = 10;

/** Why the pattern is no symptom; null when it is one. */
export function dismissalReason(item: AbnormalPattern, situation: Situation): string | null {
  return restartNoise(item, situation) ?? loneWarning(item, situation) ?? watcherAlone(item, situation);
}

/** Failures that begin within this of each other are told together. */
const TOGETHER_MS = MINUTE / 2;

/** Every pattern with the reason why it is no symptom. What a service says along with a failure that no rollout explains, no rollout explains either. */
export function judgeNoise(
  items: readonly AbnormalPattern[],
  situation: Situation,
): readonly { readonly item: AbnormalPattern; readonly reason: string | null }[] {
  const judged = items.map((item) => ({
    item: isLastWord(item.pattern, situation) ? { ...item, endAt: item.observedTo } : item,
    reason: dismissalReason(item, situation),
  }));
  const kept = judged.flatMap(({ item, reason }) =>
    reason === null && item.pattern.severity !== 'warn' ? [item] : [],
  );
  return judged.map(({ item, reason }) => {
    const together = kept.some(
      (other) =>
        other.pattern.service !== null &&
        other.pattern.service === item.pattern.service &&
        Math.abs(other.onsetAt - item.onsetAt) <= TOGETHER_MS,
    );
    const isExcused =
      restartNoise(item, situation) !== null && !cameOnlyInShortRestarts(item.pattern, situation);
    return { item, reason: together && isExcused ? null : reason };
  });
}

function restartNoise(item: AbnormalPattern, situation: Situation): string | null {
  if (!RESTART_NOISE.has(item.class) || isLastWord(item.pattern, situation)) return null;
  if (cameOnlyInRestarts(item.pattern, situation))
    return (
      duringRollout(item.onsetAt, item.endAt, situation) ??
      atEachRollout(item, situation) ??
      'it appeared only in the seconds in which an instance was replaced, and stopped by itself'
    );
  const { lastSeenAt } = item.pattern;
  const quiet = Math.max(MINUTE / 2, QUIET_TIMES * (item.endAt - item.onsetAt));
  if (item.observedTo - lastSeenAt < Math.min(AFTER_ROLLOUT_MS, quiet)) return atEachRollout(item, situation);
  return duringRollout(item.onsetAt, item.endAt, situation) ?? atEachRollout(item, situation);
}

/** What comes within this of several rollouts, and never else, comes with them: by chance it would not keep to seconds. */
const AT_ROLLOUT_MS = 20_000;
const SEVERAL = 2;

function atEachRollout({ pattern, observedTo }: AbnormalPattern, situation: Situation): string | null {
  // A log of errors alone ends with the last of them: how long none came, others tell.
  const until = Math.max(observedTo, situation.covered?.to ?? 0);
  if (pattern.count > FEW_FAILURES || until - pattern.lastSeenAt < AT_ROLLOUT_MS) return null;
  const rollouts = situation.releases.filter(({ reach }) => reach !== 'merged');
  const met = pattern.buckets.at.map((at) =>
    rollouts.find(({ startedAt, finishedAt }) => {
      const end = Math.min(finishedAt ?? startedAt, startedAt + AFTER_ROLLOUT_MS) + AT_ROLLOUT_MS;
      return at + pattern.buckets.widthMs >= startedAt - AT_ROLLOUT_MS / 2 && at <= end;
    }),
  );
  const names = new Set(met.map((release) => release?.id ?? null));
  return names.has(null) || names.size < SEVERAL
    ? null
    : `it appeared only in the seconds of ${names.size} rollouts, and stopped by itself after each`;
}

/** The same of what was counted: a few requests fail while instances are replaced, and none afterwards. */
export function rolloutNoise(symptom: Symptom, situation: Situation): string | null {
  const counted = symptom.class === 'error-ratio' || symptom.class === 'server-error';
  const isFew =
    symptom.count <= FEW_FAILURES ||
    symptom.lastSeenAt - symptom.firstSeenAt + symptom.onsetUncertaintyMs <= RESTART_MS;
  return counted && !symptom.ongoing && isFew
    ? duringRollout(symptom.onsetAt, symptom.lastSeenAt, situation)
    : null;
}

function duringRollout(from: EpochMs, to: EpochMs, situation: Situation): string | null {
  const release = situation.releases.find((candidate) => {
    const end = (candidate.finishedAt ?? candidate.startedAt) + AFTER_ROLLOUT_MS;
    return candidate.reach !== 'merged' && from >= candidate.startedAt - MINUTE / 2 && to <= end;
  });
  return release === undefined
    ? null
    : `it appeared only while ${release.service}${release.version === null ? '' : ` ${release.version}`} was being rolled out (${toIso(release.startedAt)}) and stopped by itself`;
}

/** A warning that came and went while nothing failed is noise; one that accompanies errors, or that they follow within a minute, is kept as a clue. */
function loneWarning(item: AbnormalPattern, situation: Situation): string | null {
  if (item.pattern.severity !== 'warn') return null;
  const over = item.observedTo - item.endAt > 5 * MINUTE;
  const inner = situation.patterns.some(
    (pattern) =>
      (pattern.severity === 'error' || pattern.severity === 'fatal') &&
      pattern.lastSeenAt >= item.onsetAt &&
      pattern.firstSeenAt >= item.onsetAt - 10 * MINUTE &&
      pattern.firstSeenAt <= item.endAt + MINUTE,
  );
  return over && !inner ? 'warnings only, which ended by themselves while no request failed' : null;
}
