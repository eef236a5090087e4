/** The incident in the order of time: what was deployed, what broke, what people did. Cleared changes stand elsewhere. */

import { isMadeInPlace, type Verdict } from '../../domain/hypothesis.ts';
import type { IncidentEvent } from '../../domain/incident.ts';
import type { TimelineEntry } from '../../domain/report.ts';
import type { Alert } from '../../domain/signal.ts';
import type { Release, Situation } from '../../domain/situation.ts';
import type { Detection, Symptom } from '../../domain/symptom.ts';
import { type EpochMs, MINUTE, toIso } from '../../domain/time.ts';
import type { Citations } from './citations.ts';

interface Row {
  readonly at: EpochMs;
  readonly order: number;
  readonly entry: TimelineEntry;
}

export function buildTimeline(
  situation: Situation,
  detection: Detection,
  verdict: Verdict,
  citations: Citations,
): readonly TimelineEntry[] {
  const rows = [
    ...changeRows(situation, verdict, citations),
    ...symptomRows(detection, citations),
    ...alertRows(situation, detection, citations),
    ...recoveryRows(detection),
    ...recordRows(situation.snapshot.record),
  ];
  const visible = rows.filter((row) => row.at <= situation.snapshot.request.asOf);
  return visible
    .sort((a, b) => a.at - b.at || a.order - b.order || (a.entry.summary < b.entry.summary ? -1 : 1))
    .map((row) => row.entry);
}

function row(
  at: EpochMs,
  order: number,
  kind: TimelineEntry['kind'],
  service: string | null,
  summary: string,
  evidence: readonly string[],
): Row {
  return { at, order, entry: { at: toIso(at), kind, service, summary, evidence } };
}

function changeRows(situation: Situation, verdict: Verdict, citations: Citations): readonly Row[] {
  const accused = verdict.rootCause?.change ?? null;
  const release = situation.releases.find((item) => item.id === accused?.changeId);
  const reversals =
    release === undefined
      ? []
      : situation.releases.filter(
          (item) => item.service === release.service && item.rollback && item.startedAt > release.startedAt,
        );
  const rows = [...(release === undefined ? [] : [release]), ...reversals].flatMap((item) =>
    releaseRows(item, citations),
  );
  const flag = situation.flags.find((item) => item.id === accused?.changeId);
  if (flag !== undefined && flag.at !== null)
    rows.push(row(flag.at, 0, 'change', flag.service, flag.summary, citations.cite(flag.evidence)));
  const cause = verdict.rootCause;
  if (cause !== null && isMadeInPlace(cause) && accused !== null && accused.at !== null) {
    const evidence = citations.cite(cause.factors.flatMap((item) => item.evidence).slice(0, 1));
    rows.push(row(accused.at, 0, 'change', cause.service, cause.statement, evidence));
  }
  return rows;
}

function releaseRows(release: Release, citations: Citations): Row[] {
  if (release.reach === 'merged') {
    const subject = release.commits[0]?.subject ?? '';
    return [
      row(
        release.startedAt,
        0,
        'change',
        release.service,
        `Commit ${release.commit?.slice(0, 7) ?? ''} "${subject}"`,
        citations.cite(release.evidence),
      ),
    ];
  }
  const what = release.rollback ? 'Rollback' : 'Deployment';
  const name = `${release.service}${release.version === null ? '' : ` ${release.version}`}`;
  const evidence = citations.cite(release.evidence.slice(0, 3));
  const started = release.reach === 'built' ? `Release ${name} tagged` : `${what} of ${name} started`;
  const rows = [row(release.startedAt, 0, 'change', release.service, started, evidence)];
  if (release.finishedAt !== null && release.finishedAt > release.startedAt)
    rows.push(
      row(
        release.finishedAt,
        1,
        'change',
        release.service,
        `${what} of ${name} ${release.status === 'failed' ? 'failed' : 'completed'}`,
        evidence,
      ),
    );
  return rows;
}

/** Series repeat what log lines of the same service say; they get a row only where nothing else speaks within two minutes. */
function symptomRows(detection: Detection, citations: Citations): readonly Row[] {
  const fromLogs = detection.symptoms.filter((symptom) => !symptom.id.startsWith('series:'));
  const fromSeries = detection.symptoms.filter(
    (symptom) =>
      symptom.id.startsWith('series:') &&
      !fromLogs.some(
        (other) =>
          other.service === symptom.service && Math.abs(other.onsetAt - symptom.onsetAt) <= 3 * MINUTE,
      ),
  );
  const distinct = fromSeries.filter(
    (symptom, index) =>
      fromSeries.findIndex((other) => other.service === symptom.service && other.class === symptom.class) ===
      index,
  );
  return [...fromLogs, ...distinct].map((symptom) =>
    row(
      symptom.onsetAt,
      2,
      symptom.userVisible ? 'symptom' : 'cascade',
      symptom.service,
      describe(symptom),
      citations.cite(symptom.evidence.slice(0, 2)),
    ),
  );
}

function describe(symptom: Symptom): string {
  if (symptom.pattern === null) return symptom.summary;
  const where = symptom.service === null ? '' : `${symptom.service}: `;
  return symptom.count === 1
    ? `${where}"${symptom.pattern}"`
    : `${where}first "${symptom.pattern}" (${symptom.count} in all)`;
}

function alertRows(situation: Situation, detection: Detection, citations: Citations): readonly Row[] {
  const onset = detection.onsetAt;
  const relevant = situation.snapshot.alerts.filter(
    (alert) => onset !== null && alert.firedAt >= onset - 30 * MINUTE,
  );
  return withoutTwins(relevant).flatMap((alert) => [
    row(
      alert.firedAt,
      3,
      'alert',
      alert.service,
      `Alert ${alert.name} fired${alert.service === null ? '' : ` for ${alert.service}`}`,
      citations.cite(alert.evidence),
    ),
    ...(alert.resolvedAt === null
      ? []
      : [
          row(
            alert.resolvedAt,
            4,
            'recovery',
            alert.service,
            `Alert ${alert.name} resolved`,
            citations.cite(alert.evidence),
          ),
        ]),
  ]);
}

/** A rule's series and the notification of it differ by an interval of evaluation; an alarm that flaps needs longer to fire again. */
const SAME_ALARM_MS = MINUTE / 4;

/** One alert that two systems tell of (the rule's own series, the notification of it), told once: the first time of each, the evidence of both. */
function withoutTwins(alerts: readonly Alert[]): readonly Alert[] {
  const kept: Alert[] = [];
  for (const alert of [...alerts].sort((a, b) => a.firedAt - b.firedAt || (a.id < b.id ? -1 : 1))) {
    const index = kept.findIndex(
      (other) =>
        other.name === alert.name &&
        other.service === alert.service &&
        agree(other.labels, alert.labels) &&
        alert.firedAt - other.firedAt <= SAME_ALARM_MS,
    );
    const twin = kept[index];
    if (twin === undefined) kept.push(alert);
    else
      kept[index] = {
        ...twin,
        resolvedAt: earlier(twin.resolvedAt, alert.resolvedAt),
        evidence: [...new Set([...twin.evidence, ...alert.evidence])],
      };
  }
  return kept;
}

/** No label that both have tells them apart. */
function agree(a: Alert['labels'], b: Alert['labels']): boolean {
  return Object.entries(a).every(([name, value]) => b[name] === undefined || b[name] === value);
}

function earlier(a: EpochMs | null, b: EpochMs | null): EpochMs | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

function recoveryRows(detection: Detection): readonly Row[] {
  return detection.endedAt === null
    ? []
    : [row(detection.endedAt, 5, 'recovery', detection.primary?.service ?? null, 'Last failure seen', [])];
}

/** Rows of what people and the tool recorded, in the order given. */
export function recordEntries(events: readonly IncidentEvent[]): readonly TimelineEntry[] {
  return recordRows(events).map(({ entry }) => entry);
}

function recordRows(events: readonly IncidentEvent[]): readonly Row[] {
  return events.flatMap((event) => {
    const said = responseOf(event);
    return said === null ? [] : [row(event.at, said.order, 'response', null, said.summary, [])];
  });
}

/** What a recorded event says in the timeline; null for those that are no event of the incident itself. */
function responseOf(event: IncidentEvent): { readonly order: number; readonly summary: string } | null {
  const body = event.body;
  switch (body.type) {
    case 'opened':
      return { order: 6, summary: 'Incident response initiated' };
    case 'cause-identified':
      return { order: 7, summary: `Root cause identified: ${body.statement}` };
    case 'decision-made':
      return {
        order: 8,
        summary: `Decision: ${body.recommendation}${body.statement === '' ? '' : ` (${body.statement})`}`,
      };
    case 'noted':
      return { order: 9, summary: `Note by ${event.actor}: ${body.text}` };
    case 'status-changed':
      return { order: 9, summary: `Status ${body.status}: ${body.why}` };
    case 'verified':
      return { order: 9, summary: `Verification: ${body.outcome} (${body.reason})` };
    case 'resolved':
      return { order: 9, summary: `Resolved: ${body.text}` };
    case 'answered':
    case 'triaged':
      return null;
  }
}
