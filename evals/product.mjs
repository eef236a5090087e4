/** Runs the built command on cases and measures what each costs. It knows nothing of truths. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CACHE, CLI, ROOT } from '../scripts/workspace.mjs';

/**
 * `report` is null where the command printed none; `complaint` then says why.
 * @typedef {{ report: any, text: string, complaint: string, cost: { cpuMs: number, rssBytes: number } | null }} Outcome
 * @typedef {{ dir: string, symptom: string, now: string }} Question
 */

const METER = pathToFileURL(join(ROOT, 'evals', 'meter.mjs')).href;
/** Longer than any triage may take; a command that hangs must not hold up a pack. */
const DEADLINE_MS = 120_000;

/**
 * Copies dist/ aside and hands the copy to `work`, so that a build made meanwhile does not change what is measured.
 * @template T
 * @param {(cli: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withFrozenBuild(work) {
  if (!existsSync(CLI)) throw new Error('dist/ is missing: run `npm run build` first');
  const copy = join(CACHE, `eval-${process.pid}`);
  try {
    mkdirSync(copy, { recursive: true });
    cpSync(join(ROOT, 'dist'), join(copy, 'dist'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
    return await work(join(copy, 'dist', 'cli.js'));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** @param {string} text @returns {any} an object, or null */
function parseReport(text) {
  try {
    const report = JSON.parse(text);
    return typeof report === 'object' && !Array.isArray(report) ? report : null;
  } catch {
    return null;
  }
}

/**
 * @param {readonly string[]} argv
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
function runCommand(argv, env) {
  return new Promise((resolve, reject) => {
    /** @type {{ stdout: Buffer[], stderr: Buffer[] }} */
    const chunks = { stdout: [], stderr: [] };
    const child = spawn(process.execPath, [...argv], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: DEADLINE_MS,
    });
    child.stdout.on('data', (chunk) => chunks.stdout.push(chunk));
    child.stderr.on('data', (chunk) => chunks.stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const [stdout, stderr] = [chunks.stdout, chunks.stderr].map((list) =>
        Buffer.concat(list).toString('utf8'),
      );
      resolve({ code, stdout: stdout ?? '', stderr: stderr ?? '' });
    });
  });
}

/**
 * Triages one case with an incident store of its own. Git takes no lock and refreshes no index: the folder stays as it is.
 * @param {string} cli
 * @param {Question} question
 * @param {readonly string[]} [more] further options of the command
 * @returns {Promise<Outcome>}
 */
export async function triage(cli, { dir, symptom, now }, more = []) {
  const scratch = mkdtempSync(join(tmpdir(), 'wicked-eval-'));
  const meter = join(scratch, 'meter.json');
  const options = [
    '--dir',
    dir,
    '--now',
    now,
    '--format',
    'json',
    '--no-input',
    '--store',
    join(scratch, 'store'),
    ...more,
  ];
  const env = { ...process.env, NO_COLOR: '1', GIT_OPTIONAL_LOCKS: '0', WICKED_EVAL_METER: meter };
  try {
    const argv = ['--import', METER, cli, 'incident', symptom, ...options];
    const { code, stdout, stderr } = await runCommand(argv, env);
    const report = parseReport(stdout);
    const complaint = report === null ? `exit ${code ?? 'by signal'}: ${stderr.trim().slice(0, 400)}` : '';
    const cost = existsSync(meter) ? JSON.parse(readFileSync(meter, 'utf8')) : null;
    return { report, text: stdout, complaint, cost };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Does `work` on all items, at most `jobs` at a time; results in the order of the items.
 * @template T, R
 * @param {readonly T[]} items
 * @param {number} jobs
 * @param {(item: T) => Promise<R>} work
 * @returns {Promise<readonly R[]>}
 */
export async function inParallel(items, jobs, work) {
  /** @type {R[]} */
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(/** @type {T} */ (items[index]));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, worker));
  return results;
}
