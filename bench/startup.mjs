/**
 * Budget of a start: CPU (user + system, git and all other children included) of a command, divided by that of a bare
 * `node -e 0` measured in the same run. A ratio, because seconds say more about the machine than about the program.
 * `--seed DIR` triages that evidence directory; without it the scenario seed-as-written, laid out in a temporary folder.
 * Exit code 1 over budget. Linux and macOS: it asks bash, whose `time` is getrusage of finished children.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, ROOT } from '../scripts/workspace.mjs';

const ROUNDS = 15;
const SCENARIO = 'seed-as-written';
const BUILD_SCENARIO = join(ROOT, 'scripts', 'scenario.mjs');
const SYMPTOM = '500 errors spiking on checkout API, customers unable to complete purchases';

/** @typedef {{ name: string, argv: readonly string[], budget: number | null }} Command */

/**
 * CPU of one process and its children to the end, in milliseconds. Throws when it fails.
 * @param {readonly string[]} argv
 */
function cpuMs(argv) {
  const script = 'TIMEFORMAT="%3U %3S"; time "$@" >/dev/null 2>&1 </dev/null; exit $?';
  const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', process.execPath, ...argv], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`exit code ${status}: node ${argv.join(' ')}`);
  const [user = 'NaN', system = 'NaN'] = stderr.trim().split(/\s+/).slice(-2);
  return 1000 * (Number(user) + Number(system));
}

/** @param {readonly number[]} values one or more */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/**
 * @param {number} ratio
 * @param {number | null} budget null: anything goes
 */
function isWithin(ratio, budget) {
  return budget === null || ratio <= budget;
}

/** The evidence directory to triage, and whether it is ours to delete; null where there is none. */
function seedDirectory() {
  const at = process.argv.indexOf('--seed');
  const given = at === -1 ? undefined : process.argv[at + 1];
  if (given !== undefined) return { path: given, temporary: false };
  if (!existsSync(join(ROOT, 'scenarios', SCENARIO))) return null;
  const path = mkdtempSync(join(tmpdir(), 'wicked-bench-'));
  const { status } = spawnSync(process.execPath, [BUILD_SCENARIO, SCENARIO, path], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`scripts/scenario.mjs could not build ${SCENARIO}`);
  return { path, temporary: true };
}

/**
 * The commands in turn, round by round, so that a slow moment of the machine hits all of them.
 * @param {readonly Command[]} commands
 */
function measure(commands) {
  for (const { argv } of commands) cpuMs(argv);
  /** @type {Map<string, number[]>} */
  const samples = new Map(commands.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, argv } of commands) samples.get(name)?.push(cpuMs(argv));
  }
  return commands.map(({ name, budget }) => ({ name, budget, ms: median(samples.get(name) ?? []) }));
}

/** @returns {number} the exit code */
function main() {
  if (!existsSync(CLI)) {
    console.error('dist/ is missing: run `npm run build` first');
    return 1;
  }
  const seed = seedDirectory();
  const store = mkdtempSync(join(tmpdir(), 'wicked-bench-store-'));
  /** @type {Command[]} */
  const commands = [
    { name: 'node -e 0', argv: ['-e', '0'], budget: null },
    { name: 'wicked-platform --help', argv: [CLI, '--help'], budget: 2.5 },
  ];
  if (seed === null)
    console.error('no scenarios/seed-as-written and no --seed DIR: the triage is not measured');
  else {
    const options = ['--dir', seed.path, '--store', store, '--no-input', '--format', 'json'];
    commands.push({ name: 'triage of the seed', argv: [CLI, 'incident', SYMPTOM, ...options], budget: 8 });
  }
  try {
    const rows = measure(commands);
    const baseMs = rows[0]?.ms ?? Number.NaN;
    console.log(
      `Node ${process.versions.node}, ${process.platform}-${process.arch}, median of ${ROUNDS} interleaved rounds`,
    );
    console.log(
      `${'command'.padEnd(24)}${'CPU ms'.padStart(8)}${'ratio'.padStart(8)}${'budget'.padStart(8)}`,
    );
    for (const { name, ms, budget } of rows) {
      const verdict = isWithin(ms / baseMs, budget) ? 'ok' : 'OVER BUDGET';
      const columns = [
        ms.toFixed(0).padStart(8),
        (ms / baseMs).toFixed(2).padStart(8),
        String(budget ?? '').padStart(8),
      ];
      console.log(`${name.padEnd(24)}${columns.join('')}  ${budget === null ? '' : verdict}`.trimEnd());
    }
    return rows.every(({ ms, budget }) => isWithin(ms / baseMs, budget)) ? 0 : 1;
  } finally {
    rmSync(store, { recursive: true, force: true });
    if (seed?.temporary === true) rmSync(seed.path, { recursive: true, force: true });
  }
}

process.exitCode = main();
