import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Commit } from '../../domain/change.ts';
import type { Contribution } from '../../domain/snapshot.ts';
import { fixturesOf } from '../_contract/connector-contract.ts';
import { runConnector } from '../_kit/_testing/connector-run.ts';
import {
  createRepository,
  removeFolder,
  temporaryFolder,
  writeFiles,
} from '../_kit/_testing/temporary-repository.ts';
import { connector } from './index.ts';

let folder: string;
let count = 0;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => removeFolder(folder));

function evidence(files: Readonly<Record<string, string | Uint8Array>>): string {
  count += 1;
  const root = join(folder, String(count));
  writeFiles(root, files);
  return root;
}

const commitsOf = ({ changes }: Contribution) =>
  changes.filter((change): change is Commit => change.type === 'commit');

function fixtures(...names: readonly string[]) {
  const all = fixturesOf(import.meta.dirname);
  return Object.fromEntries(names.map((name) => [name, all[name] ?? '']));
}

/** A repository of three commits, and what git prints of it. */
function source() {
  count += 1;
  const app = createRepository(join(folder, `app-${count}`));
  const ids = [1, 2, 3].map((minute) =>
    app.commit({
      message: `change ${minute}`,
      at: `2024-03-01T10:0${minute}:00Z`,
      files: { 'svc/wait.yaml': `waitMs: ${minute}00\n` },
    }),
  );
  return { app, ids };
}

test('two files that share a commit are one history; a short id is its long one', async () => {
  const result = await runConnector(connector, evidence(fixtures('git-log.txt', 'recent-commits.txt')));
  expect(result.repositories).toEqual([
    {
      repo: 'git-log.txt',
      head: '7d1c0a52f3be8946a0c2d15e7f9b3864c5a0e1d9',
      branch: 'main',
      files: ['docs/manifest.md', 'services/quay-api/pool.yaml'],
      commitCount: 3,
      firstCommitAt: Date.UTC(2024, 1, 29, 10, 40),
      lastCommitAt: Date.UTC(2024, 2, 4, 8, 20, 5),
      shallow: false,
      inPart: true,
    },
  ]);
  expect(commitsOf(result)).toMatchObject([
    {
      sha: '7d1c0a52f3be8946a0c2d15e7f9b3864c5a0e1d9',
      at: Date.UTC(2024, 2, 4, 8, 20, 5),
      authoredAt: Date.UTC(2024, 2, 4, 8, 12, 40),
      parents: ['1b9e44d07c6f52a8e3d0b7164f8a95c2e06d73fb'],
      files: [{ path: 'services/quay-api/pool.yaml', added: 1, deleted: 1 }],
      evidence: ['git:git-log.txt:1'],
    },
    { parents: ['0c83f6a'], evidence: ['git:git-log.txt:22', 'git:recent-commits.txt:1'] },
    { sha: '0c83f6a', parents: [], files: [], filesUnknown: true },
  ]);
  expect(result.tags).toMatchObject([{ tag: 'quay-api/v3.4.1', service: 'quay-api', version: 'v3.4.1' }]);
  expect(result.gaps.map(({ reason }) => reason)).toEqual(['not-covered']);
  expect(result.coverage.map(({ path, items, notes }) => [path, items, notes])).toEqual([
    ['git-log.txt', 2, ['with differences']],
    ['recent-commits.txt', 2, ['tells of the same history as git-log.txt']],
  ]);
});

test('a commit that a repository holds is not told twice; what it lacks is added', async () => {
  const { app, ids } = source();
  const text = app.git('log', '--stat');
  app.git('reset', '--quiet', '--hard', 'HEAD~1');
  writeFiles(app.root, { 'git-log.txt': text });
  const result = await runConnector(connector, app.root);
  expect(
    commitsOf(result)
      .map(({ sha, repo }) => [sha, repo])
      .sort(),
  ).toEqual(
    [
      [ids[0], '.'],
      [ids[1], '.'],
      [ids[2], 'git-log.txt'],
    ].sort(),
  );
  expect(result.repositories.map(({ repo }) => repo)).toEqual(['.']);
  expect(result.coverage.find(({ path }) => path === 'git-log.txt')?.notes).toContain(
    '2 of them are in a repository',
  );
});

test('a patch for other software beside a repository is left alone', async () => {
  const { app } = source();
  const other = createRepository(join(folder, 'lib'));
  other.commit({ message: 'fix', at: '2023-01-01T00:00:00Z', files: { 'lib.c': 'x\n' } });
  writeFiles(app.root, { 'patches/lib.patch': other.git('format-patch', '--stdout', '--root', 'HEAD') });
  const result = await runConnector(connector, app.root);
  expect(commitsOf(result).every(({ repo }) => repo === '.')).toBe(true);
  expect(result.coverage.find(({ path }) => path === 'patches/lib.patch')?.notes[0]).toMatch(/^left alone/);
});

test('the parent of a single commit goes by the only name that it has', async () => {
  const { app, ids } = source();
  const root = evidence({ 'show.txt': `${app.git('show', 'HEAD')}\n` });
  expect(commitsOf(await runConnector(connector, root))).toMatchObject([
    { sha: ids[2], parents: [`${ids[2]}^`] },
  ]);
});

test('a history from its very beginning is known whole', async () => {
  const { app } = source();
  const [repository] = (await runConnector(connector, evidence({ 'log.txt': app.git('log', '-p') })))
    .repositories;
  expect(repository).not.toHaveProperty('inPart');
});

test('a history without differences says what it lacks', async () => {
  const { app } = source();
  const result = await runConnector(connector, evidence({ log: app.git('log') }));
  expect(result.gaps).toMatchObject([
    { reason: 'not-covered', nextStep: expect.stringContaining('git log -p') },
  ]);
  expect(commitsOf(result).every(({ filesUnknown }) => filesUnknown === true)).toBe(true);
});

test('a difference that names no commit is a gap that says how to save it', async () => {
  const { app } = source();
  const result = await runConnector(connector, evidence({ 'release.diff': app.git('diff', 'HEAD~1') }));
  expect(commitsOf(result)).toEqual([]);
  expect(result.gaps.map(({ detail }) => detail)).toContain(
    'release.diff holds a difference of 1 file and does not say of which commit.',
  );
});

test('a comparison that a forge answered gives its commit and what it changed', async () => {
  const result = await runConnector(connector, evidence(fixtures('compare-v1.8.0-v1.8.1.json')));
  expect(commitsOf(result)).toMatchObject([
    {
      sha: '5e'.repeat(20),
      subject: 'fix(berths): ask the tide service less often (#212)',
      parents: ['70'.repeat(20)],
      files: [{ path: 'berths/tide.ts', added: 1, deleted: 1 }],
    },
    { sha: '70'.repeat(20), filesUnknown: true },
  ]);
  expect(result.evidence[0]?.locator).toMatchObject({ kind: 'json-pointer' });
});
