/** What every evaluation does: which cases are asked for, triage, score. It neither lays cases out nor prints. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inParallel, triage } from './product.mjs';
import { scoreCase } from './score.mjs';

/**
 * @typedef {import('./pack.mjs').Case} Case
 * @typedef {import('./table.mjs').Row} Row
 */

/**
 * Triages and scores; cases without a truth are triaged only.
 * @param {string} cli
 * @param {readonly Case[]} cases
 * @param {number} jobs
 * @param {string | null} out where reports are kept
 * @returns {Promise<readonly Row[]>}
 */
export async function evaluate(cli, cases, jobs, out) {
  const outcomes = await inParallel(cases, jobs, async (one) => {
    const outcome = await triage(cli, one);
    if (out !== null && outcome.report !== null) writeFileSync(join(out, `${one.id}.json`), outcome.text);
    return { one, outcome };
  });
  return outcomes.flatMap(({ one: { id, truth }, outcome: { report, complaint, cost } }) => {
    if (truth === null) return [];
    return [{ id, truth, report, complaint, cost, score: scoreCase(truth, report) }];
  });
}

/**
 * Whether a case is asked for, by its id or its family; without --only all are.
 * @param {string | undefined} only
 * @returns {(id: string, family?: string) => boolean}
 */
export function selection(only) {
  const names = only === undefined ? null : new Set(only.split(','));
  return (id, family) => names === null || names.has(id) || (family !== undefined && names.has(family));
}
