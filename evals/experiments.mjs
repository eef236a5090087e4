/**
 * `npm run eval:experiments -- --pack DIR | --scenarios [--only id or family,…] [--experiments name,…] [--json] [--jobs 2]`: every case again with
 * other names, less evidence, more innocent changes, other times; a table of what that does to the answers. Cases are copied, never written to.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { progress } from '../scripts/workspace.mjs';
import { evaluate, selection } from './evaluate.mjs';
import { layOutScenarios, readPack } from './pack.mjs';
import { inParallel, withFrozenBuild } from './product.mjs';
import { mean, summarise } from './summary.mjs';
import { rounded, table } from './table.mjs';
import { moreInnocents } from './variants/innocents.mjs';
import { otherZone } from './variants/other-zone.mjs';
import { renamedCase } from './variants/rename.mjs';
import {
  blankSubjects,
  onlyLogsAndGit,
  thinnedLogs,
  withoutMetrics,
  withoutTracesAndCatalog,
} from './variants/take-away.mjs';

const USAGE =
  'usage: npm run eval:experiments -- (--pack DIR | --scenarios) [--only id,…] [--experiments name,…] [--json] [--keep DIR] [--jobs 2]';

/**
 * @typedef {import('./table.mjs').Row} Row
 * @typedef {import('./variants/take-away.mjs').KnownCase} KnownCase
 * @typedef {import('./variants/take-away.mjs').Variant} Variant
 * @typedef {{ name: string, was: readonly Row[], is: readonly Row[] }} Comparison the same cases, as they are and varied
 */

/** @type {Readonly<Record<string, Variant>>} */
const EXPERIMENTS = {
  renamed: renamedCase,
  'no metrics': withoutMetrics,
  'no traces, catalog': withoutTracesAndCatalog,
  'a fifth of the log lines': thinnedLogs,
  'only logs and git': onlyLogsAndGit,
  'five more innocents': moreInnocents,
  'blank subjects': blankSubjects,
  'another zone': otherZone,
};

/**
 * Varies one case in a copy, triages it there, and removes the copy.
 * @param {string} cli @param {KnownCase} one @param {string} name of the experiment @param {string | undefined} keep where copies stay
 * @returns {Promise<Row | null>} null: the case has nothing that the experiment is about
 */
async function varied(cli, one, name, keep) {
  const scratch = mkdtempSync(join(tmpdir(), 'wicked-variant-'));
  const dir =
    keep === undefined ? join(scratch, one.id) : join(resolve(keep), name.replaceAll(/\W+/g, '-'), one.id);
  try {
    cpSync(one.dir, dir, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    const variant = EXPERIMENTS[name]?.({ ...one, dir }) ?? null;
    if (variant === null) return null;
    const [row] = await evaluate(cli, [variant], 1, null);
    return row ?? null;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @param {readonly Row[]} rows */
function falseBlameAtHigh(rows) {
  return mean(rows.map(({ score }) => score.falseBlame && score.confidence === 'HIGH'));
}

/** @param {readonly Row[]} rows */
function figuresOf(rows) {
  const all = summarise(rows.map(({ score }) => score));
  const { cause1, cause3, falseBlame, decision, unsafeRollback, onset, highShare, accuracyAtHigh, missing } =
    all;
  return {
    cause1,
    cause3,
    falseBlame,
    'at HIGH': falseBlameAtHigh(rows),
    HIGH: highShare,
    'right at HIGH': accuracyAtHigh,
    'mean p': mean(rows.map(({ score }) => score.probability)),
    decision,
    unsafeRollback,
    onset,
    missing,
  };
}

/** @param {number | null | undefined} value */
const shown = (value) => (value === null || value === undefined ? '-' : rounded(value, 2).toFixed(2));

/** @param {readonly Comparison[]} comparisons @returns {string} in each cell: as it is → varied */
function comparisonTable(comparisons) {
  const header = ['experiment', 'n', ...Object.keys(figuresOf([]))];
  const rows = comparisons.map(({ name, was, is }) => {
    const [before, after] = [Object.values(figuresOf(was)), Object.values(figuresOf(is))];
    const cells = before.map((value, index) =>
      shown(value) === shown(after[index]) ? shown(value) : `${shown(value)}→${shown(after[index])}`,
    );
    return [name, String(is.length), ...cells];
  });
  return table([header, ...rows]);
}

/** @param {Row} row */
function answer({ report, complaint }) {
  if (report === null) return `no report: ${complaint}`;
  const root = report.rootCause;
  if (!root) return 'none';
  const { flag, version, commit } = root.change ?? {};
  return [`${root.kind}/${root.service}`, flag ?? version ?? commit?.slice(0, 9), root.confidence]
    .filter(Boolean)
    .join(' ');
}

/** @param {Comparison} comparison @returns {readonly string[]} cases whose cause became wrong, or right */
function turned({ name, was, is }) {
  return is.flatMap((row, index) => {
    const before = was[index];
    if (before === undefined || before.score.cause1 === row.score.cause1) return [];
    const how = row.score.cause1 ? 'right' : 'WRONG';
    return [`${name}: ${row.id} ${row.truth.family} turned ${how}: ${answer(before)} → ${answer(row)}`];
  });
}

/**
 * @param {string} cli @param {readonly KnownCase[]} cases @param {readonly string[]} names
 * @param {{ jobs: number, keep: string | undefined }} options
 * @returns {Promise<readonly Comparison[]>}
 */
async function experiment(cli, cases, names, { jobs, keep }) {
  const baseline = await evaluate(cli, cases, jobs, null);
  /** @type {Comparison[]} */
  const comparisons = [{ name: 'as they are', was: baseline, is: baseline }];
  for (const name of names) {
    const rows = await inParallel(cases, jobs, (one) => varied(cli, one, name, keep));
    const touched = rows.flatMap((row, index) => {
      const was = baseline[index];
      return row === null || was === undefined ? [] : [{ was, is: row }];
    });
    comparisons.push({ name, was: touched.map(({ was }) => was), is: touched.map(({ is }) => is) });
    progress(`${name}: ${touched.length} of ${cases.length} cases`);
  }
  return comparisons;
}

/** @param {readonly Comparison[]} comparisons */
function printJson(comparisons) {
  const all = comparisons.map(({ name, was, is }) => ({
    name,
    cases: is.length,
    was: figuresOf(was),
    is: figuresOf(is),
    rows: is.map(({ id, score }) => ({ id, ...score })),
  }));
  console.log(JSON.stringify(all, null, 2));
}

async function main() {
  const { values } = parseArgs({
    options: {
      pack: { type: 'string' },
      scenarios: { type: 'boolean', default: false },
      only: { type: 'string' },
      experiments: { type: 'string' },
      json: { type: 'boolean', default: false },
      keep: { type: 'string' },
      jobs: { type: 'string', default: '2' },
    },
  });
  const { pack, experiments, keep } = values;
  const names = experiments?.split(',') ?? Object.keys(EXPERIMENTS);
  const unknown = names.filter((name) => !(name in EXPERIMENTS));
  if ((pack === undefined) === !values.scenarios) throw new Error(USAGE);
  if (unknown.length > 0)
    throw new Error(`no such experiment: ${unknown}; there are: ${Object.keys(EXPERIMENTS).join(', ')}`);
  const laidOut = mkdtempSync(join(tmpdir(), 'wicked-scenarios-'));
  try {
    const all = pack === undefined ? await layOutScenarios(laidOut, () => true) : readPack(resolve(pack));
    const wanted = selection(values.only);
    const cases = all.flatMap((one) =>
      one.truth !== null && wanted(one.id, one.truth.family) ? [{ ...one, truth: one.truth }] : [],
    );
    const options = { jobs: Number(values.jobs), keep };
    const comparisons = await withFrozenBuild((cli) => experiment(cli, cases, names, options));
    if (values.json) printJson(comparisons);
    else console.log([comparisonTable(comparisons), '', ...comparisons.flatMap(turned)].join('\n'));
  } finally {
    rmSync(laidOut, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  progress(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 2;
}
