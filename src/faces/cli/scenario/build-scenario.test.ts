import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PlatformError } from '../../../domain/error.ts';
import { buildScenario } from './build-scenario.ts';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folder(files: Readonly<Record<string, string | Buffer>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'wicked-scenario-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const git = (cwd: string, ...argv: readonly string[]) =>
  execFileSync('git', [...argv], { cwd, encoding: 'utf8' }).trim();

async function built(history: string, input: Readonly<Record<string, string>> = {}): Promise<string> {
  const files = Object.entries(input).map(([path, text]) => [`input/${path}`, text]);
  const target = folder();
  const source = folder({ 'history.yaml': history, ...Object.fromEntries(files) });
  await buildScenario(source, target, { now: Date.parse('2024-03-01T12:00:00Z') });
  return target;
}

const AUTHOR = 'author: Ada Park <ada@example.com>\n';
const HISTORY = `${AUTHOR}
commits:
  - id: base
    date: 2024-02-01T10:00:00+02:00
    message: first
    write: { a.txt: "one\\n", dir/ü.txt: "two\\n" }
    tags: [plain, { name: svc-v1.0.0, message: first release }]
  - id: side
    date: 2024-02-02T10:00:00Z
    author: Bo <bo@example.com>
    message: on the side
    write: { side.txt: "s\\n" }
  - date: 2024-02-03T10:00:00Z
    from: base
    message: renamed
    rename: { a.txt: b.txt }
    delete: [dir/ü.txt]
  - date: now-3m
    message: merged
    merge: side
    write: { side.txt: "s\\n" }
emptyFolders: [empty]
generate:
  - path: logs/made.log
    streams:
      - { from: 2024-02-03T00:00:00Z, to: 2024-02-03T00:01:00Z, count: 60, line: '{time} INFO svc n={n:5} {int:1-6} {pick:x|y} {kept} at @commit(base:7)@' }
      - { at: [2024-02-03T00:00:30Z], line: '{time} ERROR svc once' }
`;

describe('buildScenario', () => {
  it('makes commits, merge, tags, renames and deletions with the dates and people given', async () => {
    const root = await built(HISTORY, { 'ship.json': '{"commit":"@commit(side)@"}' });
    expect(git(root, 'log', '--topo-order', '--format=%an %aI %s').split('\n')).toEqual([
      'Ada Park 2024-03-01T11:57:00+00:00 merged',
      'Bo 2024-02-02T10:00:00+00:00 on the side',
      'Ada Park 2024-02-03T10:00:00+00:00 renamed',
      'Ada Park 2024-02-01T10:00:00+02:00 first',
    ]);
    expect(git(root, 'for-each-ref', '--format=%(refname:short) %(objecttype)', 'refs/tags')).toBe(
      'plain commit\nsvc-v1.0.0 tag',
    );
    expect(git(root, 'ls-files')).toBe('b.txt\nside.txt');
    expect(git(root, 'status', '--porcelain')).toBe('?? logs/\n?? ship.json');
    expect(existsSync(join(root, 'empty'))).toBe(true);
    expect(JSON.parse(readFileSync(join(root, 'ship.json'), 'utf8')).commit).toBe(
      git(root, 'rev-parse', 'HEAD^2'),
    );
  });

  it('gives the same commit ids and bytes each time', async () => {
    const [a, b] = [await built(HISTORY), await built(HISTORY)];
    expect(git(a, 'rev-parse', 'HEAD', 'svc-v1.0.0')).toBe(git(b, 'rev-parse', 'HEAD', 'svc-v1.0.0'));
    const log = readFileSync(join(a, 'logs/made.log'), 'utf8');
    expect(log).toBe(readFileSync(join(b, 'logs/made.log'), 'utf8'));
    const lines = log.trimEnd().split('\n');
    expect(lines).toHaveLength(61);
    expect([...lines].map((line) => line.slice(0, 20)).sort()).toEqual(
      lines.map((line) => line.slice(0, 20)),
    );
    expect(lines[0]).toMatch(/^2024-02-03T00:00:00Z INFO svc n=5 [1-6] [xy] \{kept\} at [0-9a-f]{7}$/);
    expect(lines.filter((line) => line === '2024-02-03T00:00:30Z ERROR svc once')).toHaveLength(1);
  });

  it('writes the stamps of other clocks, and values that rise', async () => {
    const root = await built(`${AUTHOR}
commits: []
generate:
  - path: other.log
    streams:
      - { at: [2024-02-03T04:05:06Z, 2024-02-03T14:05:06Z], line: '{syslog} | {windows:-5} | {local:+9} | {epoch} {epochms} {epochns} {later:7-7} | {ramp:10-20}' }
`);
    expect(readFileSync(join(root, 'other.log'), 'utf8').trimEnd().split('\n')).toEqual([
      'Feb  3 04:05:06 | 2/2/2024 11:05:06 PM | 2024-02-03 13:05:06 | 1706933106 1706933106000 1706933106000000000 1706933106007000000 | 10',
      'Feb  3 14:05:06 | 2/3/2024 9:05:06 AM | 2024-02-03 23:05:06 | 1706969106 1706969106000 1706969106000000000 1706969106007000000 | 20',
    ]);
  });

  it('lays several repositories beside each other, in a folder that is none', async () => {
    const root = await built(
      `${AUTHOR}
repositories:
  gitops: { commits: [{ id: one, date: 2024-02-01T10:00:00Z, message: of gitops, write: { a.txt: "a" } }] }
  app: { branch: trunk, commits: [{ date: 2024-02-01T10:00:00Z, message: of app, write: { b.txt: "b" } }] }
`,
      { 'ship.txt': '@commit(one)@' },
    );
    expect(existsSync(join(root, '.git'))).toBe(false);
    expect(git(join(root, 'gitops'), 'log', '--format=%D %s')).toBe('HEAD -> main of gitops');
    expect(git(join(root, 'app'), 'log', '--format=%D %s')).toBe('HEAD -> trunk of app');
    expect(readFileSync(join(root, 'ship.txt'), 'utf8')).toBe(git(join(root, 'gitops'), 'rev-parse', 'HEAD'));
  });

  it('leaves a repository without commits where the history has none', async () => {
    const root = await built(AUTHOR);
    expect(existsSync(join(root, '.git'))).toBe(true);
    expect(git(root, 'status', '--porcelain')).toBe('');
  });

  it.each([
    { name: 'no YAML', history: '{ author: [', why: /./ },
    { name: 'a bare scalar', history: 'seven', why: /expected object/ },
    { name: 'no author', history: 'commits: []', why: /^author/ },
    { name: 'an unknown key', history: `${AUTHOR}comits: []`, why: /comits/ },
    {
      name: 'a date without a zone',
      history: `${AUTHOR}commits: [{date: 2024-01-01T10:00, message: m}]`,
      why: /date: expected an instant/,
    },
    {
      name: 'a path out of the folder',
      history: `${AUTHOR}commits: [{date: now, message: m, write: {../x: y}}]`,
      why: /stays inside/,
    },
    {
      name: 'a path into .git',
      history: `${AUTHOR}commits: [{date: now, message: m, write: {.GIT/config: y}}]`,
      why: /stays inside/,
    },
    {
      name: 'an author that would end the header',
      history: 'author: "a <b>\\nmerge :1"',
      why: /Name <address>/,
    },
    {
      name: 'an unknown commit',
      history: `${AUTHOR}commits: [{date: now, message: m, from: nowhere}]`,
      why: /no commit before it/,
    },
    {
      name: 'an alias',
      history: `author: &a Ada <a@example.com>\ncommits: [{date: now, author: *a, message: m}]`,
      why: /aliases/,
    },
    {
      name: 'control characters',
      history: `${AUTHOR}commits: [{date: now, message: m, write: {"a\\u0001": y}}]`,
      why: /stays inside/,
    },
    {
      name: 'a stream with two counts',
      history: `${AUTHOR}generate: [{path: a, streams: [{count: 1, everySeconds: 1, from: now, to: now, line: x}]}]`,
      why: /exactly one/,
    },
    {
      name: 'a deletion of what is not there, and a rename of it',
      history: `${AUTHOR}commits: [{date: now, message: m, rename: {a: b}}]`,
      why: /not in branch|Path/,
    },
  ])('refuses $name with what, why and next step', async ({ history, why }) => {
    const error = await built(history).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(PlatformError);
    expect(error).toMatchObject({ why: expect.stringMatching(why), nextStep: expect.stringMatching(/./) });
  });

  it('refuses a folder that holds something, and a scenario that is not there', async () => {
    const full = folder({ 'mine.txt': 'keep' });
    await expect(buildScenario(folder({ 'history.yaml': AUTHOR }), full)).rejects.toMatchObject({
      code: 'usage',
    });
    await expect(buildScenario(folder(), folder())).rejects.toMatchObject({ code: 'unreadable' });
    expect(readFileSync(join(full, 'mine.txt'), 'utf8')).toBe('keep');
  });

  it('refuses an input file that names an unknown commit', async () => {
    await expect(built(HISTORY, { 'a.json': '@commit(gone)@' })).rejects.toMatchObject({ code: 'config' });
  });
});
