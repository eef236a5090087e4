import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fileWithHead, runConnector } from '../_kit/_testing/connector-run.ts';
import { decodeGraph } from './decode.ts';
import { connector } from './index.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

test.each([
  ['kiali-graph.json', [['storefront', 'cart']]],
  [
    'dependencies.json',
    [
      ['storefront', 'cart'],
      ['cart', 'ledger'],
    ],
  ],
])('%s says who calls whom', async (name, want) => {
  const { edges, gaps, coverage } = await runConnector(connector, fixtures, {
    choose: ({ path }) => path === name,
  });
  expect(gaps).toEqual([]);
  expect(edges.map(({ from, to }) => [from, to])).toEqual(want);
  expect(coverage[0]?.items).toBe(want.length);
});

test.each([
  ['Zipkin', [{ parent: 'shop', child: 'cart', callCount: 3, errorCount: 0 }], 1],
  [
    'nodes and links',
    {
      nodes: [
        { id: '1', name: 'shop' },
        { id: '2', name: 'cart' },
      ],
      links: [{ source: '1', target: '2' }],
    },
    1,
  ],
  ['a loop', { nodes: [{ id: '1', name: 'shop' }], edges: [{ source: '1', target: '1' }] }, 0],
])('%s', (_name, document, edges) => {
  expect(decodeGraph(document)?.edges).toHaveLength(edges);
});

test.each([[{}], [[]], [null], [{ data: [{ from: 'a', to: 'b' }] }], [{ nodes: [1], edges: [2] }]])(
  '%j is none',
  (document) => {
    expect(decodeGraph(document)).toBeNull();
  },
);

test('mails and deployments are none', () => {
  for (const head of [
    '[{"from":"a@b.c","to":"d@e.f","subject":"x"}]',
    '{"source":"git","target":"prod","version":"1"}',
  ])
    expect(connector.recognise(fileWithHead('x.json', head))).toBe(0);
});
