import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fileWithHead, runConnector } from '../_kit/_testing/connector-run.ts';
import { decodeTraces } from './decode.ts';
import { connector } from './index.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

test('who calls whom, what fails, and why', async () => {
  const { traces, gaps, coverage } = await runConnector(connector, fixtures);
  expect(gaps).toEqual([]);
  const rows = traces.map(({ from, to, buckets, errorSamples }) => [
    from,
    to,
    buckets.reduce((sum, { calls }) => sum + calls, 0),
    buckets.reduce((sum, { errors }) => sum + errors, 0),
    errorSamples.map(({ message }) => message),
  ]);
  expect(rows).toEqual([
    [null, 'checkout-api', 3, 1, ['HTTP 502']],
    ['checkout-api', 'payment-service', 3, 1, ['timeout']],
  ]);
  expect(coverage).toMatchObject([{ items: 9, services: ['checkout-api', 'payment-service'] }]);
});

const segment = (fields: object) => ({
  Traces: [{ Id: '1-a', Segments: [{ Document: JSON.stringify(fields) }] }],
});
const good = { id: 'a', name: 'cart', start_time: 1705328520, end_time: 1705328521 };
test.each([
  [{}, null],
  [{ Traces: [] }, { spans: 0, rejected: 0 }],
  [{ Traces: [7, { Segments: [null, { Document: '{' }, { Document: '[]' }] }] }, { spans: 0, rejected: 4 }],
  [segment(good), { spans: 1, rejected: 0 }],
  [segment({ ...good, name: '' }), { spans: 0, rejected: 1 }],
  [segment({ ...good, end_time: 1 }), { spans: 0, rejected: 1 }],
  [segment({ ...good, start_time: 1e300 }), { spans: 0, rejected: 1 }],
  [segment({ ...good, subsegments: [7, { id: 'b' }] }), { spans: 1, rejected: 1 }],
])('%j gives %j', (document, want) => {
  const decoded = decodeTraces(document, 'f.json');
  expect(decoded === null ? null : { spans: decoded.spans.length, rejected: decoded.rejected }).toEqual(want);
});

test('endless nesting ends', () => {
  let deep: object = good;
  for (let level = 0; level < 1_000; level += 1) deep = { ...good, id: `d${level}`, subsegments: [deep] };
  expect(decodeTraces(segment(deep), 'f.json')?.spans.length).toBe(65);
});

test('other documents are not taken for it', () => {
  for (const head of ['{"traces":[]}', '[{"Traces":[],"Segments":[]}]', '{"Traces":[]}'])
    expect(connector.recognise(fileWithHead('t.json', head))).toBe(0);
});
