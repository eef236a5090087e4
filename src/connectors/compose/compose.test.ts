import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fileWithHead, runConnector, runOnFiles } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';

async function collect(text: string, path = 'docker-compose.yml') {
  return runOnFiles(connector, { [path]: text }, { choose: () => true });
}

test('services with their folders, stores and queues by image, edges from depends_on, links and environment', async () => {
  const root = fileURLToPath(new URL('fixtures', import.meta.url));
  const { serviceFacts, edges, gaps, evidence } = await runConnector(connector, root);
  expect(serviceFacts.map(({ name, kind, path, aliases }) => [name, kind, path, ...aliases])).toEqual([
    ['storefront', 'service', 'apps/storefront'],
    ['cart', 'service', 'services/cart', 'store-cart'],
    ['billing', 'service', null],
    ['cart-db', 'datastore', null],
    ['sessions', 'datastore', null],
    ['broker', 'queue', null],
    ['acquirer', 'external', null, 'api.acquirer.example'],
  ]);
  expect(edges.map(({ from, to }) => `${from} > ${to}`)).toEqual([
    'storefront > cart',
    'cart > cart-db',
    'cart > billing',
    'cart > broker',
    'billing > sessions',
    'billing > acquirer',
  ]);
  expect(evidence.find(({ ref }) => ref === edges[2]?.evidence[0])?.excerpt).toBe(
    'BILLING_URL: http://billing:8081',
  );
  expect(gaps).toEqual([]);
});

test.each([
  {
    name: 'a file below a folder: builds are relative to it',
    path: 'deploy/compose.yaml',
    text: 'services:\n  a:\n    build: ../services/a\n  b:\n    build: .\n  c:\n    build: ../../elsewhere\n  d:\n    build: https://git.example/x.git\n',
    want: ['a service services/a', 'b service deploy', 'c service null', 'd service null'],
  },
  {
    name: 'all is handed to the build: the recipe tells whose folder it is, unless recipes lie together',
    path: 'compose.yaml',
    text: 'services:\n  a:\n    build: {context: ., dockerfile: src/Shop.Carts/Dockerfile}\n  b:\n    build: {context: ., dockerfile: docker/b/Dockerfile}\n  c:\n    build: {context: apps/c, dockerfile: build/Dockerfile}\n',
    want: ['a service src/Shop.Carts', 'b service .', 'c service apps/c'],
  },
  {
    name: 'what is built here is ours, whatever its image is called',
    path: 'compose.yaml',
    text: 'services:\n  cache:\n    image: redis\n    build: ./cache\n',
    want: ['cache service cache'],
  },
])('$name', async ({ path, text, want }) => {
  const { serviceFacts } = await collect(text, path);
  expect(serviceFacts.map(({ name, kind, path: built }) => `${name} ${kind} ${built}`)).toEqual(want);
});

test('cycles, unknown names and itself give no wrong edge', async () => {
  const { edges } = await collect(
    'services:\n  a:\n    image: x\n    depends_on: [b, a, nobody, 7]\n    environment: {SELF_URL: "http://a:1", OTHER: "http://localhost:2", N: 5}\n  b:\n    image: x\n    depends_on: {a: null}\n',
  );
  expect(edges.map(({ from, to }) => `${from} > ${to}`)).toEqual(['a > b', 'b > a']);
});

test.each([
  ['services of wrong types', 'services:\n  a: 1\n  b:\n    image: x\n  "c d": {image: x}\n', 1],
  ['no compose file', 'a: 1\n', 0],
  ['a list', '- 1\n', 0],
  ['empty', '', 0],
  ['cut off', 'services:\n  a: {image: [\n', 0],
])('%s: a gap', async (_name, text, services) => {
  const { serviceFacts, gaps } = await collect(text);
  expect(serviceFacts).toHaveLength(services);
  expect(gaps).toMatchObject([{ reason: 'rejected' }]);
});

test.each([
  ['docker-compose.prod.yml', 'services:\n  a:\n    image: x\n', 0.95],
  ['docker-compose.yml', 'services:\n  a: { image: x, depends_on: [b] }\n', 0.95],
  ['stack.yaml', 'version: "3"\nservices:\n  a:\n    build: x\n', 0.6],
  ['values.yaml', 'services:\n  a:\n    image: x\nreplicas: 3\n', 0],
  ['docker-compose.yml', 'services: {}\n', 0],
  ['x.json', 'services:\n  a:\n    image: x\n', 0],
])('%s %j is recognised as %d', (path, head, want) => {
  expect(connector.recognise(fileWithHead(path, head))).toBe(want);
});
