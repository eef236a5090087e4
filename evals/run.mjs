/**
 * `npm run eval -- --pack DIR | --scenarios [--json] [--only id or family,…] [--out DIR] [--jobs 2] [--ablation]`: triages every case with the built
 * command and scores the reports. Reports are kept in --out (`<id>.json`), cases are only read. It decides nothing: no figure fails it.
 * With --ablation: the same cases with each argument of the ranking switched off in turn, on snapshots (kept in --out where it is given).
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { progress } from '../scripts/workspace.mjs';
import { ablation } from './ablation.mjs';
import { evaluate, selection } from './evaluate.mjs';
import { layOutScenarios, readPack } from './pack.mjs';
import { withFrozenBuild } from './product.mjs';
import { calibration, costs, families, summarise } from './summary.mjs';
import { calibrationTable, costLine, familyTable, rounded, wrongCases } from './table.mjs';

const USAGE =
  'usage: npm run eval -- (--pack DIR | --scenarios) [--json] [--only id,…] [--out DIR] [--jobs 2] [--ablation]';

/**
 * @typedef {import('./table.mjs').Row} Row
 */

/** @param {readonly Row[]} rows */
function printTables(rows) {
  const scores = rows.map(({ score }) => score);
  const wrong = wrongCases(rows);
  const summary = Object.entries(summarise(scores)).map(([name, value]) => [
    name,
    value === null ? null : rounded(value, 4),
  ]);
  console.log(familyTable(scores));
  console.log(`\n${calibrationTable(scores)}`);
  console.log(`\n${costLine(rows)}`);
  console.log(`\n${JSON.stringify(Object.fromEntries(summary))}`);
  if (wrong !== '') console.log(`\n${wrong}`);
}

/** @param {readonly Row[]} rows */
function printJson(rows) {
  const scores = rows.map(({ score }) => score);
  const perFamily = families(scores).map((group) => [group.family, summarise(group.scores)]);
  const cases = rows.map(({ id, score, cost, complaint }) => ({ id, ...score, ...cost, complaint }));
  const all = {
    summary: summarise(scores),
    families: Object.fromEntries(perFamily),
    calibration: calibration(scores),
    costs: costs(rows.map(({ cost }) => cost)),
    cases,
  };
  console.log(JSON.stringify(all, null, 2));
}

async function main() {
  const { values } = parseArgs({
    options: {
      pack: { type: 'string' },
      scenarios: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string' },
      out: { type: 'string' },
      jobs: { type: 'string', default: '2' },
      ablation: { type: 'boolean', default: false },
    },
  });
  const { pack } = values;
  if ((pack === undefined) === !values.scenarios) throw new Error(USAGE);
  const wanted = selection(values.only);
  const out = values.out === undefined ? mkdtempSync(join(tmpdir(), 'wicked-reports-')) : resolve(values.out);
  const laidOut = mkdtempSync(join(tmpdir(), 'wicked-scenarios-'));
  mkdirSync(out, { recursive: true });
  try {
    const all = pack === undefined ? await layOutScenarios(laidOut, () => true) : readPack(resolve(pack));
    const cases = all.filter(({ id, truth }) => wanted(id, truth?.family));
    const jobs = Number(values.jobs);
    if (values.ablation) {
      const keep = values.out === undefined ? undefined : out;
      console.log(await withFrozenBuild((cli) => ablation(cli, cases, { jobs, keep })));
      return;
    }
    const rows = await withFrozenBuild((cli) => evaluate(cli, cases, jobs, out));
    if (values.json) printJson(rows);
    else printTables(rows);
    progress(`${rows.length} of ${cases.length} cases scored; reports in ${out}`);
    if (pack !== undefined) {
      progress(
        `score.py --cases ${join(resolve(pack), 'cases')} --truth ${join(resolve(pack), 'truth')} --pred ${out} --verbose`,
      );
    }
  } finally {
    rmSync(laidOut, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  progress(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
