import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fileWithHead, type RunOptions, runConnector, runOnFiles } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';
import { splitHeader } from './layout.ts';
import { measureOf } from './measure.ts';

async function collect(name: string, content: string, options: RunOptions = {}) {
  return runOnFiles(connector, { [name]: content }, { choose: () => true, ...options });
}

const ten = Date.UTC(2024, 2, 1, 10);

test('a wide table with label columns: metrics by column, requests weigh ratios and latencies', async () => {
  const root = fileURLToPath(new URL('fixtures', import.meta.url));
  const { series, evidence, gaps } = await runConnector(connector, root, {
    choose: ({ path }) => path === 'cart.csv',
  });
  const names = series.map((one) => [one.name, one.meaning, one.unit, one.quantile, one.service]);
  expect(names).toEqual([
    ['requests', 'requests', '1/bucket', null, 'cart'],
    ['error_ratio', 'error-ratio', 'ratio', null, 'cart'],
    ['latency_p50_ms', 'latency', 'ms', 0.5, 'cart'],
    ['latency_p99_ms', 'latency', 'ms', 0.99, 'cart'],
  ]);
  expect(series[3]).toMatchObject({
    id: 'metrics-csv:cart.csv#latency_p99_ms{route=/api/cart,service=cart}',
    attributes: { route: '/api/cart' },
    at: [ten, ten + 60_000, ten + 120_000],
    values: [849, 845, 2845],
    weights: [157, 160, 151],
  });
  expect(evidence[3]).toMatchObject({
    kind: 'metric-window',
    excerpt:
      'latency_p99_ms{route=/api/cart,service=cart} 2024-03-01 10:00–10:02: min 845, median 849, max 2845 ms',
    locator: { kind: 'window', path: 'cart.csv', from: ten, to: ten + 120_000 },
  });
  expect(gaps).toEqual([]);
});

test.each([
  {
    name: 'headers of services and what is measured of them',
    header: 'time,cart_cpu,cart_latency-90,cart_workload,main-orders_cpu,main-orders_latency-90',
    want: [
      ['cart', 'cpu', null],
      ['cart', 'latency', 0.9],
      ['cart', 'requests', null],
      ['main-orders', 'cpu', null],
      ['main-orders', 'latency', 0.9],
    ],
  },
  {
    name: 'measures of several words, services with underscores and dashes',
    header:
      'time,ad_service_container-cpu-usage-seconds-total,ad_service_istio-latency-90,ad_service_istio-error-total,istio-ingress_istio-latency-90,istio-ingress_istio-error-total,redis_container-cpu-usage-seconds-total,redis_istio-error-total',
    want: [
      ['ad-service', 'cpu', null],
      ['ad-service', 'latency', 0.9],
      ['ad-service', 'errors', null],
      ['istio-ingress', 'latency', 0.9],
      ['istio-ingress', 'errors', null],
      ['redis', 'cpu', null],
      ['redis', 'errors', null],
    ],
  },
  {
    name: 'first parts that say where something is measured name nobody',
    header: 'time,http_latency,http_errors,db_latency,db_errors',
    want: [
      ['shop', 'latency', null],
      ['shop', 'errors', null],
      ['shop', 'latency', null],
      ['shop', 'errors', null],
    ],
  },
  {
    name: 'one first part alone names nobody',
    header: 'time,cart_cpu,cart_latency,other',
    want: [
      ['shop', 'cpu', null],
      ['shop', 'latency', null],
      ['shop', 'other', null],
    ],
  },
])('a wide table: $name', async ({ header, want }) => {
  const row = (minute: number) =>
    [
      new Date(ten + minute * 60_000).toISOString(),
      ...header
        .split(',')
        .slice(1)
        .map(() => '0.5'),
    ].join(',');
  const { series } = await collect('shop.csv', [header, row(0), row(1), row(2), ''].join('\n'));
  expect(series.map(({ service, meaning, quantile }) => [service, meaning, quantile])).toEqual(want);
});

test('a wide table named after a metric: columns are services, zone-less times are noted', async () => {
  const root = fileURLToPath(new URL('fixtures', import.meta.url));
  const { series, coverage, gaps } = await runConnector(connector, root, {
    choose: ({ path }) => path === 'latency_p95.csv',
  });
  expect(
    series.map(({ name, service, quantile, unit, values }) => [name, service, quantile, unit, values]),
  ).toEqual([
    ['latency_p95', 'cart-api', 0.95, 'ms', [353.046, 412.876]],
    ['latency_p95', 'billing', 0.95, 'ms', [19.2298, 36.5966]],
    ['latency_p95', 'storefront-web', 0.95, 'ms', [500]],
  ]);
  expect(coverage[0]?.notes).toEqual([
    'times without a zone were read as UTC',
    'latency_p95 is taken to be in ms',
  ]);
  expect(gaps).toEqual([]);
});

test('a long table: counters become rates', async () => {
  const root = fileURLToPath(new URL('fixtures', import.meta.url));
  const { series } = await runConnector(connector, root, { choose: ({ path }) => path === 'long.csv' });
  expect(series).toMatchObject([
    { meaning: 'requests', unit: '1/s', values: [1, 0.5], attributes: { pod: 'cart-7f9c5d8b6-x2x4q' } },
    { meaning: 'memory', unit: 'By', values: [201333343] },
  ]);
});

test.each([
  {
    name: 'labels in a header',
    file: 'x.csv',
    text: 'time,"latency_p99{service=""cart"",route=""/a""}"\n2024-03-01T10:00:00Z,12\n',
    want: [{ name: 'latency_p99', service: 'cart', attributes: { route: '/a' }, quantile: 0.99 }],
  },
  {
    name: 'braces alone take the name of the file',
    file: 'error_ratio.csv',
    text: 'Time,{service="cart"}\n2024-03-01T10:00:00Z,0.5\n',
    want: [{ name: 'error_ratio', meaning: 'error-ratio', service: 'cart' }],
  },
  {
    name: 'a panel title of service and metric',
    file: 'panel.csv',
    text: 'Time;cart error rate %;billing error rate %\n2024-03-01T10:00:00Z;50;1\n',
    want: [
      { meaning: 'error-ratio', service: 'cart', unit: 'ratio', values: [0.5] },
      { service: 'billing', values: [0.01] },
    ],
  },
  {
    name: 'the file is the service',
    file: 'metrics/checkout-api.csv',
    text: 'ts,rps,cpu_percent\n1709287200,3,50\n',
    want: [
      { service: 'checkout-api', meaning: 'requests', unit: '1/s' },
      { service: 'checkout-api', meaning: 'cpu', unit: 'ratio', values: [0.5] },
    ],
  },
  {
    name: 'a generic file name is no service',
    file: 'metrics.csv',
    text: 'ts,rps,errors\n1709287200000,3,1\n',
    want: [{ service: null }, { service: null, meaning: 'errors', unit: '1/bucket' }],
  },
  {
    name: 'a percent sign in the cells',
    file: 'm.csv',
    text: 'ts,service,error_rate\n2024-03-01T10:00:00Z,a,12%\n',
    want: [{ values: [0.12], unit: 'ratio' }],
  },
  {
    name: 'a column of pods under another spelling, and a share of successes',
    file: 'm.csv',
    text: 'Time,PodName,PodSuccessRate(%)\n2024-03-01 10:00:00 +0000 UTC,cart-7f9c5d8b6-x2x4q,71\n',
    want: [{ service: 'cart', meaning: 'error-ratio', unit: 'ratio', values: [0.29] }],
  },
  {
    name: 'an inventory’s ids: a copy on its machine, and a machine',
    file: 'm.csv',
    text: 'timestamp,cmdb_id,kpi_name,value\n1709287200,node-6.cart-0,container_cpu_usage_seconds,0.2\n1709287200,node-6,system.cpu.pct_usage,31\n',
    want: [
      { name: 'container_cpu_usage_seconds', service: 'cart', attributes: { pod: 'cart-0' } },
      { name: 'system.cpu.pct_usage', service: null, attributes: { node: 'node-6' } },
    ],
  },
  {
    name: 'the file names the service, where it ran, and what is measured',
    file: 'orders1_10.0.0.4_docker_cpu_pct_2024-03-01.csv',
    text: 'timestamp,value\n1709287200000,0.2\n',
    want: [{ service: 'orders1', name: 'docker_cpu_pct', meaning: 'cpu' }],
  },
  {
    name: 'a table of calls: measured is how the callee answered',
    file: 'calls.csv',
    text: 'timestamp,source,destination,p95_latency_ms\n1709287200,shop,orders,40\n',
    want: [{ service: 'orders', meaning: 'latency', quantile: 0.95, attributes: { caller: 'shop' } }],
  },
  {
    name: 'a label set before the name',
    file: 'x.csv',
    text: 'series,time,value\n"{service=""cart""} p99 latency",2024-03-01T10:00:00Z,45\n',
    want: [{ name: 'p99 latency', service: 'cart', quantile: 0.99 }],
  },
  {
    name: 'the pod names the service',
    file: 'm.csv',
    text: 'ts,pod,queue_depth\n2024-03-01T10:00:00Z,cart-7f9c5d8b6-x2x4q,7\n',
    want: [{ service: 'cart', meaning: 'queue', attributes: { pod: 'cart-7f9c5d8b6-x2x4q' } }],
  },
  {
    name: 'times out of order and repeated: ascending, the last counts',
    file: 'm.csv',
    text: 'ts,rps\n2024-03-01T10:01:00Z,2\n2024-03-01T10:00:00Z,1\n2024-03-01T10:01:00Z,3\n',
    want: [{ at: [ten, ten + 60_000], values: [1, 3] }],
  },
])('$name', async ({ file, text, want }) => {
  const { series, gaps } = await collect(file, text);
  expect(series).toMatchObject(want);
  expect(gaps).toEqual([]);
});

test('nothing after asOf', async () => {
  const text = 'ts,rps\n2024-03-01T10:00:00Z,1\n2024-03-01T10:01:00Z,2\n';
  const { series } = await collect('m.csv', text, { asOf: '2024-03-01T10:00:30Z' });
  expect(series).toMatchObject([{ values: [1] }]);
});

test('unreadable cells and rows are counted, the rest is kept', async () => {
  const text =
    'ts,rps,errors\n2024-03-01T10:00:00Z,1,2\nnonsense,1,2\n2024-03-01T10:01:00Z,1\n2024-03-01T10:02:00Z,NaN,\n2024-03-01T10:03:00Z,3,4\n';
  const { series, gaps, coverage } = await collect('m.csv', text);
  expect(series.map(({ values }) => values)).toEqual([
    [1, 3],
    [2, 4],
  ]);
  expect(gaps).toMatchObject([{ reason: 'rejected' }]);
  expect(coverage).toMatchObject([{ rejected: 2, items: 4 }]);
});

test.each([
  ['no time', 'a,b\n1,2\n'],
  ['no numbers', 'time,b\n2024-03-01T10:00:00Z,x\n'],
  ['binary', '\u0000,\u0001\n\u0002,\u0003'],
  ['an open quote', '"time,rps\n'],
  ['empty', ''],
])('%s gives a gap', async (_name, text) => {
  const { series, gaps } = await collect('m.csv', text);
  expect(series).toEqual([]);
  expect(gaps).toHaveLength(1);
});

test.each([
  ['orders.csv', 'order,customer\nORD-1,Ada\n', 0],
  ['x.csv', 'time,trace_id,span_id,service,duration\n2024-03-01T10:00:00Z,a,b,cart,12\n', 0],
  ['x.csv', 'time,service,message,code\n2024-03-01T10:00:00Z,cart,order was placed,12\n', 0],
  ['x.csv', 'date,amount\n2024-03-01,12.5\n2024-03-02,3\n', 0.5],
  ['metrics/x.csv', 'time,a\n2024-03-01T10:00:00Z,1\n', 0.9],
  ['x.csv', 'time,rps\n2024-03-01T10:00:00Z,1\n', 0.9],
])('%s %j is recognised as %d', (path, head, want) => {
  expect(connector.recognise(fileWithHead(path, head))).toBe(want);
});

test('headers split into name and labels', () => {
  expect(splitHeader('a{b="c,d", e=f}')).toEqual({ name: 'a', labels: { b: 'c,d', e: 'f' } });
  expect(splitHeader('plain')).toEqual({ name: 'plain', labels: {} });
  expect(splitHeader('a{broken')).toEqual({ name: 'a{broken', labels: {} });
});

test.each([
  ['12', 12, null],
  ['3.5%', 3.5, 'percent'],
  ['950 ms', 950, 'ms'],
  ['1.20 s', 1200, 'ms'],
  ['2 GiB', 2 ** 31, 'By'],
  ['1,204 req/s', 1204, '1/s'],
  ['1.5 K', 1500, null],
])('%s is %d in %s', (cell, value, unit) => {
  expect(measureOf(cell)).toEqual({ value, unit });
});

test.each(['', 'x', '12 apples', '1.2.3', '2024-01-15', 's', '12:30'])('%j is no measure', (cell) => {
  expect(measureOf(cell)).toBeNull();
});

test('what Grafana exports: a hint for spreadsheets, series in rows, values with units', async () => {
  const long = await collect(
    'panel.csv',
    'sep=,\n"Series","Time","Value"\n"errors{service=cart}","2024-03-01T10:00:00+00:00",3\n"errors{service=cart}","2024-03-01T10:01:00+00:00",5\n',
  );
  expect(long.gaps).toEqual([]);
  expect(long.series).toMatchObject([{ service: 'cart', meaning: 'errors', values: [3, 5] }]);
  const wide = await collect(
    'panel.csv',
    '"Time","cart p99","mail p99"\n"2024-03-01 10:00:00",950 ms,0.1 s\n"2024-03-01 10:01:00",1.50 s,\n',
  );
  expect(wide.series.map(({ service, unit, values }) => [service, unit, values])).toEqual([
    ['cart', 'ms', [950, 1500]],
    ['mail', 'ms', [100]],
  ]);
});

test.each([
  {
    file: 'cave-orders.csv',
    header: 'requests_per_s,p99_ms,time_wait',
    want: ['cave-orders', 'cave-orders', 'cave-orders'],
  },
  { file: 'requests.csv', header: 'cart,search,checkout', want: ['cart', 'checkout', 'search'] },
])('$file with the columns $header is of $want', async ({ file, header, want }) => {
  const text = `timestamp,${header}\n2024-03-01T10:00:00Z,1,2,3\n2024-03-01T10:01:00Z,2,3,4\n`;
  const { series } = await collect(file, text);
  expect(series.map(({ service }) => service).sort()).toEqual(want);
});

test('checks of a monitor: what came of each is a share that failed', async () => {
  const rows = ['Up,200,210', 'Up,200,190', 'Down,503,60', 'Down,,30000'].map(
    (cells, minute) => `cart page,Lisbon,2024-03-01 10:0${minute}:00,${cells}`,
  );
  const header = 'Check,Location,Checked at (UTC),Result,HTTP status,Response time (ms)';
  const { series } = await collect('uptime.csv', `${[header, ...rows].join('\n')}\n`);
  expect(series.map(({ name, meaning, service, values }) => [name, meaning, service, values])).toEqual([
    ['Response time (ms)', 'latency', 'cart-page', [210, 190, 60, 30_000]],
    ['failed_checks_ratio', 'error-ratio', 'cart-page', [0, 0, 1, 1]],
  ]);
});
