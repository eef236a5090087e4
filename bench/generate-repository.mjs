/** Evidence directories of a given size for `npm run bench:collect`: a repository made through `git fast-import`, logs and deployments beside it. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `commits` over `files`, a hundred files a service; every commit but the first touches `touched` files of one service.
 * `logFiles` split the same incident among them.
 * @typedef {{ commits: number, files: number, touched: number, logFiles: number, isCheckedOut: boolean }} Size
 */

export const NOW = '2024-05-07T10:30:00Z';
export const SYMPTOM = 'parcels cannot be booked';
const END = Date.parse(NOW) / 1000;
const FILES_PER_SERVICE = 100;
/** Four services are released six times each, one every twenty commits. */
const RELEASED_SERVICES = 4;
const RELEASES_PER_SERVICE = 6;
const COMMITS_PER_RELEASE = 20;

/** A small generator of our own: the same directory on every machine. @param {number} seed */
function randomOf(seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state = (state * 16807) % 2147483647;
    return state % below;
  };
}

/** @param {number} file */
function serviceOf(file) {
  return `depot-${Math.floor(file / FILES_PER_SERVICE)}`;
}

/** @param {number} file */
function pathOf(file) {
  const at = file % FILES_PER_SERVICE;
  if (at === 0) return `services/${serviceOf(file)}/package.json`;
  if (at === 1) return `services/${serviceOf(file)}/config.yaml`;
  return `services/${serviceOf(file)}/src/module${Math.floor(at / 10)}/part${at}.ts`;
}

/** @param {number} file @param {number} version */
function textOf(file, version) {
  const at = file % FILES_PER_SERVICE;
  if (at === 0) return `{ "name": "${serviceOf(file)}", "version": "1.${version}.0" }\n`;
  if (at === 1) return `timeouts:\n  bookingMs: ${2000 + version}\npool:\n  size: ${10 + (version % 7)}\n`;
  const functions = Array.from(
    { length: 6 },
    (_, index) =>
      `export async function book${at}x${index}(parcel: Parcel): Promise<void> {\n  if (parcel.weight > ${version + index}) throw new Error(\`Parcel \${parcel.id} of shelf ${file} is too heavy for hatch ${index}\`);\n  await store.put(parcel.id, parcel);\n}\n`,
  );
  return `import { store } from './store';\n\n${functions.join('\n')}`;
}

/**
 * The stream for fast-import, in parts.
 * @param {Size} size
 * @returns {Generator<string>}
 */
function* history({ commits, files, touched }) {
  const random = randomOf(7);
  for (let commit = 0; commit < commits; commit += 1) {
    const at = END - 3600 - (commits - 1 - commit) * 600;
    const first = random(files / FILES_PER_SERVICE) * FILES_PER_SERVICE;
    const chosen =
      commit === 0
        ? Array.from({ length: files }, (_, file) => file)
        : Array.from({ length: touched }, () => first + random(FILES_PER_SERVICE));
    const subject = `change ${commit} of ${serviceOf(chosen[0] ?? 0)}`;
    const body = [...new Set(chosen)].map((file) => {
      const text = textOf(file, commit);
      return `M 100644 inline ${pathOf(file)}\ndata ${Buffer.byteLength(text)}\n${text}\n`;
    });
    yield `commit refs/heads/main\nmark :${commit + 1}\ncommitter Depot <depot@example.test> ${at} +0000\ndata ${subject.length}\n${subject}\n${body.join('')}\n`;
  }
}

/** @param {string} dir @param {readonly string[]} argv @returns {string} */
function git(dir, argv) {
  const { status, stdout, stderr } = spawnSync('git', ['-C', dir, ...argv], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`git ${argv.join(' ')}: ${stderr}`);
  return stdout;
}

/** @param {string} dir @param {Size} size */
async function importHistory(dir, size) {
  const child = spawn('git', ['-C', dir, 'fast-import', '--quiet'], { stdio: ['pipe', 'ignore', 'inherit'] });
  for (const part of history(size)) if (!child.stdin.write(part)) await once(child.stdin, 'drain');
  child.stdin.end();
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
}

/** @param {string} dir */
function writeDeployments(dir) {
  const count = RELEASED_SERVICES * RELEASES_PER_SERVICE;
  const lines = git(dir, ['log', `-${count * COMMITS_PER_RELEASE}`, '--format=%H %ct']);
  const commits = lines.trim().split('\n');
  const deployments = Array.from({ length: count }, (_, index) => {
    const line = commits[Math.floor((index * commits.length) / count)] ?? '';
    const [commit = '', seconds = '0'] = line.split(' ');
    const startedAt = new Date((Number(seconds) + 300) * 1000).toISOString();
    const service = `depot-${index % RELEASED_SERVICES}`;
    return { service, version: `1.${count - index}.0`, commit, startedAt, status: 'succeeded' };
  });
  writeFileSync(join(dir, 'deployments.json'), JSON.stringify(deployments, null, 1));
}

/** One error in two seconds from twenty minutes before the end, healthy lines before. @param {string} dir @param {Size} size */
function writeLogs(dir, { logFiles, files }) {
  mkdirSync(join(dir, 'logs'));
  const lines = Array.from({ length: logFiles }, () => /** @type {string[]} */ ([]));
  for (let second = 0; second < 7200; second += 1) {
    const at = new Date((END - 7200 + second) * 1000).toISOString();
    const isBad = second > 6000 && second % 2 === 0;
    const text = isBad
      ? `ERROR depot-0 Parcel p${second} of shelf 17 is too heavy for hatch 3`
      : `INFO ${serviceOf(second % files)} parcel p${second} booked in ${20 + (second % 9)} ms`;
    lines[second % logFiles]?.push(`${at} ${text}`);
  }
  for (const [index, part] of lines.entries())
    writeFileSync(join(dir, 'logs', `pod-${index}.log`), `${part.join('\n')}\n`);
}

/** Fills a new folder. @param {string} dir @param {Size} size */
export async function generateRepository(dir, size) {
  mkdirSync(dir, { recursive: true });
  git(dir, ['init', '--quiet', '--initial-branch=main']);
  await importHistory(dir, size);
  if (size.isCheckedOut) git(dir, ['reset', '--quiet', '--hard', 'main']);
  writeDeployments(dir);
  writeLogs(dir, size);
}
