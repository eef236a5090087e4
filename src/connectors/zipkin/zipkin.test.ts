import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fileWithHead, runConnector } from '../_kit/_testing/connector-run.ts';
import { decodeSpans } from './decode.ts';
import { connector } from './index.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

test('who calls whom, what fails, and where time goes', async () => {
  const { traces, gaps, coverage } = await runConnector(connector, fixtures);
  expect(gaps).toEqual([]);
  const rows = traces.map(({ from, to, buckets, errorSamples }) => [
    from,
    to,
    buckets.reduce((sum, { calls }) => sum + calls, 0),
    buckets.reduce((sum, { errors }) => sum + errors, 0),
    buckets[0]?.selfP50Ms,
    errorSamples.map(({ message }) => message),
  ]);
  expect(rows).toEqual([
    [null, 'checkout-api', 3, 1, 69, ['HTTP 502']],
    ['checkout-api', 'payment-service', 3, 1, 400, ['timeout']],
  ]);
  expect(coverage).toMatchObject([{ items: 9, services: ['checkout-api', 'payment-service'] }]);
});

test.each([
  [{}, null],
  [[], { spans: 0, rejected: 0 }],
  [
    [7, [null], { traceId: 'a', id: 'b', timestamp: 'x', localEndpoint: { serviceName: 's' } }],
    { spans: 0, rejected: 3 },
  ],
  [[{ traceId: 'a', id: 'b', timestamp: 1705328520000000, localEndpoint: {} }], { spans: 0, rejected: 1 }],
  [
    [
      {
        traceId: 'a',
        id: 'b',
        timestamp: 1705328520000000,
        localEndpoint: { serviceName: 's' },
        tags: { error: '' },
      },
    ],
    { spans: 1, rejected: 0 },
  ],
])('%j gives %j', (document, want) => {
  const decoded = decodeSpans(document, 'f.json');
  expect(decoded === null ? null : { spans: decoded.spans.length, rejected: decoded.rejected }).toEqual(want);
  if (decoded?.spans[0] !== undefined) expect(decoded.spans[0].failed).toBe(true);
});

test('OTLP and Jaeger are not taken for it', () => {
  for (const head of ['{"resourceSpans":[{"traceId":"a"}]}', '[{"traceID":"a","spans":[]}]'])
    expect(connector.recognise(fileWithHead('t.json', head))).toBe(0);
});
