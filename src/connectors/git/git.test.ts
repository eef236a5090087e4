import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contextFor, runConnector } from '../_kit/_testing/connector-run.ts';
import {
  createRepository,
  removeFolder,
  temporaryFolder,
  writeFiles,
} from '../_kit/_testing/temporary-repository.ts';
import { splitTag } from '../_kit/release-tag.ts';
import { connector } from './index.ts';

let folder: string;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => removeFolder(folder));

const at = (minute: number) => `2031-03-01T10:${String(minute).padStart(2, '0')}:00Z`;

describe('a repository', () => {
  test('gives commits, evidence, tags, files and size, whatever the dates', async () => {
    const source = createRepository(join(folder, 'app'));
    const first = source.commit({ message: 'feat(shop): one', at: at(1), files: { 'shop/a.ts': 'x\n' } });
    source.git('tag', '-a', 'shop/v1.0.0', '-m', 'Release');
    const second = source.commit({ message: 'two', at: at(2), files: { 'shop/a.ts': 'y\n', 'b.ts': '' } });
    source.git('checkout', '-q', '-b', 'other', first);
    const third = source.commit({ message: 'three', at: at(3), files: { c: '' } });
    source.git('checkout', '-q', 'main');
    const result = await runConnector(connector, source.root, { asOf: '2024-01-15T14:41:00Z' });
    expect(
      result.changes.map((change) => change.type === 'commit' && [change.sha, change.onHead, change.at]),
    ).toEqual([
      [third, false, Date.UTC(2031, 2, 1, 10, 3)],
      [second, true, Date.UTC(2031, 2, 1, 10, 2)],
      [first, true, Date.UTC(2031, 2, 1, 10, 1)],
    ]);
    expect(result.changes[1]).toMatchObject({
      id: `git:.:${second}`,
      service: null,
      files: [{ path: 'b.ts' }, { path: 'shop/a.ts', added: 1, deleted: 1 }],
      evidence: [`git:${second}`],
    });
    expect(result.evidence.find(({ ref }) => ref === `git:${first}`)).toMatchObject({
      kind: 'commit',
      locator: { kind: 'git-commit', repo: '.', revision: first },
      excerpt: `${first.slice(0, 7)} feat(shop): one`,
    });
    expect(result.tags).toMatchObject([
      { tag: 'shop/v1.0.0', sha: first, service: 'shop', version: 'v1.0.0', annotated: true },
    ]);
    expect(result.repositories).toEqual([
      {
        repo: '.',
        head: second,
        branch: 'main',
        files: ['b.ts', 'shop/a.ts'],
        commitCount: 3,
        firstCommitAt: Date.UTC(2031, 2, 1, 10, 1),
        lastCommitAt: Date.UTC(2031, 2, 1, 10, 3),
        shallow: false,
      },
    ]);
    expect(result.gaps).toEqual([]);
  });

  test('below the evidence, beside it and named by the user: each with its own references', async () => {
    const evidence = join(folder, 'evidence');
    writeFiles(evidence, { 'error.log': '' });
    const nested = createRepository(join(evidence, 'svc'));
    const inner = nested.commit({ message: 'inner', at: at(1), files: { a: '' } });
    const named = createRepository(join(folder, 'named'));
    const outer = named.commit({ message: 'outer', at: at(2), files: { a: '' } });
    const result = await runConnector(connector, evidence, { repos: [named.root, join(folder, 'nope')] });
    expect(result.repositories.map(({ repo }) => repo)).toEqual(['svc', '../named']);
    expect(result.evidence.map(({ ref }) => ref)).toEqual([`git:svc@${inner}`, `git:../named@${outer}`]);
    expect(result.gaps).toMatchObject([{ reason: 'absent', detail: expect.stringContaining('nope') }]);
  });
});

describe('what cannot be read is a gap', () => {
  test('no repository', async () => {
    const root = join(folder, 'plain');
    writeFiles(root, { 'error.log': '' });
    const result = await runConnector(connector, root);
    expect(result.gaps).toMatchObject([{ source: 'git', reason: 'absent' }]);
    expect(result.gaps[0]?.effect).toContain('No change can be tied to code');
  });

  test('no commit yet', async () => {
    const { root } = createRepository(join(folder, 'empty'));
    expect(await runConnector(connector, root)).toMatchObject({
      repositories: [],
      gaps: [{ reason: 'absent', detail: 'The repository . has no commit.' }],
    });
  });

  test('a commit that is missing in the middle takes no older one with it', async () => {
    const source = createRepository(join(folder, 'holed'));
    const ids = [1, 2, 3, 4, 5].map((minute) =>
      source.commit({ message: `change ${minute}`, at: at(minute), files: { 'svc/a': `${minute}\n` } }),
    );
    const missing = ids[2] ?? '';
    rmSync(join(source.root, '.git/objects', missing.slice(0, 2), missing.slice(2)));
    const result = await runConnector(connector, source.root);
    const commits = result.changes.filter((change) => change.type === 'commit');
    expect(commits.map(({ sha }) => sha).sort()).toEqual(ids.filter((id) => id !== missing).sort());
    expect(commits.find(({ sha }) => sha === ids[1])).toMatchObject({
      subject: 'change 2',
      parents: [ids[0]],
    });
    expect(result.gaps).toMatchObject([
      { reason: 'failed', detail: expect.stringContaining('4 commits could be read') },
    ]);
  });

  test('a broken repository', async () => {
    const source = createRepository(join(folder, 'broken'));
    source.commit({ message: 'one', at: at(1), files: { a: '' } });
    writeFiles(source.root, { '.git/refs/heads/main': `${'0'.repeat(39)}1\n` });
    expect(await runConnector(connector, source.root)).toMatchObject({ changes: [], gaps: [{}] });
  });

  test('bare and shallow are read and said', async () => {
    const source = createRepository(join(folder, 'full'));
    source.commit({ message: 'one', at: at(1), files: { a: '1' } });
    source.commit({ message: 'two', at: at(2), files: { a: '2' } });
    source.git('clone', '-q', '--bare', source.root, join(folder, 'full.git'));
    source.git('clone', '-q', '--depth=1', `file://${source.root}`, join(folder, 'cut'));
    const bare = await runConnector(connector, join(folder, 'full.git'));
    expect(bare.changes).toHaveLength(2);
    expect(bare.gaps).toMatchObject([{ reason: 'not-covered', detail: 'The repository . is bare.' }]);
    const shallow = await runConnector(connector, join(folder, 'cut'));
    expect(shallow.changes).toHaveLength(1);
    expect(shallow.gaps).toMatchObject([{ detail: 'The repository . is a shallow clone.' }]);
  });

  test('git missing', async () => {
    const source = createRepository(join(folder, 'without-git'));
    source.commit({ message: 'one', at: at(1), files: { a: '1' } });
    const path = process.env['PATH'];
    process.env['PATH'] = join(folder, 'nowhere');
    try {
      expect((await runConnector(connector, source.root)).gaps).toMatchObject([
        { reason: 'failed', detail: expect.stringContaining('no git command') },
      ]);
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('line-history', () => {
  const probe = (root: string, fields: object) =>
    contextFor(root).then((context) =>
      connector.answer?.(
        {
          kind: 'line-history',
          id: 'p1',
          repo: '.',
          revision: 'HEAD',
          path: 'a.ts',
          line: 2,
          endLine: 2,
          ...fields,
        },
        context,
      ),
    );

  test('answers with the commits that touched the line, newest first', async () => {
    const source = createRepository(join(folder, 'lines'));
    const first = source.commit({ message: 'one', at: at(1), files: { 'a.ts': 'a\nb\nc\n' } });
    source.commit({ message: 'elsewhere', at: at(2), files: { 'a.ts': 'A\nb\nc\n' } });
    const third = source.commit({ message: 'here', at: at(3), files: { 'a.ts': 'A\nB\nc\n' } });
    expect(await probe(source.root, {})).toMatchObject({
      answer: {
        kind: 'line-history',
        probeId: 'p1',
        revisions: [
          { commit: third, subject: 'here', evidence: `git:${third}` },
          { commit: first, subject: 'one' },
        ],
      },
      contribution: { evidence: [{ ref: `git:${third}` }, { ref: `git:${first}` }] },
    });
    expect(await probe(source.root, { repo: '../nope' })).toBeNull();
    expect(await probe(source.root, { line: 90, endLine: 99 })).toMatchObject({
      answer: { kind: 'unanswered', probeKind: 'line-history' },
    });
    expect(await probe(source.root, { path: 'nope' })).toMatchObject({ answer: { kind: 'unanswered' } });
  });
});

test.each([
  ['v1.2.3', null, 'v1.2.3'],
  ['1.2.3', null, '1.2.3'],
  ['release-1.2.3', null, '1.2.3'],
  ['release/2024.05.01', null, '2024.05.01'],
  ['checkout-api/v1.2.3', 'checkout-api', 'v1.2.3'],
  ['services/checkout-api/v1.2.3', 'checkout-api', 'v1.2.3'],
  ['checkout-api-v1.2.3-rc.1', 'checkout-api', 'v1.2.3-rc.1'],
  ['CheckoutApi@2.0.0', 'checkout-api', '2.0.0'],
  ['@shop/cart@2.0.0+build.5', 'cart', '2.0.0+build.5'],
  ['payment-v41', 'payment', 'v41'],
  ['pay_ment-2.4.1', 'pay-ment', '2.4.1'],
  ['nightly', null, 'nightly'],
  ['k8s-2', null, 'k8s-2'],
])('tag %s is service %s, version %s', (tag, service, version) => {
  expect(splitTag(tag)).toEqual({ service, version });
});
