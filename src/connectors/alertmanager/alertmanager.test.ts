import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EpochMs, parseIso } from '../../domain/time.ts';
import { contextFor } from '../_kit/_testing/connector-run.ts';
import { canRun, freePort, type RunningServer, startProgram, startStub } from '../_kit/_testing/servers.ts';
import { connector } from './index.ts';

async function collect(config: unknown, asOf: EpochMs | null = null) {
  const context = await contextFor(tmpdir());
  const nothing = { files: [], since: null, until: null, zone: null, knownServices: [] };
  return connector.collect({ ...nothing, asOf, config }, context);
}

test('is silent unless it is named', async () => {
  const { alerts, gaps, coverage } = await collect(null);
  expect([alerts, gaps, coverage]).toEqual([[], [], []]);
});

test.each([
  { status: 401, body: '', code: 'auth' },
  { status: 429, body: '', code: 'rate-limited' },
  { status: 500, body: '', code: 'unavailable' },
  { status: 200, body: '{"alerts":[]}', code: 'malformed' },
])('$status $body is $code', async ({ status, body, code }) => {
  const stub = await startStub((_request, response) => response.writeHead(status).end(body));
  await expect(collect({ url: stub.url })).rejects.toMatchObject({ code });
  await stub.stop();
});

test('what is no alert is counted, what fired later is left out', async () => {
  const labels = { alertname: 'CartFails', service: 'cart' };
  const answer = [
    7,
    { labels: {} },
    { labels, startsAt: '2024-03-01T11:42:00Z', endsAt: '2024-03-01T12:42:00Z', fingerprint: 'a' },
    { labels, startsAt: '2024-03-01T13:00:00Z', fingerprint: 'a' },
  ];
  const stub = await startStub((_request, response) => response.end(JSON.stringify(answer)));
  const { alerts, gaps } = await collect({ url: stub.url }, parseIso('2024-03-01T12:00:00Z'));
  expect(alerts).toMatchObject([{ name: 'CartFails', service: 'cart', resolvedAt: null }]);
  expect(gaps).toMatchObject([{ reason: 'rejected', detail: expect.stringMatching(/^2 alerts/) }]);
  await stub.stop();
});

describe.runIf(canRun('prometheus-alertmanager'))('a real Alertmanager', () => {
  let folder = '';
  let server: RunningServer | null = null;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wicked-alertmanager-'));
    const config = join(folder, 'alertmanager.yml');
    writeFileSync(config, 'route: { receiver: none }\nreceivers: [{ name: none }]\n');
    const port = await freePort();
    const argv = [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'storage')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ];
    server = await startProgram('prometheus-alertmanager', argv, port, '/-/ready');
    const alert = {
      labels: { alertname: 'CartFails', service: 'cart', severity: 'page' },
      annotations: { summary: 'Half of the requests fail' },
      startsAt: '2024-03-01T11:42:00Z',
    };
    const body = JSON.stringify([alert]);
    const headers = { 'content-type': 'application/json' };
    await fetch(`${server.url}/api/v2/alerts`, { method: 'POST', headers, body });
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('gives the alert with its labels, its beginning and a link to it', async () => {
    const { alerts, evidence, coverage, gaps } = await collect({ url: server?.url ?? '' });
    expect(gaps).toEqual([]);
    expect(alerts).toMatchObject([
      {
        name: 'CartFails',
        service: 'cart',
        severity: 'page',
        summary: 'Half of the requests fail',
        firedAt: parseIso('2024-03-01T11:42:00Z'),
        resolvedAt: null,
        evidence: [evidence[0]?.ref],
      },
    ]);
    expect(evidence).toMatchObject([{ kind: 'alert', locator: { kind: 'query' } }]);
    expect(coverage).toMatchObject([{ source: 'alertmanager', items: 1, services: ['cart'] }]);
  });
});
