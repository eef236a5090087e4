/** Alerts as monitors, issues and incidents list them: Sentry, Datadog, New Relic, Azure Monitor, Google Cloud, Zabbix, Splunk On-Call, UptimeRobot, incident.io. Pure. */
import { textOf } from '../_kit/fields.ts';
import { serviceOfLabels } from '../_kit/metric-series.ts';
import { flatTexts, listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';
import { labelsOf, notice, serviceNamed, type Vendor } from './vendor.ts';

/** https://docs.sentry.io/api/events/list-a-projects-issues/ */
const sentryIssue: Vendor = {
  fits: (record) => 'shortId' in record && 'firstSeen' in record && 'lastSeen' in record,
  decode: (record) =>
    notice({
      id: `sentry:${textOf(record['id']) ?? textOf(record['shortId']) ?? ''}`,
      name: textOf(record['title']),
      service: serviceNamed(textAt(record, 'project', 'slug') ?? textAt(record, 'project', 'name')),
      severity: textOf(record['level']),
      firedAt: record['firstSeen'],
      resolvedAt: record['status'] === 'resolved' ? record['lastSeen'] : null,
      labels: flatTexts({
        culprit: record['culprit'],
        count: record['count'],
        userCount: record['userCount'],
      }),
    }),
};

/** https://docs.datadoghq.com/api/latest/monitors/: one that is in alert, since its first group triggered. */
const datadogMonitor: Vendor = {
  fits: (record) => 'overall_state' in record && 'query' in record && 'name' in record,
  decode: (record) => {
    if (!/^alert$/i.test(textOf(record['overall_state']) ?? '')) return 'none';
    const groups = Object.values(objectAt(objectAt(record, 'state'), 'groups')).filter(isObject);
    const triggered = groups
      .filter((group) => /^alert$/i.test(textOf(group['status']) ?? ''))
      .flatMap((group) =>
        typeof group['last_triggered_ts'] === 'number' ? [group['last_triggered_ts']] : [],
      );
    const labels = labelsOf(record['tags']);
    return notice({
      id: `datadog-monitor:${textOf(record['id']) ?? ''}`,
      name: textOf(record['name']),
      service: serviceOfLabels(labels),
      severity: textOf(record['priority']),
      firedAt: triggered.length > 0 ? Math.min(...triggered) : record['overall_state_modified'],
      labels,
    });
  },
};

/** https://docs.newrelic.com/docs/alerts/get-notified: the default payload of an issue. */
const newRelic: Vendor = {
  fits: (record) => 'issueUrl' in record && 'state' in record && 'createdAt' in record,
  decode: (record) => {
    const entities = listAt(record, 'impactedEntities').flatMap((name) => textOf(name) ?? []);
    const isOver = /closed|deactivated/i.test(textOf(record['state']) ?? '');
    return notice({
      id: `newrelic:${textOf(record['id']) ?? textOf(record['issueUrl']) ?? ''}`,
      name: textOf(record['title']),
      service: serviceNamed(entities.length === 1 ? (entities[0] ?? null) : null),
      severity: textOf(record['priority']),
      firedAt: record['createdAt'],
      resolvedAt: isOver ? (record['closedAt'] ?? record['updatedAt']) : null,
      noticedAt: record['updatedAt'],
      labels: entities.length === 0 ? {} : { entities: entities.join(', ') },
    });
  },
};

/** The common alert schema: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema */
const azureMonitor: Vendor = {
  fits: (record) => isObject(objectAt(record, 'data')['essentials']),
  decode: (record) => {
    const essentials = objectAt(objectAt(record, 'data'), 'essentials');
    const target = listAt(essentials, 'alertTargetIDs').flatMap((id) => textOf(id) ?? [])[0];
    return notice({
      id: `azure:${textOf(essentials['originAlertId']) ?? textOf(essentials['alertId']) ?? ''}`,
      name: textOf(essentials['alertRule']),
      service: serviceNamed(target?.split('/').at(-1) ?? null),
      severity: textOf(essentials['severity']),
      firedAt: essentials['firedDateTime'],
      resolvedAt: essentials['monitorCondition'] === 'Resolved' ? essentials['resolvedDateTime'] : null,
    });
  },
};

/** The webhook of https://cloud.google.com/monitoring/support/notification-options */
const googleCloud: Vendor = {
  fits: (record) => {
    const incident = objectAt(record, 'incident');
    return 'incident_id' in incident && 'started_at' in incident;
  },
  decode: (record) => {
    const incident = objectAt(record, 'incident');
    const labels = flatTexts(objectAt(objectAt(incident, 'resource'), 'labels'));
    return notice({
      id: `google-cloud:${textOf(incident['incident_id']) ?? ''}`,
      name: textOf(incident['policy_name']) ?? textOf(incident['condition_name']),
      service:
        serviceNamed(labels['service_name'] ?? labels['container_name'] ?? labels['module_id'] ?? null) ??
        serviceOfLabels(labels),
      severity: textOf(incident['severity']),
      firedAt: incident['started_at'],
      resolvedAt: incident['state'] === 'closed' ? incident['ended_at'] : null,
      labels,
    });
  },
};

const ZABBIX_SEVERITIES = ['not classified', 'information', 'warning', 'average', 'high', 'disaster'];

/** `event.get` and `problem.get`: https://www.zabbix.com/documentation/current/en/manual/api/reference/problem/get */
const zabbix: Vendor = {
  fits: (record) => 'eventid' in record && 'clock' in record && 'name' in record && 'severity' in record,
  decode: (record) => {
    if (record['value'] === '0') return 'none';
    const host = listAt(record, 'hosts').filter(isObject)[0];
    const labels = Object.fromEntries(
      listAt(record, 'tags')
        .filter(isObject)
        .flatMap((own): readonly (readonly [string, string])[] => {
          const [key, value] = [textOf(own['tag']), textOf(own['value'])];
          return key === null || value === null || key === '__proto__' ? [] : [[key, value]];
        }),
    );
    return notice({
      id: `zabbix:${textOf(record['eventid']) ?? ''}`,
      name: textOf(record['name']),
      service:
        serviceOfLabels(labels) ?? serviceNamed(textAt(host ?? {}, 'name') ?? textAt(host ?? {}, 'host')),
      severity: ZABBIX_SEVERITIES[Number(record['severity'])] ?? null,
      firedAt: Number(textOf(record['clock'])),
      resolvedAt: Number(textOf(record['r_clock'])) || null,
      labels,
    });
  },
};

/** Incidents of Splunk On-Call (VictorOps): https://portal.victorops.com/public/api-docs.html */
const onCall: Vendor = {
  fits: (record) => 'incidentNumber' in record && 'currentPhase' in record,
  decode: (record) => {
    const over = listAt(record, 'transitions')
      .filter(isObject)
      .find((own) => own['name'] === 'RESOLVED');
    return notice({
      id: `splunk-on-call:${textOf(record['incidentNumber']) ?? ''}`,
      name: textOf(record['entityDisplayName']) ?? textOf(record['entityId']),
      service: serviceNamed(textOf(record['service'])),
      severity: textOf(record['entityState']),
      firedAt: record['startTime'],
      resolvedAt: record['currentPhase'] === 'RESOLVED' ? (over?.['at'] ?? record['lastAlertTime']) : null,
    });
  },
};

/** A monitor with its log: https://uptimerobot.com/api; type 1 is down, 2 is up again, newest first. */
const uptimeRobot: Vendor = {
  fits: (record) => 'friendly_name' in record && Array.isArray(record['logs']) && 'url' in record,
  decode: (record) => {
    const logs = listAt(record, 'logs').filter(isObject);
    const timeOfLog = (log: JsonObject) => Number(log['datetime']);
    const down = logs.filter((log) => log['type'] === 1).sort((a, b) => timeOfLog(b) - timeOfLog(a))[0];
    if (down === undefined) return 'none';
    const up = logs.find((log) => log['type'] === 2 && timeOfLog(log) > timeOfLog(down));
    const name = textOf(record['friendly_name']);
    return notice({
      id: `uptimerobot:${textOf(record['id']) ?? name ?? ''}`,
      name: name === null ? null : `${name} is down: ${textAt(down, 'reason', 'detail') ?? 'no answer'}`,
      service: serviceNamed(name),
      severity: null,
      firedAt: timeOfLog(down),
      resolvedAt: up === undefined ? null : timeOfLog(up),
    });
  },
};

/** https://api-docs.incident.io: incidents that people declared. */
const incidentIo: Vendor = {
  fits: (record) => 'reference' in record && isObject(record['incident_status']) && 'created_at' in record,
  decode: (record) => {
    const isOver = textAt(record, 'incident_status', 'category') === 'closed';
    return notice({
      id: `incident-io:${textOf(record['id']) ?? textOf(record['reference']) ?? ''}`,
      name: textOf(record['name']),
      service: null,
      severity: textAt(record, 'severity', 'name'),
      firedAt: record['created_at'],
      resolvedAt: isOver ? record['updated_at'] : null,
    });
  },
};

export const MONITORS: readonly Vendor[] = [
  sentryIssue,
  datadogMonitor,
  newRelic,
  azureMonitor,
  googleCloud,
  zabbix,
  onCall,
  uptimeRobot,
  incidentIo,
];
