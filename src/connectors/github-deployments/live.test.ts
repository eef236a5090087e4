import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { Deployment } from '../../domain/change.ts';
import { parseIso } from '../../domain/time.ts';
import { runConnector } from '../_kit/_testing/connector-run.ts';
import { startStub } from '../_kit/_testing/servers.ts';
import { removeFolder, temporaryFolder } from '../_kit/_testing/temporary-repository.ts';
import { connector } from './index.ts';

type Recorded = Readonly<Record<string, unknown>>;
const recorded = (name: string): readonly Recorded[] =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));
const DEPLOYMENTS = recorded('deployments');
const STATUSES = recorded('deployment_statuses');

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Special = (request: IncomingMessage, response: ServerResponse) => boolean;

/** As api.github.com answers: newest first, in pages that `Link` leads to, by the repository's number. */
async function github(all: readonly Recorded[], special: Special = () => false, pageSize = 1) {
  const stub = await startStub((request, response) => {
    if (special(request, response)) return;
    const url = new URL(request.url ?? '', stub.url);
    const id = /\/deployments\/(\d+)\/statuses$/.exec(url.pathname)?.[1];
    if (id !== undefined) {
      const own = STATUSES.filter((status) => String(status['deployment_url']).endsWith(`/${id}`));
      response.end(JSON.stringify(own));
      return;
    }
    const page = Number(url.searchParams.get('page') ?? '1');
    const link = `<${stub.url}/repositories/1/deployments?per_page=100&page=${page + 1}>; rel="next", <${stub.url}/repositories/1/deployments?page=9>; rel="last"`;
    if (page * pageSize < all.length) response.setHeader('link', link);
    response.end(JSON.stringify(all.slice((page - 1) * pageSize, page * pageSize)));
  });
  stops.push(stub.stop);
  return stub;
}

async function ask(
  config: Readonly<Record<string, unknown>>,
  options: { readonly asOf?: string; readonly environment?: Readonly<Record<string, string>> } = {},
) {
  const folder = temporaryFolder();
  stops.push(async () => removeFolder(folder));
  const { asOf, environment = {} } = options;
  const found = await runConnector(connector, folder, {
    environment,
    request: {
      config: { repository: 'acme/shop', ...config },
      ...(asOf === undefined ? {} : { asOf: parseIso(asOf) }),
    },
  });
  const deployments = found.changes.filter((change): change is Deployment => change.type === 'deployment');
  return { ...found, deployments };
}

test('a repository tells its deployments with their ends, page by page, by GET alone', async () => {
  const stub = await github(DEPLOYMENTS);
  const { deployments, gaps, evidence, coverage } = await ask({ url: stub.url });
  expect(gaps).toEqual([]);
  expect(deployments).toMatchObject([
    {
      service: 'cart',
      version: 'v2.4.1',
      status: 'succeeded',
      finishedAt: parseIso('2024-03-01T10:20:40Z'),
      environment: 'production',
      share: 0.1,
    },
    { service: 'billing', version: 'v1.9.0', status: 'started', rollback: true },
  ]);
  expect(stub.asked).toEqual([
    'GET /repos/acme/shop/deployments?per_page=100',
    'GET /repositories/1/deployments?per_page=100&page=2',
    'GET /repos/acme/shop/deployments/102/statuses?per_page=100',
    'GET /repos/acme/shop/deployments/101/statuses?per_page=100',
  ]);
  expect(evidence.map(({ locator }) => (locator.kind === 'query' ? locator.url : ''))).toContain(
    `${stub.url}/repos/acme/shop/deployments/102`,
  );
  expect(coverage).toMatchObject([
    { what: `deployments of ${stub.url}/repos/acme/shop`, path: null, items: 2 },
  ]);
});

test('what was deployed after the time of the triage is left out, and what is older than the look-back not asked for', async () => {
  const stub = await github(DEPLOYMENTS);
  expect((await ask({ url: stub.url }, { asOf: '2024-03-01T10:00:00Z' })).deployments).toMatchObject([
    { service: 'billing' },
  ]);
  const old = { ...DEPLOYMENTS[1], created_at: '2023-01-01T00:00:00Z' };
  const years = await github([...DEPLOYMENTS, old, old]);
  await ask({ url: years.url, lookbackDays: '30' });
  expect(years.asked.filter((line) => line.includes('page=4'))).toEqual([]);
});

test('endless pages end', async () => {
  const stub = await github(Array.from({ length: 40 }, (_, id) => ({ ...DEPLOYMENTS[0], id })));
  const { gaps, deployments } = await ask({ url: stub.url });
  expect(deployments).toHaveLength(10);
  expect(gaps).toMatchObject([{ reason: 'truncated', detail: expect.stringContaining('10 deployments') }]);
});

test('statuses that cannot be asked for leave the deployments with an unknown end', async () => {
  const stub = await github(DEPLOYMENTS, (request, response) => {
    if (request.url?.includes('/statuses') !== true) return false;
    response.writeHead(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1709294400' });
    response.end('{"message":"API rate limit exceeded"}');
    return true;
  });
  const { deployments, gaps } = await ask({ url: stub.url });
  expect(deployments.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
  expect(gaps).toMatchObject([
    {
      detail: expect.stringContaining('rate limit'),
      nextStep: expect.stringContaining('2024-03-01T12:00:00'),
    },
  ]);
});

test.each([
  { status: 401, body: '{"message":"Bad credentials"}', why: /Bad credentials/ },
  { status: 404, body: '{"message":"Not Found"}', why: /Not Found/ },
  { status: 502, body: '<html>unicorn', why: /unicorn/ },
  { status: 200, body: '{"message":"moved"}', why: /not one of the GitHub API/ },
  { status: 200, body: '[', why: /not JSON/ },
])('$status $body is one gap', async ({ status, body, why }) => {
  const stub = await github([], (_request, response) => {
    response.writeHead(status).end(body);
    return true;
  });
  const { gaps, deployments } = await ask({ url: stub.url });
  expect(deployments).toEqual([]);
  expect(gaps).toMatchObject([{ reason: 'failed', detail: expect.stringMatching(why) }]);
  expect(stub.asked).toHaveLength(1);
});

test('records of a wrong shape are counted', async () => {
  const stub = await github(
    [7, {}, { id: 1, sha: [], created_at: 3 }, ...DEPLOYMENTS] as never,
    () => false,
    50,
  );
  const { deployments, gaps } = await ask({ url: stub.url });
  expect(deployments).toHaveLength(2);
  expect(gaps).toMatchObject([{ reason: 'rejected', detail: expect.stringMatching(/^3 records/) }]);
});

test.each(['shop', 'a/b/c', '../x', 'acme/shop?x'])('%s is no repository', async (repository) => {
  const { gaps } = await ask({ url: 'http://127.0.0.1:1', repository });
  expect(gaps).toMatchObject([{ detail: expect.stringContaining('OWNER/NAME') }]);
});

test('the token of GitHub goes to GitHub alone; another server has its own', async () => {
  let sent: string | undefined;
  const stub = await github([], (request) => {
    sent = request.headers.authorization;
    return false;
  });
  await ask({ url: stub.url }, { environment: { GITHUB_TOKEN: 'a', GH_TOKEN: 'b' } });
  expect(sent).toBeUndefined();
  await ask({ url: stub.url }, { environment: { GITHUB_TOKEN: 'a', GH_ENTERPRISE_TOKEN: 'c' } });
  expect(sent).toBe('Bearer c');
});
