import { describe, expect, test } from 'vitest';
import type { Fact } from './facts/fact.ts';
import { movedArithmetic } from './moved-arithmetic.ts';

const sum = (key: string, scope: string): Fact => ({
  kind: 'arithmetic',
  key,
  scope,
  label: `"${key}"`,
  symbols: [],
  line: 3,
});
const details = (removed: Fact, added: Fact) =>
  movedArithmetic([
    { removed: [removed], added: [] },
    { removed: [], added: [added] },
  ]).map((features) => features.map(({ kind, detail }) => `${kind}: ${detail}`));

describe('a calculation that moved', () => {
  test('to a helper, where a part of it is gone', () => {
    expect(
      details(sum('(page - 1) * PER_PAGE', 'swaps'), sum('self.page * self.per_page', 'Pager.offset')),
    ).toEqual([
      [],
      [
        'arithmetic-changed: "(page - 1) * PER_PAGE" in swaps is calculated as "self.page * self.per_page" in Pager.offset',
      ],
    ]);
  });

  test.each([
    { name: 'as it was', now: '(this.page - 1) * this.perPage' },
    { name: 'to one of other names', now: 'self.page * self.width' },
    { name: 'to one of a single name', now: 'page - 1' },
  ])('$name says nothing', ({ now }) => {
    expect(details(sum('(page - 1) * per_page', 'swaps'), sum(now, 'offset'))).toEqual([[], []]);
  });
});
