/**
 * `npm run check`: every check in one command. Prints a line a step, and the output of a step that failed.
 * The static steps run two at a time (that is what a CI machine has), vitest alone after them.
 * `npm run check -- --static` leaves vitest out: what a commit is checked with.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { binOf, CACHE, ensureInstalled, progress, ROOT, runNode } from './workspace.mjs';

/**
 * What a step found. A step other than vitest counts as one, passed or failed.
 * @typedef {{ name: string, passed: number, failed: number, skipped: number, durationMs: number, output: string }} Result
 * @typedef {{ name: string, argv: () => string[] }} Step
 */

/** @type {readonly Step[]} */
const BUILD = [{ name: 'build', argv: () => ['scripts/build.mjs', '--if-stale'] }];

/** @type {readonly Step[]} */
const STATIC = [
  { name: 'generated files fresh', argv: () => ['scripts/gen.mjs', '--check'] },
  { name: 'biome', argv: () => [binOf('@biomejs/biome', 'biome'), 'check', '--colors=off'] },
  { name: 'tsc src', argv: () => [binOf('typescript', 'tsc'), '--noEmit', '--pretty', 'false'] },
  {
    name: 'tsc test, scripts',
    argv: () => [binOf('typescript', 'tsc'), '--noEmit', '--pretty', 'false', '-p', 'tsconfig.test.json'],
  },
  {
    name: 'dependency-cruiser',
    argv: () => [binOf('dependency-cruiser', 'depcruise'), 'src', '--config', '.dependency-cruiser.mjs'],
  },
  { name: 'knip', argv: () => [binOf('knip', 'knip'), '--no-progress'] },
];

/** @param {Result} result */
function report(result) {
  const { name, passed, failed, skipped, durationMs, output } = result;
  const counts = name.startsWith('vitest') ? `  ${passed} passed, ${failed} failed, ${skipped} skipped` : '';
  progress(`${failed === 0 ? 'ok    ' : 'FAILED'}  ${name}  ${(durationMs / 1000).toFixed(1)} s${counts}`);
  if (failed > 0) progress(output.trimEnd().replaceAll(/^/gm, '        '));
}

/**
 * @param {Step} step
 * @returns {Promise<Result>}
 */
async function runStep({ name, argv }) {
  const { code, output, durationMs } = await runNode(argv());
  const result = {
    name,
    passed: code === 0 ? 1 : 0,
    failed: code === 0 ? 0 : 1,
    skipped: 0,
    durationMs,
    output,
  };
  report(result);
  return result;
}

/**
 * @param {readonly Step[]} steps
 * @returns {Promise<Result[]>}
 */
async function runTwoAtATime(steps) {
  const waiting = [...steps];
  /** @type {Result[]} */
  const results = [];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      results.push(await runStep(step));
    }
  };
  await Promise.all([work(), work()]);
  return results;
}

/**
 * Counts from Vitest's JSON report. A file that could not be loaded counts as one failed test; a run that
 * failed with no failed test in it (a crash, an unhandled rejection, no test at all) as one too.
 * @param {string} file
 * @param {number} code the exit code of vitest
 */
export function countTests(file, code) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, skippedNames: [] };
  const run = JSON.parse(readFileSync(file, 'utf8'));
  /** @type {{ status: string, assertionResults: { status: string, fullName: string }[] }[]} */
  const files = run.testResults;
  const tests = files.flatMap((result) => result.assertionResults);
  const broken = files.filter(
    (result) =>
      result.status === 'failed' && result.assertionResults.every((test) => test.status !== 'failed'),
  );
  const passed = tests.filter((test) => test.status === 'passed').length;
  const failedTests = tests.filter((test) => test.status === 'failed').length + broken.length;
  const skippedNames = tests
    .filter((test) => !['passed', 'failed'].includes(test.status))
    .map((test) => test.fullName);
  const crashed = failedTests === 0 && (code !== 0 || passed === 0);
  return { passed, failed: failedTests + (crashed ? 1 : 0), skipped: skippedNames.length, skippedNames };
}

/**
 * The whole Vitest suite on one Node. With CI=true a skipped test is a failed one.
 * @param {{ node?: string, label?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<Result>}
 */
export async function runVitest({ node = process.execPath, label = 'vitest', env = process.env } = {}) {
  const json = join(CACHE, `vitest-${process.pid}.json`);
  mkdirSync(CACHE, { recursive: true });
  rmSync(json, { force: true });
  const argv = [binOf('vitest'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${json}`];
  const { code, output, durationMs } = await runNode(argv, { node, env: { ...env, NO_COLOR: '1' } });
  const { passed, failed, skipped, skippedNames } = countTests(json, code);
  rmSync(json, { force: true });
  const forbidden = env['CI'] === 'true' ? skipped : 0;
  const why = forbidden > 0 ? `skipped, which CI forbids:\n${skippedNames.join('\n')}\n` : '';
  const result = {
    name: label,
    passed,
    failed: failed + forbidden,
    skipped: skipped - forbidden,
    durationMs,
    output: `${output}${why}`,
  };
  report(result);
  return result;
}

/** The build and every static check: what a commit must pass, a minute and a half. */
async function runStatic() {
  return [...(await runTwoAtATime(BUILD)), ...(await runTwoAtATime(STATIC))];
}

/** The build, every static check, and the tests on this Node. */
export async function runChecks() {
  return [...(await runStatic()), await runVitest()];
}

/** @param {readonly Result[]} results */
export function sum(results) {
  const add = (/** @type {'passed' | 'failed' | 'skipped'} */ field) =>
    results.reduce((total, result) => total + result[field], 0);
  return { passed: add('passed'), failed: add('failed'), skipped: add('skipped') };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureInstalled();
  const { passed, failed, skipped } = sum(
    process.argv.includes('--static') ? await runStatic() : await runChecks(),
  );
  progress(`${relative(process.cwd(), ROOT) || '.'}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
}
