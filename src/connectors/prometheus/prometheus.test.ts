import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { epochMs, parseIso } from '../../domain/time.ts';
import { contextFor } from '../_kit/_testing/connector-run.ts';
import { canRun, freePort, type RunningServer, startProgram, startStub } from '../_kit/_testing/servers.ts';
import { connector } from './index.ts';
import { planQueries, windowOf } from './plan.ts';

const NOW = parseIso('2024-03-01T12:00:00Z') ?? epochMs(0);
const MINUTE = 60_000;
const root = tmpdir();

async function collect(config: unknown, asOf: typeof NOW | null = NOW) {
  const context = await contextFor(root);
  const nothing = { files: [], since: null, until: null, zone: null, knownServices: [] };
  return connector.collect({ ...nothing, asOf, config }, context);
}

test('is silent unless it is named', async () => {
  const { series, gaps, coverage } = await collect(null);
  expect([series, gaps, coverage]).toEqual([[], [], []]);
});

describe('what is asked', () => {
  const window = windowOf(epochMs(NOW - 180 * MINUTE), NOW);

  test('lies on a grid, with at most 720 points', () => {
    expect(window.stepMs).toBe(15_000);
    expect(windowOf(epochMs(NOW - 7 * 24 * 60 * MINUTE + 1), epochMs(NOW + 1))).toMatchObject({
      stepMs: 840_000,
    });
  });

  test('are requests, failures, latency and resources, of the services and not of the tooling', () => {
    const { queries, left } = planQueries(
      [
        'up',
        'go_gc_duration_seconds',
        'prometheus_http_requests_total',
        'process_resident_memory_bytes',
        'http_requests_total',
        'http_request_duration_seconds_bucket',
        'http_request_duration_seconds_sum',
        'http_request_duration_seconds_count',
        'db_pool_in_use',
        'build_info',
        'odd name} or vector(1) #',
      ],
      window,
    );
    expect(queries.map(({ name }) => name)).toEqual([
      'http_requests_total',
      'http_request_duration_seconds_bucket',
      'process_resident_memory_bytes',
      'db_pool_in_use',
    ]);
    expect(queries[0]?.expression).toMatch(/^sum by \(.*code.*\) \(rate\(http_requests_total\[120s\]\)\)$/);
    expect(left).toBe(0);
  });

  test('are at most 60', () => {
    const names = Array.from({ length: 70 }, (_, index) => `requests_${index}_total`);
    expect(planQueries(names, window)).toMatchObject({ left: 10, queries: { length: 60 } });
  });
});

describe('a server that fails', () => {
  test.each([
    { status: 401, body: '', code: 'auth' },
    { status: 429, body: '', code: 'rate-limited' },
    { status: 503, body: '', code: 'unavailable' },
    { status: 200, body: '{"status":"success"}', code: 'malformed' },
    { status: 200, body: '[]', code: 'malformed' },
    { status: 200, body: 'null', code: 'malformed' },
  ])('$status $body is $code', async ({ status, body, code }) => {
    const stub = await startStub((_request, response) => response.writeHead(status).end(body));
    await expect(collect({ url: stub.url })).rejects.toMatchObject({ code });
    await expect(collect({ url: stub.url }, null)).rejects.toMatchObject({ code });
    await stub.stop();
  });

  test('for one query leaves a gap for that one', async () => {
    const answer = {
      data: { resultType: 'matrix', result: [{ metric: { service: 'cart' }, values: [[1709294400, '3']] }] },
    };
    const stub = await startStub((request, response) => {
      const url = decodeURIComponent(request.url ?? '');
      if (url.includes('__name__')) response.end('{"data":["db_pool_in_use","memory_used_bytes",7]}');
      else if (url.includes('db_pool')) response.writeHead(422).end('{"error":"query timed out"}');
      else response.end(JSON.stringify(answer));
    });
    const { series, gaps } = await collect({ url: stub.url });
    expect(series.map(({ name, service }) => [name, service])).toEqual([['memory_used_bytes', 'cart']]);
    expect(gaps).toMatchObject([
      { reason: 'failed', detail: expect.stringMatching(/^db_pool_in_use: .*timed out/) },
    ]);
    expect(stub.asked.every((line) => line.startsWith('GET /api/v1/'))).toBe(true);
    await stub.stop();
  });

  test.each([{ lookbackMinutes: -1 }, { lookbackMinutes: 'a day' }, { lookback: 3 }])(
    'is not asked with %j',
    async (more) => {
      await expect(collect({ url: 'http://127.0.0.1:1', ...more })).rejects.toMatchObject({ code: 'config' });
    },
  );
});

/** An hour of two services; from 11:40 cart fails every second request, slowly, with an alert from 11:42. */
function openMetrics(): string {
  const lines: string[] = [];
  const family = (name: string, samples: (at: number, minute: number) => readonly string[]) => {
    lines.push(`# TYPE ${name.replace(/_total$/, '')} unknown`);
    const byLabels = new Map<string, string[]>();
    for (let minute = 0; minute <= 60; minute += 0.5) {
      const at = NOW / 1000 - 3600 + minute * 60;
      for (const sample of samples(at, minute)) {
        const [labels = '', value = ''] = sample.split(' ');
        byLabels.set(labels, [...(byLabels.get(labels) ?? []), `${labels} ${value} ${at}`]);
      }
    }
    lines.push(...[...byLabels.values()].flat());
  };
  const bad = (minute: number) => Math.max(0, minute - 40) * 30;
  family('http_requests_total', (_at, minute) => [
    `http_requests_total{service="cart",code="200"} ${minute * 60 - bad(minute)}`,
    `http_requests_total{service="cart",code="503"} ${bad(minute)}`,
    `http_requests_total{service="mail",code="200"} ${minute * 6}`,
  ]);
  family('http_request_duration_seconds_bucket', (_at, minute) => [
    `http_request_duration_seconds_bucket{service="cart",le="0.1"} ${minute * 60 - bad(minute)}`,
    `http_request_duration_seconds_bucket{service="cart",le="2.0"} ${minute * 60}`,
    `http_request_duration_seconds_bucket{service="cart",le="+Inf"} ${minute * 60}`,
  ]);
  family('process_resident_memory_bytes', () => ['process_resident_memory_bytes{service="cart"} 104857600']);
  family('ALERTS', (_at, minute) =>
    minute < 42 ? [] : ['ALERTS{alertname="CartFails",alertstate="firing",service="cart",severity="page"} 1'],
  );
  return `${lines.join('\n')}\n# EOF\n`;
}

const inHour = (time: string) => parseIso(`2024-03-01T${time}:00Z`) ?? epochMs(0);

describe.runIf(canRun('prometheus', 'promtool'))('a real Prometheus', () => {
  let folder = '';
  let server: RunningServer | null = null;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wicked-prometheus-'));
    const metrics = join(folder, 'metrics.om');
    const config = join(folder, 'prometheus.yml');
    const storage = join(folder, 'storage');
    writeFileSync(metrics, openMetrics());
    writeFileSync(config, 'global: { scrape_interval: 15s }\n');
    execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', metrics, storage], {
      stdio: 'pipe',
    });
    const port = await freePort();
    const argv = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${storage}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    server = await startProgram('prometheus', argv, port, '/-/ready');
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('gives requests, failures, latency, memory and alerts of the services, back-dated', async () => {
    const { series, alerts, gaps, coverage, evidence } = await collect({ url: server?.url ?? '' });
    expect(gaps).toEqual([]);
    const ratio = series.find(({ meaning, service }) => meaning === 'error-ratio' && service === 'cart');
    const at = (time: string) => ratio?.at.indexOf(parseIso(time) ?? epochMs(0)) ?? -1;
    expect(ratio?.values[at('2024-03-01T11:30:00Z')]).toBe(0);
    expect(ratio?.values[at('2024-03-01T11:55:00Z')]).toBeCloseTo(0.5, 2);
    const requests = series.find(({ meaning, service }) => meaning === 'requests' && service === 'mail');
    expect(requests?.unit).toBe('1/s');
    expect(requests?.values.at(-1)).toBeCloseTo(0.1, 2);
    const p99 = series.find(({ meaning, quantile }) => meaning === 'latency' && quantile === 0.99);
    expect(p99).toMatchObject({ unit: 'ms', service: 'cart' });
    expect(p99?.values.at(-1)).toBeGreaterThan(1_000);
    expect(series.find(({ meaning }) => meaning === 'memory')).toMatchObject({ unit: 'By', service: 'cart' });
    expect(alerts).toMatchObject([
      {
        name: 'CartFails',
        service: 'cart',
        severity: 'page',
        firedAt: parseIso('2024-03-01T11:42:00Z'),
        resolvedAt: null,
      },
    ]);
    expect(coverage).toMatchObject([{ source: 'prometheus', services: ['cart', 'mail'], rejected: 0 }]);
    expect(new Set(evidence.map(({ locator }) => locator.kind))).toEqual(new Set(['query']));
  });

  test('knows nothing after the time of the triage, and the same twice', async () => {
    const asOf = parseIso('2024-03-01T11:35:00Z') ?? NOW;
    const first = await collect({ url: server?.url ?? '', lookbackMinutes: 30 }, asOf);
    expect(first.alerts).toEqual([]);
    expect(first.series.every((one) => one.at.every((at) => at <= asOf))).toBe(true);
    expect(first.series.length).toBeGreaterThan(3);
    expect(await collect({ url: server?.url ?? '', lookbackMinutes: 30 }, asOf)).toEqual(first);
  });

  test('takes the time of the server where none is given', async () => {
    const { series, gaps } = await collect({ url: server?.url ?? '' }, null);
    expect([series, gaps]).toEqual([[], []]);
  });
});

/** The exposition format takes no comment that VictoriaMetrics would not skip, and times in milliseconds. */
function withMilliseconds(openMetricsText: string): string {
  return openMetricsText.replaceAll(/ (\d+(?:\.\d+)?)$/gm, (_, at: string) => ` ${Number(at) * 1000}`);
}

describe.runIf(canRun('victoria-metrics'))('a real VictoriaMetrics', () => {
  test('takes the time of the server where none is given', async () => {
    const { series, gaps } = await collect({ url: server?.url ?? '' }, null);
    expect([series, gaps]).toEqual([[], []]);
  });

  let folder = '';
  let server: RunningServer | null = null;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wicked-victoria-'));
    const port = await freePort();
    const argv = [
      `-storageDataPath=${folder}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      '-retentionPeriod=100y',
      '-search.latencyOffset=0s',
    ];
    server = await startProgram('victoria-metrics', argv, port, '/health');
    const body = withMilliseconds(openMetrics());
    const loaded = await fetch(`${server.url}/api/v1/import/prometheus`, { method: 'POST', body });
    expect(loaded.status).toBe(204);
    // What was loaded is searchable once it was flushed.
    await (await fetch(`${server.url}/internal/force_flush`)).arrayBuffer();
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('gives what Prometheus gives', async () => {
    const { series, alerts, gaps, coverage } = await collect({ url: server?.url ?? '' });
    expect(gaps).toEqual([]);
    const ratio = series.find(({ meaning, service }) => meaning === 'error-ratio' && service === 'cart');
    const valueAt = (time: string) => ratio?.values[ratio.at.indexOf(inHour(time))];
    expect(valueAt('11:30')).toBe(0);
    expect(valueAt('11:55')).toBeCloseTo(0.5, 1);
    const requests = series.find(({ meaning, service }) => meaning === 'requests' && service === 'mail');
    expect(requests?.values.at(-1)).toBeCloseTo(0.1, 2);
    const p99 = series.find(({ meaning, quantile }) => meaning === 'latency' && quantile === 0.99);
    expect(p99?.values.at(-1)).toBeGreaterThan(1_000);
    expect(alerts).toMatchObject([
      { name: 'CartFails', service: 'cart', firedAt: inHour('11:42'), resolvedAt: null },
    ]);
    expect(coverage).toMatchObject([{ services: ['cart', 'mail'], rejected: 0 }]);
  });

  test('knows nothing after the time of the triage', async () => {
    const { series, alerts } = await collect({ url: server?.url ?? '' }, inHour('11:35'));
    expect(alerts).toEqual([]);
    expect(series.length).toBeGreaterThan(3);
    expect(series.every((one) => one.at.every((at) => at <= inHour('11:35')))).toBe(true);
  });
});
