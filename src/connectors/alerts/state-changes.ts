/** Alerts as records of a state that changed: CloudWatch's history and its events, Pingdom, New Relic's issues, Prometheus' rules, events of Sentry. Pure. */
import { textOf } from '../_kit/fields.ts';
import { flatTexts, listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject, parseJson } from '../_kit/records.ts';
import { notice, serviceNamed, type Vendor } from './vendor.ts';

/** `aws cloudwatch describe-alarm-history`, and the event that EventBridge hands on, as what SNS is sent; null for other records. */
export function asAlarmMessage(record: JsonObject): JsonObject | null {
  if (record['detail-type'] === 'CloudWatch Alarm State Change') {
    const detail = objectAt(record, 'detail');
    const state = objectAt(detail, 'state');
    const metric = objectAt(objectAt(listOfMetrics(detail)[0] ?? {}, 'metricStat'), 'metric');
    const dimensions = Object.entries(flatTexts(objectAt(metric, 'dimensions')));
    return {
      AlarmName: detail['alarmName'],
      NewStateValue: state['value'],
      StateChangeTime: state['timestamp'] ?? record['time'],
      Trigger: { Dimensions: dimensions.map(([name, value]) => ({ name, value })) },
    };
  }
  if (!('AlarmName' in record && 'HistorySummary' in record)) return null;
  const change = parseJson(textOf(record['HistoryData']) ?? '');
  const told = isObject(change) ? textAt(change, 'newState', 'stateValue') : null;
  const summary = /\bto (ALARM|OK|INSUFFICIENT_DATA)\b/.exec(textOf(record['HistorySummary']) ?? '')?.[1];
  return {
    AlarmName: record['AlarmName'],
    NewStateValue: record['HistoryItemType'] === 'StateUpdate' ? (told ?? summary) : 'INSUFFICIENT_DATA',
    StateChangeTime: record['Timestamp'],
  };
}

function listOfMetrics(detail: JsonObject): readonly JsonObject[] {
  return listAt(objectAt(detail, 'configuration'), 'metrics').filter(isObject);
}

/** The webhook of https://www.pingdom.com: down, and up again. */
const pingdom: Vendor = {
  fits: (record) =>
    'check_name' in record && 'current_state' in record && 'state_changed_timestamp' in record,
  decode: (record) => {
    const name = textOf(record['check_name']);
    const at = record['state_changed_timestamp'];
    const isOver = /^(?:up|success)$/i.test(textOf(record['current_state']) ?? '');
    const why = textOf(record['long_description']) ?? textOf(record['description']);
    return notice({
      id: `pingdom:${textOf(record['check_id']) ?? name ?? ''}`,
      name: name === null ? null : `${name} is down${why === null || isOver ? '' : `: ${why}`}`,
      service: serviceNamed(name),
      severity: textOf(record['importance_level']),
      firedAt: at,
      resolvedAt: isOver ? at : null,
      noticedAt: at,
      fires: !isOver,
    });
  },
};

/** Issues as NerdGraph lists them: https://docs.newrelic.com/docs/apis/nerdgraph/examples/nerdgraph-api-alerts/ */
const newRelicIssue: Vendor = {
  fits: (record) =>
    'issueId' in record && 'state' in record && ('createdAt' in record || 'activatedAt' in record),
  decode: (record) => {
    const [title] = listAt(record, 'title');
    const names = [...listAt(record, 'entityNames'), ...listAt(objectAt(record, 'entitiesData'), 'names')];
    const [name, ...others] = [...new Set(names.flatMap((each) => textOf(each) ?? []))];
    const isOver = /closed/i.test(textOf(record['state']) ?? '');
    return notice({
      id: `newrelic:${textOf(record['issueId']) ?? ''}`,
      name: textOf(title) ?? textOf(record['title']),
      service: others.length === 0 ? serviceNamed(name ?? null) : null,
      severity: textOf(record['priority']),
      firedAt: record['activatedAt'] ?? record['createdAt'],
      resolvedAt: isOver ? (record['closedAt'] ?? record['updatedAt']) : null,
    });
  },
};

/** The last frame of the program itself, else the last one; Sentry lists callers first. */
function culpritOf(values: readonly unknown[]): string | null {
  const thrown = values.filter(isObject).at(-1);
  const frames = listAt(objectAt(thrown ?? {}, 'stacktrace'), 'frames').filter(isObject);
  const own = frames.filter((frame) => frame['inApp'] === true || frame['in_app'] === true);
  const frame = own.at(-1) ?? frames.at(-1);
  if (frame === undefined) return null;
  const [file, name] = [textOf(frame['filename']), textOf(frame['function'])];
  const line = textOf(frame['lineNo']) ?? textOf(frame['lineno']);
  return file === null
    ? name
    : `${file}${line === null ? '' : `:${line}`}${name === null ? '' : ` in ${name}`}`;
}

/** An event as the API gives it, or as an SDK sent it: https://develop.sentry.dev/sdk/data-model/event-payloads/ */
const sentryEvent: Vendor = {
  fits: (record) =>
    ('eventID' in record && 'dateCreated' in record) || ('event_id' in record && 'exception' in record),
  decode: (record) => {
    const entries = listAt(record, 'entries').filter(isObject);
    const thrown = entries.find((entry) => entry['type'] === 'exception');
    const values = listAt(
      thrown === undefined ? objectAt(record, 'exception') : objectAt(thrown, 'data'),
      'values',
    );
    const last = values.filter(isObject).at(-1) ?? {};
    const title =
      textOf(record['title']) ??
      [textOf(last['type']), textOf(last['value'])].filter((part) => part !== null).join(': ');
    const release = textOf(record['release']) ?? textAt(record, 'release', 'version');
    const [owner, version] = release?.includes('@') === true ? release.split('@') : [undefined, release];
    const culprit = culpritOf(values);
    const id = textOf(record['groupID']) ?? `${title} ${culprit ?? ''}`;
    return notice({
      id: `sentry:${id}`,
      name: title === '' ? null : title,
      service: serviceNamed(
        textAt(record, 'projectSlug') ?? textAt(record, 'project', 'slug') ?? owner ?? null,
      ),
      severity: textOf(record['level']),
      firedAt: record['dateCreated'] ?? record['timestamp'],
      labels: flatTexts({ culprit, release, version }),
    });
  },
};

export const STATE_CHANGES: readonly Vendor[] = [pingdom, newRelicIssue, sentryEvent];
