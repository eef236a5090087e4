import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contextFor } from './_testing/connector-run.ts';
import {
  createRepository,
  removeFolder,
  type TemporaryRepository,
  temporaryFolder,
  writeFiles,
} from './_testing/temporary-repository.ts';
import { openEvidenceDirectory } from './evidence-directory.ts';
import { GitRepository } from './git.ts';
import { repositoriesIn, rootOfRepository } from './git-bundle.ts';
import { release } from './release.ts';
import { type Allowed, allowedBelow } from './roots.ts';

const live = new AbortController().signal;
let folder: string;
let source: TemporaryRepository;
let head = '';
beforeAll(() => {
  folder = temporaryFolder();
  source = createRepository(join(folder, 'source'));
  source.commit({ message: 'one', at: '2024-03-01T10:00:00Z', files: { 'a.ts': '1\n' } });
  source.git('tag', '-a', 'v1.0.0', '-m', 'first');
  head = source.commit({ message: 'two', at: '2024-03-01T11:00:00Z', files: { 'a.ts': '2\n' } });
});
afterAll(() => removeFolder(folder));

/** An evidence directory with nothing but a bundle. */
function evidence(name: string, ...what: readonly string[]): string {
  const root = join(folder, name);
  mkdirSync(root);
  source.git('bundle', 'create', '--quiet', join(root, 'repo.bundle'), ...what);
  return root;
}

test('a bundle is a repository of its own, named by its file, and leaves nothing behind', async () => {
  const { directory } = await contextFor(evidence('whole', '--all'));
  const { found, broken } = await repositoriesIn(directory, live);
  expect(broken).toEqual([]);
  expect(found).toMatchObject([{ repo: 'repo.bundle', bare: false, shallow: false, branch: 'main' }]);
  const root = await rootOfRepository(directory, 'repo.bundle', live);
  expect(root).toBe(found[0]?.root);
  const git = new GitRepository(root ?? '', live);
  expect(await git.resolve('HEAD')).toBe(head);
  expect((await git.tags()).map(({ tag }) => tag)).toEqual(['v1.0.0']);
  expect((await git.log({ limit: 9, revisions: 'all', files: true })).commits).toHaveLength(2);
  release(directory);
  expect(existsSync(root ?? '')).toBe(false);
});

test('HEAD alone is enough', async () => {
  const { directory } = await contextFor(evidence('head', 'HEAD'));
  const { found } = await repositoriesIn(directory, live);
  const git = new GitRepository(found[0]?.root ?? '', live);
  expect(await git.resolve('HEAD')).toBe(head);
  release(directory);
});

test('a repository on disk goes before a bundle', async () => {
  const root = evidence('both', '--all');
  createRepository(root).commit({ message: 'other', at: '2024-03-01T10:00:00Z', files: {} });
  const { directory } = await contextFor(root);
  expect((await repositoriesIn(directory, live)).found.map(({ repo }) => repo)).toEqual(['.']);
  release(directory);
});

test.each([
  ['cut in the middle', (path: string) => truncateSync(path, readFileSync(path).length - 30)],
  [
    'with refs that are none',
    (path: string) => {
      const text = readFileSync(path, 'latin1').replace('refs/heads/main', 'refs/heads/../m');
      writeFileSync(path, text, 'latin1');
    },
  ],
  ['of a header alone', (path: string) => truncateSync(path, 20)],
])('one that is %s is said to be broken', async (name, spoil) => {
  const root = evidence(`broken ${name}`, '--all');
  spoil(join(root, 'repo.bundle'));
  const { directory } = await contextFor(root);
  const { found, broken } = await repositoriesIn(directory, live);
  expect(found).toEqual([]);
  expect(broken).toMatchObject([{ path: 'repo.bundle' }]);
  release(directory);
});

test('one that lacks what it builds on is said to be broken', async () => {
  const { directory } = await contextFor(evidence('thin', 'main', '^main~1'));
  const { broken } = await repositoriesIn(directory, live);
  expect(broken[0]?.error.why).toContain('prerequisite');
  release(directory);
});

test('a file that is only called so is none', async () => {
  writeFiles(join(folder, 'named'), { 'app.bundle': 'console.log(1)\n' });
  const { directory } = await contextFor(join(folder, 'named'));
  expect(await repositoriesIn(directory, live)).toEqual({ found: [], broken: [], outside: [] });
  expect(await rootOfRepository(directory, 'app.bundle', live)).toBeNull();
});

test('a caller who is kept to roots is led out of them by no .git file but that of a worktree', async () => {
  const root = join(folder, 'kept');
  mkdirSync(join(root, 'planted'), { recursive: true });
  source.git('worktree', 'add', '--quiet', '--detach', join(root, 'tree'));
  writeFileSync(join(root, 'planted', '.git'), `gitdir: ${join(folder, 'source', '.git')}\n`);
  const open = (allowed: Allowed | null) =>
    openEvidenceDirectory({ root, base: root, logs: [], repos: [], extra: [], allowed });
  const kept = await repositoriesIn(await open(allowedBelow([root])), live);
  expect(kept.found.map(({ repo }) => repo)).toEqual(['tree']);
  expect(kept.outside).toEqual([join(root, 'planted')]);
  const directory = await open(allowedBelow([root]));
  expect(await rootOfRepository(directory, 'planted', live)).toBeNull();
  expect(await rootOfRepository(directory, 'tree', live)).toBe(join(root, 'tree'));
  const free = await repositoriesIn(await open(null), live);
  expect(free.found.map(({ repo }) => repo)).toEqual(['planted', 'tree']);
});
