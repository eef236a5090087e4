/** PagerDuty: events of the v3 webhook and incidents of the REST API. */
import { canonicalServiceName } from '../../domain/service.ts';
import { type Notice, timeOf } from '../_kit/alert-notice.ts';
import { objectAt, textAt } from '../_kit/nested.ts';
import type { JsonObject } from '../_kit/records.ts';

export function isPagerDutyEvent(record: JsonObject): boolean {
  const type = textAt(record, 'event', 'event_type');
  return type !== null && /^[a-z_]+\.[a-z_.]+$/.test(type) && 'data' in objectAt(record, 'event');
}

export function isPagerDutyIncident(record: JsonObject): boolean {
  return 'incident_number' in record && 'created_at' in record && 'service' in record;
}

function serviceOf(incident: JsonObject): string | null {
  const written = textAt(incident, 'service', 'summary') ?? textAt(incident, 'service', 'name');
  const name = written === null ? '' : canonicalServiceName(written.replace(/\s*[[(][^\])]*[\])]\s*$/, ''));
  return name === '' ? null : name;
}

function labelsOf(incident: JsonObject): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  const named = {
    incident_key: textAt(incident, 'incident_key'),
    number: textAt(incident, 'number') ?? textAt(incident, 'incident_number'),
    priority: textAt(incident, 'priority', 'summary'),
    urgency: textAt(incident, 'urgency'),
  };
  for (const [key, value] of Object.entries(named)) if (value !== null) labels[key] = value;
  return labels;
}

function noticeOf(
  incident: JsonObject,
  times: Pick<Notice, 'resolvedAt' | 'noticedAt' | 'reopened'>,
): Notice | null {
  const id = textAt(incident, 'id');
  const firedAt = timeOf(incident['created_at']);
  const title = textAt(incident, 'title') ?? textAt(incident, 'summary') ?? textAt(incident, 'description');
  if (id === null || firedAt === null || title === null) return null;
  return {
    id: `pagerduty:${id}`,
    name: title,
    service: serviceOf(incident),
    severity: textAt(incident, 'priority', 'summary') ?? textAt(incident, 'urgency'),
    summary: title,
    firedAt,
    ...times,
    labels: labelsOf(incident),
  };
}

/** Null for events that are not of an incident (services, notes, pings), and for broken ones: see `isOther`. */
export function decodePagerDutyEvent(record: JsonObject): Notice | null {
  const event = objectAt(record, 'event');
  const incident = objectAt(event, 'data');
  const noticedAt = timeOf(event['occurred_at']);
  if (noticedAt === null) return null;
  const type = textAt(event, 'event_type');
  const isOver = type === 'incident.resolved' || textAt(incident, 'status') === 'resolved';
  return noticeOf(incident, {
    resolvedAt: isOver ? noticedAt : null,
    noticedAt,
    reopened: type === 'incident.reopened',
  });
}

/** Events that never tell of an alert: of services, of notes in an incident, the test of the webhook itself. */
export function isOther(record: JsonObject): boolean {
  return textAt(record, 'event', 'data', 'type') !== 'incident';
}

export function decodePagerDutyIncident(record: JsonObject): Notice | null {
  const isOver = textAt(record, 'status') === 'resolved';
  const resolvedAt = isOver ? timeOf(record['resolved_at'] ?? record['last_status_change_at']) : null;
  return noticeOf(record, { resolvedAt, noticedAt: null, reopened: false });
}
