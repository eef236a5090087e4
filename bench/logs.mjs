/**
 * Cost of reading logs, as ratios within one run: CPU of the whole aggregation (process start to exit, from compiled code as the command
 * line has it, docs/adr/0009) against `wc -l`, a naive reader and lnav, peak memory, and whether everything that was planted is found. `npm run bench:logs -- [--bytes 1e9] [--rounds 3] [--large]
 * [--save] [--keep DIR]`. `--large` adds a file of four times the size, `--save` writes the table to bench/runs/logs.txt.
 * Exit code 1 when a budget is exceeded or a planted fact is missed. Linux and macOS.
 */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { BUNDLED } from '../scripts/bundled.mjs';
import { compiledForm } from '../scripts/compiled-form.mjs';
import { CACHE, ROOT } from '../scripts/workspace.mjs';
import { generateLog } from './generate-log.mjs';

const SCANNER = join(ROOT, 'bench', 'logs-run.mjs');

/** @typedef {{ cpuMs: number, rssMb: number, found: unknown }} Run */
/** @typedef {{ service: string, severity: string, template: string, count: number, first: number, last: number }} Found */
/** @typedef {ReturnType<typeof generateLog>} Truth */

/** @param {string} name @param {string} fallback */
function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
}

/** @returns {Promise<string>} the folder with the connector in the form that the command line runs, and what loads it */
async function bundle() {
  const { build } = await import('tsdown');
  const outDir = join(CACHE, 'bench-logs');
  const common = {
    config: /** @type {const} */ (false),
    cwd: ROOT,
    outDir,
    platform: /** @type {const} */ ('node'),
    dts: false,
    report: false,
    logLevel: /** @type {const} */ ('error'),
    checks: { eval: false, pluginTimings: false },
    deps: { onlyBundle: BUNDLED },
  };
  await build({ ...common, entry: { compiled: 'src/faces/cli/compiled.ts' }, format: 'esm' });
  await build({
    ...common,
    clean: false,
    entry: { 'logs-scan': 'bench/logs-scan.mjs' },
    format: 'cjs',
    plugins: [compiledForm],
    outputOptions: { codeSplitting: false },
  });
  return outDir;
}

/** What every process of this machine may be asked to load at its start (a list of certificates: 70 ms) belongs to no log. */
const { NODE_EXTRA_CA_CERTS: _, ...ENVIRONMENT } = process.env;

/** @param {readonly string[]} argv @returns {Run} */
function run(argv) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCANNER, ...argv], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: ENVIRONMENT,
  });
  if (status !== 0) throw new Error(`${argv.join(' ')} failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** CPU of a command in ms; null where it is not installed. @param {readonly string[]} command */
function cpuOf(command) {
  const script = 'TIMEFORMAT="%3U %3S"; time "$@" >/dev/null 2>&1';
  const { stderr } = spawnSync(
    'bash',
    ['-c', `command -v "$1" >/dev/null || exit 0; ${script}`, 'bash', ...command],
    {
      encoding: 'utf8',
    },
  );
  const [user = '', system = ''] = stderr.trim().split(/\s+/);
  return user === '' ? null : 1000 * (Number(user) + Number(system));
}

/** The least of several runs: what disturbs a run only adds. @param {readonly number[]} values */
const least = (values) => Math.min(...values);

/** @param {readonly Run[]} runs */
function best(runs) {
  return runs.reduce((a, b) => (b.cpuMs < a.cpuMs ? b : a));
}

/** Planted messages that were not found with their exact count and first and last time. @param {Truth} truth @param {Run} run */
function missed(truth, { found }) {
  const keyOf = (/** @type {Omit<Found, 'template'>} */ { service, severity, count, first, last }) =>
    [service, severity, count, first, last].join(' ');
  const seen = new Set(/** @type {Found[]} */ (found).map(keyOf));
  const isRequest = (/** @type {{ message: string }} */ { message }) => message.startsWith('GET');
  return truth.messages
    .filter((message) => !isRequest(message) && !seen.has(keyOf(message)))
    .map(({ service, message }) => `${service}: ${message}`);
}

class Report {
  /** @type {string[]} */
  lines = [];
  failures = 0;

  /** @param {string} line */
  say(line) {
    console.log(line);
    this.lines.push(line);
  }

  /** @param {string} name @param {number} value @param {string} unit @param {'≤' | '≥' | ''} kind @param {number} budget */
  add(name, value, unit, kind = '', budget = 0) {
    const isOk = kind === '' || (kind === '≤' ? value <= budget : value >= budget);
    if (!isOk) this.failures++;
    const bound = kind === '' ? '' : `${kind} ${budget}`;
    const verdict = isOk ? 'ok' : 'MISSED';
    this.say(
      `${name.padEnd(52)}${value.toFixed(1).padStart(9)} ${unit.padEnd(5)}${bound.padStart(7)}  ${kind === '' ? '' : verdict}`.trimEnd(),
    );
  }

  /** @param {string} name @param {Truth} truth @param {Run} run */
  planted(name, truth, run) {
    const lost = missed(truth, run);
    this.add(`${name}: planted facts missed`, lost.length, '', '≤', 0);
    for (const fact of lost) this.say(`  missed: ${fact}`);
  }
}

/** @typedef {{ folder: string, bytes: number, rounds: number, module: string, report: Report }} Bench */

/** The first run keeps its compiled code for the others, as the build does for the command line. @param {Bench} bench */
function keepCode({ folder, module }) {
  const file = join(folder, 'first.log');
  generateLog({ out: file, bytes: 200_000, seed: 3, format: 'text' });
  run(['scan', module, file]);
  rmSync(file);
}

/** @param {Bench} bench @param {'text' | 'json'} format */
function whole({ folder, bytes, rounds, module, report }, format) {
  const file = join(folder, `${format}.log`);
  const truth = generateLog({ out: file, bytes, seed: 1, format });
  cpuOf(['wc', '-l', file]);
  /** @type {number[]} */
  const counts = [];
  /** @type {Run[]} */
  const scans = [];
  for (let round = 0; round < rounds; round++) {
    counts.push(cpuOf(['wc', '-l', file]) ?? Number.NaN);
    scans.push(run(['scan', module, file]));
  }
  const scan = best(scans);
  report.add(`${format}: CPU ÷ wc -l`, scan.cpuMs / least(counts), '×', '≤', format === 'text' ? 12 : 16);
  report.add(`${format}: CPU for a gigabyte`, (scan.cpuMs * 1e6) / bytes, 's');
  report.add(`${format}: peak memory`, scan.rssMb, 'MB', '≤', 150);
  report.planted(format, truth, scan);
  if (format === 'text') beside(report, file, scan);
  rmSync(file);
}

/** @param {Report} report @param {string} file @param {Run} scan */
function beside(report, file, scan) {
  const naive = run(['naive', file]).cpuMs;
  report.add('text: faster than readline and a regular expression', naive / scan.cpuMs, '×', '≥', 5);
  const query = ';SELECT log_level, count(*) FROM all_logs GROUP BY log_level';
  const lnav = cpuOf(['lnav', '-n', '-c', query, file]);
  if (lnav === null) report.say('lnav is not installed (Debian package lnav): not compared');
  else report.add('text: faster than lnav -n', lnav / scan.cpuMs, '×', '≥', 5);
}

/**
 * Ten minutes of a file of over a day, which with the half hour before them are 2 % of it; the costs of starting a process are taken off
 * both sides. @param {Bench} bench
 */
function windowed({ folder, bytes, rounds, module, report }) {
  const file = join(folder, 'day.log');
  const stepMs = (34 * 3_600_000) / (bytes / 140);
  const { onset } = generateLog({ out: file, bytes, seed: 4, format: 'text', stepMs });
  const nothing = join(folder, 'nothing.log');
  generateLog({ out: nothing, bytes: 20_000, seed: 4, format: 'text' });
  const times = (/** @type {number} */ count, /** @type {string[]} */ ...argv) =>
    least(Array.from({ length: count }, () => run(['scan', module, ...argv]).cpuMs));
  // what takes a tenth of a second is measured more often: each of them is a tenth noise
  const start = times(5 * rounds, nothing);
  const all = times(rounds, file) - start;
  const part = times(5 * rounds, file, String(onset), String(onset + 600_000)) - start;
  report.add('10 minutes of 34 hours, half an hour before them too', (100 * part) / all, '%', '≤', 5);
  rmSync(file);
}

/** @param {Bench} bench */
async function compressed({ folder, bytes, module, report }) {
  const plain = join(folder, 'small.log');
  const size = Math.min(bytes, 2e8);
  const truth = generateLog({ out: plain, bytes: size, seed: 2, format: 'text' });
  /** @type {[string, import('node:stream').Transform | null][]} */
  const packers = [
    ['gz', zlib.createGzip({ level: 1 })],
    [
      'zst',
      typeof Reflect.get(zlib, 'createZstdCompress') === 'function'
        ? Reflect.get(zlib, 'createZstdCompress')()
        : null,
    ],
  ];
  for (const [suffix, packer] of packers) {
    if (packer === null) spawnSync('zstd', ['-1', '-q', '-k', plain]);
    else await pipeline(createReadStream(plain), packer, createWriteStream(`${plain}.${suffix}`));
    /** @type {Run} */
    let scan;
    try {
      scan = run(['scan', module, `${plain}.${suffix}`]);
    } catch {
      report.say(`${suffix}: neither this Node nor a zstd command can write one: not measured`);
      continue;
    }
    report.add(`${suffix}: megabytes of text a second`, size / 1e3 / scan.cpuMs, 'MB/s');
    report.planted(suffix, truth, scan);
  }
  rmSync(plain);
}

/** @type {Record<string, (at: number) => string>} */
const HOSTILE = {
  'random words': (at) =>
    `2025-03-04T06:00:00.${String(at % 1000).padStart(3, '0')}Z INFO app ${Array.from({ length: 8 }, (_, i) => (((at * 8 + i) * 2654435761) % 4294967296).toString(26).replaceAll(/\d/g, 'z')).join(' ')}\n`,
  'lines of a megabyte': (at) => `2025-03-04T06:00:00Z INFO app ${'abc def '.repeat(131_072)}${at}\n`,
  'no line feed at all': () => 'abc def 17 '.repeat(1000),
};

/** @param {Bench} bench */
function hostile({ folder, module, report }) {
  for (const [name, write] of Object.entries(HOSTILE)) {
    const [half = Number.NaN, full = Number.NaN] = [5e7, 1e8].map((bytes) => {
      const file = join(folder, 'hostile.log');
      const descriptor = openSync(file, 'w');
      for (let at = 0, size = 0; size < bytes; at++) size += writeSync(descriptor, write(at));
      closeSync(descriptor);
      const scan = run(['scan', module, file]);
      if (bytes === 1e8) report.add(`${name}, 100 MB: peak memory`, scan.rssMb, 'MB', '≤', 150);
      rmSync(file);
      return scan.cpuMs;
    });
    report.add(`${name}: CPU of 100 MB ÷ CPU of 50 MB`, full / half, '×', '≤', 3);
  }
}

async function main() {
  const report = new Report();
  const folder = option('keep', '') || mkdtempSync(join(tmpdir(), 'wicked-bench-logs-'));
  const bench = {
    folder,
    bytes: Number(option('bytes', '1e9')),
    rounds: Number(option('rounds', '3')),
    module: await bundle(),
    report,
  };
  report.say(
    `Node ${process.versions.node}, ${process.platform}-${process.arch}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, ${(bench.bytes / 1e6).toFixed(0)} MB, best of ${bench.rounds} interleaved rounds`,
  );
  try {
    keepCode(bench);
    whole(bench, 'text');
    whole(bench, 'json');
    windowed(bench);
    await compressed(bench);
    hostile(bench);
    if (process.argv.includes('--large')) {
      const file = join(folder, 'large.log');
      const truth = generateLog({ out: file, bytes: 4 * bench.bytes, seed: 5, format: 'text' });
      const scan = run(['scan', bench.module, file]);
      report.add(`${((4 * bench.bytes) / 1e9).toFixed(1)} GB: peak memory`, scan.rssMb, 'MB', '≤', 150);
      report.planted('large', truth, scan);
    }
  } finally {
    if (option('keep', '') === '') rmSync(folder, { recursive: true, force: true });
  }
  if (process.argv.includes('--save')) {
    mkdirSync(join(ROOT, 'bench', 'runs'), { recursive: true });
    writeFileSync(join(ROOT, 'bench', 'runs', 'logs.txt'), `${report.lines.join('\n')}\n`);
  }
  return report.failures === 0 ? 0 : 1;
}

process.exitCode = await main();
