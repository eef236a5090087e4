import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fileWithHead, runConnector, runOnFiles } from '../_kit/_testing/connector-run.ts';
import { criticalityOf, pathOf, readReference } from './entity.ts';
import { connector } from './index.ts';

async function collect(text: string) {
  return runOnFiles(connector, { 'catalog-info.yaml': text }, { choose: () => true });
}

function component(name: string, rest = ''): string {
  return `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${name}\nspec:\n  type: service\n${rest}`;
}

test('components and resources are nodes; relations are edges, APIs lead to their providers', async () => {
  const root = fileURLToPath(new URL('fixtures', import.meta.url));
  const { serviceFacts, edges, gaps, evidence } = await runConnector(connector, root);
  const rows = serviceFacts.map(({ name, kind, criticality, userFacing, path, owner, language, aliases }) => [
    ...[name, kind, criticality, userFacing, path, owner, language],
    ...aliases,
  ]);
  expect(rows).toEqual([
    [
      'storefront',
      'service',
      'critical',
      true,
      'apps/storefront',
      'team-web',
      'typescript',
      'Storefront Web',
    ],
    ['cart', 'service', 'high', null, null, 'team-cart', null, 'cart-svc'],
    ['billing', 'service', null, null, null, 'team-money', 'go'],
    ['cart-db', 'datastore', null, null, null, 'team-cart', null],
    ['acquirer', 'external', null, null, null, 'team-money', null],
    ['invoices', 'queue', null, null, null, 'team-money', null],
    ['mailer', 'service', null, null, 'mailer', 'ana', null],
  ]);
  expect(serviceFacts[2]?.deploy).toMatchObject({ platform: 'argo-cd', name: 'billing-prod' });
  expect(edges.map(({ from, to }) => `${from} > ${to}`)).toEqual([
    'storefront > cart',
    'storefront > billing',
    'cart > cart-db',
    'cart > billing',
    'billing > acquirer',
    'billing > invoices',
    'mailer > invoices',
  ]);
  expect(edges.every(({ source }) => source === 'catalog')).toBe(true);
  expect(evidence.find(({ ref }) => ref === edges[0]?.evidence[0])?.excerpt).toBe('- component:default/cart');
  expect(gaps).toEqual([]);
});

test.each([
  [
    'two owners',
    `${component('cart', '  owner: a')}\n---\n${component('cart', '  owner: b')}`,
    /cart more than one owner/,
  ],
  ['a placeholder for a name', component('"{{ name }}"'), /1 documents/],
  ['references that are none', component('cart', '  dependsOn: [7, {}, "a b c"]'), /3 references/],
  ['another kind of YAML', 'a: 1\n', /1 documents/],
  ['cut off', `${component('cart')}\n---\nkind: [`, /1 documents/],
])('%s: a gap', async (_name, text, detail) => {
  const { gaps } = await collect(text);
  expect(gaps).toHaveLength(1);
  expect(gaps[0]?.detail).toMatch(detail);
});

test('a cycle of dependencies and a self-reference are no trouble', async () => {
  const { edges } = await collect(
    `${component('a', '  dependsOn: [component:b, component:a]')}\n---\n${component('b', '  dependsOn: [component:a]')}`,
  );
  expect(edges.map(({ from, to }) => `${from} > ${to}`)).toEqual(['a > b', 'b > a']);
});

test.each([
  ['component:default/Cart', { kind: 'component', name: 'cart' }],
  ['cart', { kind: 'fallback', name: 'cart' }],
  ['Resource:cart_db', { kind: 'resource', name: 'cart-db' }],
  ['not a reference', null],
  [7, null],
])('reference %j', (written, want) => {
  expect(readReference(written, 'fallback')).toEqual(want);
});

test.each([
  [{ tags: ['tier-1'] }, 'critical'],
  [{ tags: ['x', 'Tier3'] }, 'medium'],
  [{ labels: { tier: '2' } }, 'high'],
  [{ annotations: { 'example.com/criticality': 'low' } }, 'low'],
  [{ annotations: { 'example.com/tier': 'tier1' } }, 'critical'],
  [{ tags: ['frontier-1', 7], labels: { tier: 'constructor' } }, null],
  [{}, null],
])('criticality of %j', (metadata, want) => {
  expect(criticalityOf({ metadata })).toBe(want);
});

test.each([
  ['url:https://git.example/o/r/tree/main/services/cart/', 'services/cart'],
  ['url:https://git.example/o/r/-/blob/main/a/b', 'a/b'],
  ['dir:./services/cart', 'services/cart'],
  ['url:https://git.example/o/r/', null],
  ['dir:../../etc', null],
])('source location %s', (location, want) => {
  expect(pathOf({ metadata: { annotations: { 'backstage.io/source-location': location } } })).toBe(want);
});

test.each([
  ['any.yaml', 'apiVersion: backstage.io/v1alpha1\nkind: Component\n', 0.95],
  ['catalog-info.yaml', 'apiVersion: v1\nkind: Service\n', 0],
  ['x.json', 'apiVersion: backstage.io/v1alpha1\n', 0],
])('%s %j is recognised as %d', (path, head, want) => {
  expect(connector.recognise(fileWithHead(path, head))).toBe(want);
});
