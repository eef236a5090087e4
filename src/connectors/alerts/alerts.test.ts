import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { toIso } from '../../domain/time.ts';
import { fileWithHead, type RunOptions, runConnector, runOnFiles } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';

async function collect(content: unknown, options: RunOptions = {}) {
  return runOnFiles(
    connector,
    { 'a.json': typeof content === 'string' ? content : JSON.stringify(content) },
    { choose: () => true, ...options },
  );
}

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const choose = ({ path }: { readonly path: string }) => !path.startsWith('others/');

test('notifications of one episode are one alert; labels, service and severity are read', async () => {
  const { alerts, gaps, coverage } = await runConnector(connector, fixtures, { choose });
  const rows = alerts.map((alert) => [
    alert.name,
    alert.service,
    alert.severity,
    toIso(alert.firedAt),
    alert.resolvedAt === null ? null : toIso(alert.resolvedAt),
    alert.evidence.length,
  ]);
  expect(rows).toEqual([
    ['CartErrorsHigh', 'cart-api', 'page', '2024-03-01T10:04:15.512Z', '2024-03-01T10:31:15.512Z', 2],
    ['PodRestarts', 'billing', 'ticket', '2024-03-01T09:58:00Z', '2024-03-01T10:03:00Z', 1],
    ['p99 above 2 s', 'cart-api', null, '2024-03-01T10:05:00Z', null, 1],
    ['Customers cannot pay', 'billing-service', 'P1', '2024-03-01T10:06:27Z', '2024-03-01T10:40:00Z', 5],
  ]);
  expect(alerts.map(({ id }) => id.split(':')[0])).toEqual([
    'alertmanager',
    'alertmanager',
    'grafana',
    'pagerduty',
  ]);
  expect(gaps).toEqual([]);
  expect(coverage.map(({ items }) => items)).toEqual([2, 1, 1, 1]);
});

test.each([
  ['2024-03-01T10:04:00Z', [['PodRestarts', 'resolved']]],
  [
    '2024-03-01T10:22:00Z',
    [
      ['CartErrorsHigh', 'firing'],
      ['PodRestarts', 'resolved'],
      ['p99 above 2 s', 'firing'],
      ['Customers cannot pay', 'resolved'],
    ],
  ],
  [
    '2024-03-01T10:26:00Z',
    [
      ['CartErrorsHigh', 'firing'],
      ['PodRestarts', 'resolved'],
      ['p99 above 2 s', 'firing'],
      ['Customers cannot pay', 'firing'],
    ],
  ],
])('as known at %s', async (asOf, want) => {
  const { alerts } = await runConnector(connector, fixtures, { asOf, choose });
  expect(alerts.map(({ name, resolvedAt }) => [name, resolvedAt === null ? 'firing' : 'resolved'])).toEqual(
    want,
  );
});

const labels = { alertname: 'Slow', service: 'cart' };
test.each([
  {
    name: 'API answer: an end in the future is no end',
    content: [
      {
        labels,
        annotations: {},
        startsAt: '2024-03-01T10:00:00Z',
        updatedAt: '2024-03-01T10:05:00Z',
        endsAt: '2024-03-01T10:09:00Z',
        fingerprint: 'f',
        status: { state: 'active', silencedBy: [], inhibitedBy: [] },
      },
    ],
    want: [{ id: 'alertmanager:f:2024-03-01T10:00:00.000Z', resolvedAt: null, summary: 'Slow' }],
  },
  {
    name: 'Prometheus API: pending alerts have not fired',
    content: {
      status: 'success',
      data: {
        alerts: [
          {
            labels,
            annotations: {},
            state: 'firing',
            activeAt: '2024-03-01T10:00:00.123456789Z',
            value: '1e+00',
          },
          { labels, annotations: {}, state: 'pending', activeAt: '2024-03-01T10:01:00Z', value: '1e+00' },
        ],
      },
    },
    want: [{ name: 'Slow', service: 'cart' }],
  },
  {
    name: 'PagerDuty REST incidents',
    content: {
      incidents: [
        {
          id: 'P1',
          incident_number: 1,
          title: 'Down',
          created_at: '2024-03-01T10:00:00Z',
          status: 'resolved',
          last_status_change_at: '2024-03-01T10:30:00Z',
          service: { summary: 'Cart', type: 'service_reference' },
        },
      ],
    },
    want: [{ id: 'pagerduty:P1', service: 'cart', resolvedAt: Date.UTC(2024, 2, 1, 10, 30) }],
  },
  {
    name: 'an end before the beginning is dropped',
    content: {
      receiver: 'x',
      alerts: [
        { status: 'resolved', labels, startsAt: '2024-03-01T10:00:00Z', endsAt: '2024-03-01T09:00:00Z' },
      ],
    },
    want: [{ resolvedAt: null }],
  },
])('$name', async ({ content, want }) => {
  const { alerts, gaps } = await collect(content);
  expect(alerts).toMatchObject(want);
  expect(gaps).toEqual([]);
});

test.each([
  ['cut off', '{"receiver":"x","alerts":[{"labels":{"alertname":"A"}'],
  ['no start', { receiver: 'x', alerts: [{ labels, status: 'firing' }] }],
  ['wrong types', { receiver: 'x', alerts: [7, { labels: [], startsAt: {} }] }],
  ['another document', { hello: 1 }],
])('%s: a gap, no alert', async (_name, content) => {
  const { alerts, gaps } = await collect(content);
  expect(alerts).toEqual([]);
  expect(gaps).toMatchObject([{ reason: 'rejected' }]);
});

test.each([
  ['x.json', '{"receiver":"a","alerts":[{"labels":{},"startsAt":""', 0],
  ['x.json', `{"receiver":"a","alerts":[{"labels":{},"startsAt":"2024"},{"x":"${'y'.repeat(100)}`, 0.95],
  ['x.json', '{"alerts":[{"id":1}]}', 0],
  ['x.yaml', '{"receiver":"a","alerts":[]}', 0],
])('%s %j is recognised as %d', (path, head, want) => {
  expect(connector.recognise(fileWithHead(path, head))).toBe(want);
});

test.each([
  {
    path: 'opsgenie.json',
    want: [['checkout-api 5xx above 5 %', 'checkout-api', 'P1', '14:23:00', null]],
  },
  { path: 'opsgenie-list.json', want: [['cart is slow', 'cart', 'P3', '14:23:00', '14:43:00']] },
  { path: 'cloudwatch-alarm.json', want: [['checkout-5xx', 'checkout-api', null, '14:23:00', null]] },
  {
    path: 'datadog-webhook.json',
    want: [['checkout-api error rate is high', 'checkout-api', 'P1', '14:23:00', null]],
  },
  {
    path: 'sentry-issue.json',
    want: [['PaymentTimeout: payment-service did not answer', 'checkout-api', 'error', '14:23:00', null]],
  },
  {
    path: 'sentry-issues.json',
    want: [['PaymentTimeout: payment-service did not answer', 'checkout-api', 'error', '14:23:00', null]],
  },
  {
    path: 'datadog-monitors.json',
    want: [['checkout-api error rate is high', 'checkout-api', '1', '14:23:00', null]],
  },
  {
    path: 'newrelic.json',
    want: [['checkout-api error rate above 5 %', 'checkout-api', 'CRITICAL', '14:23:00', null]],
  },
  { path: 'azure-monitor.json', want: [['checkout 5xx', 'checkout-api', 'Sev1', '14:23:00', '14:43:00']] },
  { path: 'google-cloud.json', want: [['checkout 5xx ratio', 'checkout-api', 'Critical', '14:23:00', null]] },
  { path: 'zabbix.json', want: [['High error rate', 'checkout-api', 'high', '14:23:00', null]] },
  {
    path: 'splunk-on-call.json',
    want: [['checkout-api 5xx', 'checkout-api', 'CRITICAL', '14:23:00', '14:43:00']],
  },
  {
    path: 'uptimerobot.json',
    want: [['checkout-api is down: Gateway Timeout', 'checkout-api', null, '14:23:00', null]],
  },
  { path: 'incident-io.json', want: [['Checkout is down', null, 'Critical', '14:23:00', null]] },
  {
    path: 'cloudwatch-history.json',
    want: [['checkout-5xx', null, null, '14:23:00', '14:43:00']],
  },
  { path: 'cloudwatch-event.json', want: [['checkout-5xx', 'checkout-api', null, '14:23:00', null]] },
  {
    path: 'pingdom.json',
    want: [['checkout-api is down: HTTP Server Error 503', 'checkout-api', 'HIGH', '14:23:00', '14:43:00']],
  },
  {
    path: 'newrelic-issues.json',
    want: [['checkout-api error rate above 5 %', 'checkout-api', 'CRITICAL', '14:23:00', '14:43:00']],
  },
  { path: 'prometheus-rules.json', want: [['CheckoutErrors', 'checkout-api', 'page', '14:23:00', null]] },
  {
    path: 'sentry-event.json',
    want: [['PaymentTimeout: no answer', 'checkout-api', 'error', '14:23:00', null]],
  },
  {
    path: 'pingdom-outages.json',
    want: [['What is watched from outside is down', null, null, '10:00:00', '10:05:00']],
  },
  {
    path: 'uptime-kuma.json',
    want: [
      [
        'What is watched from outside is down: Request failed with status code 503',
        null,
        null,
        '10:02:00',
        null,
      ],
    ],
  },
  {
    path: 'statuscake.json',
    want: [['What is watched from outside is down', null, null, '10:02:00', '10:07:00']],
  },
  { path: 'statuspage.json', want: [['Elevated API errors', 'paypipe', 'major', '14:22:00', '15:02:00']] },
])('$path of another vendor', async ({ path, want }) => {
  const { alerts, gaps } = await runConnector(connector, fixtures, {
    choose: (file) => file.path === `others/${path}`,
  });
  expect(gaps).toEqual([]);
  const clock = (at: number | null) => (at === null ? null : new Date(at).toISOString().slice(11, 19));
  expect(
    alerts.map(({ name, service, severity, firedAt, resolvedAt }) => [
      name,
      service,
      severity,
      clock(firedAt),
      clock(resolvedAt),
    ]),
  ).toEqual(want);
});

test('an alarm that recovers and fires again still fires', async () => {
  const at = (time: string, state: string) => ({
    AlarmName: 'a',
    NewStateValue: state,
    StateChangeTime: `2024-01-15T${time}:00Z`,
  });
  const { alerts } = await collect([at('14:00', 'ALARM'), at('14:10', 'OK')]);
  expect(alerts).toMatchObject([{ firedAt: 1705327200000, resolvedAt: 1705327800000 }]);
  const again = await collect([at('14:00', 'ALARM'), at('14:10', 'OK'), at('14:20', 'ALARM')]);
  expect(again.alerts).toMatchObject([{ resolvedAt: null }]);
  const known = await collect([
    at('14:00', 'ALARM'),
    at('14:10', 'OK'),
    { AlarmName: 'b', NewStateValue: 'ALARM' },
  ]);
  expect(known.gaps).toMatchObject([{ reason: 'rejected' }]);
});

test('an event of Sentry says where in the program it was thrown, and in which version', async () => {
  const { alerts } = await runConnector(connector, fixtures, {
    choose: (file) => file.path === 'others/sentry-event.json',
  });
  expect(alerts[0]?.labels).toEqual({
    culprit: 'src/checkout.ts:42 in charge',
    release: 'checkout-api@2.4.1',
    version: '2.4.1',
  });
});

test.each([
  { AlarmName: 'a', HistorySummary: 7, HistoryData: '{', HistoryItemType: 'StateUpdate', Timestamp: {} },
  { 'detail-type': 'CloudWatch Alarm State Change', detail: [] },
  { check_name: {}, current_state: 1, state_changed_timestamp: 'x' },
  { issueId: 1, state: null, createdAt: [] },
  { event_id: 1, exception: { values: [null, { stacktrace: { frames: [7] } }] } },
  { data: { groups: [{ rules: [{ alerts: [1] }] }, 2] } },
])('hostile: %j', async (content) => {
  const { alerts, gaps } = await collect(content);
  expect(alerts).toEqual([]);
  expect(gaps).toMatchObject([{ reason: 'rejected' }]);
});
