import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fileWithHead, type RunOptions, runConnector, runOnFiles } from '../_kit/_testing/connector-run.ts';
import { millisecondsOf } from './attributes.ts';
import { connector } from './index.ts';

async function collect(content: unknown, options: RunOptions = {}) {
  return runOnFiles(
    connector,
    { 'o.json': typeof content === 'string' ? content : JSON.stringify(content) },
    { choose: () => true, ...options },
  );
}

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const ten = Date.UTC(2024, 2, 1, 10);

test('who calls whom, what fails, what is an outside party, a store, a queue', async () => {
  const { traces, edges, serviceFacts, gaps } = await runConnector(connector, fixtures);
  const rows = traces.map(({ from, to, operation, buckets, errorSamples }) => [
    `${from} > ${to}`,
    operation,
    buckets.map(({ calls, errors }) => `${calls}/${errors}`).join(' '),
    errorSamples.map(({ message }) => message).join(),
  ]);
  expect(rows).toEqual([
    ['null > billing', 'orders process', '1/0 1/0 1/0 1/0', ''],
    ['null > storefront', 'POST /basket/:id/pay', '1/0 1/0 1/1 1/1', 'HTTP 504'],
    ['cart > acquirer', 'POST', '1/0 1/0 1/1 1/1', 'ReadTimeout: no answer in 800 ms'],
    ['cart > kafka', 'orders publish', '1/0 1/0 1/0 1/0', ''],
    ['cart > postgres-baskets', 'SELECT baskets', '1/0 1/0 1/0 1/0', ''],
    ['storefront > cart', 'POST /pay/{id}', '1/0 1/0 1/1 1/1', 'timeout of 500 ms exceeded'],
  ]);
  expect(traces[5]?.buckets[3]).toEqual({
    at: ten + 90_000,
    calls: 1,
    errors: 1,
    p50Ms: 900,
    p99Ms: 900,
    selfP50Ms: 50,
  });
  expect(edges.map(({ from, to, source }) => `${from} ${source} ${to}`)).toEqual([
    'billing trace kafka',
    'cart trace acquirer',
    'cart trace kafka',
    'cart trace postgres-baskets',
    'storefront trace cart',
  ]);
  expect(serviceFacts.map(({ name, kind, aliases }) => [name, kind, ...aliases])).toEqual([
    ['acquirer', 'external', 'api.acquirer.example'],
    ['billing', 'service'],
    ['cart', 'service'],
    ['kafka', 'queue'],
    ['postgres-baskets', 'datastore'],
    ['storefront', 'service'],
  ]);
  expect(gaps).toEqual([]);
});

test('evidence of a failed call tells the span and where it stands', async () => {
  const { traces, evidence } = await runConnector(connector, fixtures);
  const cited = evidence.find(({ ref }) => ref === traces[2]?.errorSamples[0]?.evidence);
  expect(cited).toMatchObject({
    kind: 'trace-span',
    locator: { kind: 'json-pointer', path: 'traces.json', pointer: '/resourceSpans/1/scopeSpans/0/spans/13' },
    observedAt: ten + 60_040,
  });
  expect(cited?.excerpt).toContain(
    'cart client span "POST" 840 ms, failed: ReadTimeout: no answer in 800 ms',
  );
});

test('metrics: histograms as quantiles and requests, deltas as rates, gauges as they are', async () => {
  const { series } = await runConnector(connector, fixtures);
  const rows = series.map(({ name, meaning, quantile, unit, service, values }) => [
    name,
    meaning,
    quantile,
    unit,
    service,
    values.map((value) => Number(value.toFixed(2))),
  ]);
  const http = 'http_server_request_duration';
  expect(rows.filter(([, , , , service]) => service !== 'cart')).toEqual([]);
  expect(rows.map((row) => row.filter((_, index) => index !== 4))).toEqual([
    ['process_memory_usage', 'memory', null, 'By', [2e8, 2.1e8, 2.2e8, 2.3e8, 2.4e8, 2.5e8]],
    ['db_client_connection_count', 'pool', null, '1', [3, 4, 5, 6, 7, 8]],
    ['orders_published_total', expect.any(String), null, '1/s', [2, 2, 2, 2, 2, 2]],
    [`${http}_count`, 'requests', null, '1/s', [1.67, 1.67, 1.77, 1.8, 1.83]],
    [`${http}_count errors`, 'errors', null, '1/s', [0, 0, 0.1, 0.13, 0.17]],
    [`${http}_count error ratio`, 'error-ratio', null, 'ratio', [0, 0, 0.06, 0.07, 0.09]],
    [http, 'latency', 0.5, 'ms', [83.33, 83.33, 500, 500, 500]],
    [http, 'latency', 0.9, 'ms', [250, 250, 500, 500, 500]],
    [http, 'latency', 0.99, 'ms', [475, 475, 500, 500, 500]],
  ]);
});

test('spans that were not over at asOf and later samples do not exist', async () => {
  const { traces, series, coverage } = await runConnector(connector, fixtures, {
    asOf: '2024-03-01T10:01:00.500Z',
  });
  const failed = traces
    .flatMap(({ buckets }) => buckets.map(({ errors }) => errors))
    .filter((errors) => errors > 0);
  expect(failed).toEqual([]);
  expect(Math.max(...series.flatMap(({ at }) => [...at]))).toBeLessThanOrEqual(ten + 60_500);
  expect(coverage.every(({ interval }) => interval === null || interval.to <= ten + 60_500)).toBe(true);
});

const ids = { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174' };
const times = { startTimeUnixNano: '1709287200000000000', endTimeUnixNano: '1709287200250000000' };
const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'cart' } }] };

function spans(...list: readonly unknown[]) {
  return { resourceSpans: [{ resource, scopeSpans: [{ spans: list }] }] };
}

test.each([
  [
    'an older name for scopes',
    {
      resourceSpans: [
        {
          resource,
          instrumentationLibrarySpans: [
            { spans: [{ ...ids, ...times, name: 'a', kind: 'SPAN_KIND_SERVER' }] },
          ],
        },
      ],
    },
    1,
    0,
  ],
  ['Tempo', { batches: spans({ ...ids, ...times, name: 'a', kind: 2 }).resourceSpans }, 1, 0],
  ['an end before the start', spans({ ...ids, ...times, endTimeUnixNano: '1709287190000000000' }), 0, 1],
  ['no id', spans({ ...times, name: 'a' }), 0, 1],
  ['wrong types', spans(7, null, { traceId: {}, spanId: [] }), 0, 3],
  ['no service', { resourceSpans: [{ scopeSpans: [{ spans: [{ ...ids, ...times }] }] }] }, 0, 1],
  ['cut off', '{"resourceSpans":[{"resource":{}', 0, 1],
  ['another document', { a: 1 }, 0, 1],
  [
    'a metric without points',
    {
      resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name: 'a', gauge: {} }, { unit: 's' }] }] }],
    },
    0,
    1,
  ],
  [
    'bounds that do not fit the counts',
    {
      resourceMetrics: [
        {
          resource,
          scopeMetrics: [
            {
              metrics: [
                {
                  name: 'a',
                  histogram: {
                    dataPoints: [
                      { timeUnixNano: '1709287200000000000', bucketCounts: ['1'], explicitBounds: [1, 2] },
                    ],
                  },
                },
              ],
            },
          ],
        },
      ],
    },
    0,
    1,
  ],
])('%s', async (_name, content, items, rejected) => {
  const { coverage, gaps } = await collect(content);
  expect([coverage[0]?.items, coverage[0]?.rejected]).toEqual([items, rejected]);
  expect(gaps).toHaveLength(rejected === 0 ? 0 : 1);
});

test('what a client measures is about its partner, and no request to the service', async () => {
  const attributes = [{ key: 'server.address', value: { stringValue: 'billing.store.svc' } }];
  const point = (at: number, count: number) => ({
    attributes,
    timeUnixNano: `${1_709_287_200 + at}000000000`,
    bucketCounts: [count, 0],
    explicitBounds: [1],
  });
  const dataPoints = [point(0, 0), point(60, 60), point(120, 120)];
  const histogram = { aggregationTemporality: 2, dataPoints };
  const metrics = [{ name: 'http.client.request.duration', unit: 's', histogram }];
  const { series } = await collect({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
  expect(series.map(({ meaning, attributes: { peer } }) => [meaning, peer])).toEqual([
    ['latency', 'billing'],
    ['latency', 'billing'],
    ['latency', 'billing'],
  ]);
});

test('exponential histograms of any scale give quantiles within a bucket', async () => {
  // At scale 3 the bucket with offset 0 ends at 2^(1/8) s; all values lie between 0.917 and 1.09 s.
  const point = (at: number, count: number) => ({
    timeUnixNano: `${1_709_287_200 + at}000000000`,
    scale: 3,
    zeroCount: '0',
    positive: { offset: -1, bucketCounts: [String(count), String(count)] },
  });
  const exponentialHistogram = {
    aggregationTemporality: 2,
    dataPoints: [point(0, 0), point(60, 30), { ...point(120, 60), scale: 'x' }, point(180, 90)],
  };
  const metrics = [{ name: 'http.server.request.duration', unit: 's', exponentialHistogram }];
  const { series, coverage } = await collect({
    resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }],
  });
  const latencies = series.filter(({ meaning }) => meaning === 'latency');
  expect(latencies.map(({ quantile }) => quantile)).toContain(0.99);
  for (const value of latencies.flatMap(({ values }) => [...values])) {
    expect(value).toBeGreaterThan(800);
    expect(value).toBeLessThan(1200);
  }
  const requests = series.find(({ meaning }) => meaning === 'requests');
  expect(requests?.values).toEqual([1, 1]);
  expect(coverage[0]?.rejected).toBe(1);
});

test.each([
  ['x.json', '{"resourceSpans":[{"resource":{"attributes":[', 0.95],
  ['x.jsonl', '{"resourceMetrics":[{"resource":', 0.95],
  ['x.json', '{"resourceLogs":[{"resource":', 0],
  ['x.json', '{"batches":[{"id":1}]}', 0],
  ['x.log', '{"resourceSpans":[]}', 0],
])('%s %s is recognised as %d', (path, head, want) => {
  expect(connector.recognise(fileWithHead(path, head))).toBe(want);
});

test('nanoseconds keep their fractions', () => {
  expect(millisecondsOf('1709287200123456789')).toBeCloseTo(1_709_287_200_123.456_8, 3);
  expect(millisecondsOf(1_709_287_200_000_000_000)).toBe(1_709_287_200_000);
  expect([
    millisecondsOf('x'),
    millisecondsOf('12'),
    millisecondsOf(null),
    millisecondsOf('9'.repeat(20)),
  ]).toEqual([null, null, null, null]);
});

test('a service that nobody named is called as its workload', async () => {
  const span = (traceId: string) => ({
    traceId: traceId.repeat(32),
    spanId: traceId.repeat(16),
    name: 'GET /quote',
    kind: 2,
    startTimeUnixNano: '1709287200000000000',
    endTimeUnixNano: '1709287200050000000',
  });
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const from = (traceId: string, ...attributes: unknown[]) => ({
    resource: { attributes: [text('service.name', 'unknown_service:node'), ...attributes] },
    scopeSpans: [{ spans: [span(traceId)] }],
  });
  const { traces, gaps } = await collect({
    resourceSpans: [
      from('a', text('k8s.pod.name', 'quotes-7f9c5d8b6-x2x4q')),
      from('b', text('k8s.deployment.name', 'rates'), text('k8s.pod.name', 'other-7f9c5d8b6-x2x4q')),
      from('c'),
    ],
  });
  expect(traces.map(({ to }) => to).sort()).toEqual(['quotes', 'rates']);
  expect(gaps).toHaveLength(1);
});
