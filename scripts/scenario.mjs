/**
 * `node scripts/scenario.mjs <name> <folder> [--now ISO]`: lays a scenario out in a new or empty folder, as a repository with its evidence.
 * `--now` is what `now` means in its history.yaml (default: the clock).
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadSources } from './load.mjs';
import { progress, ROOT } from './workspace.mjs';

const SOURCE = 'src/faces/cli/scenario/build-scenario.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { now: { type: 'string' } } });
const [name, folder] = positionals;
const now = values.now === undefined ? undefined : Date.parse(values.now);
const source = join(ROOT, 'scenarios', name ?? '');
if (name === undefined || folder === undefined || Number.isNaN(now) || !existsSync(source)) {
  progress('usage: node scripts/scenario.mjs <name of a folder in scenarios/> <new folder> [--now ISO]');
  process.exitCode = 2;
} else {
  const { scenario } = await loadSources({ scenario: SOURCE });
  await scenario.buildScenario(source, resolve(folder), now === undefined ? {} : { now });
}
