/** A repository is hostile input: nothing that it says is run, fetched or waited for, and what cannot be read is said. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contextFor, runConnector } from '../src/connectors/_kit/_testing/connector-run.ts';
import {
  createRepository,
  removeFolder,
  type TemporaryRepository,
  temporaryFolder,
  writeFiles,
} from '../src/connectors/_kit/_testing/temporary-repository.ts';
import { connector } from '../src/connectors/git/index.ts';
import { connector as code } from '../src/connectors/source-code/index.ts';
import type { Probe } from '../src/domain/probe.ts';
import type { Contribution } from '../src/domain/snapshot.ts';

let folder: string;
/** Every program that a repository names would leave a file here. */
let canaries: string;
beforeAll(() => {
  folder = temporaryFolder();
  canaries = join(folder, 'canaries');
  mkdirSync(canaries);
});
afterAll(() => removeFolder(folder));

const FILE = 'services/api/src/pay.ts';
const text = (timeout: number) =>
  `const timeoutMs = ${timeout};\nexport function pay() {\n  throw new Error(\`Payment failed after \${timeoutMs} ms\`);\n}\n`;
const at = (minute: number) => `2024-03-01T10:${String(minute).padStart(2, '0')}:00Z`;

/** Two commits that change one value. */
function plain(name: string): TemporaryRepository & { readonly first: string; readonly second: string } {
  const source = createRepository(join(folder, name));
  const files = { 'services/api/package.json': '{"name":"api"}', [FILE]: text(5000) };
  const first = source.commit({ message: 'one', at: at(1), files });
  const second = source.commit({ message: 'two', at: at(2), files: { [FILE]: text(500) } });
  return { ...source, first, second };
}

interface Seen {
  readonly history: Contribution;
  readonly services: Contribution;
  /** Kinds of the answers, in the order of the questions; `thrown` where the connector could not be asked. */
  readonly answers: readonly (string | undefined)[];
}

/** Asks everything that a triage can ask of a repository. */
async function lookAt(root: string, from: string, to: string): Promise<Seen> {
  const context = await contextFor(root);
  const base = { id: 'p', repo: '.', revision: to } as const;
  const probes: readonly Probe[] = [
    { kind: 'revision-diff', id: 'p', repo: '.', from, to, paths: [] },
    { kind: 'revision-diff', id: 'p', repo: '.', from, to, paths: ['services/api'] },
    { kind: 'rollback-hazards', id: 'p', repo: '.', from, to },
    { kind: 'key-history', ...base, path: FILE, key: 'timeoutMs' },
    { kind: 'symbol-uses', ...base, names: ['timeoutMs'] },
    { kind: 'line-history', ...base, path: FILE, line: 1, endLine: 1 },
  ];
  const history = await runConnector(connector, root);
  const services = await runConnector(code, root);
  const answers: (string | undefined)[] = [];
  for (const probe of probes) {
    const asked = probe.kind === 'line-history' ? connector : code;
    const answer = await Promise.resolve(asked.answer?.(probe, context)).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'ConnectorError') return undefined;
      throw error;
    });
    answers.push(answer === undefined ? 'thrown' : answer?.answer.kind);
  }
  return { history, services, answers };
}

const ALL_ANSWERED = [
  'revision-diff',
  'revision-diff',
  'rollback-hazards',
  'key-history',
  'symbol-uses',
  'line-history',
];
const shas = ({ history }: Seen) =>
  history.changes.flatMap((change) => (change.type === 'commit' ? [change.sha] : []));
const gapsOf = ({ history }: Seen) => history.gaps.map(({ detail }) => detail).join('\n');

test('no program that the repository configures is run', async () => {
  const trap = plain('trap');
  const command = (name: string) => `touch ${join(canaries, name)}; cat`;
  const keys = [
    'core.fsmonitor',
    'core.pager',
    'core.editor',
    'core.sshCommand',
    'core.askPass',
    'core.gitProxy',
    'core.alternateRefsCommand',
    'diff.external',
    'diff.x.command',
    'diff.x.textconv',
    'filter.x.clean',
    'filter.x.smudge',
    'filter.x.process',
    'credential.helper',
    'gpg.program',
    'pager.log',
    'pager.diff',
    'merge.x.driver',
    'uploadpack.packObjectsHook',
    'alias.log',
    'alias.cat-file',
    'alias.diff-tree',
    'submodule.s.update',
  ];
  for (const key of keys)
    trap.git('config', key, key.startsWith('alias') ? `!${command(key)}` : command(key));
  trap.git('config', 'core.hooksPath', 'hooks');
  trap.git('config', 'log.showSignature', 'true');
  trap.git('config', 'diff.submodule', 'log');
  const hooks = [
    'post-index-change',
    'reference-transaction',
    'post-checkout',
    'fsmonitor-watchman',
    'pre-auto-gc',
  ];
  for (const hook of hooks)
    for (const place of ['hooks', '.git/hooks']) {
      writeFiles(trap.root, { [`${place}/${hook}`]: `#!/bin/sh\n${command(hook)}\n` });
      chmodSync(join(trap.root, place, hook), 0o755);
    }
  writeFiles(trap.root, {
    '.gitattributes': '* diff=x filter=x merge=x\n',
    '.git/info/attributes': '* diff=x filter=x\n',
    '.gitmodules': `[submodule "s"]\n\tpath = s\n\turl = ext::${command('submodule')}\n\tupdate = !${command('update')}\n`,
  });
  const bare = join(trap.root, 'mirror.git');
  execFileSync('git', ['-c', 'safe.directory=*', 'clone', '-q', '--bare', plain('origin').root, bare]);
  execFileSync('git', ['-C', bare, 'config', 'core.fsmonitor', command('bare')]);
  for (const left of readdirSync(canaries)) rmSync(join(canaries, left));
  const seen = await lookAt(trap.root, trap.first, trap.second);
  expect(seen.answers).toEqual(ALL_ANSWERED);
  expect(shas(seen)).toEqual([trap.second, trap.first]);
  expect(readdirSync(canaries)).toEqual([]);
});

test('a partial clone fetches nothing and says what is missing', async () => {
  const origin = plain('promisor');
  origin.git('config', 'uploadpack.allowFilter', 'true');
  const clone = join(folder, 'partial');
  origin.git('clone', '-q', '--no-checkout', '--filter=blob:none', `file://${origin.root}`, clone);
  execFileSync('git', [
    '-C',
    clone,
    'config',
    'remote.origin.uploadpack',
    `touch ${join(canaries, 'fetched')}; git-upload-pack`,
  ]);
  const objects = () => readdirSync(join(clone, '.git/objects/pack')).length;
  const before = objects();
  const seen = await lookAt(clone, origin.first, origin.second);
  expect(shas(seen)).toEqual([origin.second, origin.first]);
  expect(seen.history.changes[0]).toMatchObject({ files: [{ path: FILE, added: null }] });
  expect(gapsOf(seen)).toContain('are missing or broken');
  expect(objects()).toBe(before);
  expect(existsSync(join(canaries, 'fetched'))).toBe(false);
});

describe('names', () => {
  test('of files are data: line ends, quotes, dashes, stars, bytes that are no text, 3,000 characters', async () => {
    const source = plain('names');
    const names = [
      'new\nline.ts',
      '"quoted".ts',
      '-dash.ts',
      '--output=x.ts',
      'tab\t.ts',
      '*.ts',
      ':(top)x.ts',
    ];
    const long = [...Array.from({ length: 14 }, () => 'd'.repeat(200)), 'f.ts'].join('/');
    const files = Object.fromEntries([...names, long].map((name) => [name, 'const timeoutMs = 1;\n']));
    const withNames = source.commit({ message: 'names', at: at(3), files });
    const blob = source.git('rev-parse', `HEAD:${FILE}`);
    const tree = execFileSync('git', ['mktree', '-z'], {
      cwd: source.root,
      input: Buffer.concat([
        Buffer.from(`100644 blob ${blob}\tlatin`),
        Buffer.from([0xe9]),
        Buffer.from('.ts\0'),
      ]),
      encoding: 'utf8',
    }).trim();
    const seen = await lookAt(source.root, source.second, withNames);
    const [newest] = seen.history.changes;
    expect(newest?.type === 'commit' ? newest.files.map(({ path }) => path).sort() : []).toEqual(
      [...names, long].sort(),
    );
    expect(seen.history.repositories[0]?.files).toEqual(expect.arrayContaining([...names, long]));
    expect(seen.answers).toEqual(ALL_ANSWERED);
    const latin = source.git('commit-tree', tree, '-p', withNames, '-m', 'latin');
    source.git('reset', '-q', '--soft', latin);
    expect((await lookAt(source.root, withNames, latin)).history.repositories[0]?.files).toEqual([
      'latin\uFFFD.ts',
    ]);
  });

  test('of refs are no options, and a ref that leads nowhere hides no other', async () => {
    const source = plain('refs');
    for (const name of ['--output=canary', '-O', '--help', 'HEAD'])
      for (const kind of ['tags', 'heads'])
        writeFiles(source.root, { [`.git/refs/${kind}/${name}`]: `${source.first}\n` });
    writeFiles(source.root, {
      '.git/refs/heads/garbage': 'garbage\n',
      '.git/refs/heads/loop': 'ref: refs/heads/loop\n',
    });
    const seen = await lookAt(source.root, source.first, source.second);
    expect(shas(seen)).toEqual([source.second, source.first]);
    expect(seen.answers).toEqual(ALL_ANSWERED);
    expect(existsSync(join(source.root, 'canary'))).toBe(false);
  });
});

describe('what is broken is said, and the rest is read', () => {
  const object = (source: TemporaryRepository, name: string) => {
    const id = source.git('rev-parse', name);
    const path = join(source.root, '.git/objects', id.slice(0, 2), id.slice(2));
    chmodSync(path, 0o644);
    return path;
  };
  type Broken = ReturnType<typeof plain>;
  const cases: readonly (readonly [string, (source: Broken) => void, number, string])[] = [
    [
      'a corrupt file',
      (source) => writeFileSync(object(source, `HEAD:${FILE}`), 'garbage'),
      2,
      'missing or broken',
    ],
    ['a missing file', (source) => rmSync(object(source, `HEAD:${FILE}`)), 2, 'missing or broken'],
    [
      'a corrupt tree',
      (source) => writeFileSync(object(source, 'HEAD^{tree}'), 'garbage'),
      2,
      'missing or broken',
    ],
    ['a missing tree', (source) => rmSync(object(source, 'HEAD:services')), 2, 'missing or broken'],
    ['a missing commit', (source) => rmSync(object(source, 'HEAD~1')), 0, 'could not be read'],
    ['no HEAD', (source) => rmSync(join(source.root, '.git/HEAD')), 0, 'no HEAD that git could read'],
    ['an empty HEAD', (source) => truncateSync(join(source.root, '.git/HEAD')), 0, 'not a git repository'],
    [
      'a HEAD that is a pipe',
      (source) => {
        rmSync(join(source.root, '.git/HEAD'));
        execFileSync('mkfifo', [join(source.root, '.git/HEAD')]);
      },
      0,
      'no HEAD that git could read',
    ],
    [
      'a broken configuration',
      (source) => writeFileSync(join(source.root, '.git/config'), '[core\n nonsense = ='),
      0,
      'bad config',
    ],
    [
      'a format from the future',
      (source) => source.git('config', 'core.repositoryformatversion', '99'),
      0,
      'version',
    ],
    [
      'a .git that leads to itself',
      (source) => {
        rmSync(join(source.root, '.git'), { recursive: true });
        symlinkSync('.git', join(source.root, '.git'));
      },
      0,
      'no HEAD that git could read',
    ],
    [
      'a .git that names a folder that is gone',
      (source) => {
        rmSync(join(source.root, '.git'), { recursive: true });
        writeFileSync(join(source.root, '.git'), 'gitdir: /nonexistent/place\n');
      },
      0,
      'not a git repository',
    ],
  ];
  test.each(cases)('%s', async (name, spoil, commits, gap) => {
    const source = plain(`broken-${name.replaceAll(' ', '-').replace('.', '')}`);
    spoil(source);
    const seen = await lookAt(source.root, source.first, source.second);
    expect(shas(seen)).toHaveLength(commits);
    expect(gapsOf(seen)).toContain(gap);
  });
});

describe('unusual but whole', () => {
  type Source = ReturnType<typeof plain>;
  const moveAway = (source: Source, name: string) => {
    const target = join(folder, `${name}.git-away`);
    renameSync(join(source.root, '.git'), target);
    return target;
  };
  const cases: readonly (readonly [string, (source: Source) => void])[] = [
    ['a .git that is a link', (source) => symlinkSync(moveAway(source, 'link'), join(source.root, '.git'))],
    [
      'a .git file that leads elsewhere',
      (source) => writeFileSync(join(source.root, '.git'), `gitdir: ${moveAway(source, 'file')}\n`),
    ],
    ['a detached HEAD', (source) => source.git('checkout', '-q', '--detach')],
    ['a HEAD without a commit', (source) => source.git('checkout', '-q', '--orphan', 'fresh')],
    [
      'locks and a broken index',
      (source) =>
        writeFiles(source.root, { '.git/index.lock': '', '.git/HEAD.lock': '', '.git/index': 'garbage' }),
    ],
    [
      'objects borrowed from nowhere',
      (source) => writeFiles(source.root, { '.git/objects/info/alternates': '/nonexistent/objects\n' }),
    ],
    [
      'a broken commit graph',
      (source) => writeFiles(source.root, { '.git/objects/info/commit-graph': 'garbage' }),
    ],
  ];
  test.each(cases)('%s', async (name, change) => {
    const source = plain(`whole-${name.replaceAll(' ', '-').replace('.', '')}`);
    change(source);
    const seen = await lookAt(source.root, source.first, source.second);
    expect(shas(seen)).toEqual([source.second, source.first]);
    expect(seen.history.gaps).toEqual([]);
    expect(seen.answers).toEqual(ALL_ANSWERED);
  });

  test('another user owns it', async () => {
    const source = plain('owner');
    const nobody = 65_534;
    // Only root can give a file away; elsewhere the repository is read as one's own.
    if (process.getuid?.() === 0)
      for (const path of [source.root, join(source.root, '.git')]) chownSync(path, nobody, nobody);
    expect(shas(await lookAt(source.root, source.first, source.second))).toHaveLength(2);
  });
});

test('dates are numbers that somebody wrote', async () => {
  const source = plain('dates');
  const tree = source.git('rev-parse', 'HEAD^{tree}');
  const stamps = [
    '0 +0000',
    '4102444800 +0000',
    '99999999999999 +0000',
    '1709287200 +9999',
    '1709287200 -x',
    '-1 +0000',
    'x y',
  ];
  let parent = source.second;
  for (const stamp of stamps) {
    const raw = `tree ${tree}\nparent ${parent}\nauthor A <a@x> ${stamp}\ncommitter A <a@x> ${stamp}\n\ndate\n`;
    parent = execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'], {
      cwd: source.root,
      input: raw,
      encoding: 'utf8',
    }).trim();
  }
  writeFiles(source.root, { '.git/refs/heads/main': `${parent}\n` });
  const { history } = await lookAt(source.root, source.first, parent);
  expect(history.changes).toHaveLength(stamps.length + 2);
  for (const { at: time } of history.changes) expect(Number.isNaN(new Date(time ?? 0).getTime())).toBe(false);
});

test('messages of ten megabytes, of nothing, of control characters; merges of eight; binary files', async () => {
  const source = plain('messages');
  const commit = (input: string, minute: number, files: Readonly<Record<string, Uint8Array>>) => {
    writeFiles(source.root, files);
    source.git('add', '--all', '--', 'services');
    writeFileSync(join(folder, 'message'), input);
    source.git(
      'commit',
      '-q',
      '--allow-empty',
      '--allow-empty-message',
      '--cleanup=verbatim',
      `--date=${at(minute)}`,
      '-F',
      join(folder, 'message'),
    );
  };
  commit('word '.repeat(2_000_000), 3, { 'services/api/x.bin': Buffer.from([0, 255, 1]) });
  commit('', 4, { 'services/api/x.bin': Buffer.from([0, 255, 2]) });
  commit('subject\n\n\u001b[31m\u0001\u0002body', 5, {});
  const tree = source.git('rev-parse', 'HEAD^{tree}');
  const tips = Array.from({ length: 8 }, (_, index) =>
    source.git('commit-tree', tree, '-p', 'HEAD', '-m', `b${index}`),
  );
  const octopus = source.git('commit-tree', tree, ...tips.flatMap((tip) => ['-p', tip]), '-m', 'octopus');
  source.git('reset', '-q', '--soft', octopus);
  const seen = await lookAt(source.root, source.second, octopus);
  expect(shas(seen)).toHaveLength(14);
  expect(seen.answers.slice(0, 3)).toEqual(ALL_ANSWERED.slice(0, 3));
  expect(
    seen.history.changes.every((change) => change.type !== 'commit' || change.body.length <= 4_000),
  ).toBe(true);
});

test('many tags are cut with a word', async () => {
  const source = plain('tags');
  const lines = Array.from({ length: 2_100 }, (_, index) => `${source.first} refs/tags/v1.${index}.0\n`);
  writeFileSync(join(source.root, '.git/packed-refs'), `# pack-refs with: sorted \n${lines.sort().join('')}`);
  const seen = await lookAt(source.root, source.first, source.second);
  expect(seen.history.tags).toHaveLength(2_000);
  expect(gapsOf(seen)).toContain('Only the newest 2000 tags');
});

test('a huge file that changed is a changed file, not a wait', async () => {
  const source = plain('huge');
  const line = Buffer.from('a line of text that is not very long\n');
  const huge = Buffer.alloc(20 * 1024 * 1024, line);
  source.commit({ message: 'huge', at: at(3), files: { 'services/api/dump.txt': huge } });
  huge.write('B', 0);
  const last = source.commit({ message: 'huger', at: at(4), files: { 'services/api/dump.txt': huge } });
  const seen = await lookAt(source.root, source.first, last);
  expect(seen.history.changes[0]).toMatchObject({ files: [{ path: 'services/api/dump.txt', added: null }] });
  expect(seen.answers[0]).toBe('revision-diff');
});
