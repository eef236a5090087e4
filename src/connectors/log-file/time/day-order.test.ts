import { describe, expect, test } from 'vitest';
import { dayOrderOf, speaksForDay } from './day-order.ts';
import { dateHint, readStamp } from './parse-stamp.ts';

const MAY = Date.UTC(2024, 4, 9);

const HEADS: readonly {
  readonly name: string;
  readonly head: string;
  readonly writtenAt: number;
  readonly want: string | null;
}[] = [
  {
    name: 'a day above twelve',
    head: '08/05/2024 10:12:03 up\n13/05/2024 00:00:01 down',
    writtenAt: Infinity,
    want: 'day-first',
  },
  {
    name: 'a day above twelve in the second place',
    head: '[05/08/2024 10:12:03] up\n[05/13/2024 10:12:03] down',
    writtenAt: Infinity,
    want: 'month-first',
  },
  {
    name: 'a month that has not come yet',
    head: '08/05/2024 10:12:03 up',
    writtenAt: MAY,
    want: 'day-first',
  },
  {
    name: 'a day that has not come yet',
    head: '05/08/2024 10:12:03 up',
    writtenAt: MAY,
    want: 'month-first',
  },
  { name: 'both possible', head: '04/05/2024 10:12:03 up', writtenAt: Infinity, want: 'open' },
  { name: 'no such date', head: '2024-05-08 10:12:03 a ratio of 13/05/2024', writtenAt: MAY, want: null },
  { name: 'nothing', head: '', writtenAt: MAY, want: null },
];

describe('dayOrderOf', () => {
  test.each(HEADS)('$name', ({ head, writtenAt, want }) => {
    expect(dayOrderOf(head, writtenAt)?.kind ?? null).toBe(want);
  });

  test('other logs speak for the day only where the month is out of place', () => {
    const order = dayOrderOf('08/05/2024 10:12:03 up', Infinity);
    const [may, august] = [Date.UTC(2024, 4, 8, 9), Date.UTC(2024, 7, 5, 9)];
    expect(order !== null && speaksForDay(order, may, may)).toBe(true);
    expect(order !== null && speaksForDay(order, august, august)).toBe(false);
    expect(order !== null && speaksForDay(order, may, august)).toBe(false);
  });
});

describe('dateHint', () => {
  test('tells the day from the month between slashes, and leaves other dates alone', () => {
    const first = dateHint(2024, true);
    expect(readStamp('08/05/2024 10:12:03', 0, first)?.wallMs).toBe(Date.UTC(2024, 4, 8, 10, 12, 3));
    expect(readStamp('08/05/2024 10:12:03', 0, 2024)?.wallMs).toBe(Date.UTC(2024, 7, 5, 10, 12, 3));
    expect(readStamp('05/13/2024 10:12:03', 0, first)?.wallMs).toBe(Date.UTC(2024, 4, 13, 10, 12, 3));
    expect(readStamp('08/05/24 10:12:03', 0, first)?.wallMs).toBe(Date.UTC(2024, 4, 8, 10, 12, 3));
    expect(readStamp('Mar  2 08:15:30', 0, first)?.wallMs).toBe(Date.UTC(2024, 2, 2, 8, 15, 30));
    expect(readStamp('2024-03-02 08:15:30', 0, first)?.wallMs).toBe(Date.UTC(2024, 2, 2, 8, 15, 30));
  });
});
