import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Names of all scenarios, sorted; of every n-th where SCENARIO_SHARE is n. What a scenario shows of pages and answers does not depend
 * on the version of Node: on the second and third version a sample is enough.
 */
export function scenarioNames(): readonly string[] {
  const wanted = Number(process.env['SCENARIO_SHARE'] ?? 1);
  return readdirSync(fileURLToPath(new URL('../scenarios', import.meta.url)), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .filter((_, index) => index % wanted === 0);
}
