/**
 * `npm run eval:evidence -- DIR [--only id,…] [--jobs 2]`: for every case of a pack, whether the snapshot holds what the files say and what
 * the truth asks for. Exit 1 where something is missing. It judges no report: `npm run eval` does.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadSources } from '../scripts/load.mjs';
import { progress } from '../scripts/workspace.mjs';
import { selection } from './evaluate.mjs';
import {
  checkDeployments,
  checkFiles,
  checkGuiltyFlag,
  checkGuiltyRelease,
  checkServices,
} from './evidence-checks.mjs';
import { evidenceFiles, namedDeployments } from './named-deployments.mjs';
import { readPack } from './pack.mjs';
import { inParallel, triage, withFrozenBuild } from './product.mjs';
import { table } from './table.mjs';

const USAGE = 'usage: npm run eval:evidence -- DIR [--only id or family,…] [--jobs 2]';
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * @typedef {import('./pack.mjs').Case} Case
 * @typedef {import('./evidence-checks.mjs').Check} Check
 * @typedef {{ id: string, family: string, checks: readonly Check[], cpuMs: number | null }} Row
 */

/** @param {string} cli @param {Case} one @returns {any} */
function diagnose(cli, { dir, now }) {
  const argv = [cli, 'doctor', '--dir', dir, '--now', now, '--format', 'json'];
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0' };
  const options = { encoding: /** @type {const} */ ('utf8'), env, maxBuffer: MAX_OUTPUT_BYTES };
  return JSON.parse(
    execFileSync(process.execPath, argv, { ...options, stdio: ['ignore', 'pipe', 'ignore'] }),
  );
}

/**
 * @param {string} cli
 * @param {Case} one
 * @param {(snapshot: any) => any} normalise
 * @returns {Promise<Row>}
 */
async function examine(cli, one, normalise) {
  const scratch = mkdtempSync(join(tmpdir(), 'wicked-evidence-'));
  const snapshotFile = join(scratch, 'snapshot.json');
  try {
    const { complaint, cost } = await triage(cli, one, ['--save-snapshot', snapshotFile]);
    if (complaint !== '') throw new Error(`${one.id}: ${complaint}`);
    const situation = normalise(JSON.parse(readFileSync(snapshotFile, 'utf8')));
    const files = evidenceFiles(one.dir);
    const named = namedDeployments(one.dir, files).filter(({ from }) => from <= Date.parse(one.now));
    const { truth } = one;
    const checks = [
      checkFiles(files, diagnose(cli, one).files),
      checkDeployments(named, situation),
      ...(truth === null
        ? []
        : [
            checkGuiltyRelease(truth, situation),
            checkGuiltyFlag(truth, situation),
            checkServices(truth, situation),
          ]),
    ];
    return { id: one.id, family: truth?.family ?? '', checks, cpuMs: cost?.cpuMs ?? null };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @param {Check | undefined} check `7` all found, `5/7` two missing, `-` nothing asked */
function cell(check) {
  if (check === undefined || (check.wanted === 0 && check.misses.length === 0)) return '-';
  return check.misses.length === 0 ? String(check.wanted) : `${check.wanted}, ${check.misses.length} wrong`;
}

/** @param {readonly Row[]} rows */
function print(rows) {
  const names = ['files', 'deployments', 'release', 'flag', 'services'];
  const body = rows.map(({ id, family, checks, cpuMs }) => [
    id,
    family,
    ...names.map((name) => cell(checks.find((check) => check.name === name))),
    cpuMs === null ? '-' : String(Math.round(cpuMs)),
  ]);
  console.log(table([['case', 'family', ...names, 'CPU ms'], ...body]));
  const misses = rows.flatMap(({ id, checks }) =>
    checks.flatMap(({ name, misses: list }) => list.map((miss) => `${id} ${name}: ${miss}`)),
  );
  console.log(misses.length === 0 ? '\nnothing is missing' : `\n${misses.join('\n')}`);
  return misses.length;
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: 'string' }, jobs: { type: 'string', default: '2' } },
  });
  const [pack] = positionals;
  if (pack === undefined || positionals.length > 1) throw new Error(USAGE);
  const wanted = selection(values.only);
  const cases = readPack(resolve(pack)).filter(({ id, truth }) => wanted(id, truth?.family));
  const { engine } = await loadSources({ engine: 'src/engine/normalise/normalise.ts' });
  const rows = await withFrozenBuild((cli) =>
    inParallel(cases, Number(values.jobs), (one) => examine(cli, one, engine.normalise)),
  );
  if (print(rows) > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  progress(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
