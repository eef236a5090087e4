import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createRepository,
  removeFolder,
  temporaryFolder,
  writeFiles,
} from './_testing/temporary-repository.ts';
import { brokenGit, findRepositories, repositoryHolding } from './git-find.ts';

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => removeFolder(folder));

const names = (root: string, paths: readonly string[] = [], repos: readonly string[] = []) =>
  findRepositories(root, paths, repos).map(({ repo }) => repo);

test('a directory below the root belongs to `..`', () => {
  createRepository(join(folder, 'a'));
  writeFiles(join(folder, 'a'), { 'deep/evidence/x.log': '' });
  expect(names(join(folder, 'a'))).toEqual(['.']);
  expect(names(join(folder, 'a/deep'))).toEqual(['..']);
  expect(names(join(folder, 'a/deep/evidence'))).toEqual(['../..']);
});

test('nested repositories are found two levels down and beside any evidence file', () => {
  writeFiles(folder, { 'b/x.log': '', 'b/deep/er/still/x.log': '' });
  createRepository(join(folder, 'b/one'));
  createRepository(join(folder, 'b/two/inner'));
  createRepository(join(folder, 'b/deep/er/still'));
  expect(names(join(folder, 'b'))).toEqual(['one', 'two/inner']);
  expect(names(join(folder, 'b'), ['deep/er/still/x.log'])).toEqual(['deep/er/still', 'one', 'two/inner']);
});

test('repositories named by the user come last and once', () => {
  createRepository(join(folder, 'c'));
  writeFiles(folder, { 'd/x.log': '' });
  expect(names(join(folder, 'd'), [], [join(folder, 'c'), join(folder, 'c')])).toEqual(['../c']);
  expect(names(join(folder, 'c'), [], [join(folder, 'c')])).toEqual(['.']);
});

test('branch, detached head, bare, shallow and worktrees are told from the files', () => {
  const source = createRepository(join(folder, 'e'));
  source.commit({ message: 'one', at: '2024-03-01T10:00:00Z', files: { a: '1' } });
  source.commit({ message: 'two', at: '2024-03-01T10:01:00Z', files: { a: '2' } });
  expect(repositoryHolding(source.root, folder)).toMatchObject({
    branch: 'main',
    bare: false,
    shallow: false,
  });
  source.git('clone', '-q', '--bare', source.root, join(folder, 'bare'));
  expect(repositoryHolding(join(folder, 'bare'), folder)).toMatchObject({ repo: 'bare', bare: true });
  source.git('clone', '-q', '--depth=1', `file://${source.root}`, join(folder, 'shallow'));
  expect(repositoryHolding(join(folder, 'shallow'), folder)).toMatchObject({ shallow: true });
  source.git('worktree', 'add', '-q', '--detach', join(folder, 'tree'));
  expect(repositoryHolding(join(folder, 'tree'), folder)).toMatchObject({ repo: 'tree', branch: null });
});

test('a .git that is none is no repository', () => {
  writeFiles(folder, { 'f/.git': 'nonsense', 'f/x.log': '', 'g/.git/config': '', 'g/x.log': '' });
  expect(names(join(folder, 'f'))).toEqual([]);
  expect(names(join(folder, 'g'))).toEqual([]);
  expect(brokenGit(join(folder, 'g'), folder)).toBe(join(folder, 'g/.git'));
  expect(brokenGit(join(folder, 'b'), folder)).toBeNull();
});

test('a broken repository is not taken for the one around it', () => {
  const outer = createRepository(join(folder, 'h'));
  outer.commit({ message: 'one', at: '2024-03-01T10:00:00Z', files: { a: '1' } });
  writeFiles(outer.root, { 'inner/.git/config': '', 'inner/x.log': '' });
  expect(names(join(outer.root, 'inner'))).toEqual([]);
});
