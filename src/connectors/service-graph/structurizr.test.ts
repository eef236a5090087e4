import { expect, test } from 'vitest';
import { isStructurizr, readStructurizr } from './structurizr.ts';

const WORKSPACE = `workspace {
 model {
  user = person "Customer"
  shop = softwareSystem "Shop" {
   basket = container "basket-api" "Keeps baskets" "Go"
   rates = container "rates" "" "Java"
  }
  user -> basket "Fills"
  basket -> rates "Asks" "HTTPS"
  shop.basket -> rates "Asks again"
  basket -> ghost "Never drawn"
 }
}
`;

test('arrows between containers are dependencies; people and what was never drawn are not', () => {
  expect(isStructurizr(WORKSPACE)).toBe(true);
  const { edges, rejected } = readStructurizr(WORKSPACE);
  expect(edges.map(({ from, to, line }) => `${from}>${to}:${line}`)).toEqual([
    'basket-api>rates:9',
    'basket-api>rates:10',
  ]);
  expect(rejected).toBe(1);
});

test.each(['', 'workspace', '->', 'a -> b', 'workspace "x" {\n a = container "" \n}', '\u0000'.repeat(100)])(
  '%j draws nothing',
  (text) => {
    expect(readStructurizr(text).edges).toEqual([]);
  },
);
