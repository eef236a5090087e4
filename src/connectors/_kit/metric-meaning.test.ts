import { describe, expect, test } from 'vitest';
import { epochMs } from '../../domain/time.ts';
import { readMetricName, scaleFor, unitOfText } from './metric-meaning.ts';
import { decodeSeries, rateOf, serviceOfLabels } from './metric-series.ts';

test.each([
  ['http_requests_total', 'requests', null, null],
  ['http_server_request_duration_seconds', 'latency', null, 's'],
  ['http.server.request.duration', 'latency', null, null],
  ['latency_p99_ms', 'latency', 0.99, 'ms'],
  ['p999', 'latency', 0.999, null],
  ['responseTimeP50', 'latency', 0.5, null],
  ['99th percentile latency', 'latency', 0.99, null],
  ['latency p99.9', 'latency', 0.999, null],
  ['median response time (ms)', 'latency', 0.5, 'ms'],
  ['error_ratio', 'error-ratio', null, 'ratio'],
  ['errorRate', 'error-ratio', null, null],
  ['5xx %', 'error-ratio', null, 'percent'],
  ['Http5xx', 'errors', null, null],
  ['HTTPCode_Target_5XX_Count', 'errors', null, null],
  ['http_errors_total', 'errors', null, null],
  ['checkout timeouts', 'errors', null, null],
  ['request_rate', 'requests', null, null],
  ['requests/s', 'requests', null, '1/s'],
  ['rpm', 'requests', null, '1/min'],
  ['process_cpu_seconds_total', 'cpu', null, 's'],
  ['container_memory_working_set_bytes', 'memory', null, 'By'],
  ['heap_used_mb', 'memory', null, 'MBy'],
  ['disk_used_percent', 'disk', null, 'percent'],
  ['db_pool_active_connections', 'pool', null, null],
  ['db_pool_waiting', 'pool', null, null],
  ['kafka_consumer_lag', 'queue', null, null],
  ['beanstalkd_current_jobs_ready', 'queue', null, null],
  ['sidekiq_enqueued_jobs', 'queue', null, null],
  ['redis_key_size', 'queue', null, null],
  ['ApproximateNumberOfMessagesVisible', 'queue', null, null],
  ['CPUUtilization', 'cpu', null, null],
  ['HTTPCode_Target_5XX_Count', 'errors', null, null],
  ['Invocations', 'requests', null, null],
  ['kube_pod_container_status_restarts_total', 'restarts', null, null],
  ['nodejs_eventloop_lag_p99_seconds', 'saturation', null, 's'],
  ['nodejs_gc_duration_seconds', 'other', null, 's'],
  ['process_start_time_seconds', 'other', null, 's'],
  ['up', 'other', null, null],
  ['db_queries_total', 'other', null, null],
  ['http.client.requests', 'other', null, null],
  ['http_server_requests_total', 'requests', null, null],
  ['mysql_global_status_queries', 'requests', null, null],
  ['mysql_slave_status_seconds_behind_master', 'queue', null, 's'],
  ['mysql_replica_status_seconds_behind_source', 'queue', null, 's'],
  ['bookings_request_seconds', 'latency', null, 's'],
  ['nodejs_eventloop_lag_stddev_seconds', 'other', null, 's'],
  ['redis_mem_fragmentation_ratio', 'other', null, 'ratio'],
  ['redis_latency_percentiles_usec', 'latency', null, 'us'],
  ['haproxy_process_current_connection_rate', 'other', null, null],
  ['rabbitmq_queue_messages_bytes', 'other', null, 'By'],
  ['rabbitmq_queue_messages_ready', 'queue', null, null],
  ['haproxy_process_pool_used_bytes', 'memory', null, 'By'],
  ['temperature', 'other', null, null],
])('%s is %s', (name, meaning, quantile, unit) => {
  expect(readMetricName(name)).toEqual({ meaning, quantile, unit });
});

test.each([
  ['seconds', 's'],
  ['{request}/s', '1/s'],
  ['1/s', '1/s'],
  ['%', 'percent'],
  ['By', 'By'],
  ['1', null],
  ['', null],
  ['furlong', null],
])('unit %j is %s', (text, unit) => {
  expect(unitOfText(text)).toBe(unit);
});

describe('scales', () => {
  test.each([
    ['latency without a unit, fractions of a second', 'latency', null, [0.2, 0.5], 'ms', 1000],
    ['latency without a unit, whole numbers', 'latency', null, [2, 5], 'ms', 1],
    ['latency without a unit, hundreds', 'latency', null, [212.5, 300], 'ms', 1],
    ['ratio above one', 'error-ratio', null, [0, 50], 'ratio', 0.01],
    ['ratio', 'error-ratio', null, [0, 0.5], 'ratio', 1],
    ['memory in megabytes', 'memory', 'MBy', [1], 'By', 1e6],
    ['memory without a unit, large', 'memory', null, [2e8], 'By', 1],
  ] as const)('%s', (_name, meaning, unit, values, want, factor) => {
    expect(scaleFor(meaning, unit, values, false)).toMatchObject({ unit: want, factor });
  });
});

test('a counter that starts again counts from zero', () => {
  const at = (seconds: number) => epochMs(seconds * 1000);
  expect(
    rateOf([
      [at(0), 100],
      [at(10), 150],
      [at(20), 20],
      [at(30), 20],
    ]),
  ).toEqual([
    [at(10), 5],
    [at(20), 2],
    [at(30), 0],
  ]);
});

test.each([
  [{ service: 'Cart' }, 'cart'],
  [{ job: 'shop/cart' }, 'cart'],
  [{ job: 'kubernetes-pods', pod: 'cart-7f9c5d8b6-x2x4q' }, 'cart'],
  [{ container: 'istio-proxy', deployment: 'cart' }, 'cart'],
  [{ instance: '10.0.0.1:80' }, null],
  [{ job: 'memcached', instance: 'basket-cache:11211' }, 'basket-cache'],
  [{ job: 'postgres_exporter', instance: '10.0.0.7:9187' }, 'postgres-exporter'],
  [{ job: 'blackbox', instance: 'https://shop.acme.example/health' }, 'shop'],
  [{ job: 'cart', instance: 'worker-3:8080' }, 'cart'],
  [{ consumergroup: 'mailer', topic: 'orders', job: 'kafka' }, 'mailer'],
])('labels %j name %s', (labels, want) => {
  expect(serviceOfLabels(labels)).toBe(want);
});

test.each([
  ['probe_success', [1, 1, 0], 'error-ratio', [0, 0, 1]],
  ['redis_up', [1, 0], 'error-ratio', [0, 1]],
  ['fuel_up', [12, 40], 'other', [12, 40]],
  ['up', [1, 0], 'other', [1, 0]],
])('%s %j tells of %s', (name, values, meaning, want) => {
  const samples = values.map((value, index) => [epochMs(index * 1000), value] as const);
  const raw = { name, labels: {}, samples, type: 'gauge', unit: null, service: null } as const;
  const decoded = decodeSeries(raw, { source: 'x', path: 'p' });
  expect(decoded?.series).toMatchObject({ meaning, values: want });
});

test.each([
  ['whole numbers that only rise are a total', [0, 4, 9, 15, 21, 30, 36, 41, 50, 58, 63, 70], 'rate'],
  ['a total that began anew is one', [30, 34, 39, 45, 51, 60, 2, 7, 13, 19, 24, 30], 'rate'],
  ['a level that goes up and down is none', [30, 34, 29, 45, 41, 60, 52, 57, 63, 59, 64, 60], 'level'],
])('requests without a type: %s', (_name, values, want) => {
  const samples = values.map((value, index) => [epochMs(index * 2000), value] as const);
  const raw = {
    name: 'redis_total_reads_processed',
    labels: {},
    samples,
    type: 'unknown',
    unit: null,
  } as const;
  const decoded = decodeSeries({ ...raw, service: null }, { source: 'x', path: 'p' });
  expect(decoded?.series.unit === '1/s' ? 'rate' : 'level').toBe(want);
});

test('requests with a server error status are errors; a quantile label is read', () => {
  const base = { samples: [[epochMs(0), 1] as const], type: 'gauge', unit: null, service: null } as const;
  const origin = { source: 'x', path: 'p' };
  const errors = decodeSeries({ ...base, name: 'http_requests', labels: { status: '503' } }, origin);
  expect(errors?.series.meaning).toBe('errors');
  const latency = decodeSeries({ ...base, name: 'rpc_latency', labels: { quantile: '0.95' } }, origin);
  expect(latency?.series).toMatchObject({ quantile: 0.95, attributes: {} });
  expect(
    decodeSeries({ ...base, name: 'x', labels: {}, samples: [[epochMs(0), Number.NaN]] }, origin),
  ).toBeNull();
});
