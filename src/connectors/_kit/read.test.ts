import { expect, test } from 'vitest';
import { parseIso } from '../../domain/time.ts';
import { parseCsv } from './csv.ts';
import { instantOfWall, readInstant } from './instants.ts';
import { readRecords, sampleRecords, sampleUnder } from './records.ts';

test.each([
  ['2024-03-01T10:00:00Z', null, '2024-03-01T10:00:00Z', false],
  ['2024-03-01T10:00:00.123456789Z', null, '2024-03-01T10:00:00.123Z', false],
  ['2024-03-01 10:00:00+02:00', null, '2024-03-01T08:00:00Z', false],
  ['2024-03-01 10:00:00 +0000 UTC', null, '2024-03-01T10:00:00Z', false],
  ['2024-03-01 10:00', null, '2024-03-01T10:00:00Z', true],
  ['2024-07-01 10:00', 'Europe/Berlin', '2024-07-01T08:00:00Z', true],
  ['2024-07-01 10:00', '-05:00', '2024-07-01T15:00:00Z', true],
  ['2024-07-01 10:00', 'Nowhere/At-all', '2024-07-01T10:00:00Z', true],
  ['2024-03-01', null, '2024-03-01T00:00:00Z', true],
  [1709287200, null, '2024-03-01T10:00:00Z', false],
  ['1709287200', null, '2024-03-01T10:00:00Z', false],
  [1709287200123, null, '2024-03-01T10:00:00.123Z', false],
  ['1709287200123456789', null, '2024-03-01T10:00:00.123Z', false],
])('instant %j in %s', (value, zone, want, zoneless) => {
  expect(readInstant(value, zone)).toEqual({ at: parseIso(want), zoneless });
});

test.each([
  12,
  '2024',
  '2024-13-01',
  '2024-03-01T25:00',
  'x',
  null,
  {},
  [],
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -5,
  'x'.repeat(1e6),
])('%j is no instant', (value) => {
  expect(readInstant(value, null)).toBeNull();
});

test('the hour that a clock change repeats is the earlier one, the one it skips still is an instant', () => {
  const wall = (text: string) => Date.parse(`${text}Z`);
  expect(instantOfWall(wall('2024-10-27T02:30'), 'Europe/Berlin')).toBe(parseIso('2024-10-27T00:30:00Z'));
  expect(instantOfWall(wall('2024-03-31T02:30'), 'Europe/Berlin')).toBe(parseIso('2024-03-31T01:30:00Z'));
});

test('CSV: quotes, doubled quotes, line ends inside, semicolons, comments, byte-order mark', () => {
  const table = parseCsv('\uFEFF# made by x\na;b\r\n"1;""2""";"x\ny"\n\n3;4\n5\n', 10);
  expect(table).toEqual({
    header: ['a', 'b'],
    rows: [
      { line: 3, cells: ['1;"2"', 'x\ny'] },
      { line: 6, cells: ['3', '4'] },
    ],
    rejected: 1,
    truncated: false,
  });
  expect(parseCsv('a,b\n1,2\n3,4', 1)).toMatchObject({ truncated: true });
  expect(parseCsv('one column\n1', 1)).toBeNull();
  expect(parseCsv('', 1)).toBeNull();
});

test('records: arrays, wrapped lists, lines and single documents, each with its place', () => {
  expect(readRecords('[{"a":1},2]', [], 9)).toMatchObject({
    records: [{ value: { a: 1 }, place: { pointer: '/0' }, text: '{"a":1}' }],
    rejected: 1,
  });
  expect(readRecords('{"x/y":[{"a":1}]}', ['x/y'], 9).records).toMatchObject([
    { place: { pointer: '/x~1y/0' } },
  ]);
  expect(readRecords('{"a":1}', ['items'], 9).records).toMatchObject([{ place: { pointer: '' } }]);
  expect(readRecords('{"a":"ä"}\r\nbroken\n{"b":2}\n', [], 9)).toMatchObject({
    records: [{ place: { line: 1, byteOffset: 0 } }, { place: { line: 3, byteOffset: 19 }, text: '{"b":2}' }],
    rejected: 1,
  });
  expect(readRecords('{"a":1}\n{"a":2}', [], 1)).toMatchObject({ truncated: true });
  expect(readRecords('7', [], 9)).toMatchObject({ records: [], rejected: 1 });
});

test('samples come from a head that is cut anywhere', () => {
  expect(sampleRecords('[ {"a":"}]{"}, {"b":[1,{"c":2}]}, {"cut')).toEqual([
    { a: '}]{' },
    { b: [1, { c: 2 }] },
  ]);
  expect(sampleRecords('{"a":1}\n{"b":2}\n{"c"')).toEqual([{ a: 1 }, { b: 2 }]);
  expect(sampleRecords('{"items":[{"a":1}')).toEqual([]);
  expect(sampleUnder('{"kind":"List","items":[{"a":1},{"b', 'items')).toEqual([{ a: 1 }]);
  expect(sampleRecords('\u0000\u0001')).toEqual([]);
  expect(sampleRecords('{'.repeat(70_000))).toEqual([]);
});
