import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutText, fitToBudget } from './budget.ts';

describe('an answer that is too long', () => {
  it.each([
    {
      name: 'what fits stays as it is',
      value: { a: [1, 2, 3] },
      limit: 100,
      want: { a: [1, 2, 3] },
      cuts: [],
    },
    {
      name: 'the largest list loses its end',
      value: { few: ['a'], many: Array.from({ length: 40 }, () => 'word') },
      limit: 120,
      want: { few: ['a'], many: Array.from({ length: 10 }, () => 'word') },
      cuts: [{ path: 'many', shown: 10, total: 40 }],
    },
    {
      name: 'a list within an item is cut where it is the largest',
      value: { rows: [{ cells: Array.from({ length: 8 }, () => 'x') }] },
      limit: 30,
      want: { rows: [] },
      cuts: [{ path: 'rows', shown: 0, total: 1 }],
    },
    {
      name: 'what has no list stays whole',
      value: { a: 'x'.repeat(50) },
      limit: 10,
      want: { a: 'x'.repeat(50) },
      cuts: [],
    },
  ])('$name', ({ value, limit, want, cuts }) => {
    expect(fitToBudget<unknown>(value, limit)).toEqual({ value: want, cuts });
  });

  it('keeps its keys, is never longer than it was, and leaves the original alone', () => {
    fc.assert(
      fc.property(fc.record({ a: fc.array(fc.string()), b: fc.array(fc.array(fc.integer())) }), (value) => {
        const before = JSON.stringify(value);
        const { value: cut } = fitToBudget(value, 60);
        expect(JSON.stringify(value)).toBe(before);
        expect(Object.keys(cut)).toEqual(['a', 'b']);
        expect(JSON.stringify(cut).length).toBeLessThanOrEqual(Math.max(60, '{"a":[],"b":[]}'.length));
      }),
    );
  });

  it('says that a text was cut', () => {
    expect(cutText('short', 100)).toBe('short');
    const cut = cutText('x'.repeat(500), 100);
    expect(cut).toHaveLength(100);
    expect(cut).toContain('cut');
  });
});
