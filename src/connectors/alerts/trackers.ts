/** Errors and outages that trackers and clouds keep a list of: Rollbar, Honeybadger, Bugsnag, AWS Health, Icinga. Pure. */
import { textOf } from '../_kit/fields.ts';
import { objectAt, textAt } from '../_kit/nested.ts';
import { isObject } from '../_kit/records.ts';
import { notice, serviceNamed, type Vendor } from './vendor.ts';

/** https://docs.rollbar.com/reference: items, each since it first occurred. */
const rollbar: Vendor = {
  fits: (record) => 'first_occurrence_timestamp' in record && 'title' in record && 'counter' in record,
  decode: (record) => {
    const status = textOf(record['status']);
    return notice({
      id: `rollbar:${textOf(record['id']) ?? textOf(record['counter']) ?? ''}`,
      name: textOf(record['title']),
      service: serviceNamed(textOf(record['project_name'])),
      severity: textOf(record['level']),
      firedAt: record['first_occurrence_timestamp'],
      resolvedAt: status === 'resolved' ? record['last_occurrence_timestamp'] : null,
      noticedAt: record['first_occurrence_timestamp'],
      labels: {
        ...(textOf(record['environment']) === null
          ? {}
          : { environment: textOf(record['environment']) ?? '' }),
        occurrences: textOf(record['total_occurrences']) ?? '',
      },
    });
  },
};

/** https://docs.honeybadger.io/api/faults */
const honeybadger: Vendor = {
  fits: (record) => 'klass' in record && 'notices_count' in record && 'created_at' in record,
  decode: (record) => {
    const [klass, said] = [textOf(record['klass']), textOf(record['message'])];
    return notice({
      id: `honeybadger:${textOf(record['id']) ?? ''}`,
      name: [klass, said].filter((text) => text !== null).join(': ') || null,
      service: serviceNamed(textAt(record, 'project', 'name')),
      severity: 'error',
      firedAt: record['created_at'],
      resolvedAt: record['resolved'] === true ? record['last_notice_at'] : null,
      noticedAt: record['created_at'],
      labels: {
        culprit: textOf(record['component']) ?? '',
        occurrences: textOf(record['notices_count']) ?? '',
      },
    });
  },
};

/** https://bugsnagapiv2.docs.apiary.io: errors of a project. */
const bugsnag: Vendor = {
  fits: (record) => 'error_class' in record && 'first_seen' in record && 'last_seen' in record,
  decode: (record) => {
    const [klass, said] = [textOf(record['error_class']), textOf(record['message'])];
    return notice({
      id: `bugsnag:${textOf(record['id']) ?? ''}`,
      name: [klass, said].filter((text) => text !== null).join(': ') || null,
      service: null,
      severity: textOf(record['severity']),
      firedAt: record['first_seen'],
      resolvedAt: record['status'] === 'fixed' ? record['last_seen'] : null,
      noticedAt: record['first_seen'],
      labels: { culprit: textOf(record['context']) ?? '', occurrences: textOf(record['events']) ?? '' },
    });
  },
};

/** `aws health describe-events`: what AWS itself says of its services; maintenance that was announced is none. */
const awsHealth: Vendor = {
  fits: (record) => 'eventTypeCode' in record && 'eventTypeCategory' in record && 'startTime' in record,
  decode: (record) => {
    if (textOf(record['eventTypeCategory']) !== 'issue') return 'none';
    const service = textOf(record['service']);
    const region = textOf(record['region']);
    return notice({
      id: `aws-health:${textOf(record['arn']) ?? textOf(record['eventTypeCode']) ?? ''}`,
      name: [textOf(record['eventTypeCode'])?.replaceAll('_', ' '), region]
        .filter((text) => text !== null)
        .join(' in '),
      service: service === null ? null : serviceNamed(`aws-${service}`),
      severity: null,
      firedAt: record['startTime'],
      resolvedAt: textOf(record['statusCode']) === 'closed' ? record['endTime'] : null,
      noticedAt: record['startTime'],
      labels: region === null ? {} : { region },
    });
  },
};

/** `/v1/objects/services` and `hosts` of Icinga 2: those that are in a hard state other than OK. */
const icinga: Vendor = {
  fits: (record) =>
    /^(?:Service|Host)$/.test(textOf(record['type']) ?? '') &&
    isObject(record['attrs']) &&
    'state' in objectAt(record, 'attrs') &&
    'last_hard_state_change' in objectAt(record, 'attrs'),
  decode: (record) => {
    const attrs = objectAt(record, 'attrs');
    const state = Number(textOf(attrs['state']));
    if (!(state > 0) || textOf(attrs['state_type']) === '0') return 'none';
    const name = textOf(attrs['display_name']) ?? textOf(attrs['name']);
    const host = textOf(attrs['host_name']);
    return notice({
      id: `icinga:${textOf(record['name']) ?? name ?? ''}`,
      name,
      service: serviceNamed(textOf(attrs['name'])),
      severity: ['ok', 'warning', 'critical', 'unknown'][state] ?? null,
      firedAt: attrs['last_hard_state_change'],
      noticedAt: attrs['last_hard_state_change'],
      labels: host === null ? {} : { host },
    });
  },
};

export const TRACKERS: readonly Vendor[] = [rollbar, honeybadger, bugsnag, awsHealth, icinga];
