/** When the incident was mitigated: as told, else from the evidence, else from the record. It does not judge whether that helped. */
import type { IncidentEvent } from '../../domain/incident.ts';
import type { Report } from '../../domain/report.ts';
import type { Release, Situation } from '../../domain/situation.ts';
import { type EpochMs, epochMs, parseIso, toIso } from '../../domain/time.ts';
import type { Mitigation } from '../../domain/verification.ts';

/** Words for an act that ends or limits a failure, in the past tense or as a noun: a plan is no mitigation. */
const ACT =
  /\b(roll(ed|ing)? ?back|rollback (done|complete|finished|deployed)|reverted|revert (deployed|done)|undone|disabled|switched (off|back)|turned off|flag (is )?off|scaled|restarted|drained|failed over|failover|mitigat(ed|ion)|hotfix(ed)?|patched|deployed|blocked|purged|raised the (limit|pool|timeout)|renewed|rotated|replaced|back on v?\d|done|fix is (out|live))\b/i;
const NOT_YET =
  /\b(will|going to|plan(ned)? to|about to|should|could|if|cannot|can't|did ?n.?t|not yet|trying to)\b/i;

/** The latest act after the onset, the most direct kind of knowledge first; without any, the end of the failure or the last triage. */
export function findMitigation(
  situation: Situation,
  report: Report,
  onsetAt: EpochMs,
  given: EpochMs | null,
): Mitigation {
  if (given !== null) return simple(given, 'given', `the time that was given, ${toIso(given)}`);
  return (
    rollback(situation, report, onsetAt) ??
    flag(situation, report, onsetAt) ??
    recorded(situation, onsetAt) ??
    laterRelease(situation, report, onsetAt) ??
    scaling(situation, report, onsetAt) ??
    withoutAct(situation, report, onsetAt)
  );
}

function simple(at: EpochMs, basis: Mitigation['basis'], summary: string): Mitigation {
  return { startedAt: at, at, basis, summary, service: null, evidence: [] };
}

/** Services that the incident is about: a rollout of any other is no mitigation of it. */
function concerned(report: Report): ReadonlySet<string> {
  const direct = report.blastRadius.direct.map(({ service }) => service);
  const accused = report.rootCause?.service ?? null;
  return new Set(accused === null ? direct : [accused, ...direct]);
}

function releasesAfter(situation: Situation, report: Report, onsetAt: EpochMs): readonly Release[] {
  const services = concerned(report);
  return situation.releases.filter(
    (release) =>
      services.has(release.service) &&
      release.startedAt > onsetAt &&
      release.status !== 'failed' &&
      release.status !== 'cancelled' &&
      release.reach !== 'merged',
  );
}

function rollback(situation: Situation, report: Report, onsetAt: EpochMs): Mitigation | null {
  const accused = report.rootCause?.service ?? null;
  const back = releasesAfter(situation, report, onsetAt).filter(({ rollback }) => rollback);
  const own = back.filter(({ service }) => service === accused);
  const release = (own.length > 0 ? own : back).at(-1);
  return release === undefined ? null : ofRelease(release, 'rollback');
}

function laterRelease(situation: Situation, report: Report, onsetAt: EpochMs): Mitigation | null {
  const release = releasesAfter(situation, report, onsetAt).at(-1);
  return release === undefined ? null : ofRelease(release, 'deployment');
}

function ofRelease(release: Release, basis: 'rollback' | 'deployment'): Mitigation {
  const what = basis === 'rollback' ? 'rollback' : 'deployment';
  const version = release.version === null ? '' : ` to ${release.version}`;
  const at = release.finishedAt ?? release.startedAt;
  return {
    startedAt: release.startedAt,
    at,
    basis,
    summary: `${what} of ${release.service}${version} at ${toIso(release.startedAt)}${at > release.startedAt ? `, complete at ${toIso(at)}` : ''}`,
    service: release.service,
    evidence: release.evidence.slice(0, 2),
  };
}

function flag(situation: Situation, report: Report, onsetAt: EpochMs): Mitigation | null {
  const accused = report.rootCause?.change?.flag ?? null;
  const change = situation.flags.findLast(
    (item) => item.at !== null && item.at > onsetAt && accused !== null && item.flag === accused,
  );
  if (change === undefined || change.at === null) return null;
  return {
    startedAt: change.at,
    at: change.at,
    basis: 'flag',
    summary: `${change.summary} at ${toIso(change.at)}`,
    service: change.service,
    evidence: change.evidence.slice(0, 2),
  };
}

/** A person's note of an act, or the status MITIGATING or MONITORING set by one. */
function recorded(situation: Situation, onsetAt: EpochMs): Mitigation | null {
  const event = situation.snapshot.record.findLast((item) => item.at > onsetAt && isAct(item));
  if (event === undefined) return null;
  const { body } = event;
  const said = [body.type === 'noted' ? body.text : null, body.type === 'status-changed' ? body.why : null];
  return simple(
    event.at,
    'record',
    `on record by ${event.actor} at ${toIso(event.at)}: ${said.filter((part) => part !== null).join('')}`,
  );
}

function isAct({ body, actor }: IncidentEvent): boolean {
  if (body.type === 'noted') return ACT.test(body.text) && !NOT_YET.test(body.text);
  if (body.type !== 'status-changed' || actor === 'wicked-platform') return false;
  return body.status === 'MITIGATING' || body.status === 'MONITORING';
}

/** Capacity, a credential or a setting that was changed where it fails. */
function scaling(situation: Situation, report: Report, onsetAt: EpochMs): Mitigation | null {
  const services = concerned(report);
  const facts = situation.snapshot.platformFacts.filter(({ kind }) => kind === 'scaling');
  const acts = [...facts, ...situation.otherChanges.filter(({ type }) => type !== 'data-job')].flatMap(
    (act) =>
      act.at !== null && act.at > onsetAt && services.has(act.service ?? '') ? [{ ...act, at: act.at }] : [],
  );
  const last = acts.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).at(-1);
  if (last === undefined) return null;
  return {
    ...simple(last.at, 'scaling', `${last.summary} at ${toIso(last.at)}`),
    service: last.service,
    evidence: last.evidence.slice(0, 2),
  };
}

/** No act is known: since the failure ended by itself, where the triage saw that, else since the triage. */
function withoutAct(situation: Situation, report: Report, onsetAt: EpochMs): Mitigation {
  const triagedAt = parseIso(report.incident.asOf) ?? situation.snapshot.request.asOf;
  const { durationSeconds, ongoing } = report.incident;
  if (!ongoing && durationSeconds !== null) {
    const ended = epochMs(onsetAt + durationSeconds * 1000);
    return simple(
      ended,
      'ended',
      `no act is known; the last failure before the triage was at ${toIso(ended)}`,
    );
  }
  return simple(
    triagedAt,
    'last-triage',
    `no act is known in the evidence or on record; measured since the last triage, ${toIso(triagedAt)} (say when with --since, or note it)`,
  );
}
