/** A copy of a case that variants may change: its untracked files as texts, its history as entries. The case itself is never written to. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { exportHistory, git, gitNames, hasHistory, headOf, importHistory } from './history.mjs';

/**
 * @typedef {import('./history.mjs').Entry} Entry
 * @typedef {(text: string) => string} Rewrite
 */

/** As much of a file as git looks at to tell text from other bytes. */
const PROBE_BYTES = 8000;

/** @param {Buffer} bytes */
export function isText(bytes) {
  return !bytes.subarray(0, PROBE_BYTES).includes(0);
}

/** @param {string} from @param {string} to a folder that does not exist */
export function copyFolder(from, to) {
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

/** @param {string} folder @param {string} [prefix] @returns {readonly string[]} paths of plain files, `.git` aside, with `/`, sorted */
function filesIn(folder, prefix = '') {
  const entries = readdirSync(join(folder, prefix), { withFileTypes: true });
  const paths = entries.flatMap((entry) => {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.name === '.git') return [];
    if (entry.isDirectory()) return filesIn(folder, path);
    return entry.isFile() ? [path] : [];
  });
  return paths.sort();
}

/** @param {string} dir @returns {ReadonlySet<string>} paths that git knows */
function trackedIn(dir) {
  return new Set(hasHistory(dir) ? gitNames(dir, ['ls-files', '-z']) : []);
}

/** @param {string} dir @returns {readonly string[]} the evidence: files that git does not know */
export function untrackedIn(dir) {
  const tracked = trackedIn(dir);
  return filesIn(dir).filter((path) => !tracked.has(path));
}

/** Removes files, and the folders that are empty then. @param {string} dir @param {readonly string[]} paths */
export function removeFiles(dir, paths) {
  for (const path of paths) {
    rmSync(join(dir, path));
    let folder = dirname(path);
    while (folder !== '.' && readdirSync(join(dir, folder)).length === 0) {
      rmdirSync(join(dir, folder));
      folder = dirname(folder);
    }
  }
}

/**
 * Rewrites a text file, gzipped or not, and perhaps its name. Other bytes keep their content.
 * @param {string} dir @param {string} path
 * @param {Rewrite} rewrite
 * @param {Rewrite} [rename]
 * @returns {boolean} whether anything is different
 */
export function rewriteFile(dir, path, rewrite, rename = (name) => name) {
  const bytes = readFileSync(join(dir, path));
  const zipped = path.endsWith('.gz');
  const plain = zipped ? gunzipSync(bytes) : bytes;
  const text = plain.toString('utf8');
  const rewritten = isText(plain) ? rewrite(text) : text;
  const target = rename(path);
  if (rewritten === text && target === path) return false;
  removeFiles(dir, [path]);
  mkdirSync(dirname(join(dir, target)), { recursive: true });
  const next = rewritten === text ? plain : Buffer.from(rewritten);
  writeFileSync(join(dir, target), zipped ? gzipSync(next) : next);
  return true;
}

const HEX = /\b[0-9a-f]{7,40}\b/g;

/**
 * Full commit ids and their beginnings of seven digits or more, as they are after the history was rewritten.
 * @param {ReadonlyMap<string, string>} ids
 * @returns {Rewrite}
 */
export function commitRewriter(ids) {
  const bySeven = new Map([...ids].map(([was, is]) => [was.slice(0, 7), { was, is }]));
  return (text) =>
    text.replaceAll(HEX, (hex) => {
      const known = bySeven.get(hex.slice(0, 7));
      return known?.was.startsWith(hex) ? known.is.slice(0, hex.length) : hex;
    });
}

/**
 * Replaces the history of `dir` by what `change` makes of it, and what the work tree holds of it with it. Commit ids in untracked files,
 * and in messages of the history itself, follow; `rewrite` and `rename` are applied to untracked files.
 * @param {string} dir
 * @param {(entries: readonly Entry[]) => readonly Entry[]} change
 * @param {{ rewrite?: Rewrite, rename?: Rewrite }} [options]
 * @returns {ReadonlyMap<string, string>} commit ids as they were → as they are; empty without a history
 */
export function rewriteHistory(dir, change, { rewrite = (text) => text, rename = (text) => text } = {}) {
  if (!hasHistory(dir)) return new Map();
  const entries = change(exportHistory(dir));
  const tracked = trackedIn(dir);
  const modified = new Set(gitNames(dir, ['diff', '--name-only', '-z', 'HEAD']));
  removeFiles(
    dir,
    filesIn(dir).filter((path) => tracked.has(path) && !modified.has(path)),
  );
  const { ref, oid } = headOf(dir);
  const ids = importWithIds(dir, entries, { ref: rename(ref), oid });
  const inFiles = commitRewriter(ids);
  for (const path of filesIn(dir)) rewriteFile(dir, path, (text) => rewrite(inFiles(text)), rename);
  git(dir, ['reset', '--quiet']);
  git(dir, ['checkout-index', '--all', '--quiet']);
  return ids;
}

/** A message that names a commit whose own message names one is as deep as anybody goes. */
const MAX_PASSES = 4;

/**
 * Imports until the commit ids that messages name are those of the new history.
 * @param {string} dir @param {readonly Entry[]} entries @param {{ ref: string, oid: string }} head
 */
function importWithIds(dir, entries, head) {
  let imported = entries;
  let ids = importHistory(dir, imported, head);
  for (let pass = 1; pass < MAX_PASSES; pass++) {
    const named = commitRewriter(ids);
    const next = entries.map((entry) =>
      entry.kind === 'commit' ? { ...entry, message: named(entry.message) } : entry,
    );
    if (next.every((entry, index) => sameMessage(entry, imported[index]))) return ids;
    imported = next;
    ids = importHistory(dir, imported, head);
  }
  return ids;
}

/** @param {Entry} entry @param {Entry | undefined} other */
function sameMessage(entry, other) {
  return entry.kind !== 'commit' || other?.kind !== 'commit' || entry.message === other.message;
}
