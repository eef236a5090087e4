/** Repositories of an evidence directory, those in files included: a `git bundle` is unpacked, recorded differences are made one, in a temporary folder that goes with the directory. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { EvidenceDirectory, EvidenceFile } from '../../ports/connector.ts';
import { type FoundRepository, findRepositories, isKnownToItsFiles, repositoryAt } from './git-find.ts';
import { GitError, runGit } from './git-process.ts';
import { type RecordedHistory, recordedHistories } from './recorded/histories.ts';
import { rootOfHistory } from './recorded/repository.ts';
import { whenClosed } from './release.ts';

/** More than these nobody saves; each is unpacked as a whole. */
const MAX_BUNDLES = 5;
const BRANCH = 'refs/heads/';
/** Names that git itself would make, and no line of `update-ref --stdin` could be taken for another. */
const REF = /^refs\/(?:heads|tags|remotes)\/[^\s\0]+$/;

/** A file that `git bundle create` wrote. */
export function isBundle(file: EvidenceFile): boolean {
  return /\.bundle$/i.test(file.path) && /^# v[23] git bundle\n/.test(file.head().slice(0, 40));
}

interface Ref {
  readonly id: string;
  readonly name: string;
}

/** What HEAD is to be: the branch that it was where one has the same commit, the usual one before others. */
function headOf(refs: readonly Ref[]): Ref | undefined {
  const head = refs.find(({ name }) => name === 'HEAD');
  const branches = refs.filter(({ name }) => name.startsWith(BRANCH));
  const same = branches.filter(({ id }) => head === undefined || id === head.id);
  const rank = ({ name }: Ref) => ['refs/heads/main', 'refs/heads/master'].indexOf(name) + 1 || 9;
  return [...same].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))[0] ?? head ?? branches[0];
}

async function unpack(file: EvidenceFile, root: string, signal: AbortSignal): Promise<void> {
  const git = (argv: readonly string[], input?: string) =>
    runGit(argv, { root, signal, ...(input === undefined ? {} : { input }) });
  const isLong = /^@object-format=sha256$/m.test(file.head().slice(0, 200));
  await git(['init', '--quiet', '--bare', '--template=', ...(isLong ? ['--object-format=sha256'] : [])]);
  const { stdout } = await git(['bundle', 'unbundle', file.absolutePath]);
  const refs = stdout
    .toString('utf8')
    .split('\n')
    .flatMap((line): readonly Ref[] => {
      const [, id, name] = /^([0-9a-f]{40,64}) (\S+)$/.exec(line) ?? [];
      return id === undefined || name === undefined ? [] : [{ id, name }];
    });
  const created = refs.filter(({ name }) => REF.test(name)).map(({ id, name }) => `create ${name} ${id}\n`);
  await git(['update-ref', '--stdin'], created.join(''));
  const head = headOf(refs);
  if (head?.name.startsWith(BRANCH) === true) await git(['symbolic-ref', 'HEAD', head.name]);
  else if (head !== undefined) await git(['update-ref', '--no-deref', 'HEAD', head.id]);
}

const unpacked = new WeakMap<EvidenceDirectory, Map<string, Promise<string>>>();

/** Root of the unpacked repository; unpacked once. Throws GitError where git cannot read the bundle. */
async function rootOfBundle(
  directory: EvidenceDirectory,
  file: EvidenceFile,
  signal: AbortSignal,
): Promise<string> {
  const known = unpacked.get(directory) ?? new Map<string, Promise<string>>();
  unpacked.set(directory, known);
  for (;;) {
    let root = known.get(file.path);
    if (root === undefined) {
      root = (async () => {
        const folder = await mkdtemp(join(tmpdir(), 'wicked-platform-bundle-'));
        whenClosed(directory, () => rmSync(folder, { recursive: true, force: true }));
        await unpack(file, folder, signal);
        return folder;
      })();
      known.set(file.path, root);
      root.catch(() => known.delete(file.path));
    }
    try {
      return await root;
    } catch (error) {
      // Whoever asked first may have been stopped; that is not the answer to others.
      if (signal.aborted || !(error instanceof GitError) || error.problem !== 'stopped') throw error;
    }
  }
}

async function bundlesIn(directory: EvidenceDirectory): Promise<readonly EvidenceFile[]> {
  return (await directory.files()).filter(isBundle).slice(0, MAX_BUNDLES);
}

export interface Repositories {
  readonly found: readonly FoundRepository[];
  /** Bundles that git could not read. */
  readonly broken: readonly { readonly path: string; readonly error: GitError }[];
  /** Roots whose `.git` file leads to where this caller must not read; they are left out. */
  readonly outside: readonly string[];
}

/**
 * Repositories on disk (see `findRepositories`); where there are none, those in bundles, and where there is none of these either, those
 * that recorded differences make. What comes from a file is named by its path. `zone`: of recorded times without one.
 */
export async function repositoriesIn(
  directory: EvidenceDirectory,
  signal: AbortSignal,
  zone: string | null = null,
): Promise<Repositories> {
  const paths = (await directory.files()).map(({ path }) => path);
  const all = findRepositories(directory.root, paths, directory.repos);
  const onDisk = all.filter((repository) => mayFollow(directory, repository));
  const outside = all.filter((repository) => !onDisk.includes(repository)).map(({ root }) => root);
  if (onDisk.length > 0) return { found: onDisk, broken: [], outside };
  const found: FoundRepository[] = [];
  const broken: { path: string; error: GitError }[] = [];
  for (const file of await bundlesIn(directory)) {
    try {
      const own = repositoryAt(await rootOfBundle(directory, file, signal), directory.root);
      if (own !== null) found.push({ ...own, repo: file.path, bare: false, made: true });
    } catch (error) {
      if (!(error instanceof GitError) || error.problem === 'stopped') throw error;
      broken.push({ path: file.path, error });
    }
  }
  if (found.length === 0) found.push(...(await rebuiltRepositories(directory, zone)));
  return { found, broken, outside };
}

async function rebuiltRepositories(
  directory: EvidenceDirectory,
  zone: string | null,
): Promise<readonly FoundRepository[]> {
  const { histories } = await recordedHistories(directory, zone);
  const found: FoundRepository[] = [];
  for (const history of histories) {
    const root = await rootOfHistory(directory, history);
    const own = root === null ? null : repositoryAt(root, directory.root);
    if (own !== null) found.push({ ...own, repo: history.repo, bare: false, made: true });
  }
  return found;
}

async function historyNamed(directory: EvidenceDirectory, repo: string): Promise<RecordedHistory | null> {
  const { histories } = await recordedHistories(directory);
  return histories.find((history) => history.repo === repo) ?? null;
}

/** A `.git` file must not lead a caller who is kept to roots into a repository that it has nothing to do with. */
function mayFollow({ mayRead }: EvidenceDirectory, repository: FoundRepository): boolean {
  const { root, gitDir } = repository;
  const isOwn = gitDir === root || gitDir === join(root, '.git');
  return mayRead === undefined || isOwn || mayRead(gitDir) || isKnownToItsFiles(repository);
}

/** Absolute root of a repository that is named as in the snapshot (`.`, `../app`, `repo.bundle`); null where there is none. */
export async function rootOfRepository(
  directory: EvidenceDirectory,
  repo: string,
  signal: AbortSignal,
): Promise<string | null> {
  const root = resolve(directory.root, repo);
  const onDisk = repositoryAt(root, directory.root);
  if (onDisk !== null) return mayFollow(directory, onDisk) ? root : null;
  const file = (await bundlesIn(directory)).find(({ path }) => path === repo);
  if (file !== undefined) return rootOfBundle(directory, file, signal);
  const history = await historyNamed(directory, repo);
  return history === null ? null : rootOfHistory(directory, history);
}
