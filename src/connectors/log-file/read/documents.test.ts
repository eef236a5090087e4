import { describe, expect, test } from 'vitest';
import { parseIso } from '../../../domain/time.ts';
import { fileWithHead, type RunOptions, runOnFiles } from '../../_kit/_testing/connector-run.ts';
import { connector } from '../index.ts';
import { linesOfDocument } from './documents.ts';

async function collect(content: unknown, options: RunOptions = {}) {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return runOnFiles(connector, { 'export.json': text }, options);
}

const at = (second: number) => `2024-01-15T14:23:${String(second).padStart(2, '0')}.000Z`;
const SECONDS = [10, 11, 12];
const record = (second: number) => ({
  timestamp: at(second),
  level: 'ERROR',
  service: 'checkout-api',
  message: `Payment timeout for order ORD-${second}`,
});
const records = SECONDS.map(record);

const DOCUMENTS: readonly { readonly name: string; readonly document: unknown; readonly pointer: string }[] =
  [
    { name: 'an array of records', document: records, pointer: '/1' },
    { name: 'a list under logs', document: { logs: records, next: null }, pointer: '/logs/1' },
    {
      name: 'gcloud logging read',
      document: records.map(({ timestamp, level, message }) => ({
        insertId: 'a',
        jsonPayload: { message },
        resource: { type: 'k8s_container', labels: { container_name: 'checkout-api' } },
        timestamp,
        severity: level,
        logName: 'projects/shop/logs/stderr',
      })),
      pointer: '/1',
    },
    {
      name: 'Elasticsearch',
      document: {
        took: 3,
        hits: {
          total: { value: 3 },
          hits: records.map((_source) => ({ _index: 'logs', _id: 'x', _source })),
        },
      },
      pointer: '/hits/hits/1/_source',
    },
    {
      name: 'Loki',
      document: {
        status: 'success',
        data: {
          resultType: 'streams',
          result: [
            {
              stream: { app: 'checkout-api', pod: 'checkout-api-7c9d5f4b6d-2xq9z' },
              values: records.map(({ timestamp, message }) => [
                `${Date.parse(timestamp)}000000`,
                `ERROR ${message}`,
              ]),
            },
          ],
        },
      },
      pointer: '/data/result/0/values/1',
    },
    {
      name: 'CloudWatch Logs',
      document: {
        events: records.map(({ timestamp, message }) => ({
          logStreamName: 'checkout-api/app/0a1b2c',
          timestamp: Date.parse(timestamp),
          message: `ERROR ${message}`,
          ingestionTime: 1,
          eventId: '1',
        })),
      },
      pointer: '/events/1',
    },
    {
      name: 'Datadog',
      document: {
        data: records.map(({ timestamp, service, message }) => ({
          id: 'x',
          type: 'log',
          attributes: { timestamp, service, message, status: 'error', attributes: { order: 1 } },
        })),
      },
      pointer: '/data/1/attributes',
    },
  ];

describe.each(DOCUMENTS)('$name', ({ document, pointer }) => {
  test.each([
    ['on one line', JSON.stringify(document)],
    ['indented', JSON.stringify(document, null, 2)],
  ])('%s is a log', async (_form, text) => {
    const { patterns, streams, gaps, evidence } = await collect(text);
    expect(gaps).toEqual([]);
    expect(streams).toMatchObject([{ service: 'checkout-api', records: 3 }]);
    expect(patterns).toMatchObject([
      { service: 'checkout-api', severity: 'error', count: 3, firstSeenAt: parseIso(at(10)) },
    ]);
    expect(patterns[0]?.template).toMatch(/^(ERROR )?Payment timeout for order/);
    const pointers = evidence.flatMap(({ locator }) =>
      locator.kind === 'json-pointer' ? [locator.pointer] : [],
    );
    expect(pointers).toContain(pointer);
  });
});

test('elements that are no records are counted', async () => {
  const { streams, gaps } = await collect([...records, 7, null, { level: 'INFO' }]);
  expect(streams).toMatchObject([{ records: 3 }]);
  expect(gaps.map(({ detail }) => detail).join('\n')).toContain(
    '3 elements of export.json could not be read',
  );
});

test('an array that breaks off keeps what came before, and says so', async () => {
  const text = JSON.stringify(records);
  const { streams, gaps } = await collect(text.slice(0, -20));
  expect(streams).toMatchObject([{ records: 2 }]);
  expect(gaps.map(({ detail }) => detail).join('\n')).toContain('the JSON ends there');
});

test('what is later than the triage is not read', async () => {
  const { streams } = await collect(records, { asOf: at(11) });
  expect(streams).toMatchObject([{ records: 2 }]);
});

test.each([
  ['{"version":"1.0","dependencies":[]}', 0],
  ['[{"name":"cart","port":8080}]', 0],
  ['[{"created_at":"2024-01-15T14:23:10Z","status":"ok","sha":"1"}]', 0],
  ['[]', 0],
  [JSON.stringify(records), 0.7],
])('%s is recognised as %d', (head, want) => {
  expect(connector.recognise(fileWithHead('a.json', head))).toBe(want);
  expect(connector.recognise(fileWithHead('src/tests/a.json', head))).toBe(0);
});

test.each(['', 'null', '7', '{}', '{"hits":7}', '[', '{"data":{"result":[7]}}'])(
  '%j is no document of records',
  (text) => {
    expect(linesOfDocument(text)).toBeNull();
  },
);
