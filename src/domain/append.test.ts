import { describe, expect, it } from 'vitest';
import { append } from './append.ts';

describe('append', () => {
  it('begins a list with its first item and keeps the order', () => {
    const lists = new Map<string, number[]>();
    append(lists, 'odd', 1);
    append(lists, 'even', 2);
    append(lists, 'odd', 3);
    expect([...lists]).toEqual([
      ['odd', [1, 3]],
      ['even', [2]],
    ]);
  });
});
