import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { Contribution } from '../../domain/snapshot.ts';
import { contextFor, runConnector } from '../_kit/_testing/connector-run.ts';
import { freePort, startStub } from '../_kit/_testing/servers.ts';
import { removeFolder, temporaryFolder } from '../_kit/_testing/temporary-repository.ts';
import { connector } from './index.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

interface Item {
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const itemsOf = (name: string): readonly Item[] =>
  JSON.parse(readFileSync(`${fixtures}/${name}.json`, 'utf8')).items;

const RESOURCES: Readonly<Record<string, readonly [kind: string, items: readonly Item[]]>> = {
  deployments: ['Deployment', itemsOf('rollouts').filter(({ kind }) => kind === 'Deployment')],
  replicasets: ['ReplicaSet', itemsOf('rollouts').filter(({ kind }) => kind === 'ReplicaSet')],
  pods: ['Pod', itemsOf('pods')],
  events: ['Event', itemsOf('events')],
  nodes: ['Node', itemsOf('nodes')],
  statefulsets: ['StatefulSet', []],
  daemonsets: ['DaemonSet', []],
  controllerrevisions: ['ControllerRevision', []],
  jobs: ['Job', []],
};

/** Answers as an API server does: typed lists whose items do not repeat their kind, in pages; a `Status` for what is not there. */
function answer(url: URL, response: ServerResponse, pageSize: number): void {
  const match = /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([a-z]+)$/.exec(url.pathname);
  const [kind, all] = RESOURCES[match?.[2] ?? ''] ?? [];
  if (kind === undefined || all === undefined) {
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 };
    response.writeHead(404).end(JSON.stringify(status));
    return;
  }
  const items = all.filter(({ metadata }) => match?.[1] === undefined || metadata.namespace === match[1]);
  const from = Number(url.searchParams.get('continue') ?? '0');
  const rest = items.length - from - pageSize;
  const metadata = {
    resourceVersion: '900',
    ...(rest > 0 ? { continue: String(from + pageSize), remainingItemCount: rest } : {}),
  };
  const page = items.slice(from, from + pageSize).map(({ kind: _, ...item }) => item);
  response.end(JSON.stringify({ kind: `${kind}List`, apiVersion: 'v1', metadata, items: page }));
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Special = (url: URL, response: ServerResponse) => boolean;

async function cluster(special: Special = () => false, pageSize = 500) {
  const stub = await startStub((request, response) => {
    const url = new URL(request.url ?? '', 'http://stub');
    if (!special(url, response)) answer(url, response, pageSize);
  });
  stops.push(stub.stop);
  return stub;
}

async function ask(config: unknown, environment: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder();
  stops.push(async () => removeFolder(folder));
  return runConnector(connector, folder, { environment, request: { config } });
}

/** Without what names the place. */
const told = ({ changes, platformFacts, instances, serviceFacts }: Contribution) =>
  [changes, platformFacts, instances, serviceFacts].map((list) =>
    list.map(({ evidence: _, ...rest }) => ({ ...rest, id: null })).sort(byText),
  );
const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

test('a cluster says what the same objects in files say, page by page, by GET alone', async () => {
  const saved = await runConnector(connector, fixtures);
  const stub = await cluster(() => false, 1);
  const asked = await ask({ url: stub.url });
  expect(told(asked)).toEqual(told(saved));
  expect(asked.gaps).toEqual([]);
  expect(stub.asked.filter((line) => line.includes('/replicasets'))).toEqual([
    'GET /apis/apps/v1/replicasets?limit=500',
    'GET /apis/apps/v1/replicasets?limit=500&continue=1',
    'GET /apis/apps/v1/replicasets?limit=500&continue=2',
    'GET /apis/apps/v1/replicasets?limit=500&continue=3',
  ]);
  expect(stub.asked.every((line) => line.startsWith('GET /api'))).toBe(true);
});

test('evidence names the object at its own address', async () => {
  const stub = await cluster();
  const { changes, evidence, coverage } = await ask({ url: stub.url });
  const cart = changes.find(({ summary }) => summary.includes('cart v2.4.0'));
  const piece = evidence.find(({ ref }) => ref === cart?.evidence[0]);
  expect(piece?.locator).toEqual({
    kind: 'query',
    url: `${stub.url}/apis/apps/v1/namespaces/shop/replicasets/cart-5b8f6d7c94`,
    query: '/metadata',
    from: null,
    to: null,
  });
  expect(coverage.map(({ what, path }) => [what, path])).toEqual([
    [`deployments of ${stub.url}`, null],
    [`instances of ${stub.url}`, null],
    [`platform of ${stub.url}`, null],
  ]);
});

test('an object that lies in a file too is one', async () => {
  const stub = await cluster();
  const saved = await runConnector(connector, fixtures);
  const both = await runConnector(connector, fixtures, { request: { config: { url: stub.url } } });
  expect(told(both)).toEqual(told(saved));
});

test('one namespace is asked for where it is named', async () => {
  const stub = await cluster();
  await ask({ url: stub.url, namespace: 'shop' });
  expect(stub.asked).toContain('GET /apis/apps/v1/namespaces/shop/deployments?limit=500');
  expect(stub.asked).toContain('GET /api/v1/nodes?limit=500');
  const { gaps } = await ask({ url: stub.url, namespace: 'x/../..' });
  expect(gaps).toMatchObject([
    { reason: 'failed', detail: expect.stringContaining('no name of a namespace') },
  ]);
});

test('a kind that may not be read is a gap of that kind', async () => {
  const stub = await cluster((url, response) => {
    if (!url.pathname.endsWith('/nodes')) return false;
    const status = { kind: 'Status', status: 'Failure', message: 'nodes is forbidden', code: 403 };
    response.writeHead(403).end(JSON.stringify(status));
    return true;
  });
  const { gaps, changes } = await ask({ url: stub.url });
  expect(changes.length).toBeGreaterThan(3);
  expect(gaps).toMatchObject([
    {
      detail: expect.stringContaining('nodes is forbidden'),
      nextStep: expect.stringContaining('list on nodes'),
    },
  ]);
});

test('what was read before a page failed is kept', async () => {
  const stub = await cluster((url, response) => {
    if (url.searchParams.get('continue') === null || !url.pathname.endsWith('/replicasets')) return false;
    response.writeHead(410).end('{"kind":"Status","reason":"Expired","code":410}');
    return true;
  }, 2);
  const { gaps, changes } = await ask({ url: stub.url });
  expect(gaps).toMatchObject([{ detail: expect.stringContaining('410') }]);
  expect(changes.some(({ service }) => service === 'cart')).toBe(true);
});

test.each([
  { name: 'a token that is not valid', status: 401, body: '', why: /401/ },
  { name: 'a server that is asked too often', status: 429, body: '', why: /429/ },
  { name: 'a server in trouble', status: 500, body: 'etcd is down', why: /etcd is down/ },
  { name: 'another server', status: 200, body: '{"swagger":"2.0"}', why: /not one of the Kubernetes API/ },
  { name: 'a login page', status: 200, body: '<html>', why: /not JSON/ },
])('$name is one gap, and little is asked', async ({ status, body, why }) => {
  const stub = await cluster((_url, response) => {
    response.writeHead(status).end(body);
    return true;
  });
  const { gaps, changes } = await ask({ url: stub.url });
  expect(changes).toEqual([]);
  expect(gaps).toMatchObject([
    { source: 'kubernetes', reason: 'failed', detail: expect.stringMatching(why) },
  ]);
  expect(stub.asked.length).toBeLessThanOrEqual(3);
});

test('nobody there is one gap', async () => {
  const { gaps } = await ask({ url: `http://127.0.0.1:${await freePort()}` });
  expect(gaps).toMatchObject([{ detail: expect.stringContaining('ECONNREFUSED') }]);
});

test('objects of a wrong shape are counted', async () => {
  const stub = await cluster((url, response) => {
    if (!url.pathname.endsWith('/pods')) return false;
    const items = [7, null, {}, { metadata: { name: [] } }, ...(RESOURCES['pods']?.[1] ?? [])];
    response.end(JSON.stringify({ kind: 'PodList', metadata: { continue: '' }, items }));
    return true;
  });
  const { gaps, instances } = await ask({ url: stub.url });
  expect(instances.length).toBe(3);
  expect(gaps).toMatchObject([{ reason: 'rejected', detail: expect.stringMatching(/^4 objects of http/) }]);
});

test('the token is sent and never told', async () => {
  const stub = await cluster((_url, response) => {
    response.writeHead(401).end(`Bearer ${response.req.headers.authorization}`);
    return true;
  });
  const found = await ask({ url: stub.url }, { KUBERNETES_TOKEN: 'k8s-t0ken' });
  expect(found.gaps).toMatchObject([{ detail: expect.stringContaining('[redacted]') }]);
  expect(JSON.stringify(found)).not.toContain('k8s-t0ken');
});

test('nothing is asked where it is not named, and a stopped run says so', async () => {
  const stub = await cluster();
  await ask(null);
  expect(stub.asked).toEqual([]);
  const controller = new AbortController();
  controller.abort();
  const context = await contextFor(fixtures, { signal: controller.signal });
  const nothing = { files: [], asOf: null, since: null, until: null, zone: null, knownServices: [] };
  await expect(connector.collect({ ...nothing, config: { url: stub.url } }, context)).rejects.toMatchObject({
    code: 'interrupted',
  });
});
