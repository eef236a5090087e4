/** `incident --verify --follow` against real servers: it asks again while it watches, and sees what came meanwhile. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import {
  canRun,
  freePort,
  type RunningServer,
  startProgram,
} from '../src/connectors/_kit/_testing/servers.ts';
import { remoteWrite, type WrittenSeries } from './remote-write.ts';

const CLI = join(fileURLToPath(new URL('..', import.meta.url)), 'dist', 'cli.js');
const STEP_S = 15;
const MINUTE_S = 60;
/** Minutes before now: the first sample, the onset, the mitigation. */
const [FIRST, ONSET, MITIGATED] = [90, 30, 6];

interface Laboratory {
  readonly folder: string;
  readonly server: RunningServer;
  /** Adds what was counted from the mitigation until now; `share` of the requests fail. */
  readonly goOn: (share: number) => Promise<void>;
}

/** Counters of 20 requests a second, from the first minute to `to` (s since 1970), of which half fail between onset and mitigation and `after` from then on. */
function counters(now: number, from: number, to: number, after: number): readonly WrittenSeries[] {
  const good: [number, number][] = [];
  const bad: [number, number][] = [];
  let [served, failed] = [0, 0];
  for (let at = now - FIRST * MINUTE_S; at <= to; at += STEP_S) {
    const minutes = (now - at) / MINUTE_S;
    const before = minutes >= ONSET ? 0.002 : 0.5;
    const share = minutes >= MITIGATED ? before : after;
    served += STEP_S * 20 * (1 - share);
    failed += STEP_S * 20 * share;
    if (at < from) continue;
    good.push([at * 1000, served]);
    bad.push([at * 1000, failed]);
  }
  const labels = { __name__: 'http_requests_total', service: 'cart' };
  return [
    { labels: { ...labels, code: '200' }, samples: good },
    { labels: { ...labels, code: '503' }, samples: bad },
  ];
}

function exposition(series: readonly WrittenSeries[], perSecond: number): string {
  return series
    .flatMap(({ labels: { __name__: name, ...labels }, samples }) => {
      const text = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
      return samples.map(([at, value]) => `${name}{${text.join(',')}} ${value} ${(at / 1000) * perSecond}`);
    })
    .join('\n');
}

const laboratories: Laboratory[] = [];
afterEach(async () => {
  for (const { server, folder } of laboratories.splice(0)) {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function withPrometheus(now: number, mitigated: number): Promise<Laboratory> {
  const folder = mkdtempSync(join(tmpdir(), 'wicked-verify-'));
  const [metrics, config, storage] = ['m.om', 'p.yml', 'storage'].map((name) => join(folder, name));
  const history = exposition(counters(now, 0, mitigated, 0), 1);
  writeFileSync(metrics ?? '', `# TYPE http_requests counter\n${history}\n# EOF\n`);
  writeFileSync(config ?? '', 'storage: { tsdb: { out_of_order_time_window: 2h } }\n');
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', metrics ?? '', storage ?? ''], {
    stdio: 'pipe',
  });
  const port = await freePort();
  const argv = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${storage}`,
    '--storage.tsdb.retention.time=100y',
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.enable-remote-write-receiver',
  ];
  const server = await startProgram('prometheus', argv, port, '/-/ready');
  const goOn = (share: number) =>
    remoteWrite(server.url, counters(now, mitigated + 1, Math.floor(Date.now() / 1000), share));
  return { folder, server, goOn };
}

async function withVictoria(now: number, mitigated: number): Promise<Laboratory> {
  const folder = mkdtempSync(join(tmpdir(), 'wicked-verify-'));
  const port = await freePort();
  const argv = [
    `-storageDataPath=${folder}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    '-retentionPeriod=100y',
    '-search.latencyOffset=0s',
    '-search.disableCache',
  ];
  const server = await startProgram('victoria-metrics', argv, port, '/health');
  const load = async (series: readonly WrittenSeries[]) => {
    const body = exposition(series, 1000);
    expect((await fetch(`${server.url}/api/v1/import/prometheus`, { method: 'POST', body })).status).toBe(
      204,
    );
    await (await fetch(`${server.url}/internal/force_flush`)).arrayBuffer();
  };
  await load(counters(now, 0, mitigated, 0));
  const goOn = (share: number) => load(counters(now, mitigated + 1, Math.floor(Date.now() / 1000), share));
  return { folder, server, goOn };
}

interface Watch {
  readonly code: number;
  readonly stdout: string;
  /** One a measurement. */
  readonly lines: readonly string[];
}

/** Runs the command; `onLine` is told of each line on stderr as it comes. */
function run(argv: readonly string[], folder: string, onLine: (line: string) => void = () => undefined) {
  const env = { ...process.env, NO_COLOR: '1', WICKED_PLATFORM_STORE: join(folder, 'store') };
  const child = spawn(process.execPath, [CLI, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let rest = '';
  const lines: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = `${rest}${chunk}`.split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      onLine(line);
    }
  });
  const done = new Promise<Watch>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, lines }));
  });
  return { done, stop: () => child.kill('SIGINT') };
}

async function begun(start: typeof withPrometheus) {
  const now = Math.floor(Date.now() / 1000 / STEP_S) * STEP_S;
  const mitigated = now - MITIGATED * MINUTE_S;
  const laboratory = await start(now, mitigated);
  laboratories.push(laboratory);
  const evidence = join(laboratory.folder, 'evidence');
  mkdirSync(evidence);
  const source = ['--dir', evidence, '--source', `prometheus=${laboratory.server.url}`];
  const triage = run(
    ['incident', 'cart answers 503', ...source, '--no-input', '--format', 'json'],
    laboratory.folder,
  );
  const { code, stdout, lines } = await triage.done;
  expect(code, lines.join('\n')).toBe(0);
  expect(JSON.parse(stdout).blastRadius.direct[0]).toMatchObject({ service: 'cart' });
  const since = ['--since', new Date(mitigated * 1000).toISOString()];
  const watch = (onLine: (line: string) => void) =>
    run(
      [
        'incident',
        '--verify',
        '--follow',
        '--interval',
        '1s',
        '--quiet',
        '2m',
        '--format',
        'json',
        ...since,
        ...source,
      ],
      laboratory.folder,
      onLine,
    );
  return { ...laboratory, watch };
}

describe.each([
  { name: 'Prometheus', start: withPrometheus, needs: ['prometheus', 'promtool'] },
  { name: 'VictoriaMetrics', start: withVictoria, needs: ['victoria-metrics'] },
])('--verify --follow with $name', ({ start, needs }) => {
  const when = canRun(...needs);

  it.runIf(when)(
    'waits while nothing came since the mitigation, then sees the recovery and ends',
    async () => {
      const { watch, goOn } = await begun(start);
      let written: Promise<void> | null = null;
      const { code, stdout, lines } = await watch(() => {
        written ??= goOn(0.002);
      }).done;
      await written;
      expect(code, lines.join('\n')).toBe(0);
      expect(lines[0]).toMatch(/INCONCLUSIVE .*again in \d+ s$/);
      expect(lines.at(-1)).toMatch(/RECOVERED \(RESOLVED\)/);
      expect(lines.length).toBeGreaterThan(1);
      expect(JSON.parse(stdout)).toMatchObject({ outcome: 'RECOVERED', status: 'RESOLVED' });
    },
  );

  it.runIf(when)('sees that it goes on failing and ends', async () => {
    const { watch, goOn } = await begun(start);
    let written: Promise<void> | null = null;
    const { code, stdout } = await watch(() => {
      written ??= goOn(0.5);
    }).done;
    await written;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'NOT_RECOVERED', status: 'INVESTIGATING' });
  });
});
