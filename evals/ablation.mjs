/**
 * Each argument of the ranking switched off in turn, on snapshots that were collected once: what it is worth on these cases.
 * Answers of probes stay as they were asked with all arguments; only the engine runs again.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSources } from '../scripts/load.mjs';
import { progress } from '../scripts/workspace.mjs';
import { inParallel, triage } from './product.mjs';
import { scoreCase } from './score.mjs';
import { mean } from './summary.mjs';
import { rounded, table } from './table.mjs';

/**
 * @typedef {import('./pack.mjs').Case} Case
 * @typedef {import('./score.mjs').Score} Score
 * @typedef {import('./score.mjs').Truth} Truth
 * @typedef {{ id: string, truth: Truth, snapshot: any }} Kept
 * @typedef {{ triage: (snapshot: any) => { report: any }, weights: Record<string, number> }} Engine
 * @typedef {{ name: string, keys: readonly string[] }} Argument weights that are switched off together
 */

/** The bar is no argument: without it every weak guess would be named. */
const BAR = 'none';

/** The engine and its table of weights, one instance of both: what is set in the table is what the engine adds up. @returns {Promise<Engine>} */
async function loadEngine() {
  const { engine, table: loaded } = await loadSources({
    engine: 'src/engine/triage.ts',
    table: 'src/engine/correlate/weights.ts',
  });
  return { triage: engine.triage, weights: loaded.WEIGHT };
}

/**
 * Collects each case once. A case without a truth or without a report is left out.
 * @param {string} cli
 * @param {readonly Case[]} cases
 * @param {number} jobs
 * @returns {Promise<readonly Kept[]>}
 */
async function keepSnapshots(cli, cases, jobs) {
  const scratch = mkdtempSync(join(tmpdir(), 'wicked-ablation-'));
  try {
    const kept = await inParallel(cases, jobs, async (one) => {
      const file = join(scratch, `${one.id}.json`);
      const { report, complaint } = await triage(cli, one, ['--save-snapshot', file]);
      if (report !== null) return file;
      progress(`${one.id}: ${complaint}`);
      return null;
    });
    return cases.flatMap(({ id, truth }, index) => {
      const file = kept[index] ?? null;
      if (truth === null || file === null) return [];
      return [{ id, truth, snapshot: JSON.parse(readFileSync(file, 'utf8')) }];
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Words of a name: `locusOwn` → `locus`. @param {string} key */
function firstWord(key) {
  return key.replace(/[A-Z].*$/, '');
}

/** Each weight by itself, after the families of weights that begin with the same word. @param {readonly string[]} keys @returns {readonly Argument[]} */
function argumentsOf(keys) {
  const words = [...new Set(keys.map(firstWord))];
  const families = words
    .map((word) => ({ name: `${word}…`, keys: keys.filter((key) => firstWord(key) === word) }))
    .filter((family) => family.keys.length > 1);
  return [...families, ...keys.map((key) => ({ name: key, keys: [key] }))];
}

/**
 * @param {Engine} engine
 * @param {readonly Kept[]} kept
 * @param {readonly string[]} off weights that count nothing
 * @returns {readonly Score[]}
 */
function scoreWithout({ triage: run, weights }, kept, off) {
  const before = off.map((key) => /** @type {const} */ ([key, weights[key] ?? 0]));
  for (const key of off) weights[key] = 0;
  try {
    return kept.map(({ truth, snapshot }) => scoreCase(truth, { ...run(snapshot).report }));
  } finally {
    for (const [key, value] of before) weights[key] = value;
  }
}

/** @param {readonly Score[]} scores */
function figuresOf(scores) {
  return {
    'top-1': mean(scores.map(({ cause1 }) => cause1)),
    'top-3': mean(scores.map(({ cause3 }) => cause3)),
    'false blame': mean(scores.map(({ falseBlame }) => falseBlame)),
    'at HIGH': mean(scores.map(({ falseBlame, confidence }) => falseBlame && confidence === 'HIGH')),
    HIGH: mean(scores.map(({ confidence }) => confidence === 'HIGH')),
    'mean p': mean(scores.map(({ probability }) => probability)),
    decision: mean(scores.map(({ decision }) => decision)),
  };
}

/** @param {number | null} value */
const shown = (value) => (value === null ? '-' : rounded(value, 2).toFixed(2));

/**
 * The table that `--ablation` prints: a row for each argument whose absence changes a figure, then the names of those that change none.
 * @param {string} cli
 * @param {readonly Case[]} cases
 * @param {{ jobs: number, keep: string | undefined }} options `keep`: a folder for the snapshots
 * @returns {Promise<string>}
 */
export async function ablation(cli, cases, { jobs, keep }) {
  const kept = await keepSnapshots(cli, cases, jobs);
  if (keep !== undefined)
    for (const { id, snapshot } of kept)
      writeFileSync(join(keep, `${id}.snapshot.json`), JSON.stringify(snapshot));
  const engine = await loadEngine();
  const whole = Object.values(figuresOf(scoreWithout(engine, kept, []))).map(shown);
  const keys = Object.keys(engine.weights).filter((key) => key !== BAR);
  const rows = argumentsOf(keys).map(({ name, keys: off }) => {
    progress(`without ${name}`);
    return [name, ...Object.values(figuresOf(scoreWithout(engine, kept, off))).map(shown)];
  });
  const changed = rows.filter((row) => row.slice(1).some((cell, index) => cell !== whole[index]));
  const same = rows.filter((row) => !changed.includes(row)).map(([name]) => name);
  const header = ['without', ...Object.keys(figuresOf([]))];
  const shownRows = changed.map(([name = '', ...cells]) => [
    name,
    ...cells.map((cell, index) => (cell === whole[index] ? '' : cell)),
  ]);
  return [
    `${kept.length} cases; a blank cell is unchanged`,
    table([header, ['(nothing)', ...whole], ...shownRows]),
    same.length === 0 ? '' : `\nwithout effect on these figures: ${same.join(', ')}`,
  ].join('\n');
}
