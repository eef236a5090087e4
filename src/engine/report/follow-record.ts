/** The report of the last triage carried on with what was recorded since. It measures nothing: figures stay as of the triage. */
import type { Incident, IncidentEvent } from '../../domain/incident.ts';
import type { Report, TimelineEntry } from '../../domain/report.ts';
import { toIso } from '../../domain/time.ts';
import { recordEntries } from './timeline.ts';

/** The same report where nothing was recorded after its triage. A resolved incident has an end, and nothing left to run. */
export function followRecord(report: Report, incident: Incident): Report {
  const triaged = incident.events.findLast(({ body }) => body.type === 'triaged')?.sequence ?? 0;
  const later = incident.events.filter(({ sequence }) => sequence > triaged);
  if (later.length === 0 && report.incident.status === incident.status) return report;
  const told = {
    ...report,
    incident: { ...report.incident, status: incident.status },
    timeline: merge(report.timeline, recordEntries(later)),
  };
  const end = incident.status === 'RESOLVED' ? endOf(incident.events) : null;
  return end === null ? told : closed(told, end);
}

/** The event that ended the incident: the last one, since an incident may be opened again. */
function endOf(events: readonly IncidentEvent[]): IncidentEvent | null {
  return (
    events.findLast(
      ({ body }) =>
        body.type === 'resolved' ||
        ((body.type === 'status-changed' || body.type === 'verified') && body.status === 'RESOLVED'),
    ) ?? null
  );
}

function closed(report: Report, end: IncidentEvent): Report {
  const { incident, rollback } = report;
  const at = toIso(end.at);
  const said = wordsOf(end);
  const text = said === '' || said === 'Resolved' ? '' : `: ${said.replace(/\.$/, '')}`;
  const started = incident.startedAt === null ? null : Date.parse(incident.startedAt);
  return {
    ...report,
    incident: {
      ...incident,
      ongoing: false,
      durationSeconds:
        started === null || !incident.ongoing
          ? incident.durationSeconds
          : Math.max(0, Math.round((end.at - started) / 1000)),
    },
    summary: `Resolved at ${at}${text}. What follows is as of ${incident.asOf}. ${report.summary}`,
    symptoms: report.symptoms.map((symptom) => ({ ...symptom, ongoing: false })),
    rollback: {
      ...rollback,
      recommendation: 'NONE',
      reason: `the incident is resolved${text}; as of ${incident.asOf} it was ${rollback.recommendation}: ${rollback.reason}`,
      commands: [],
      alternatives: [],
      verification: [],
    },
    notes: [
      ...report.notes,
      `The evidence was last read as of ${incident.asOf}; that the incident ended at ${at} is on record, by ${end.actor}.`,
    ],
  };
}

function wordsOf({ body }: IncidentEvent): string {
  if (body.type === 'resolved') return body.text;
  if (body.type === 'verified') return `verified, ${body.reason}`;
  return body.type === 'status-changed' ? body.why : '';
}

/** By time; at the same instant what was told before stays first. */
function merge(told: readonly TimelineEntry[], later: readonly TimelineEntry[]): readonly TimelineEntry[] {
  return [...told, ...later]
    .map((entry, index) => ({ entry, at: Date.parse(entry.at), index }))
    .sort((a, b) => a.at - b.at || a.index - b.index)
    .map(({ entry }) => entry);
}
