import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fileWithHead, runConnector } from '../_kit/_testing/connector-run.ts';
import { decodeLines, parseLine } from './decode.ts';
import { connector } from './index.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

test('fields are series with the tags as labels', async () => {
  const { series, gaps } = await runConnector(connector, fixtures);
  expect(gaps).toEqual([]);
  const rows = series.map(({ name, service, meaning, at }) => [name, service, meaning, at.length]);
  expect(rows).toContainEqual(['http_requests_p99_ms', 'checkout-api', 'latency', 40]);
  expect(rows).toContainEqual(['http_requests errors', 'checkout-api', 'errors', 40]);
});

test.each([
  ['m value=1 1705327200000000000', { measurement: 'm', tags: {}, fields: [['value', 1]] }],
  [
    'm,a=b\\ c,d=e\\,f v=1i,w=-2.5e3,t="x, y=1",b=true 1705327200',
    {
      tags: { a: 'b c', d: 'e,f' },
      fields: [
        ['v', 1],
        ['w', -2500],
      ],
    },
  ],
])('%s', (line, want) => {
  expect(parseLine(line)).toMatchObject(want);
});

test.each([
  '',
  'm',
  'm v=1',
  'm v 1705327200',
  'm v=1 now',
  ',a=b v=1 1705327200',
  'm,a v=1 1705327200',
  'm v=1 1705327200 x',
  'm v=1 99',
])('%j is no line with a time', (line) => {
  expect(parseLine(line)).toBeNull();
});

test('what is no line is counted, and the rest is cut at the limit', () => {
  expect(decodeLines('m v=1 1705327200\nnoise\n# c\n\nm v=2 1705327260\n', 9)).toMatchObject({
    rejected: 1,
    truncated: false,
  });
  expect(decodeLines('m v=1 1705327200\nm v=2 1705327260\n', 1)).toMatchObject({ truncated: true });
});

test.each([
  ['a.lp', 'm v=1 1705327200\n', 0.95],
  ['a.txt', '# x\nm,s=t v=1 1705327200000\n', 0.95],
  ['a.txt', 'm v="x" 1705327200\n', 0],
  ['a.log', 'level=info msg=ok 1705327200\n', 0],
  ['a.json', 'm v=1 1705327200\n', 0],
])('%s with %j is recognised as %d', (path, head, want) => {
  expect(connector.recognise(fileWithHead(path, head))).toBe(want);
});
