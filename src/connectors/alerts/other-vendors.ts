/** Alerts of Opsgenie, CloudWatch, Datadog, Sentry, and incidents of a provider's status page. Pure. */
import type { Notice } from '../_kit/alert-notice.ts';
import { textOf } from '../_kit/fields.ts';
import { serviceOfLabels } from '../_kit/metric-series.ts';
import { flatTexts, listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { MONITORS } from './monitors.ts';
import { asAlarmMessage, STATE_CHANGES } from './state-changes.ts';
import { TRACKERS } from './trackers.ts';
import { labelsOf, notice, serviceNamed, type Vendor } from './vendor.ts';

/** https://support.atlassian.com/opsgenie/docs/opsgenie-edge-connector-alert-action-data/ and the alert API. */
const opsgenie: Vendor = {
  fits: (record) =>
    (isObject(record['alert']) && 'alertId' in record['alert'] && 'action' in record) ||
    ('tinyId' in record && 'message' in record && 'createdAt' in record),
  decode: (record) => {
    const alert = isObject(record['alert']) ? record['alert'] : record;
    const action = textOf(record['action']);
    const isOver = action === 'Close' || alert['status'] === 'closed';
    const labels = { ...flatTexts(objectAt(alert, 'details')), ...labelsOf(alert['tags']) };
    const end = alert['updatedAt'] ?? objectAt(alert, 'report')['closedAt'];
    return notice({
      id: `opsgenie:${textOf(alert['alertId']) ?? textOf(alert['id']) ?? textOf(alert['alias']) ?? ''}`,
      name: textOf(alert['message']),
      service: serviceOfLabels(labels) ?? serviceNamed(textOf(alert['entity'])),
      severity: textOf(alert['priority']),
      firedAt: alert['createdAt'],
      resolvedAt: isOver ? end : null,
      noticedAt: action === null ? null : alert['updatedAt'],
      labels,
    });
  },
};

/** What CloudWatch sends through SNS, and `aws cloudwatch describe-alarms`. */
const cloudWatch: Vendor = {
  fits: (record) =>
    ('AlarmName' in record && ('NewStateValue' in record || 'StateValue' in record)) ||
    asAlarmMessage(record) !== null,
  decode: (told) => {
    const record = asAlarmMessage(told) ?? told;
    const state = textOf(record['NewStateValue']) ?? textOf(record['StateValue']);
    const at =
      record['StateChangeTime'] ?? record['StateTransitionedTimestamp'] ?? record['StateUpdatedTimestamp'];
    const name = textOf(record['AlarmName']);
    if (state === 'INSUFFICIENT_DATA' || (state === 'OK' && !('NewStateValue' in record))) return 'none';
    const trigger = objectAt(record, 'Trigger');
    const dimensions = [...listAt(trigger, 'Dimensions'), ...listAt(record, 'Dimensions')].filter(isObject);
    const labels = Object.fromEntries(
      dimensions.flatMap((own) => {
        const [key, value] = [textOf(own['name'] ?? own['Name']), textOf(own['value'] ?? own['Value'])];
        return key === null || value === null || key === '__proto__' ? [] : [[key, value] as const];
      }),
    );
    const owner = labels['ServiceName'] ?? labels['FunctionName'] ?? null;
    return notice({
      id: `cloudwatch:${name ?? ''}`,
      name,
      service: serviceOfLabels(labels) ?? serviceNamed(owner),
      severity: null,
      firedAt: at,
      resolvedAt: state === 'OK' ? at : null,
      noticedAt: at,
      labels,
      fires: state === 'ALARM',
    });
  },
};

/** A webhook of a monitor with the usual variables: `$ID`, `$EVENT_TITLE`, `$ALERT_TRANSITION`, `$DATE`, `$TAGS`. */
const datadog: Vendor = {
  fits: (record) => 'alert_transition' in record && ('date' in record || 'last_updated' in record),
  decode: (record) => {
    const labels = labelsOf(record['tags']);
    const title = (textOf(record['title']) ?? textOf(record['event_title']) ?? '').replace(
      /^\[[^\]]*\]\s*/,
      '',
    );
    const transition = textOf(record['alert_transition']) ?? '';
    const at = Number(textOf(record['date'] ?? record['last_updated']));
    if (/warn|no data|renotify/i.test(transition)) return 'none';
    const key = textOf(record['alert_id']) ?? textOf(record['aggreg_key']) ?? title;
    return notice({
      id: `datadog:${key}`,
      name: title === '' ? null : title,
      service: serviceOfLabels(labels),
      severity: textOf(record['priority']) ?? textOf(record['alert_type']),
      firedAt: at,
      resolvedAt: /recover/i.test(transition) ? at : null,
      noticedAt: at,
      labels,
      fires: !/recover/i.test(transition),
    });
  },
};

/** https://docs.sentry.io/organization/integrations/integration-platform/webhooks/issue-alerts/ */
const sentry: Vendor = {
  fits: (record) => 'action' in record && isObject(objectAt(record, 'data')['event']),
  decode: (record) => {
    const event = objectAt(objectAt(record, 'data'), 'event');
    const labels = labelsOf(event['tags']);
    return notice({
      id: `sentry:${textOf(event['issue_id']) ?? textOf(event['event_id']) ?? ''}`,
      name: textOf(event['title']),
      service: serviceOfLabels(labels) ?? serviceNamed(textAt(record, 'data', 'event', 'project_slug')),
      severity: textOf(event['level']),
      firedAt: event['datetime'] ?? event['timestamp'],
      labels,
    });
  },
};

/** An incident of https://developer.statuspage.io, whose owner is the provider itself. */
const statusPage: Vendor = {
  fits: (record) =>
    'impact' in record &&
    'created_at' in record &&
    'name' in record &&
    ('incident_updates' in record || 'shortlink' in record),
  decode: (record) => {
    if (/maintenance|scheduled/i.test(textOf(record['impact']) ?? '')) return 'none';
    const components = listAt(record, 'components')
      .filter(isObject)
      .flatMap((own) => textOf(own['name']) ?? []);
    const host = /\/\/(?:www\.|status\.)?([\w-]+)\./.exec(textOf(record['shortlink']) ?? '')?.[1] ?? null;
    const owner = textOf(record['page_name']) ?? (host === 'stspg' ? null : host);
    return notice({
      id: `statuspage:${textOf(record['id']) ?? ''}`,
      name: textOf(record['name']),
      service: serviceNamed(owner),
      severity: textOf(record['impact']),
      firedAt: record['started_at'] ?? record['created_at'],
      resolvedAt: record['resolved_at'],
      labels: components.length === 0 ? {} : { components: components.join(', ') },
    });
  },
};

const VENDORS: readonly Vendor[] = [
  opsgenie,
  cloudWatch,
  datadog,
  sentry,
  statusPage,
  ...MONITORS,
  ...STATE_CHANGES,
  ...TRACKERS,
];

export function isOtherVendor(record: JsonObject): boolean {
  return VENDORS.some((vendor) => vendor.fits(record));
}

/** A status page names itself beside its incidents. */
export function withPage(incident: JsonObject, document: JsonObject): JsonObject {
  const name = textAt(document, 'page', 'name');
  return name === null ? incident : { ...incident, page_name: name };
}

export function decodeOtherVendor(record: JsonObject): Notice | 'none' | null {
  return VENDORS.find((vendor) => vendor.fits(record))?.decode(record) ?? null;
}
