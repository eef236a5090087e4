import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRepository, removeFolder, temporaryFolder } from './_testing/temporary-repository.ts';
import { GitRepository } from './git.ts';
import { corpusLines, type GrepQuery } from './git-grep.ts';
import { GitError } from './git-process.ts';
import { GitSession } from './git-session.ts';

const live = new AbortController().signal;
let root = '';
let head = '';
const FILES = {
  'a/one.ts': 'const URL = "http://cart:80";\nlet x = word;\r\nwords sword w-word\n',
  'a.txt': 'word without end',
  'b/empty.txt': '',
  'b/latin1.txt': 'caf\u00e9 word\n\nword 🚀\n',
  'zero.bin': 'word\0word\n',
};

beforeAll(() => {
  root = temporaryFolder();
  const repository = createRepository(root);
  repository.commit({ message: 'a', at: '2024-03-01T10:00:00Z', files: FILES });
  head = repository.git('rev-parse', 'HEAD').trim();
});
afterAll(() => removeFolder(root));

describe('a search in memory finds what git finds', () => {
  const table: readonly Omit<GrepQuery, 'revision'>[] = [
    { patterns: ['word'], syntax: 'fixed' },
    { patterns: ['word', 'URL'], syntax: 'fixed', wholeWord: true },
    { patterns: ['(?', '.'], syntax: 'fixed' },
    { patterns: ['w-word', 'café'], syntax: 'fixed', wholeWord: true },
    { patterns: ['word'], syntax: 'fixed', maxPerFile: 1 },
    { patterns: ['[a-z]+://[A-Za-z0-9]', '["\']\\.\\./', 's.ord'], syntax: 'extended' },
    { patterns: ['U(RL|RI)', 'wo?rd$'], syntax: 'extended' },
    { patterns: ['WORD'], syntax: 'fixed', ignoreCase: true },
    { patterns: ['word'], syntax: 'fixed', paths: ['a'] },
    { patterns: ['nowhere'], syntax: 'fixed' },
    { patterns: ['word'], syntax: 'fixed', paths: ['a.txt', 'b'] },
    { patterns: ['WORD', 'url'], syntax: 'fixed', ignoreCase: true, wholeWord: true },
    { patterns: ['^[[:space:]]*(let|const)[[:space:](]', 'w[^a-n]rd$'], syntax: 'extended' },
    { patterns: ['sw?o+r*d', '[[:upper:]]RL', '(a|)x'], syntax: 'extended' },
    { patterns: ['w.{3}', 'x'], syntax: 'extended' },
    { patterns: ['o*+d'], syntax: 'extended' },
    { patterns: ['[]w]', 'caf[[:punct:]]'], syntax: 'extended' },
  ];
  test.each(table)('$patterns $syntax', async (query) => {
    const session = new GitSession(root);
    const git = new GitRepository(root, live, session);
    // A name that is no full id is always left to git.
    const byGit = await git.grep({ ...query, revision: 'HEAD' });
    const inMemory = await git.grep({ ...query, revision: head });
    session.close();
    expect(inMemory).toEqual(byGit);
  });

  test('a zero byte makes a file binary only where git would see it', () => {
    expect(corpusLines(Buffer.from('a\0b\n'))).toBeNull();
    expect(corpusLines(Buffer.from(`${'a'.repeat(8_000)}\0\n`))).toHaveLength(1);
  });
});

describe('one session for several clients', () => {
  test('a question is asked once', async () => {
    const session = new GitSession(root);
    let asked = 0;
    const ask = async () => {
      asked += 1;
      return asked;
    };
    const [first, second] = await Promise.all([session.once('k', live, ask), session.once('k', live, ask)]);
    expect([first, second, await session.once('k', live, ask)]).toEqual([1, 1, 1]);
  });

  test('a failure is asked again', async () => {
    const session = new GitSession(root);
    await expect(session.once('k', live, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await session.once('k', live, async () => 2)).toBe(2);
  });

  test('who was stopped does not stop the others', async () => {
    const session = new GitSession(root);
    const stopping = new AbortController();
    const stopped = new GitRepository(root, stopping.signal, session);
    const other = new GitRepository(root, live, session);
    const answers = Promise.allSettled([
      stopped.resolve('HEAD'),
      other.resolve('HEAD'),
      stopped.blob('HEAD:a.txt'),
    ]);
    const blob = other.blob('HEAD:a.txt');
    stopping.abort();
    const [first, second, third] = await answers;
    expect(first).toMatchObject({ status: 'rejected', reason: { problem: 'stopped' } });
    expect(second).toEqual({ status: 'fulfilled', value: head });
    expect(third).toMatchObject({ status: 'rejected', reason: { problem: 'stopped' } });
    expect((await blob)?.toString()).toBe('word without end');
    session.close();
  });

  test('reads again after everybody was stopped, and never after the end', async () => {
    const session = new GitSession(root);
    const stopping = new AbortController();
    const reading = new GitRepository(root, stopping.signal, session).blob('HEAD:a.txt');
    stopping.abort();
    await expect(reading).rejects.toThrow(GitError);
    const other = new GitRepository(root, live, session);
    expect(await other.blob('HEAD:a.txt')).not.toBeNull();
    session.close();
    await expect(other.blob('HEAD:a.txt')).rejects.toThrow(GitError);
  });
});
