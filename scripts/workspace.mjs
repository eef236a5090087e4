/** What the scripts share: where the repository is, how to run a tool, what is installed and built. Node built-ins only: it runs before `npm ci`. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const CACHE = join(ROOT, 'node_modules', '.cache', 'wicked-platform');
export const CLI_SOURCE = 'src/faces/cli/bin.ts';
export const CLI = join(ROOT, 'dist', 'cli.js');

/** @param {string} line Progress goes to stderr: stdout belongs to the report. */
export function progress(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * @typedef {{ code: number, output: string, durationMs: number }} Outcome
 * @typedef {{ node?: string, env?: NodeJS.ProcessEnv, cwd?: string, show?: boolean }} RunOptions
 */

/**
 * Runs a Node script to its end, with stdout and stderr collected in the order they arrive.
 * `show` passes both on to our stderr as they come. A signal or a failure to start is code 1.
 * @param {readonly string[]} argv script and arguments
 * @param {RunOptions} [options]
 * @returns {Promise<Outcome>}
 */
export function runNode(argv, { node = process.execPath, env = process.env, cwd = ROOT, show = false } = {}) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    /** @type {Buffer[]} */
    const chunks = [];
    const child = spawn(node, [...argv], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (/** @type {Buffer} */ chunk) => {
      chunks.push(chunk);
      if (show) process.stderr.write(chunk);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => keep(Buffer.from(`${error.message}\n`)));
    child.on('close', (code) => {
      const durationMs = performance.now() - startedAt;
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8'), durationMs });
    });
  });
}

/**
 * The script behind an installed package's command, so that it runs without a shell, on any system and any Node.
 * @param {string} packageName
 * @param {string} [command] needed where the package has several
 */
export function binOf(packageName, command) {
  const folder = join(ROOT, 'node_modules', packageName);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const bin = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[command ?? packageName];
  if (typeof bin !== 'string') throw new Error(`${packageName} has no command ${command ?? packageName}`);
  return join(folder, bin);
}

/**
 * The script of npm itself. Under `npm run` npm says where it is; else it lies beside Node.
 * @returns {string}
 */
function npmScript() {
  const beside = [
    process.env['npm_execpath'] ?? '',
    join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
  ];
  const found = beside.find((path) => path.endsWith('npm-cli.js') && existsSync(path));
  if (found === undefined) throw new Error('npm was not found beside Node: run this through `npm run …`');
  return found;
}

/**
 * @param {readonly string[]} argv
 * @param {RunOptions} [options]
 */
export function runNpm(argv, options) {
  return runNode([npmScript(), ...argv], options);
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/**
 * Whether node_modules is what package-lock.json says: every locked package is there in its version.
 * Optional ones may be missing (another system's binaries). File times are not asked: git does not keep them.
 * @param {string} [root]
 */
export function isInstalled(root = ROOT) {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const present = readJson(hidden).packages ?? {};
  return Object.entries(readJson(join(root, 'package-lock.json')).packages ?? {}).every(([path, locked]) => {
    if (path === '') return true;
    const found = present[path];
    if (found === undefined) return locked.optional === true || locked.devOptional === true;
    return found.version === locked.version;
  });
}

/** Installs what package-lock.json says, unless it is there. Throws with npm's own words when npm fails. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  progress('wicked-platform: installing dependencies (npm ci)');
  const { code, output } = await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  // npm repeats its manual below the reason.
  if (code !== 0) throw new Error(`npm ci failed:\n${output.split('\nnpm error Usage:')[0]}`);
}

/**
 * The newest modification time below a path, folders included: a deleted file makes its folder newer.
 * Tests and fixtures do not count: they are not built.
 * @param {string} path
 * @returns {number} 0 when the path does not exist
 */
function newestMtimeMs(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return path.endsWith('.test.ts') ? 0 : stat.mtimeMs;
  return readdirSync(path)
    .filter((name) => name !== 'fixtures' && name !== 'node_modules')
    .reduce((newest, name) => Math.max(newest, newestMtimeMs(join(path, name))), stat.mtimeMs);
}

/** Whether dist/ is missing or older than what it is built from. */
export function isBuildStale() {
  if (!existsSync(CLI)) return true;
  const builtAt = statSync(CLI).mtimeMs;
  const inputs = [
    'src',
    'scenarios/demo',
    'tsdown.config.ts',
    'tsconfig.json',
    'package.json',
    'package-lock.json',
    'scripts/bundled.mjs',
  ];
  return inputs.some((input) => newestMtimeMs(join(ROOT, input)) > builtAt);
}
