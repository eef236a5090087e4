import { describe, expect, test } from 'vitest';
import { parseLine } from './parse-line.ts';
import { pairedDuration, trailingUnitMs } from './trailing-duration.ts';

const line = (tail: string) =>
  `203.0.113.9 - - [02/Mar/2024:08:15:30 +0000] "GET /carts HTTP/1.1" 200 512${tail}`;
const log = (values: readonly number[], agent = ' "-" "curl/8"') =>
  values.map((value) => line(`${agent} ${value}`)).join('\n');
const spread = (from: number, to: number, count: number) =>
  Array.from({ length: count }, (_, index) => Math.round(from + ((to - from) * index) / (count - 1)));

const FILES: readonly { readonly name: string; readonly head: string; readonly want: number | null }[] = [
  { name: "Apache's microseconds", head: log(spread(900, 90_000, 40)), want: 1e-3 },
  { name: 'slow microseconds, few lines', head: log(spread(8_000, 900_000, 12)), want: 1e-3 },
  { name: "Tomcat's milliseconds", head: log(spread(2, 1_800, 40), ''), want: 1 },
  {
    name: 'milliseconds in an outage that began in the file',
    head: log([...spread(3, 80, 20), ...spread(30_000, 30_040, 15)]),
    want: 1,
  },
  { name: 'a limit that everybody runs into', head: log(spread(30_000, 30_040, 30)), want: null },
  { name: 'whole seconds, or a quick service', head: log([0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 1, 0]), want: null },
  { name: 'too few', head: log([90_000, 12_000]), want: null },
  {
    name: 'no such number',
    head: Array.from({ length: 30 }, () => line(' "-" "curl/8"')).join('\n'),
    want: null,
  },
  {
    name: 'bytes in and out',
    head: Array.from({ length: 30 }, (_, at) => line(` "-" "curl/8" ${500 + at} ${9_000 + at}`)).join('\n'),
    want: null,
  },
];

describe('trailingUnitMs', () => {
  test.each(FILES)('$name', ({ head, want }) => {
    expect(trailingUnitMs(head)).toBe(want);
  });

  test('a line is read by it, and without it the number means nothing', () => {
    const text = line(' "-" "curl/8" 123456');
    const durationOf = (unit: number | null) =>
      parseLine(text, { yearHint: 2024, trailingUnitMs: unit }, null).parsed.request?.durationMs;
    expect(durationOf(1e-3)).toBe(123.456);
    expect(durationOf(1)).toBe(123_456);
    expect(durationOf(null)).toBeNull();
  });
});

describe('pairedDuration', () => {
  test.each([
    [' 512 "-" "curl/8" 1/1234567', 1234.567],
    [' 512 "-" "curl/8" 84000 0', 84],
    [' 512 "-" "curl/8" 512 9034', null],
    [' 512 "-" "curl/8" 123456', null],
    ['', null],
  ])('%s', (tail, want) => {
    expect(pairedDuration(tail)).toBe(want);
  });
});
