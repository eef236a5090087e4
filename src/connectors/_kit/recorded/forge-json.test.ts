import { describe, expect, test } from 'vitest';
import { fileWithHead } from '../_testing/connector-run.ts';
import { isForgeHistory, readForgeHistory } from './forge-json.ts';
import { joinHistories } from './histories.ts';

const [A, B, C] = ['a1', 'b2', 'c3'].map((part) => part.repeat(20)) as [string, string, string];
const at = (minute: number) => `2024-03-04T09:0${minute}:00Z`;
const ms = (minute: number) => Date.UTC(2024, 2, 4, 9, minute);

const github = (sha: string, minute: number, parent: string, more: object = {}) => ({
  sha,
  commit: {
    author: { name: 'Ines', date: at(minute) },
    committer: { name: 'GitHub', date: at(minute + 1) },
    message: `fix: ${minute}\n\nWhy.`,
  },
  parents: [{ sha: parent }],
  ...more,
});
const gitlab = (sha: string, minute: number, parent: string) => ({
  id: sha,
  short_id: sha.slice(0, 8),
  parent_ids: [parent],
  title: `fix: ${minute}`,
  message: `fix: ${minute}\n`,
  author_name: 'Ines',
  authored_date: at(minute),
  committed_date: at(minute),
});
const HUNK = '@@ -2,3 +2,3 @@ pool:\n   min: 2\n-  max: 40\n+  max: 4\n   idle: 30';
const FILE = { filename: 'svc/pool.yaml', status: 'modified', additions: 1, deletions: 1, patch: HUNK };
const recognised = (value: unknown) => isForgeHistory(fileWithHead('x.json', JSON.stringify(value)));
const read = (value: unknown) => readForgeHistory(JSON.stringify(value));

describe('lists of commits', () => {
  const forms: readonly { name: string; value: unknown; place: string }[] = [
    { name: 'GitHub', value: [github(A, 3, B)], place: '/0' },
    { name: 'GitLab', value: [gitlab(A, 3, B)], place: '/0' },
    {
      name: 'Bitbucket',
      value: {
        values: [
          {
            type: 'commit',
            hash: A,
            date: at(3),
            message: 'fix: 3\n',
            author: { raw: 'Ines <i@x>' },
            parents: [{ hash: B }],
          },
        ],
      },
      place: '/values/0',
    },
    {
      name: 'Azure DevOps',
      value: {
        count: 1,
        value: [
          {
            commitId: A,
            comment: 'fix: 3',
            author: { name: 'Ines', date: at(3) },
            committer: { date: at(3) },
            parents: [B],
          },
        ],
      },
      place: '/value/0',
    },
  ];
  test.each(forms)('$name', ({ value, place }) => {
    expect(recognised(value)).toBe(true);
    const { commits, rejected } = read(value);
    expect(rejected).toBe(0);
    expect(commits).toMatchObject([
      {
        sha: A,
        subject: 'fix: 3',
        author: 'Ines',
        authoredAt: ms(3),
        parents: [B],
        files: null,
        place: { pointer: place },
      },
    ]);
  });

  test('a pull request is a commit where it was merged', () => {
    const merged = {
      number: 7,
      title: 'Keep fewer',
      merged_at: at(3),
      merge_commit_sha: A,
      user: { login: 'ines' },
    };
    const { commits, rejected } = read([merged, { ...merged, merged_at: null }]);
    expect([commits.map(({ subject }) => subject), rejected]).toEqual([['Keep fewer (#7)'], 0]);
  });
});

describe('what a commit changed', () => {
  test('a single commit of GitHub has its files and hunks', () => {
    const { commits } = read(
      github(A, 3, B, { files: [FILE, { filename: 'logo.png', status: 'added', additions: 0 }] }),
    );
    expect(commits[0]?.files).toEqual([
      { path: 'svc/pool.yaml', oldPath: null, status: 'modified', added: 1, deleted: 1 },
      { path: 'logo.png', oldPath: null, status: 'added', added: 0, deleted: null },
    ]);
    expect(commits[0]?.patches?.[0]?.hunks).toMatchObject([
      { oldStart: 2, oldLines: 3, newStart: 2, newLines: 3 },
    ]);
  });

  const compare = (commits: readonly object[]) => ({
    url: 'https://api.github.com/repos/o/r/compare/x...y',
    base_commit: github(C, 1, 'd4'.repeat(20)),
    merge_base_commit: github(C, 1, 'd4'.repeat(20)),
    total_commits: commits.length,
    commits,
    files: [FILE],
  });

  test('a comparison over one commit is what that commit changed', () => {
    const value = compare([github(A, 3, C)]);
    expect(recognised(value)).toBe(true);
    const { commits } = read(value);
    expect(commits.map(({ sha, files }) => [sha, files?.length ?? null])).toEqual([
      [C, null],
      [A, 1],
    ]);
  });

  test('over several it is known at the last, and of none alone', () => {
    const { commits } = read(compare([github(B, 2, C), github(A, 3, B)]));
    expect(commits.map(({ sha, files, patches }) => [sha, files, patches?.length ?? null])).toEqual([
      [C, null, null],
      [B, null, null],
      [A, null, 1],
    ]);
    const [history] = joinHistories([
      { path: 'compare.json', read: { commits, loose: [], rejected: 0, truncated: false } },
    ]);
    expect(history?.commits.map(({ sha }) => sha)).toEqual([A, B, C]);
  });

  test('a long comparison is told by its beginning', () => {
    const head = JSON.stringify({
      ...compare([github(A, 3, C)]),
      files: [{ ...FILE, patch: 'x'.repeat(90_000) }],
    });
    expect(isForgeHistory(fileWithHead('compare.json', head.slice(0, 65_536)))).toBe(true);
  });

  test('GitLab tells what is new, gone and moved', () => {
    const diff = {
      old_path: 'a',
      new_path: 'b',
      new_file: false,
      renamed_file: true,
      deleted_file: false,
      diff: '',
    };
    const value = {
      commit: gitlab(A, 3, B),
      commits: [gitlab(A, 3, B)],
      diffs: [
        diff,
        {
          ...diff,
          old_path: 'c',
          new_path: 'c',
          renamed_file: false,
          new_file: true,
          diff: '@@ -0,0 +1 @@\n+x\n',
        },
      ],
    };
    expect(recognised(value)).toBe(true);
    expect(read(value).commits[0]?.files).toEqual([
      { path: 'b', oldPath: 'a', status: 'renamed', added: 0, deleted: 0 },
      { path: 'c', oldPath: null, status: 'added', added: 1, deleted: 0 },
    ]);
  });
});

test.each([
  ['a deployment that names its commit', [{ id: 1, sha: A, environment: 'production', created_at: at(1) }]],
  [
    'a deployment of GitLab',
    [{ id: 42, iid: 2, status: 'success', deployable: { commit: gitlab(A, 3, B) } }],
  ],
  ['a run of a workflow', { workflow_runs: [{ id: 1, head_sha: A, head_commit: { id: A, message: 'x' } }] }],
  ['packages', { name: 'x', dependencies: { y: '1' } }],
])('%s is no history', (_, value) => {
  expect(recognised(value)).toBe(false);
});

test.each([
  '',
  'null',
  '[null,1]',
  '{"commits":[{"sha":7}]}',
  '[{"sha":"zz","commit":{"message":1}}]',
  '{"commits":{}}',
])('hostile: %s', (text) => {
  expect(readForgeHistory(text).commits).toEqual([]);
  expect(readForgeHistory(text).rejected).toBeGreaterThan(0);
});
