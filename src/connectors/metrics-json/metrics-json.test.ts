import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseIso } from '../../domain/time.ts';
import { runConnector, runOnFiles } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

test.each([
  {
    path: 'datadog.json',
    want: [
      ['checkout-api', 'errors', 40],
      ['checkout-api', 'latency', 40],
    ],
  },
  { path: 'cloudwatch.json', want: [['checkout-api', 'errors', 40]] },
  { path: 'cloudwatch-statistics.json', want: [[null, 'cpu', 40]] },
  { path: 'cart-latency-p95.json', want: [['cart', 'latency', 3]] },
  { path: 'system.cpu.load.json', want: [[null, 'saturation', 3]] },
  { path: 'graphite.json', want: [['checkout-api', 'errors', 40]] },
  { path: 'influxdb.json', want: [['checkout-api', 'errors', 40]] },
  {
    path: 'azure-monitor.json',
    want: [
      ['checkout-api', 'errors', 40],
      ['checkout-api', 'latency', 40],
    ],
  },
  { path: 'google-cloud.json', want: [['checkout-api', 'errors', 40]] },
  {
    path: 'newrelic-nrql.json',
    want: [
      ['checkout-api', 'error-ratio', 40],
      ['checkout-api', 'latency', 40],
    ],
  },
  {
    path: 'honeycomb.json',
    want: [
      ['checkout-api', 'latency', 40],
      ['checkout-api', 'other', 40],
    ],
  },
  {
    path: 'netdata.json',
    want: [
      [null, 'errors', 40],
      [null, 'other', 40],
    ],
  },
])('$path tells whose and what its series are', async ({ path, want }) => {
  const { series, gaps } = await runConnector(connector, fixtures, { choose: (file) => file.path === path });
  expect(gaps).toEqual([]);
  expect(series.map(({ service, meaning, at }) => [service, meaning, at.length])).toEqual(want);
  expect(series[0]?.at[0]).toBe(parseIso('2024-01-15T14:00:00Z'));
});

async function collect(document: unknown) {
  return runOnFiles(connector, { 'm.json': JSON.stringify(document) }, { choose: () => true });
}

test.each([
  { name: 'a series without a name', document: { series: [{ pointlist: [] }] }, rejected: 1 },
  {
    name: 'points that are none',
    document: { series: [{ metric: 'errors', pointlist: [7, ['x', 1], [1705327200000, {}]] }] },
    rejected: 3,
  },
  {
    name: 'fewer values than times',
    document: { MetricDataResults: [{ Label: 'x', Timestamps: ['2024-01-15T14:00:00Z'], Values: [] }] },
    rejected: 0,
  },
  { name: 'series of another type', document: { MetricDataResults: [3, null] }, rejected: 2 },
  { name: 'another document', document: { hello: 1 }, rejected: 1 },
])('$name: what cannot be read is counted', async ({ document, rejected }) => {
  const { gaps, series } = await collect(document);
  expect(series.flatMap(({ at }) => at)).toEqual([]);
  expect(gaps.map(({ detail }) => Number(/^\d+/.exec(detail)?.[0]))).toEqual(
    rejected === 0 ? [] : [rejected],
  );
});
