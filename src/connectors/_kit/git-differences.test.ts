import { execFileSync } from 'node:child_process';
import { chmodSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createRepository,
  removeFolder,
  type TemporaryRepository,
  temporaryFolder,
} from './_testing/temporary-repository.ts';
import { GitRepository } from './git.ts';
import { parseDiff } from './git-diff.ts';
import { DIFF_OPTIONS, DifferenceReader } from './git-differences.ts';
import { GitSession } from './git-session.ts';

const live = new AbortController().signal;
const lines = (from: number, to: number) =>
  `${Array.from({ length: to - from }, (_, index) => `line ${from + index}`).join('\n')}\n`;

let source: TemporaryRepository;
let first = '';
let second = '';
let session: GitSession;
beforeAll(() => {
  source = createRepository(join(temporaryFolder(), 'app'));
  first = source.commit({
    message: 'one',
    at: '2024-03-01T10:00:00Z',
    files: {
      'a/moves.txt': lines(0, 40),
      'a/edited.txt': lines(0, 20),
      'a/to-link': 'x\n',
      'a.txt': 'beside the folder\n',
      'b/leaves.txt': lines(50, 90),
      'b/becomes-folder': 'file\n',
      'c/bin': Buffer.from([0, 1, 2]),
      'c/gone.txt': lines(200, 220),
      'c/mode.sh': 'echo\n',
    },
  });
  unlinkSync(join(source.root, 'a/to-link'));
  symlinkSync('edited.txt', join(source.root, 'a/to-link'));
  chmodSync(join(source.root, 'c/mode.sh'), 0o755);
  second = source.commit({
    message: 'two',
    at: '2024-03-01T11:00:00Z',
    files: {
      'a/moves.txt': null,
      'a/moved.txt': `${lines(0, 40)}more\n`,
      'a/edited.txt': lines(0, 20).replace('line 7', 'end of line'),
      'b/leaves.txt': null,
      'd/arrived.txt': lines(50, 90),
      'b/becomes-folder': null,
      'b/becomes-folder/inner.txt': 'file\n',
      'c/bin': Buffer.from([0, 1, 3]),
      'c/gone.txt': null,
      'e/new\nend 0.txt': 'name with a line end\n',
    },
  });
});
afterAll(() => removeFolder(join(source.root, '..')));
beforeEach(() => {
  session = new GitSession(source.root);
});
afterEach(() => session.close());

/** What git says when it is asked alone. */
function byGit(from: string, to: string, paths: readonly string[]) {
  const argv = ['--literal-pathspecs', 'diff', ...DIFF_OPTIONS, '-U0', from, to, '--', ...paths];
  return parseDiff(execFileSync('git', argv, { cwd: source.root, encoding: 'utf8' }));
}

describe('the difference of folders is what git says of them', () => {
  test.each([
    [[]],
    [['a']],
    [['b']],
    [['d']],
    [['c']],
    [['a', 'e']],
    [['b', 'd']],
    [['a', 'c', 'e']],
    [['e', 'a', 'a']],
    [['a', 'a/sub']],
    [['a/edited.txt']],
    [['a/edited']],
    [['./a']],
    [['b/becomes-folder']],
    [['nowhere']],
  ])('%j', async (paths) => {
    const git = new GitRepository(source.root, live, session);
    const query = { paths, context: 0 };
    expect(await git.diff({ from: first, to: second, ...query })).toEqual(byGit(first, second, paths));
    expect(await git.diff({ from: second, to: first, ...query })).toEqual(byGit(second, first, paths));
  });
});

test('a folder whose attributes say how it is compared is left to git', async () => {
  const file = join(source.root, '.gitattributes');
  writeFileSync(file, 'a/edited.txt -diff\n');
  try {
    const git = new GitRepository(source.root, live, session);
    const patches = await git.diff({ from: first, to: second, paths: ['a'], context: 0 });
    expect(patches).toEqual(byGit(first, second, ['a']));
    expect(patches.find(({ path }) => path === 'a/edited.txt')).toMatchObject({ binary: true });
  } finally {
    unlinkSync(file);
  }
});

test('many questions at once are answered each by its own', async () => {
  const trees = [first, second].map((commit) => source.git('rev-parse', `${commit}^{tree}`));
  const [old = '', young = ''] = trees;
  const reader = new DifferenceReader(source.root, 1_000_000);
  const answers = await Promise.all(
    [
      [old, young],
      [old, old],
      [young, old],
    ].map(([from = '', to = '']) => reader.difference(from, to, live)),
  );
  const count = (bytes: Buffer | null) => (bytes === null ? null : parseDiff(bytes.toString('utf8')).length);
  expect(answers.map(count)).toEqual([byGit(first, second, []).length, 0, byGit(second, first, []).length]);
  reader.close();
});

test('an answer that is too large, or cannot be given, is null, and the next one is right again', async () => {
  const [old = '', young = ''] = [first, second].map((commit) => source.git('rev-parse', `${commit}^{tree}`));
  const small = new DifferenceReader(source.root, 100);
  expect(await small.difference(old, young, live)).toBeNull();
  expect((await small.difference(old, old, live))?.length).toBe(0);
  expect(await small.difference(old, '0'.repeat(39).concat('1'), live)).toBeNull();
  expect((await small.difference(old, old, live))?.length).toBe(0);
  small.close();
});

test('files of a tree are those of git ls-tree, in its order', async () => {
  const git = new GitRepository(source.root, live, session);
  for (const commit of [first, second]) {
    const listed = execFileSync('git', ['ls-tree', '-r', '-z', commit], {
      cwd: source.root,
      encoding: 'utf8',
    });
    const entries = (await git.tree(commit)).map(({ path, mode, blob }) => `${mode} blob ${blob}\t${path}\0`);
    expect(entries.join('')).toBe(listed);
  }
});
