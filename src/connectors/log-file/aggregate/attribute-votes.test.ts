import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AttributeVotes } from './attribute-votes.ts';

function commonOf(records: readonly Readonly<Record<string, string>>[]) {
  const votes = new AttributeVotes();
  for (const record of records) votes.hear(record);
  return votes.common();
}

describe('AttributeVotes', () => {
  test.each([
    ['no record', [], {}],
    ['one record says all', [{ order: '17', table: 'carts' }], { order: '17', table: 'carts' }],
    [
      'an id that differs is nobody’s',
      [
        { order: '17', table: 'carts' },
        { order: '18', table: 'carts' },
        { order: '19', table: 'carts' },
      ],
      { table: 'carts' },
    ],
    [
      'the first was the odd one out',
      [{ table: 'old' }, { table: 'carts' }, { table: 'carts' }, { table: 'carts' }],
      { table: 'carts' },
    ],
    ['what most records leave out', [{ node: 'a' }, {}, {}, {}], {}],
    ['names that only later records have', [{ a: '1' }, { a: '1', b: '2' }], { a: '1' }],
  ])('%s', (_, records, want) => {
    expect(commonOf(records as readonly Readonly<Record<string, string>>[])).toEqual(want);
  });

  test('says nothing that fewer than half of the records had', () => {
    const records = fc.array(fc.record({ a: fc.constantFrom('1', '2', '3') }), {
      minLength: 1,
      maxLength: 20,
    });
    const says = fc.property(records, (all) => {
      const { a } = commonOf(all);
      return a === undefined || all.filter((record) => record.a === a).length * 2 >= all.length;
    });
    expect(() => fc.assert(says)).not.toThrow();
  });
});
