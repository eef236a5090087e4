/** Finds repositories on disk by their `.git`, without starting a process. It does not judge whether git can read them. */
import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { isSkippedFolder } from './evidence-names.ts';
import { readSmallFile } from './small-file.ts';

const MAX_FOLDERS = 500;

/** A repository on disk. */
export interface FoundRepository {
  /** Path of the root relative to the evidence directory with `/`: `.`, `..`, `vendor/app`. */
  readonly repo: string;
  /** Absolute. The folder that holds `.git`, or the bare repository itself. */
  readonly root: string;
  /** Absolute folder of its own files: `.git`, the bare repository, or where a `.git` file points. */
  readonly gitDir: string;
  readonly bare: boolean;
  readonly shallow: boolean;
  /** Short name of the branch that is checked out; null when HEAD is detached or cannot be read. */
  readonly branch: string | null;
  /** True where it was made of a file for the time of the run: its folder's name says nothing. */
  readonly made?: boolean;
}

/** Folder of the repository's own files for a working tree; follows the `gitdir:` file of worktrees and submodules. */
function gitDirOf(root: string): string | null {
  const entry = join(root, '.git');
  let isFile: boolean;
  try {
    isFile = statSync(entry).isFile();
  } catch {
    return null;
  }
  if (!isFile) return hasHead(entry) ? entry : null;
  const target = /^gitdir:\s*(.+?)\s*$/m.exec(readSmallFile(entry) ?? '')?.[1];
  return target === undefined ? null : resolve(root, target);
}

/** A HEAD that is a pipe would keep git waiting for ever. */
function hasHead(gitDir: string): boolean {
  try {
    return statSync(join(gitDir, 'HEAD')).isFile();
  } catch {
    return false;
  }
}

function isBare(folder: string): boolean {
  return hasHead(folder) && ['objects', 'refs'].every((name) => existsSync(join(folder, name)));
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path) !== undefined;
  } catch {
    return false;
  }
}

function branchOf(gitDir: string): string | null {
  const branch = /^ref: refs\/heads\/(\S+)/.exec(readSmallFile(join(gitDir, 'HEAD')) ?? '')?.[1];
  return branch === undefined || branch === '.invalid' ? null : branch;
}

function isShallow(gitDir: string): boolean {
  const common = readSmallFile(join(gitDir, 'commondir'))?.trim();
  return existsSync(join(common === undefined ? gitDir : resolve(gitDir, common), 'shallow'));
}

/** The repository whose root is exactly `folder` (absolute); null when there is none. */
export function repositoryAt(folder: string, evidenceRoot: string): FoundRepository | null {
  const gitDir = gitDirOf(folder);
  const bare = gitDir === null && isBare(folder);
  if (gitDir === null && !bare) return null;
  const own = gitDir ?? folder;
  const path = relative(evidenceRoot, folder).split(sep).join('/');
  return {
    repo: path === '' ? '.' : path,
    root: folder,
    gitDir: own,
    bare,
    shallow: isShallow(own),
    branch: branchOf(own),
  };
}

/**
 * Whether the files of a working tree lie where its `.git` file points because they are its own: git notes the tree there when it makes a
 * worktree or a submodule. A `.git` file that somebody put among evidence is known to no repository.
 */
export function isKnownToItsFiles({ root, gitDir }: Pick<FoundRepository, 'root' | 'gitDir'>): boolean {
  const worktree = readSmallFile(join(gitDir, 'gitdir'))?.trim();
  if (worktree !== undefined && realPath(resolve(gitDir, worktree)) === realPath(join(root, '.git')))
    return true;
  const submodule = /^\s*worktree\s*=\s*(.+?)\s*$/m.exec(readSmallFile(join(gitDir, 'config')) ?? '')?.[1];
  return submodule !== undefined && realPath(resolve(gitDir, submodule)) === realPath(root);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** The nearest of the folder and those above it that has a `.git` or is a bare repository; null when none has. */
function nearest(folder: string, evidenceRoot: string): string | null {
  let current = resolve(folder);
  for (;;) {
    if (repositoryAt(current, evidenceRoot) !== null || isThere(join(current, '.git'))) return current;
    const parent = dirname(current);
    if (parent === current) return null;
    current = parent;
  }
}

/** The repository that holds `folder`; null when there is none, or the nearest `.git` is none: what lies above it is another matter. */
export function repositoryHolding(folder: string, evidenceRoot: string): FoundRepository | null {
  const root = nearest(folder, evidenceRoot);
  return root === null ? null : repositoryAt(root, evidenceRoot);
}

/** The `.git` that should be the repository of `folder` but is none; null where there is no such thing. */
export function brokenGit(folder: string, evidenceRoot: string): string | null {
  const root = nearest(folder, evidenceRoot);
  return root === null || repositoryAt(root, evidenceRoot) !== null ? null : join(root, '.git');
}

/** Folders below `root`, down to `depth` levels, relative to it; at most MAX_FOLDERS are looked at. */
function subfolders(root: string, depth: number): readonly string[] {
  const folders: string[] = [];
  let level = [''];
  for (let step = 0; step < depth; step += 1) {
    const next: string[] = [];
    for (const parent of level) {
      for (const entry of entriesOrNone(join(root, parent))) {
        if (!entry.isDirectory() || isSkippedFolder(entry.name)) continue;
        if (folders.length + next.length >= MAX_FOLDERS) return [...folders, ...next];
        next.push(parent === '' ? entry.name : `${parent}/${entry.name}`);
      }
    }
    folders.push(...next);
    level = next;
  }
  return folders;
}

function entriesOrNone(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Every folder that one of the paths lies in. */
function foldersOf(paths: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    let end = path.lastIndexOf('/');
    while (end > 0 && !folders.has(path.slice(0, end))) {
      folders.add(path.slice(0, end));
      end = path.lastIndexOf('/', end - 1);
    }
  }
  return folders;
}

/**
 * All repositories of an evidence directory, without repetition: the one that holds it, then nested ones by path (two levels
 * down, or one where the directory lies in a repository, and wherever a file of `paths` lies), then those that the user named.
 * `paths` are relative to the directory with `/`, `named` absolute.
 */
export function findRepositories(
  evidenceRoot: string,
  paths: readonly string[],
  named: readonly string[],
): readonly FoundRepository[] {
  const found = new Map<string, FoundRepository>();
  const add = (repository: FoundRepository | null) => {
    if (repository !== null && !found.has(repository.root)) found.set(repository.root, repository);
  };
  add(repositoryHolding(evidenceRoot, evidenceRoot));
  const folders = new Set([...subfolders(evidenceRoot, found.size === 0 ? 2 : 1), ...foldersOf(paths)]);
  for (const folder of [...folders].sort()) {
    const absolute = join(evidenceRoot, folder);
    if (existsSync(join(absolute, '.git'))) add(repositoryAt(absolute, evidenceRoot));
  }
  for (const path of named) add(repositoryHolding(path, evidenceRoot));
  return [...found.values()];
}
