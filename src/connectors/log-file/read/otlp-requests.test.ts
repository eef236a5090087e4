import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runOnFiles } from '../../_kit/_testing/connector-run.ts';
import { connector } from '../index.ts';
import { linesOfRequest, RequestFeeder } from './otlp-requests.ts';

const record = (second: number, text: string, more: object = {}) => ({
  timeUnixNano: `${1_709_287_200 + second}000000000`,
  severityNumber: 17,
  body: { stringValue: text },
  ...more,
});
const request = (service: string, records: readonly object[]) => ({
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
      scopeLogs: [{ scope: { name: 'pino' }, logRecords: records }],
    },
  ],
});
const batches = (service: string) =>
  Array.from({ length: 10 }, (_, batch) =>
    JSON.stringify(
      request(
        service,
        Array.from({ length: 5 }, (_unused, index) => record(batch * 5 + index, 'stock lost')),
      ),
    ),
  ).join('\n');

test('each record of each request is read, and says in which line it stands', async () => {
  const found = await runOnFiles(connector, { 'otlp/logs.jsonl': batches('cart') });
  expect(
    found.patterns.map(({ service, severity, template, count }) => [service, severity, template, count]),
  ).toEqual([['cart', 'error', 'stock lost', 50]]);
  expect(found.coverage.map(({ items }) => items)).toEqual([50]);
  const [first] = found.patterns[0]?.samples ?? [];
  expect(found.evidence.find(({ ref }) => ref === first?.evidence)?.ref).toContain('otlp/logs.jsonl:1');
});

test.each([
  ['compressed', { 'logs.jsonl.gz': gzipSync(batches('cart')) }, 50],
  [
    'printed over many lines',
    { 'logs.json': JSON.stringify(request('cart', [record(0, 'a'), record(1, 'b')]), null, 2) },
    2,
  ],
  ['of which the last was cut', { 'logs.jsonl': batches('cart').slice(0, -40) }, 46],
])('requests %s are read', async (_name, files, items) => {
  const found = await runOnFiles(connector, files as Record<string, string | Uint8Array>);
  expect(found.coverage.map((each) => each.items + each.rejected)).toEqual([items]);
});

const written = (seconds: number) =>
  Array.from(
    { length: seconds },
    (_, second) => `${new Date((1_709_287_200 + second) * 1000).toISOString()} ERROR cart stock lost`,
  ).join('\n');

test.each([
  ['as much', 50],
  ['more, which the collector had not received yet', 90],
])('what programs wrote to files of their own is counted once: %s', async (_name, seconds) => {
  const files = { 'logs/cart.log': written(seconds), 'otlp/logs.jsonl': batches('cart') };
  const found = await runOnFiles(connector, files);
  expect(found.patterns.map(({ count }) => count)).toEqual([seconds]);
  const notes = found.coverage.find(({ path }) => path === 'otlp/logs.jsonl')?.notes.join(' ');
  expect(notes).toContain('logs/cart.log');
});

test('other records beside them are counted', async () => {
  const found = await runOnFiles(connector, {
    'logs/cart.log': written(30),
    'otlp/logs.jsonl': batches('cart'),
  });
  expect(found.patterns.reduce((sum, { count }) => sum + count, 0)).toBe(80);
});

test('a body of fields, lists and numbers, attributes, and what is missing', () => {
  const fields = { kvlistValue: { values: [{ key: 'event', value: { stringValue: 'lost' } }] } };
  const attributes = [
    { key: 'items', value: { arrayValue: { values: [{ intValue: '3' }, { boolValue: true }] } } },
    { key: 'message', value: { stringValue: 'not this' } },
  ];
  const lines = linesOfRequest(request('cart', [record(0, '', { body: fields, attributes }), {}]));
  expect(lines?.map((line) => JSON.parse(line))).toEqual([
    {
      ...{ time: '2024-03-01T10:00:00.000Z', level: 'error', event: 'lost', items: [3, true] },
      ...{ logger: 'pino', 'service.name': 'cart' },
    },
    { message: '', logger: 'pino', 'service.name': 'cart' },
  ]);
});

test('any bytes are taken without throwing, cut anywhere', () => {
  const text = Buffer.from(`${batches('cart').slice(0, 2_000)}\n{"resourceLogs":[1,null,{"scopeLogs":3}]}\n`);
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(text)),
      fc.nat(2_000),
      (bytes, cut) => {
        const taken: string[] = [];
        const buffer = Buffer.alloc(1 << 22);
        const feeder = new RequestFeeder({
          bytes: buffer,
          takeLines: (end, _base, from) => {
            const last = end === 0 ? -1 : buffer.lastIndexOf(10, end - 1);
            if (last >= from) taken.push(buffer.toString('latin1', from, last));
            return Math.max(from, last + 1);
          },
        });
        feeder.write(bytes.slice(0, cut));
        feeder.write(bytes.slice(cut));
        feeder.end();
        expect(feeder.bytes).toBe(bytes.length);
      },
    ),
  );
});
