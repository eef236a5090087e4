import { describe, expect, test } from 'vitest';
import { parseIso } from '../../domain/time.ts';
import { fileWithHead } from '../_kit/_testing/connector-run.ts';
import { readRecords } from '../_kit/records.ts';
import { connector } from './index.ts';
import { decodeOtherVendor } from './other-vendors.ts';

const T = '2024-03-02T08:15:30Z';
const at = parseIso(T);
const end = parseIso('2024-03-02T09:15:30Z');
const s = (at ?? 0) / 1000;

const RECORDS: readonly {
  readonly name: string;
  readonly record: Record<string, unknown>;
  readonly want: object;
}[] = [
  {
    name: 'Rollbar',
    record: {
      id: 1,
      counter: 42,
      environment: 'production',
      level: 'error',
      status: 'active',
      title: 'Refused',
      total_occurrences: 8,
      first_occurrence_timestamp: s,
      last_occurrence_timestamp: s + 900,
    },
    want: { id: 'rollbar:1', name: 'Refused', firedAt: at, resolvedAt: null, severity: 'error' },
  },
  {
    name: 'Honeybadger',
    record: {
      id: 2,
      klass: 'Net::ReadTimeout',
      component: 'CartController',
      message: 'rates timed out',
      created_at: T,
      last_notice_at: '2024-03-02T09:15:30Z',
      notices_count: 8,
      resolved: true,
    },
    want: { name: 'Net::ReadTimeout: rates timed out', firedAt: at, resolvedAt: end },
  },
  {
    name: 'Bugsnag',
    record: {
      id: 'a',
      error_class: 'TimeoutError',
      message: 'rates timed out',
      severity: 'error',
      events: 8,
      first_seen: T,
      last_seen: T,
      status: 'open',
    },
    want: { name: 'TimeoutError: rates timed out', firedAt: at, resolvedAt: null },
  },
  {
    name: 'AWS Health',
    record: {
      arn: 'arn:x',
      service: 'RDS',
      eventTypeCode: 'AWS_RDS_OPERATIONAL_ISSUE',
      eventTypeCategory: 'issue',
      region: 'eu-west-1',
      startTime: T,
      endTime: '2024-03-02T09:15:30Z',
      statusCode: 'closed',
    },
    want: {
      name: 'AWS RDS OPERATIONAL ISSUE in eu-west-1',
      service: 'aws-rds',
      firedAt: at,
      resolvedAt: end,
    },
  },
  {
    name: 'Icinga',
    record: {
      name: 'web!cart_http',
      type: 'Service',
      attrs: {
        name: 'cart-http',
        host_name: 'web',
        display_name: 'cart http',
        state: 2,
        state_type: 1,
        last_hard_state_change: s,
      },
    },
    want: { name: 'cart http', service: 'cart-http', severity: 'critical', firedAt: at },
  },
];

test('the items of Rollbar lie within its result', () => {
  const [rollbar] = RECORDS;
  const text = JSON.stringify({ err: 0, result: { items: [rollbar?.record] } });
  expect(connector.recognise(fileWithHead('items.json', text))).toBeGreaterThan(0.9);
  expect(readRecords(text, ['result/items'], 10).records).toMatchObject([
    { value: { title: 'Refused' }, place: { kind: 'pointer', pointer: '/result/items/0' } },
  ]);
});

describe('trackers', () => {
  test.each(RECORDS)('$name', ({ record, want }) => {
    expect(decodeOtherVendor(record)).toMatchObject(want);
  });

  test.each(RECORDS)('$name without a time is no alert', ({ record }) => {
    const timeless = (key: string, value: unknown) => {
      if (typeof value === 'object') return { ...value, last_hard_state_change: {} };
      return /time|_at$|seen/i.test(key) ? {} : value;
    };
    const entries = Object.entries(record).map(([key, value]) => [key, timeless(key, value)]);
    expect(decodeOtherVendor(Object.fromEntries(entries))).toBeNull();
  });

  test('maintenance that was announced, and what is well, are no alerts', () => {
    const [, , , health, icinga] = RECORDS.map(({ record }) => record);
    expect(decodeOtherVendor({ ...health, eventTypeCategory: 'scheduledChange' })).toBe('none');
    expect(decodeOtherVendor({ ...icinga, attrs: { ...(icinga?.['attrs'] as object), state: 0 } })).toBe(
      'none',
    );
  });
});
