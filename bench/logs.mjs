/**
 * Cost of reading logs, as ratios within one run: CPU of the whole aggregation (process start to exit) against `wc -l` and against a
 * naive reader, peak memory, and whether everything that was planted is found. `npm run bench:logs -- [--bytes 1e9] [--rounds 3] [--keep DIR]`.
 * Exit code 1 when a budget is exceeded or a planted fact is missed. Linux and macOS.
 */
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { CACHE, ROOT } from '../scripts/workspace.mjs';
import { generateLog } from './generate-log.mjs';

const SCANNER = join(ROOT, 'bench', 'logs-scan.mjs');

/** @typedef {{ cpuMs: number, rssMb: number, found: unknown }} Run */
/** @typedef {{ service: string, severity: string, template: string, count: number, first: number, last: number }} Found */

/** @param {string} name @param {string} fallback */
function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
}

/** @returns {Promise<string>} the connector as one module */
async function bundle() {
  const { build } = await import('tsdown');
  const outDir = join(CACHE, 'bench-logs');
  await build({
    config: false,
    cwd: ROOT,
    entry: { collect: 'src/connectors/log-file/collect.ts' },
    outDir,
    format: 'esm',
    platform: 'node',
    dts: false,
    report: false,
    logLevel: 'error',
    checks: { eval: false, pluginTimings: false },
    deps: { skipNodeModulesBundle: true },
  });
  return join(outDir, 'collect.mjs');
}

/** @param {readonly string[]} argv @returns {Run} */
function run(argv) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCANNER, ...argv], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${argv.join(' ')} failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** @param {string} file @returns {Run} */
function wc(file) {
  const script = 'TIMEFORMAT="%3U %3S"; time wc -l "$1" >/dev/null';
  const { stderr } = spawnSync('bash', ['-c', script, 'bash', file], { encoding: 'utf8' });
  const [user = 'NaN', system = 'NaN'] = stderr.trim().split(/\s+/);
  return { cpuMs: 1000 * (Number(user) + Number(system)), rssMb: 0, found: null };
}

/** The run with the least CPU: what disturbs a run only adds. @param {readonly Run[]} runs */
function best(runs) {
  return runs.reduce((a, b) => (b.cpuMs < a.cpuMs ? b : a));
}

/**
 * Planted messages that were not found with their exact count and first and last time.
 * @param {ReturnType<typeof generateLog>} truth
 * @param {readonly Found[]} found
 */
function missed(truth, found) {
  const keyOf = (/** @type {Omit<Found, 'template'>} */ { service, severity, count, first, last }) =>
    [service, severity, count, first, last].join(' ');
  const seen = new Set(found.map(keyOf));
  const bad = truth.messages.filter(
    (message) => message.service !== 'parcel-api' || !message.message.startsWith('GET'),
  );
  return bad
    .filter((message) => !seen.has(keyOf(message)))
    .map(({ service, message }) => `${service}: ${message}`);
}

async function main() {
  const bytes = Number(option('bytes', '1e9'));
  const rounds = Number(option('rounds', '3'));
  const folder = option('keep', '') || mkdtempSync(join(tmpdir(), 'wicked-bench-logs-'));
  const module = await bundle();
  let failures = 0;
  /** @param {string} name @param {number} value @param {number} budget @param {string} unit @param {'most' | 'least'} kind */
  const report = (name, value, budget, unit, kind) => {
    const isOk = kind === 'most' ? value <= budget : value >= budget;
    if (!isOk) failures++;
    const bound = `${kind === 'most' ? '≤' : '≥'} ${budget}`;
    console.log(
      `${name.padEnd(44)}${value.toFixed(1).padStart(9)} ${unit.padEnd(4)}${bound.padStart(8)}  ${isOk ? 'ok' : 'MISSED'}`,
    );
  };
  console.log(
    `Node ${process.versions.node}, ${process.platform}-${process.arch}, ${(bytes / 1e6).toFixed(0)} MB, best of ${rounds} interleaved rounds`,
  );
  try {
    for (const format of /** @type {const} */ (['text', 'json'])) {
      const file = join(folder, `${format}.log`);
      const truth = generateLog({ out: file, bytes, seed: 1, format });
      /** @type {{ count: Run[], scan: Run[], naive: Run[] }} */
      const runs = { count: [], scan: [], naive: [] };
      wc(file);
      for (let round = 0; round < rounds; round++) {
        runs.count.push(wc(file));
        runs.scan.push(run(['scan', module, file]));
        if (format === 'text' && round === 0) runs.naive.push(run(['naive', file]));
      }
      const scan = best(runs.scan);
      report(
        `${format}: CPU ÷ wc -l`,
        scan.cpuMs / best(runs.count).cpuMs,
        format === 'text' ? 12 : 16,
        '×',
        'most',
      );
      report(`${format}: throughput`, bytes / 1e3 / scan.cpuMs, 0, 'MB/s', 'least');
      if (format === 'text')
        report('text: faster than readline and regex', best(runs.naive).cpuMs / scan.cpuMs, 5, '×', 'least');
      report(`${format}: peak memory`, scan.rssMb, 150, 'MB', 'most');
      const lost = missed(truth, /** @type {Found[]} */ (scan.found));
      report(`${format}: planted facts missed`, lost.length, 0, '', 'most');
      for (const fact of lost) console.log(`  missed: ${fact}`);
      if (format === 'text') await gzipped(folder, Math.min(bytes, 2e8), module, report);
    }
  } finally {
    if (option('keep', '') === '') rmSync(folder, { recursive: true, force: true });
  }
  return failures === 0 ? 0 : 1;
}

/** @param {string} folder @param {number} bytes @param {string} module @param {(name: string, value: number, budget: number, unit: string, kind: 'most' | 'least') => void} report */
async function gzipped(folder, bytes, module, report) {
  const plain = join(folder, 'small.log');
  const truth = generateLog({ out: plain, bytes, seed: 2, format: 'text' });
  await pipeline(createReadStream(plain), createGzip({ level: 1 }), createWriteStream(`${plain}.gz`));
  const scan = run(['scan', module, `${plain}.gz`]);
  report('gzip: throughput of the text', bytes / 1e3 / scan.cpuMs, 0, 'MB/s', 'least');
  report(
    'gzip: planted facts missed',
    missed(truth, /** @type {Found[]} */ (scan.found)).length,
    0,
    '',
    'most',
  );
}

process.exitCode = await main();
