import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** All, or every n-th where SCENARIO_SHARE is n: of what does not depend on Node, a sample is enough on the second and third version. */
export function sampled<T>(all: readonly T[]): readonly T[] {
  const wanted = Number(process.env['SCENARIO_SHARE'] ?? 1);
  return all.filter((_, index) => index % wanted === 0);
}

/** Names of the scenarios, sorted; a sample of them on the second and third version of Node. */
export function scenarioNames(): readonly string[] {
  const folders = readdirSync(fileURLToPath(new URL('../scenarios', import.meta.url)), {
    withFileTypes: true,
  }).filter((entry) => entry.isDirectory());
  return sampled(folders.map(({ name }) => name).sort());
}
