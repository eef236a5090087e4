import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createRepository,
  removeFolder,
  type TemporaryRepository,
  temporaryFolder,
} from './_testing/temporary-repository.ts';
import { GitRepository } from './git.ts';
import { GitError } from './git-process.ts';

const live = new AbortController().signal;
let folder: string;
let source: TemporaryRepository;
let git: GitRepository;
const ids: Record<string, string> = {};

beforeAll(() => {
  folder = temporaryFolder();
  source = createRepository(join(folder, 'app'));
  const at = (minute: number) => `2024-03-01T10:${String(minute).padStart(2, '0')}:00Z`;
  ids['first'] = source.commit({
    message: 'first: Ünïcode subject\n\nbody line 1\nbody line 2',
    at: at(1),
    files: {
      'a.txt': 'one\ntwo\nthree\n',
      'dir with space/ö "quoted".txt': 'x\n',
      'tab\there.txt': 'y\n',
      'bin.dat': new Uint8Array([0, 1, 2, 0, 255]),
    },
  });
  source.git('tag', 'v1.0.0');
  ids['edit'] = source.commit({ message: 'edit', at: at(2), files: { 'a.txt': 'one\nTWO\nthree\n' } });
  source.git('tag', '-a', 'shop/v1.1.0', '-m', 'Release\n\nwith notes');
  source.git('mv', 'a.txt', 'moved.txt');
  ids['move'] = source.commit({ message: 'move', at: at(3) });
  source.git('checkout', '-q', '-b', 'side', ids['edit']);
  ids['side'] = source.commit({ message: 'side', at: at(4), files: { 'side.txt': 's\n' } });
  source.git('checkout', '-q', 'main');
  source.git('merge', '-q', '--no-ff', '-m', 'merge side', 'side');
  ids['merge'] = source.git('rev-parse', 'HEAD');
  source.git('checkout', '-q', '-b', 'open', ids['edit']);
  ids['open'] = source.commit({ message: 'not merged', at: at(6), files: { 'open.txt': 'o\n' } });
  source.git('checkout', '-q', 'main');
  git = new GitRepository(source.root, live);
});

afterAll(() => removeFolder(folder));

describe('log', () => {
  test('gives subject, body, dates, parents and decoration', async () => {
    const { commits } = await git.log({ limit: 10, revisions: [ids['first'] ?? ''], files: false });
    expect(commits).toMatchObject([
      {
        sha: ids['first'],
        parents: [],
        author: 'Ada Example',
        subject: 'first: Ünïcode subject',
        body: 'body line 1\nbody line 2',
        authoredAt: Date.UTC(2024, 2, 1, 10, 1),
        committedAt: Date.UTC(2024, 2, 1, 10, 1),
        refs: ['refs/tags/v1.0.0'],
        files: [],
      },
    ]);
  });

  test('keeps paths with spaces, quotes, tabs and umlauts, and knows binary files', async () => {
    const { commits } = await git.log({ limit: 1, revisions: [ids['first'] ?? ''], files: true });
    const files = (commits[0]?.files ?? []).map(({ path, status, added, deleted }) => [
      path,
      status,
      added,
      deleted,
    ]);
    expect(files).toEqual([
      ['a.txt', 'added', 3, 0],
      ['bin.dat', 'added', null, null],
      ['dir with space/ö "quoted".txt', 'added', 1, 0],
      ['tab\there.txt', 'added', 1, 0],
    ]);
  });

  test('reports a rename with its old path', async () => {
    const { commits } = await git.log({ limit: 1, revisions: [ids['move'] ?? ''], files: true });
    expect(commits[0]?.files).toEqual([
      { path: 'moved.txt', oldPath: 'a.txt', status: 'renamed', added: 0, deleted: 0 },
    ]);
  });

  test('lists the files of a merge against its first parent', async () => {
    const { commits } = await git.log({ limit: 1, revisions: [ids['merge'] ?? ''], files: true });
    expect(commits[0]?.parents).toEqual([ids['move'], ids['side']]);
    expect(commits[0]?.files.map(({ path }) => path)).toEqual(['side.txt']);
  });

  test('covers every branch with `all` and marks HEAD', async () => {
    const { commits } = await git.log({ limit: 100, revisions: 'all', files: false });
    expect(commits.map(({ sha }) => sha).sort()).toEqual(Object.values(ids).sort());
    expect(commits.find(({ refs }) => refs.includes('HEAD'))?.sha).toBe(ids['merge']);
  });

  test('follows one path through a rename', async () => {
    const query = { limit: 10, paths: ['moved.txt'], follow: true, files: true };
    const { commits } = await git.log(query);
    expect(commits.map(({ sha }) => sha)).toEqual([ids['move'], ids['edit'], ids['first']]);
  });

  test('survives control characters in a message', async () => {
    const hostile = createRepository(join(folder, 'hostile'));
    hostile.commit({
      message: 'a\u0001b\u0002c\n\n:100644 100644 x y M\n1\t1\tz',
      at: '2024-03-01T10:00:00Z',
      files: { f: '1' },
    });
    const { commits } = await new GitRepository(hostile.root, live).log({ limit: 5, files: true });
    expect(commits).toHaveLength(1);
    expect(commits[0]?.files.map(({ path }) => path)).toEqual(['f']);
  });
});

describe('tags, trees and blobs', () => {
  test('lists lightweight and annotated tags with the commit they lead to', async () => {
    expect(await git.tags()).toMatchObject([
      { tag: 'shop/v1.1.0', sha: ids['edit'], annotated: true, message: 'Release\n\nwith notes' },
      { tag: 'v1.0.0', sha: ids['first'], annotated: false, message: '' },
    ]);
  });

  test('lists paths, modes and blobs of a revision', async () => {
    const names = ['a.txt', 'bin.dat', 'dir with space/ö "quoted".txt', 'tab\there.txt'];
    expect(await git.paths(ids['first'] ?? '')).toEqual(names);
    const [first] = await git.tree(ids['first'] ?? '');
    expect(first).toMatchObject({ path: 'a.txt', mode: '100644' });
    expect((await git.blob(first?.blob ?? ''))?.length).toBe(14);
  });

  test('reads many blobs through one process; missing, tree and too large answer null', async () => {
    const specs = ['HEAD:moved.txt', 'HEAD:nope', 'HEAD:dir with space', 'HEAD:bin.dat', 'a\nb'];
    const answers = await Promise.all(specs.map((spec) => git.blob(spec, 13)));
    expect(answers.map((bytes) => bytes?.length ?? null)).toEqual([null, null, null, 5, null]);
    expect((await git.blob('HEAD:moved.txt'))?.toString()).toBe('one\nTWO\nthree\n');
  });

  test('a blob of a folder that is gone rejects', async () => {
    await expect(new GitRepository(join(folder, 'gone'), live).blob('HEAD:x')).rejects.toThrow(GitError);
  });
});

describe('search, difference and line history', () => {
  test('finds literal text at a revision', async () => {
    const found = await git.grep({ revision: 'HEAD', patterns: ['TWO', 'nothing'], syntax: 'fixed' });
    expect(found).toEqual([{ path: 'moved.txt', line: 2, text: 'TWO' }]);
    expect(await git.grep({ revision: 'HEAD', patterns: ['(?'], syntax: 'fixed' })).toEqual([]);
    expect(await git.grep({ revision: 'HEAD', patterns: [], syntax: 'fixed' })).toEqual([]);
  });

  test('gives hunks with the wanted context', async () => {
    const files = await git.diff({ from: ids['first'] ?? '', to: ids['move'] ?? '', context: 0 });
    expect(files).toMatchObject([
      {
        path: 'moved.txt',
        oldPath: 'a.txt',
        status: 'renamed',
        binary: false,
        hunks: [{ oldStart: 2, oldLines: 1, newStart: 2, newLines: 1, lines: ['-two', '+TWO'] }],
      },
    ]);
  });

  test('takes a missing `from` for the empty tree', async () => {
    const files = await git.diff({ from: null, to: ids['first'] ?? '', context: 3 });
    expect(files.map(({ path, status, binary }) => [path, status, binary])).toEqual([
      ['a.txt', 'added', false],
      ['bin.dat', 'added', true],
      ['dir with space/ö "quoted".txt', 'added', false],
      ['tab\there.txt', 'added', false],
    ]);
  });

  test('follows a line back through edits and renames', async () => {
    const commits = await git.lineHistory({
      revision: 'HEAD',
      path: 'moved.txt',
      line: 2,
      endLine: 2,
      limit: 10,
    });
    expect(commits.map(({ sha }) => sha)).toEqual([ids['edit'], ids['first']]);
  });

  test('resolves names to ids', async () => {
    expect(await git.resolve('v1.0.0')).toBe(ids['first']);
    expect(await git.resolve('nope')).toBeNull();
    expect(await git.commitTimes('v1.0.0')).toEqual([Date.UTC(2024, 2, 1, 10, 1)]);
  });
});

describe('failures name their cause', () => {
  const problemOf = async (work: Promise<unknown>) =>
    work.then(
      () => 'none',
      (error: unknown) => (error instanceof GitError ? error.problem : String(error)),
    );

  test.each(['-x', '--output=f', 'a b', ''])('a revision %j is never an option', async (revision) => {
    expect(await problemOf(git.log({ limit: 1, revisions: [revision], files: false }))).toBe(
      'unknown-revision',
    );
  });

  test('unknown revision, missing path', async () => {
    expect(await problemOf(git.diff({ from: 'nope', to: 'HEAD', context: 0 }))).toBe('unknown-revision');
    const query = { revision: 'HEAD', path: 'nope', line: 1, endLine: 1, limit: 1 };
    expect(await problemOf(git.lineHistory(query))).toBe('unknown-revision');
  });

  test('no repository, empty repository', async () => {
    const outside = temporaryFolder();
    const query = { limit: 1, revisions: 'all', files: false } as const;
    expect(await problemOf(new GitRepository(outside, live).log(query))).toBe('no-repository');
    createRepository(outside);
    expect(await problemOf(new GitRepository(outside, live).log(query))).toBe('empty');
    removeFolder(outside);
  });

  test('an aborted signal stops at once', async () => {
    const stopped = new GitRepository(source.root, AbortSignal.abort());
    expect(await problemOf(stopped.log({ limit: 1, files: false }))).toBe('stopped');
    expect(await problemOf(stopped.blob('HEAD:x'))).toBe('stopped');
  });
});

test('runs nothing that the repository configures', async () => {
  const trap = createRepository(join(folder, 'trap'));
  trap.commit({
    message: 'a',
    at: '2024-03-01T10:00:00Z',
    files: { '.gitattributes': '*.txt diff=trap\n', 'a.txt': '1\n' },
  });
  trap.commit({ message: 'b', at: '2024-03-01T10:01:00Z', files: { 'a.txt': '2\n' } });
  const command = `touch ${join(folder, 'sprung')}`;
  for (const key of ['diff.trap.command', 'diff.trap.textconv', 'core.fsmonitor', 'diff.external'])
    trap.git('config', key, command);
  const repository = new GitRepository(trap.root, live);
  await repository.log({ limit: 5, files: true });
  const [file] = await repository.diff({ from: 'HEAD~1', to: 'HEAD', context: 0 });
  await repository.grep({ revision: 'HEAD', patterns: ['2'], syntax: 'fixed' });
  expect(file?.hunks).toHaveLength(1);
  expect(execFileSync('ls', [folder], { encoding: 'utf8' })).not.toContain('sprung');
});
