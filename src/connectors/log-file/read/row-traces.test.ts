/** Which rows are lines of one record, in the ways that languages write a stack, with or without the spaces before it. */
import { describe, expect, test } from 'vitest';
import { recordsOf } from './row-traces.ts';

const rows = (messages: readonly string[], service = 'quay', time = '2024-03-04 09:10:10') =>
  messages.map((message) => ({ service, time, message }));

const STACKS: readonly (readonly [string, readonly string[]])[] = [
  [
    'Java',
    [
      'ERROR berth lost',
      'java.lang.IllegalStateException: lost',
      '\tat org.quay.Berths.find(Berths.java:17)',
      '... 12 more',
      'Caused by: java.io.IOException: gone',
    ],
  ],
  [
    'Python',
    [
      'ERROR Exception in application',
      'Traceback (most recent call last):',
      'File "/app/main.py", line 7, in find',
      'berth = berths[name]',
      '~~~~~~^^^^^^',
      "KeyError: 'quay'",
    ],
  ],
  [
    'Go',
    [
      'panic: runtime error: index out of range [0] with length 0',
      '',
      'goroutine 12 [running]:',
      'main.(*Berths).find(0xc000)',
      '/src/berths.go:17 +0x1d',
      'created by net/http.(*Server).Serve',
    ],
  ],
  [
    'Node',
    [
      "TypeError: Cannot read properties of null (reading 'name')",
      'at find (/app/berths.js:7:3)',
      'at async Quay.find (/app/main.js:2:1)',
      'at /app/index.js:1:1',
    ],
  ],
  [
    '.NET',
    [
      'fail: Quay.Berths[0]',
      'System.InvalidOperationException: lost',
      '---> System.IO.IOException: gone',
      'at Quay.Reader`1.Find(String name) in /src/Reader.cs:line 7',
    ],
  ],
];

describe('lines of one record', () => {
  test.each(STACKS)('of %s', (_language, lines) => {
    const all = [...rows(['served 17']), ...rows(lines), ...rows(['served 18'])];
    expect(recordsOf(all)).toEqual([0, ...lines.map(() => 1), lines.length + 1]);
  });

  test('are not an exception behind a line that complains of nothing', () =>
    expect(recordsOf(rows(['served 17', 'java.lang.IllegalStateException: lost']))).toEqual([0, 1]));

  test('are those of the same program, at the same moment', () => {
    const [head, ...below] = STACKS[0]?.[1] ?? [];
    const mixed = [...rows([head ?? '']), ...rows(['tide'], 'tide'), ...rows(below)];
    expect(recordsOf(mixed)).toEqual([0, 1, 0, 0, 0, 0]);
    const late = [...rows([head ?? '']), ...rows(below.slice(0, 1), 'quay', '2024-03-04 09:14:10')];
    expect(recordsOf(late)).toEqual([0, 1]);
    const counted = [
      ...rows([head ?? ''], 'quay', '1709543410123456789'),
      ...rows(below.slice(0, 1), 'quay', '1709543411'),
    ];
    expect(recordsOf(counted)).toEqual([0, 0]);
  });
});
