/** Signals that look bad and are the ordinary noise of operations. What is dismissed is reported with its reason. */
import type { Situation } from '../../domain/situation.ts';
import { MINUTE, toIso } from '../../domain/time.ts';
import type { AbnormalPattern } from './log-symptoms.ts';

/** Connections break while instances are replaced; two minutes after a rollout ended that excuse is used up. */
const RESTART_NOISE = new Set([
  'connection-reset',
  'connection-refused',
  'crash',
  'server-error',
  'unclassified',
  'breaker-open',
]);
const AFTER_ROLLOUT_MS = 2 * MINUTE;

/** Why the pattern is no symptom; null when it is one. */
export function dismissalReason(item: AbnormalPattern, situation: Situation): string | null {
  return restartNoise(item, situation) ?? loneWarning(item, situation);
}

function restartNoise(item: AbnormalPattern, situation: Situation): string | null {
  if (!RESTART_NOISE.has(item.class) || item.observedTo - item.pattern.lastSeenAt < AFTER_ROLLOUT_MS)
    return null;
  const release = situation.releases.find((candidate) => {
    const end = (candidate.finishedAt ?? candidate.startedAt) + AFTER_ROLLOUT_MS;
    return item.onsetAt >= candidate.startedAt - MINUTE / 2 && item.endAt <= end;
  });
  return release === undefined
    ? null
    : `it appeared only while ${release.service}${release.version === null ? '' : ` ${release.version}`} was being rolled out (${toIso(release.startedAt)}) and stopped by itself`;
}

/** A warning that came and went while nothing failed is noise; one that accompanies errors is kept as a clue. */
function loneWarning(item: AbnormalPattern, situation: Situation): string | null {
  if (item.pattern.severity !== 'warn') return null;
  const over = item.observedTo - item.endAt > 5 * MINUTE;
  const inner = situation.patterns.some(
    (pattern) =>
      (pattern.severity === 'error' || pattern.severity === 'fatal') &&
      pattern.lastSeenAt >= item.onsetAt &&
      pattern.firstSeenAt >= item.onsetAt - 10 * MINUTE &&
      pattern.firstSeenAt <= item.endAt,
  );
  return over && !inner ? 'warnings only, which ended by themselves while no request failed' : null;
}
