import { execFileSync } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { runConnector } from '../_kit/_testing/connector-run.ts';
import { startStub } from '../_kit/_testing/servers.ts';
import { removeFolder, temporaryFolder } from '../_kit/_testing/temporary-repository.ts';
import { connector } from './index.ts';

const [OLD, NEW] = ['1', '2'].map((digit) => digit.repeat(40));
/** As the API answers it, without addresses. */
const COMPARISON = JSON.stringify({
  url: 'https://api.github.com/repos/acme/shop/compare/1111111111111111111111111111111111111111...2222222222222222222222222222222222222222',
  html_url: 'https://github.com/acme/shop/compare/1111111...2222222',
  base_commit: { sha: '1111111111111111111111111111111111111111' },
  merge_base_commit: {
    sha: '1111111111111111111111111111111111111111',
    commit: {
      author: { name: 'ana', date: '2024-02-28T09:00:00Z' },
      committer: { name: 'ana', date: '2024-02-28T09:00:00Z' },
      message: 'Before',
    },
    parents: [],
  },
  status: 'ahead',
  ahead_by: 1,
  behind_by: 0,
  total_commits: 1,
  commits: [
    {
      sha: '2222222222222222222222222222222222222222',
      commit: {
        author: { name: 'bo', date: '2024-03-01T09:30:00Z' },
        committer: { name: 'GitHub', date: '2024-03-01T09:40:00Z' },
        message: 'Halve the pool\n\nIt was never used.',
      },
      parents: [{ sha: '1111111111111111111111111111111111111111' }],
    },
  ],
  files: [
    {
      sha: '3333333333333333333333333333333333333333',
      filename: 'cart/config.yaml',
      status: 'modified',
      additions: 1,
      deletions: 1,
      changes: 2,
      patch: '@@ -1,2 +1,2 @@\n pool:\n-  size: 40\n+  size: 20',
    },
  ],
});
const deployment = (id: number, sha: string | undefined, createdAt: string, environment = 'production') => ({
  id,
  sha,
  ref: 'cart/v1.0.0',
  task: 'deploy',
  payload: {},
  environment,
  description: '',
  creator: { login: 'ana' },
  created_at: createdAt,
  repository_url: 'https://api.github.com/repos/acme/shop',
});
const DEPLOYMENTS = [
  deployment(3, NEW, '2024-03-01T10:00:00Z'),
  deployment(2, NEW, '2024-02-29T10:00:00Z', 'staging'),
  deployment(1, OLD, '2024-02-28T10:00:00Z'),
];

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function ask(compare: (response: ServerResponse) => void, inClone = false) {
  const stub = await startStub((request, response) => {
    const path = new URL(request.url ?? '', stub.url).pathname;
    if (path.includes('/compare/')) compare(response);
    else response.end(JSON.stringify(path.endsWith('/statuses') ? [] : DEPLOYMENTS));
  });
  stops.push(stub.stop);
  const folder = temporaryFolder();
  stops.push(async () => removeFolder(folder));
  if (inClone) execFileSync('git', ['init', '-q', folder]);
  const found = await runConnector(connector, folder, {
    environment: {},
    request: { config: { url: stub.url, repository: 'acme/shop' } },
  });
  const commits = found.changes.filter(({ type }) => type === 'commit');
  return { ...found, commits, compared: stub.asked.filter((line) => line.includes('/compare/')) };
}

describe('what a deployment brought', () => {
  test('is asked for where no clone is at hand: what ran before against what came, by service and environment', async () => {
    const { commits, compared, gaps, evidence } = await ask((response) => response.end(COMPARISON));
    expect(compared).toEqual([`GET /repos/acme/shop/compare/${OLD}...${NEW}?per_page=250`]);
    expect(gaps).toEqual([]);
    expect(commits).toMatchObject([
      { sha: OLD, subject: 'Before' },
      {
        sha: NEW,
        repo: 'acme/shop',
        parents: [OLD],
        subject: 'Halve the pool',
        body: 'It was never used.',
        actor: 'bo',
        at: Date.UTC(2024, 2, 1, 9, 40),
        files: [{ path: 'cart/config.yaml', status: 'modified', added: 1, deleted: 1 }],
      },
    ]);
    const cited = evidence.findLast(({ kind }) => kind === 'commit');
    expect(cited).toMatchObject({ locator: { kind: 'query', query: '/commits/0' } });
  });

  test('is not asked for beside a clone', async () => {
    expect((await ask((response) => response.end(COMPARISON), true)).compared).toEqual([]);
  });

  test('is unknown where GitHub has the revision no more', async () => {
    const { commits, gaps } = await ask((response) => response.writeHead(404).end('{"message":"Not Found"}'));
    expect([commits, gaps]).toEqual([[], []]);
  });

  test.each([
    [403, '{"message":"API rate limit exceeded"}'],
    [502, '<html>unicorn'],
    [200, '['],
  ])('%i %s is one gap, and the deployments stay', async (status, body) => {
    const { changes, gaps } = await ask((response) => response.writeHead(status).end(body));
    expect(changes.map(({ type }) => type)).toEqual(['deployment', 'deployment', 'deployment']);
    expect(gaps).toHaveLength(1);
  });

  test.each(['{}', '[]', '7', '{"commits":7,"files":[{}]}', '{"commits":[{"sha":"x"}]}'])(
    '%s holds no commits',
    async (body) => {
      expect((await ask((response) => response.end(body))).commits).toEqual([]);
    },
  );
});
