import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createRepository,
  removeFolder,
  type TemporaryRepository,
  temporaryFolder,
} from '../_testing/temporary-repository.ts';
import { formOfText, readLogText } from './log-text.ts';

let folder: string;
let source: TemporaryRepository;
const ids: string[] = [];

beforeAll(() => {
  folder = temporaryFolder();
  source = createRepository(join(folder, 'app'));
  const commit = (message: string, minute: number, files: Record<string, string | null>) => {
    const at = `2024-03-01T10:0${minute}:00+02:00`;
    ids.unshift(source.commit({ message, at, files }));
  };
  const code = Array.from({ length: 30 }, (_, line) => `line ${line}\n`).join('');
  commit('feat(cart): begin', 1, { 'cart/a.ts': code, 'cart/old name.ts': 'x\n', 'gone.txt': 'bye\n' });
  commit('fix(cart): wait shorter\n\nThe queue | has 3 parts.\n\n    indented\n- listed', 2, {
    'cart/a.ts': code.replace('line 12', 'wait 500'),
    'gone.txt': null,
  });
  commit('chore: move', 3, { 'cart/old name.ts': null, 'cart/new/näme.ts': 'x\n' });
  source.git('tag', 'cart/v1.2.0');
});
afterAll(() => removeFolder(folder));

const read = (...argv: readonly string[]) => readLogText(source.git(...argv), null);
const PATHS = [
  ['cart/new/näme.ts'],
  ['cart/a.ts', 'gone.txt'],
  ['cart/a.ts', 'cart/old name.ts', 'gone.txt'],
];
const utf8 = ['-c', 'core.quotePath=false'];

describe('what git log prints', () => {
  const forms: readonly { name: string; argv: readonly string[]; files: boolean; patches?: boolean }[] = [
    { name: 'as it is', argv: ['log'], files: false },
    { name: '--stat', argv: [...utf8, 'log', '--stat=200'], files: true },
    { name: '--numstat', argv: [...utf8, 'log', '--numstat'], files: true },
    { name: '--name-status', argv: [...utf8, 'log', '--name-status'], files: true },
    { name: '--raw', argv: [...utf8, 'log', '--raw', '--abbrev=9'], files: true },
    { name: '-p, names in quotes', argv: ['log', '-p'], files: true, patches: true },
    { name: '--stat -p', argv: ['log', '--stat', '-p'], files: true, patches: true },
    { name: '--pretty=fuller', argv: ['log', '--pretty=fuller'], files: false },
    { name: '--pretty=raw', argv: ['log', '--pretty=raw', '-p'], files: true, patches: true },
    { name: '--graph -p', argv: ['log', '--graph', '-p'], files: true, patches: true },
    { name: '--graph --stat', argv: [...utf8, 'log', '--graph', '--stat=200'], files: true },
    { name: '--date=iso', argv: ['log', '--date=iso'], files: false },
    { name: '--date=rfc', argv: ['log', '--date=rfc'], files: false },
    { name: '--date=iso-strict', argv: ['log', '--date=iso-strict'], files: false },
    { name: '--date=unix', argv: ['log', '--date=unix'], files: false },
  ];
  test.each(forms)('$name', ({ argv, files, patches = false }) => {
    const text = source.git(...argv);
    expect(formOfText(text)).toBe('log');
    const { commits, rejected, loose } = readLogText(text, null);
    expect([rejected, loose]).toEqual([0, []]);
    expect(commits.map(({ sha }) => sha)).toEqual(ids);
    expect(commits.map(({ subject }) => subject)).toEqual([
      'chore: move',
      'fix(cart): wait shorter',
      'feat(cart): begin',
    ]);
    expect(commits.map(({ committedAt }) => committedAt)).toEqual(
      [3, 2, 1].map((minute) => Date.UTC(2024, 2, 1, 8, minute)),
    );
    expect(commits[1]).toMatchObject({ author: 'Ada Example', zoneless: false });
    expect(commits[1]?.body).toBe('The queue | has 3 parts.\n\n    indented\n- listed');
    const paths = commits.map((commit) => commit.files?.map(({ path }) => path) ?? null);
    expect(paths).toEqual(files ? PATHS : [null, null, null]);
    expect(commits.map((commit) => commit.patches !== null)).toEqual([patches, patches, patches]);
  });

  test('a difference is that of git, a rename and a removal too', () => {
    const [moved, changed] = read('log', '-p').commits;
    expect(moved?.files).toEqual([
      { path: 'cart/new/näme.ts', oldPath: 'cart/old name.ts', status: 'renamed', added: 0, deleted: 0 },
    ]);
    expect(changed?.files).toEqual([
      { path: 'cart/a.ts', oldPath: null, status: 'modified', added: 1, deleted: 1 },
      { path: 'gone.txt', oldPath: null, status: 'deleted', added: 0, deleted: 1 },
    ]);
    expect(changed?.patches?.[0]?.hunks).toMatchObject([
      { oldStart: 10, oldLines: 7, newStart: 10, newLines: 7 },
    ]);
  });

  test('decorations, parents and places', () => {
    const { commits } = read('log', '--decorate', '--parents');
    expect(commits[0]).toMatchObject({
      refs: ['HEAD -> main', 'tag: cart/v1.2.0'],
      parents: [ids[1]],
      place: { kind: 'line', line: 1, byteOffset: 0 },
    });
    expect(commits[1]?.place).toMatchObject({ line: 7 });
  });

  test('names that --stat shortens are not made up', () => {
    const text = source.git('log', '-1', ids[2] ?? '', '--stat=30,8');
    const [commit] = readLogText(text.replace(' cart/a.ts', ' .../very/a.ts'), null).commits;
    expect(commit?.filesCut).toBe(true);
    expect(commit?.files?.some(({ path }) => path.includes('...'))).toBe(false);
  });

  test('a merge is told from others, its parents are those that it names', () => {
    const other = createRepository(join(folder, 'merged'));
    const first = other.commit({ message: 'one', at: '2024-03-01T10:00:00Z', files: { a: '1\n' } });
    other.git('checkout', '-q', '-b', 'side');
    other.commit({ message: 'side', at: '2024-03-01T10:01:00Z', files: { b: '1\n' } });
    other.git('checkout', '-q', 'main');
    other.git('merge', '-q', '--no-ff', '-m', 'merge it', 'side');
    const [merge] = readLogText(other.git('log', '-p'), null).commits;
    expect(merge).toMatchObject({ isMerge: true, subject: 'merge it', patches: null });
    expect(merge?.parents?.map((id) => first.startsWith(id))).toEqual([true, false]);
  });
});

describe('one line a commit', () => {
  const forms: readonly { name: string; argv: readonly string[]; at: boolean; author?: string }[] = [
    { name: '--oneline', argv: ['log', '--oneline'], at: false },
    { name: '--oneline --decorate', argv: ['log', '--oneline', '--decorate'], at: false },
    { name: 'id, date, subject', argv: ['log', '--date=iso', '--format=%h %ad %s'], at: true },
    { name: 'id, subject, date', argv: ['log', '--format=%h %s (%cI)'], at: true },
    {
      name: 'id - author, date : subject',
      argv: ['log', '--format=%h - %an, %ad : %s'],
      at: true,
      author: 'Ada Example',
    },
    { name: 'between bars', argv: ['log', '--format=%H|%an|%ad|%s'], at: true, author: 'Ada Example' },
    {
      name: 'between tabs',
      argv: ['log', '--format=%h%x09%aI%x09%an%x09%s'],
      at: true,
      author: 'Ada Example',
    },
    { name: 'quoted', argv: ['log', '--format="%h %cI %s"'], at: true },
    {
      name: 'relative dates',
      argv: ['log', '--format=%h %s (3 days ago) <%an>'],
      at: false,
      author: 'Ada Example',
    },
    { name: 'a day only', argv: ['log', '--format=%h %as %s'], at: false },
    { name: '--graph', argv: ['log', '--graph', '--oneline'], at: false },
  ];
  test.each(forms)('$name', ({ argv, at, author = '' }) => {
    const text = source.git(...argv);
    expect(formOfText(text)).toBe('line');
    const { commits } = readLogText(text, null);
    expect(commits.map(({ sha }, index) => ids[index]?.startsWith(sha))).toEqual([true, true, true]);
    expect(commits.map(({ subject }) => subject.replace(/"$/, ''))).toEqual([
      'chore: move',
      'fix(cart): wait shorter',
      'feat(cart): begin',
    ]);
    expect(commits[0]?.committedAt).toBe(at ? Date.UTC(2024, 2, 1, 8, 3) : null);
    expect(commits[0]?.author).toBe(author);
  });

  test('with the files of each below it', () => {
    const { commits } = read(...utf8, 'log', '--oneline', '--name-only');
    expect(commits.map((commit) => commit.files?.[0]?.path)).toEqual([
      'cart/new/näme.ts',
      'cart/a.ts',
      'cart/a.ts',
    ]);
  });
});

describe('other programs that write commits down', () => {
  test('git show', () => {
    const text = source.git('show', ids[1] ?? '');
    expect(formOfText(`$ git show HEAD~1\n${text}`)).toBe('log');
    expect(readLogText(text, null).commits).toMatchObject([
      { sha: ids[1], subject: 'fix(cart): wait shorter' },
    ]);
  });

  test('git format-patch', () => {
    const text = source.git('format-patch', '--stdout', '--root', 'HEAD');
    expect(formOfText(text)).toBe('mail');
    const { commits, rejected } = readLogText(text, null);
    expect(rejected).toBe(0);
    expect(commits.map(({ sha }) => sha)).toEqual([...ids].reverse());
    expect(commits[1]).toMatchObject({
      subject: 'fix(cart): wait shorter',
      author: 'Ada Example',
      committedAt: Date.UTC(2024, 2, 1, 8, 2),
    });
    expect(commits[1]?.files?.map(({ path }) => path)).toEqual(['cart/a.ts', 'gone.txt']);
  });

  test('a difference without a commit is kept apart', () => {
    const text = source.git('diff', 'HEAD~2', 'HEAD~1');
    expect(formOfText(text)).toBe('patch');
    const { commits, loose } = readLogText(text, null);
    expect([commits, loose.map(({ path }) => path)]).toEqual([[], ['cart/a.ts', 'gone.txt']]);
  });
});

const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  empty: '',
  'deep arrays': '['.repeat(50_000),
  'control characters': '\u0000\u0001\u001b[2J\u007f\u009b',
  'a line without end': 'x'.repeat(70_000),
  'a table of nothing': 'time,service,value\n,,\n',
  'line ends only': '\n\r\n\n',
  'a hunk without a file': '@@ -1 +1 @@\n-a\n+b\n',
};

describe('what is no history', () => {
  test.each([
    [
      'a log that names commits',
      '2024-03-01T10:00:00Z INFO commit 1a2b3c4d deployed\n2024-03-01T10:00:01Z INFO ok\n',
    ],
    [
      'words of hex digits',
      'deadbeef is a word\ncafe1234 5 cups\nplain text follows\nand more of it\nand more\n',
    ],
    ['check sums', `${'a1'.repeat(20)}  release.tgz\n${'b2'.repeat(20)}  other.tgz\n`],
    ['trace ids before messages', '1a2b3c4d5e6f7a8b request began\nno id here\nnor here\nnor here\n'],
    ['prose', 'commit messages should be short.\nAuthor: see below\n'],
  ])('%s', (_, text) => {
    expect(formOfText(text)).toBeNull();
  });

  test.each(Object.entries(HOSTILE_TEXTS))('hostile: %s', (_, text) => {
    expect(formOfText(text)).toBeNull();
    expect(readLogText(text, null).commits).toEqual([]);
    const headed = `commit ${'a'.repeat(40)}\nAuthor: x <y>\nDate: never\n\n    m\n\n${text}`;
    expect(readLogText(headed, null).commits).toHaveLength(1);
  });

  test('hunks that lie about their length take no other commit with them', () => {
    const lying = (counts: string) =>
      `commit ${'a'.repeat(40)}\nAuthor: x <y@z>\nDate:   Fri Mar 1 10:00:00 2024 +0000\n\n    one\n\ndiff --git a/f b/f\n--- a/f\n+++ b/f\n@@ ${counts} @@\n-a\n+b\n\ncommit ${'b'.repeat(40)}\nAuthor: x <y@z>\nDate:   Fri Mar 1 09:00:00 2024 +0000\n\n    two\n`;
    for (const counts of ['-1 +1', '-1,999999999 +1,999999999', '-999999999,1 +1,0'])
      expect(readLogText(lying(counts), null).commits.map(({ subject }) => subject)).toEqual(['one', 'two']);
  });
});
