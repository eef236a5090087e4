/**
 * Cost of collecting (`doctor`) and of a whole triage on large evidence: CPU (git and all other children included) against `git log --raw --numstat` of the same
 * repository plus a bare node, and peak memory. `npm run bench:collect -- [--only deep] [--keep DIR]`. Exit code 1 over budget. Linux and macOS.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { CLI, ROOT } from '../scripts/workspace.mjs';
import { generateRepository, NOW, SYMPTOM } from './generate-repository.mjs';

const METER = pathToFileURL(join(ROOT, 'evals', 'meter.mjs')).href;
const ROUNDS = 3;
const MAX_RSS_MB = 300;

/**
 * `budget`: CPU of the triage divided by that of the baseline; `collecting`: that of `doctor`, which collects and triages nothing.
 * @type {readonly { name: string, budget: number, collecting: number, size: import('./generate-repository.mjs').Size }[]}
 */
const CASES = [
  {
    name: 'deep',
    budget: 5,
    collecting: 2,
    size: { commits: 10_000, files: 2_000, touched: 3, logFiles: 3, isCheckedOut: true },
  },
  {
    name: 'wide',
    budget: 18,
    collecting: 17,
    size: { commits: 60, files: 20_000, touched: 20, logFiles: 3, isCheckedOut: true },
  },
  {
    name: 'many-logs',
    budget: 75,
    collecting: 60,
    size: { commits: 20, files: 200, touched: 3, logFiles: 3_000, isCheckedOut: true },
  },
];

/** CPU milliseconds of a command and its children. @param {readonly string[]} argv */
function cpuMs(argv) {
  const script = 'TIMEFORMAT="%3U %3S"; time "$@" >/dev/null 2>&1 </dev/null; exit $?';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', ...argv], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`exit code ${status}: ${argv.join(' ')}`);
  const [user = 'NaN', system = 'NaN'] = stderr.trim().split(/\s+/).slice(-2);
  return 1000 * (Number(user) + Number(system));
}

/** What a triage needs at the least: a process, and the history with the files of each commit. @param {string} dir */
function baselineMs(dir) {
  return (
    cpuMs([process.execPath, '-e', '0']) +
    cpuMs(['git', '-C', dir, 'log', '--raw', '--numstat', '--find-renames', '-z'])
  );
}

/** @param {string} dir @param {string} scratch @returns {{ cpuMs: number, rssMb: number }} */
function triageCost(dir, scratch) {
  const meter = join(scratch, 'meter.json');
  const options = [
    '--dir',
    dir,
    '--now',
    NOW,
    '--format',
    'json',
    '--no-input',
    '--store',
    join(scratch, 'store'),
  ];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', METER, CLI, 'incident', SYMPTOM, ...options],
    { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, WICKED_EVAL_METER: meter } },
  );
  if (stdout === '') throw new Error(`exit code ${status}: ${stderr}`);
  if (JSON.parse(stdout).symptoms.length === 0) throw new Error('the planted symptom was not found');
  const { cpuMs: spent, rssBytes } = JSON.parse(readFileSync(meter, 'utf8'));
  return { cpuMs: spent, rssMb: rssBytes / 1e6 };
}

/** @param {string} dir */
const collectingMs = (dir) => cpuMs([process.execPath, CLI, 'doctor', '--dir', dir]);

/** @param {(typeof CASES)[number]} each @param {string} folder @returns {Promise<boolean>} whether it kept its budget */
async function measure({ name, budget, collecting, size }, folder) {
  const dir = join(folder, name);
  if (!existsSync(dir)) await generateRepository(dir, size);
  const scratch = mkdtempSync(join(tmpdir(), 'wicked-bench-'));
  try {
    const runs = Array.from({ length: ROUNDS }, () => ({
      base: baselineMs(dir),
      collected: collectingMs(dir),
      ...triageCost(dir, scratch),
    }));
    // What disturbs a run only adds to it.
    const base = Math.min(...runs.map((run) => run.base));
    const spent = Math.min(...runs.map((run) => run.cpuMs));
    const collected = Math.min(...runs.map((run) => run.collected));
    const rssMb = Math.max(...runs.map((run) => run.rssMb));
    const isOk = spent / base <= budget && collected / base <= collecting && rssMb <= MAX_RSS_MB;
    const columns = [
      base.toFixed(0).padStart(10),
      collected.toFixed(0).padStart(12),
      (collected / base).toFixed(1).padStart(8),
      String(collecting).padStart(8),
      spent.toFixed(0).padStart(10),
      (spent / base).toFixed(1).padStart(8),
      String(budget).padStart(8),
      rssMb.toFixed(0).padStart(8),
    ];
    console.log(`${name.padEnd(12)}${columns.join('')}  ${isOk ? 'ok' : 'OVER BUDGET'}`);
    return isOk;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @returns {Promise<number>} the exit code */
async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' }, keep: { type: 'string' } } });
  if (!existsSync(CLI)) {
    console.error('dist/ is missing: run `npm run build` first');
    return 1;
  }
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'wicked-bench-collect-'));
  console.log(`Node ${process.versions.node}, ${process.platform}-${process.arch}, best of ${ROUNDS} rounds`);
  console.log(
    `${'case'.padEnd(12)}${'base ms'.padStart(10)}${'collect ms'.padStart(12)}${'ratio'.padStart(8)}${'budget'.padStart(8)}${'CPU ms'.padStart(10)}${'ratio'.padStart(8)}${'budget'.padStart(8)}${'RSS MB'.padStart(8)}`,
  );
  try {
    let code = 0;
    for (const each of CASES.filter(({ name }) => values.only === undefined || values.only === name))
      if (!(await measure(each, folder))) code = 1;
    return code;
  } finally {
    if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
