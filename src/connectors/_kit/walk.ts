/** Lists the files below a folder that may be evidence: breadth first, bounded, safe against symlink loops. It reads no content. */
import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Gap } from '../../domain/gap.ts';
import { isSkippedFolder, mayBeEvidence } from './evidence-names.ts';

/** Beyond this a tree is a disk, not an evidence directory; the folders nearest to the root are read first. */
export const MAX_ENTRIES = 50_000;

export interface FoundFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly absolutePath: string;
  readonly stats: Stats;
}

export interface Walk {
  /** Sorted by path; no two are the same file. */
  readonly files: readonly FoundFile[];
  readonly gaps: readonly Gap[];
}

interface Folder {
  readonly path: string;
  readonly absolutePath: string;
}

interface State {
  readonly files: FoundFile[];
  readonly links: Folder[];
  readonly gaps: Gap[];
  readonly seenFiles: Set<string>;
  readonly seenFolders: Set<string>;
  entries: number;
}

/** Real folders come before links, so that a file reachable on two ways is named by its own place. */
export function walk(root: string, maxEntries: number = MAX_ENTRIES): Walk {
  const state: State = {
    files: [],
    links: [],
    gaps: [],
    seenFiles: new Set(),
    seenFolders: new Set(),
    entries: 0,
  };
  walkFrom({ path: '', absolutePath: root }, state, maxEntries);
  for (let link = state.links.shift(); link !== undefined; link = state.links.shift()) {
    followLink(link, state, maxEntries);
  }
  if (state.entries > maxEntries) state.gaps.push(tooMany(maxEntries));
  state.files.sort((a, b) => compareText(a.path, b.path));
  return { files: state.files, gaps: state.gaps };
}

export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function walkFrom(start: Folder, state: State, maxEntries: number): void {
  let level: Folder[] = [start];
  while (level.length > 0) {
    const next: Folder[] = [];
    for (const folder of level) {
      if (state.entries > maxEntries) return;
      next.push(...listFolder(folder, state));
    }
    level = next;
  }
}

function listFolder(folder: Folder, state: State): readonly Folder[] {
  let entries: Dirent[];
  try {
    const place = identityOf(statSync(folder.absolutePath));
    if (state.seenFolders.has(place)) return [];
    state.seenFolders.add(place);
    entries = readdirSync(folder.absolutePath, { withFileTypes: true });
  } catch (error) {
    state.gaps.push(
      unreadable(folder.path === '' ? '.' : folder.path, error, 'The files in it were not read.'),
    );
    return [];
  }
  if (isGitStore(entries)) return [];
  entries.sort((a, b) => compareText(a.name, b.name));
  state.entries += entries.length;
  const folders: Folder[] = [];
  for (const entry of entries) {
    const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
    const found = { path, absolutePath: join(folder.absolutePath, entry.name) };
    if (entry.isSymbolicLink()) state.links.push(found);
    else if (entry.isDirectory() && !isSkippedFolder(entry.name)) folders.push(found);
    else if (entry.isFile() && mayBeEvidence(entry.name)) addFile(found, state);
  }
  return folders;
}

function followLink(link: Folder, state: State, maxEntries: number): void {
  const name = link.path.slice(link.path.lastIndexOf('/') + 1);
  try {
    const stats = statSync(link.absolutePath);
    if (stats.isFile() && mayBeEvidence(name)) addFile(link, state);
    if (!stats.isDirectory() || isSkippedFolder(name)) return;
    const target = realpathSync(link.absolutePath).replaceAll('\\', '/');
    if (!target.split('/').some(isSkippedFolder)) walkFrom(link, state, maxEntries);
  } catch (error) {
    if (mayBeEvidence(name)) state.gaps.push(unreadable(link.path, error, 'What it points to was not read.'));
  }
}

function addFile(found: Folder, state: State): void {
  try {
    const stats = statSync(found.absolutePath);
    const place = identityOf(stats);
    if (state.seenFiles.has(place)) return;
    state.seenFiles.add(place);
    state.files.push({ ...found, stats });
  } catch (error) {
    state.gaps.push(unreadable(found.path, error, 'Its content is missing.'));
  }
}

export function identityOf(stats: Stats): string {
  return `${stats.dev}:${stats.ino}`;
}

/** A bare repository, or the inside of one that is called otherwise than `.git`. */
function isGitStore(entries: readonly Dirent[]): boolean {
  const names = new Set(entries.map((entry) => entry.name));
  return names.has('HEAD') && names.has('objects') && names.has('refs');
}

function unreadable(path: string, error: unknown, effect: string): Gap {
  return {
    source: 'evidence-directory',
    reason: 'failed',
    detail: `${path} could not be read: ${reasonOf(error)}`,
    effect,
    nextStep: `Make ${path} readable for this user, or leave it out of --dir.`,
  };
}

/** The system's error in words, without the path that Node puts into its message. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOENT: 'no such file',
    ENOTDIR: 'a part of the path is no folder',
    EISDIR: 'it is a folder',
    ELOOP: 'the links go in a circle',
    EIO: 'the disk reports an error',
    EMFILE: 'too many open files',
    ENAMETOOLONG: 'the name is too long',
  };
  return words[code] ?? (error instanceof Error ? error.message : String(error));
}

function tooMany(maxEntries: number): Gap {
  return {
    source: 'evidence-directory',
    reason: 'truncated',
    detail: `The directory holds more than ${maxEntries.toLocaleString('en-US')} entries; deeper folders were left out.`,
    effect: 'Evidence in the folders that were left out is not in this triage.',
    nextStep: 'Name a smaller directory with --dir, or the logs with --logs.',
  };
}
