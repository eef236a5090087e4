import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Names of scenarios, sorted: every `share`-th of them, fewer still where SCENARIO_SHARE says so. What a scenario shows of pages and
 * answers does not depend on the version of Node; on the second and third version a sample is enough.
 */
export function scenarioNames(share = 1): readonly string[] {
  const wanted = Math.max(share, Number(process.env['SCENARIO_SHARE'] ?? 1));
  return readdirSync(fileURLToPath(new URL('../scenarios', import.meta.url)), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .filter((_, index) => index % wanted === 0);
}
