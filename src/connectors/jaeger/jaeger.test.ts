import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fileWithHead, runConnector, runOnFiles } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';

async function collect(content: unknown) {
  return runOnFiles(
    connector,
    { 't.json': typeof content === 'string' ? content : JSON.stringify(content) },
    { choose: () => true },
  );
}

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

test('calls, failures and stores', async () => {
  const { traces, serviceFacts, gaps, coverage } = await runConnector(connector, fixtures);
  const rows = traces.map(({ from, to, operation, buckets, errorSamples }) => [
    `${from} > ${to}`,
    operation,
    buckets.map(({ calls, errors, p50Ms, selfP50Ms }) => [calls, errors, p50Ms, selfP50Ms]),
    errorSamples.map(({ message }) => message),
  ]);
  const refused = 'ConnectionRefused: dial tcp 10.2.0.4:8080: connect: connection refused';
  expect(rows).toEqual([
    [
      'null > storefront',
      'GET /basket',
      [
        [1, 0, 80, 10],
        [1, 0, 80, 10],
        [1, 1, 80, 10],
      ],
      ['HTTP 502'],
    ],
    [
      'cart > cart-cache',
      'HGETALL',
      [
        [1, 0, 1.5, 1.5],
        [1, 0, 1.5, 1.5],
      ],
      [],
    ],
    ['storefront > cart', 'GET', [[1, 1, 70, 70]], [refused]],
    [
      'storefront > cart',
      'GET /basket/{id}',
      [
        [1, 0, 60, 58.5],
        [1, 0, 60, 58.5],
      ],
      [],
    ],
  ]);
  expect(serviceFacts.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'cart service',
    'cart-cache datastore',
    'storefront service',
  ]);
  expect(gaps).toEqual([]);
  expect(coverage).toMatchObject([{ what: 'traces', items: 10, unit: 'spans' }]);
});

const span = {
  traceID: 'a',
  spanID: 'b',
  operationName: 'GET',
  startTime: 1_709_287_200_000_000,
  duration: 1000,
  processID: 'p1',
};
const trace = { traceID: 'a', spans: [span], processes: { p1: { serviceName: 'cart' } } };

test.each([
  ['a bare list', [trace], 1, 0],
  ['one trace', trace, 1, 0],
  [
    'Elasticsearch’s form, the process in the span',
    [{ traceID: 'a', spans: [{ ...span, process: { serviceName: 'cart' } }] }],
    1,
    0,
  ],
  ['the same span twice', [trace, trace], 2, 0],
  ['no such process', { data: [{ ...trace, processes: {} }] }, 0, 1],
  [
    'wrong types',
    { data: [7, { ...trace, spans: [null, { ...span, startTime: '1' }, { ...span, duration: -1 }] }] },
    0,
    4,
  ],
  [
    'tags that are none',
    { data: [{ ...trace, spans: [{ ...span, tags: [null, { key: 1 }], logs: [7], references: {} }] }] },
    1,
    0,
  ],
  ['no traces', { data: 'none' }, 0, 1],
  ['cut off', '{"data":[{"traceID":"a","spans":[', 0, 1],
])('%s', async (_name, content, items, rejected) => {
  const { coverage, gaps } = await collect(content);
  expect([coverage[0]?.items, coverage[0]?.rejected]).toEqual([items, rejected]);
  expect(gaps).toHaveLength(rejected === 0 ? 0 : 1);
});

test.each([
  ['x.json', '{"data":[{"traceID":"a","spans":[{"traceID":"a","spanID":"b",', 0.95],
  ['x.json', '{"data":[{"traceID":"a"}]}', 0],
  ['x.jsonl', '{"traceID":"a","spanID":"b","operationName":"x"}', 0],
])('%s %s is recognised as %d', (path, head, want) => {
  expect(connector.recognise(fileWithHead(path, head))).toBe(want);
});
