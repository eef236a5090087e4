/** Stage two: what is wrong, since when, and how surely. Names no cause. */
import type { Situation } from '../../domain/situation.ts';
import type { Detection, Symptom } from '../../domain/symptom.ts';
import { type EpochMs, epochMs, MINUTE } from '../../domain/time.ts';
import { dismissalReason } from './dismiss.ts';
import { findAbnormalPatterns, groupIntoSymptoms } from './log-symptoms.ts';
import { platformSymptoms, silentStreams } from './platform-symptoms.ts';
import { seriesSymptoms } from './series-symptoms.ts';

/** Symptoms that begin this long before the leading one still belong to the same incident. */
const SAME_INCIDENT_MS = 15 * MINUTE;
/** A leader must stand out by this much (nats); a scan that is merely significant has about 12. */
const LEADER_STRENGTH = 8;

export function detect(situation: Situation): Detection {
  const judged = findAbnormalPatterns(situation).map((item) => ({
    item,
    reason: dismissalReason(item, situation),
  }));
  const fromLogs = groupIntoSymptoms(
    judged.filter((entry) => entry.reason === null).map((entry) => entry.item),
    situation,
  );
  const dismissed = judged.flatMap(({ item, reason }) =>
    reason === null
      ? []
      : [
          {
            summary: `"${item.pattern.template}"${item.pattern.service === null ? '' : ` in ${item.pattern.service}`}`,
            reason,
            evidence: item.pattern.samples.slice(0, 1).map((sample) => sample.evidence),
          },
        ],
  );
  const symptoms = [
    ...fromLogs,
    ...seriesSymptoms(situation),
    ...platformSymptoms(situation),
    ...silentStreams(situation),
  ].sort(byOnset);
  const primary = choosePrimary(symptoms);
  const own = primary === null ? [] : symptoms.filter((symptom) => belongs(symptom, primary));
  const visible = own.filter((symptom) => symptom.userVisible && startsIncident(symptom, primary));
  const first = visible.sort(byOnset)[0] ?? primary;
  const dated = first === null ? null : refine(first, visible);
  const ongoing = own.some((symptom) => symptom.userVisible && symptom.ongoing);
  return {
    symptoms:
      primary === null
        ? symptoms.filter((symptom) => symptom.strength >= LEADER_STRENGTH && symptom.userVisible)
        : own,
    primary,
    onsetAt: dated?.onsetAt ?? null,
    onsetUncertaintyMs: dated?.onsetUncertaintyMs ?? 0,
    ongoing,
    endedAt: primary === null || ongoing ? null : lastSeen(own.filter((symptom) => symptom.userVisible)),
    baselineObserved: first?.baseline.observed ?? situation.covered !== null,
    dismissed,
    notes: [],
  };
}

/** A series knows its onset to an interval only; a log line within that interval knows it to the second. */
function refine(first: Symptom, visible: readonly Symptom[]): Symptom {
  const precise = visible.filter(
    (symptom) =>
      symptom.onsetUncertaintyMs < first.onsetUncertaintyMs &&
      Math.abs(symptom.onsetAt - first.onsetAt) <= first.onsetUncertaintyMs,
  );
  return precise[0] ?? first;
}

function byOnset(a: Symptom, b: Symptom): number {
  return a.onsetAt - b.onsetAt || (a.id < b.id ? -1 : 1);
}

function lastSeen(symptoms: readonly Symptom[]): EpochMs | null {
  return symptoms.length === 0 ? null : epochMs(Math.max(...symptoms.map((symptom) => symptom.lastSeenAt)));
}

/** The strongest user-visible symptom; ongoing ones first, since that is why somebody asks. */
function choosePrimary(symptoms: readonly Symptom[]): Symptom | null {
  const leaders = symptoms.filter(
    (symptom) => symptom.userVisible && symptom.strength >= LEADER_STRENGTH && symptom.count >= 3,
  );
  return (
    [...leaders].sort(
      (a, b) => Number(b.ongoing) - Number(a.ongoing) || b.strength - a.strength || byOnset(a, b),
    )[0] ?? null
  );
}

/** Overlapping in time with the leader, or shortly before it. */
function belongs(symptom: Symptom, primary: Symptom): boolean {
  return (
    symptom.lastSeenAt >= primary.onsetAt - SAME_INCIDENT_MS &&
    symptom.onsetAt <= primary.lastSeenAt + SAME_INCIDENT_MS
  );
}

/** Whether the symptom may date the incident: it must itself be strong, and not have begun long before the leader. */
function startsIncident(symptom: Symptom, primary: Symptom | null): boolean {
  return (
    primary !== null &&
    (symptom.id === primary.id ||
      (symptom.strength >= Math.max(LEADER_STRENGTH, primary.strength * 0.1) &&
        symptom.onsetAt >= primary.onsetAt - SAME_INCIDENT_MS &&
        symptom.class !== 'latency'))
  );
}
