import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { Deployment } from '../../domain/change.ts';
import { parseIso } from '../../domain/time.ts';
import { runConnector } from '../_kit/_testing/connector-run.ts';
import { startStub } from '../_kit/_testing/servers.ts';
import { removeFolder, temporaryFolder } from '../_kit/_testing/temporary-repository.ts';
import { connector } from './index.ts';

/** As the server lists them: without kind and apiVersion. */
const applications: readonly { readonly metadata: { readonly name: string } }[] = JSON.parse(
  readFileSync(new URL('fixtures/applications.json', import.meta.url), 'utf8'),
).items.map(({ kind: _, apiVersion: __, ...rest }: Readonly<Record<string, unknown>>) => rest);

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function server(answer: (response: ServerResponse) => void) {
  const stub = await startStub((_request, response) => answer(response));
  stops.push(stub.stop);
  return stub;
}

const lists = (items: unknown) => (response: ServerResponse) =>
  void response.end(JSON.stringify({ metadata: { resourceVersion: '7' }, items }));

async function ask(config: unknown, asOf?: string) {
  const folder = temporaryFolder();
  stops.push(async () => removeFolder(folder));
  const environment = { ARGOCD_TOKEN: 'arg0-t0ken' };
  return runConnector(connector, folder, {
    environment,
    request: { config, ...(asOf === undefined ? {} : { asOf: parseIso(asOf) }) },
  });
}

test('a server tells the history of its Applications, asked once', async () => {
  const stub = await server(lists(applications));
  const { changes, serviceFacts, evidence, gaps, coverage } = await ask({ url: stub.url, project: 'shop' });
  expect(gaps).toEqual([]);
  const deployments = changes.filter((change): change is Deployment => change.type === 'deployment');
  expect(deployments.map(({ service, version, status }) => [service, version, status])).toContainEqual([
    'cart',
    'v2.4.0',
    'succeeded',
  ]);
  expect(stub.asked).toHaveLength(1);
  expect(stub.asked[0]).toMatch(/^GET \/api\/v1\/applications\?projects=shop&fields=items\.metadata%2C/);
  const piece = evidence.find(({ ref }) => ref === deployments[0]?.evidence[0]);
  expect(piece?.locator).toEqual({
    kind: 'query',
    url: `${stub.url}/api/v1/applications/cart-production`,
    query: '/status/history/0',
    from: null,
    to: null,
  });
  expect(serviceFacts[0]).toMatchObject({ name: 'cart', deploy: { platform: 'argo-cd' } });
  expect(coverage).toMatchObject([{ what: `deployments of ${stub.url}`, path: null, rejected: 0 }]);
});

test('what was synced after the time of the triage is left out', async () => {
  const stub = await server(lists(applications));
  const all = await ask({ url: stub.url });
  const early = await ask({ url: stub.url }, '2024-02-29T00:00:00Z');
  expect(early.changes.length).toBeLessThan(all.changes.length);
});

test('a server without Applications is no failure', async () => {
  const stub = await server(lists(null));
  expect(await ask({ url: stub.url })).toMatchObject({ changes: [], gaps: [] });
});

test.each([
  { status: 401, body: '{"error":"no session information","code":16}', why: /no session information/ },
  { status: 403, body: '{"error":"permission denied","code":7}', why: /permission denied/ },
  { status: 503, body: 'no healthy upstream', why: /no healthy upstream/ },
  { status: 307, body: '', why: /redirects/ },
  { status: 200, body: '<!doctype html>', why: /not JSON/ },
  { status: 200, body: '[]', why: /not one of the Argo CD API/ },
])('$status $body is one gap', async ({ status, body, why }) => {
  const stub = await server((response) => void response.writeHead(status).end(body));
  const found = await ask({ url: stub.url });
  expect(found.changes).toEqual([]);
  expect(found.gaps).toMatchObject([
    { source: 'argo-cd', reason: 'failed', detail: expect.stringMatching(why) },
  ]);
  expect(JSON.stringify(found)).not.toContain('arg0-t0ken');
});

test('Applications of a wrong shape are counted', async () => {
  const stub = await server(lists([7, {}, { metadata: { name: 'x' }, spec: 3 }, ...applications]));
  const { gaps, changes } = await ask({ url: stub.url });
  expect(gaps).toMatchObject([{ reason: 'rejected', detail: expect.stringMatching(/^3 records of http/) }]);
  expect(changes.length).toBeGreaterThan(0);
});
