import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileWithHead, runConnector } from '../_kit/_testing/connector-run.ts';
import { parseCsv } from '../_kit/csv.ts';
import { decodeSpanTable } from './decode.ts';
import { connector } from './index.ts';
import { readSpanRecords } from './records.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

async function calls(name: string) {
  const { traces, gaps, coverage } = await runConnector(connector, fixtures, {
    choose: ({ path }) => path === name,
  });
  expect(gaps).toEqual([]);
  const rows = traces.map(({ from, to, buckets }) => [
    from,
    to,
    buckets.reduce((sum, bucket) => sum + bucket.calls, 0),
    buckets.reduce((sum, { errors }) => sum + errors, 0),
    Math.round(buckets[0]?.selfP50Ms ?? 0),
    Math.round(buckets.at(-1)?.selfP50Ms ?? 0),
  ]);
  return { rows, notes: coverage[0]?.notes, services: coverage[0]?.services };
}

test('a caller that gave up failed although the callee went on', async () => {
  expect(await calls('traces.csv')).toEqual({
    rows: [
      [null, 'storefront', 4, 2, 3, 3],
      ['storefront', 'basket-api', 4, 2, 20, 900],
    ],
    notes: ['durations are taken to be in microseconds'],
    services: ['basket-api', 'storefront'],
  });
});

test('copies of a service are one service, the unit is told by how spans nest', async () => {
  expect(await calls('trace_span.csv')).toEqual({
    rows: [
      [null, 'storefront', 12, 0, 9, 9],
      ['storefront', 'basket-api', 12, 4, 21, 900],
    ],
    notes: ['durations are taken to be in microseconds'],
    services: ['basket-api', 'storefront'],
  });
});

function spansOf(text: string, maxSpans = 100) {
  const table = parseCsv(text, 10_000);
  return table === null ? null : decodeSpanTable(table, 'spans.csv', null, maxSpans);
}

test.each([
  [
    'a stated unit',
    'trace_id,span_id,service,start_time,duration_ms\na,1,cart,1709287200,5',
    { durationMs: 5 },
  ],
  [
    'nanoseconds',
    'TraceID,SpanID,PodName,StartTimeUnixNano,Duration\na,1,cart-7f9c5d8b6-x2x4q,1709287200000000000,5000000',
    { durationMs: 5, service: 'cart', startMs: 1_709_287_200_000 },
  ],
  [
    'an end that a number contradicts',
    'traceid,spanid,app,start,end,duration\na,1,cart,2024-03-01 10:00:00.100,2024-03-01 10:00:00.350,7',
    { durationMs: 250 },
  ],
  [
    'an end',
    'traceid,spanid,app,start,end\na,1,cart,2024-03-01 10:00:00.100,2024-03-01 10:00:00.350',
    { durationMs: 250 },
  ],
  [
    'no parent by a word',
    'traceid,spanid,parentid,app,start,elapsed_ms\na,1,root,cart,1709287200,3',
    { parentId: null },
  ],
  [
    'a success that is none',
    'traceid,id,pid,service,start,elapsed_ms,success\na,1,0,cart,1709287200,3,False',
    { failed: true, message: null },
  ],
  [
    'an error with its text',
    'trace,span,service,ts,took_ms,error\na,1,cart,1709287200,3,connection refused',
    { failed: true, message: 'connection refused' },
  ],
  [
    'an HTTP status as a fraction',
    'traceid,spanid,service,ts,rt,http_status_code\na,1,cart,1709287200,3,503.0',
    { failed: true, message: 'HTTP 503' },
  ],
  [
    'a client error is the caller’s',
    'traceid,spanid,service,ts,rt,http_status\na,1,cart,1709287200,3,404',
    { failed: false },
  ],
  [
    'kinds',
    'traceid,spanid,service,ts,rt,span_kind\na,1,cart,1709287200,3,SPAN_KIND_CLIENT',
    { kind: 'client' },
  ],
])('%s', (_name, text, want) => {
  expect(spansOf(text)?.spans).toMatchObject([want]);
});

test.each([
  'timestamp,service,value',
  'timestamp,trace_id,span_id,service,message',
  'id,parent,service,start,end',
  'trace_id,service,start,duration',
])('%s is no table of spans', (header) => {
  const text = `${header}\n1709287200,a,b,c,d`;
  expect(spansOf(text)).toBeNull();
  expect(connector.recognise(fileWithHead('t.csv', text))).toBe(0);
});

test('spans numbered within segments, as SkyWalking keeps them', () => {
  const decoded = spansOf(
    [
      'trace_id,segment_id,span_id,parent_span_id,service_code,endpoint_name,start_time,end_time,is_error,span_type,peer,component',
      't,a,0,-1,shop,/order,1709287200000,1709287200900,True,Entry,,SpringMVC',
      't,a,1,0,shop,/order,1709287200002,1709287200800,True,Exit,orders:8080,Feign',
    ].join('\n'),
  );
  expect(decoded?.spans).toMatchObject([
    { spanId: 'a.0', parentId: null, service: 'shop', kind: 'server', failed: true, durationMs: 900 },
    { spanId: 'a.1', parentId: 'a.0', kind: 'client', attributes: { 'server.address': 'orders' } },
  ]);
});

test('of too many spans whole traces are left out, early and late ones alike', () => {
  const rows = Array.from({ length: 400 }, (_, index) =>
    [1, 2].map((span) => `trace${index},${span},cart,${1_709_287_200 + index},5`),
  ).flat();
  const decoded = spansOf(['trace_id,span_id,service,ts,duration_ms', ...rows].join('\n'), 200);
  expect(decoded?.oneOf).toBe(4);
  const spans = decoded?.spans ?? [];
  expect(spans.length).toBeGreaterThan(100);
  expect(spans.length).toBeLessThan(300);
  const byTrace = new Map(spans.map(({ traceId }) => [traceId, 0]));
  for (const { traceId } of spans) byTrace.set(traceId, (byTrace.get(traceId) ?? 0) + 1);
  expect(new Set(byTrace.values())).toEqual(new Set([2]));
  expect(spans.some(({ startMs }) => startMs > 1_709_287_500_000)).toBe(true);
});

test('any cells give spans or rejects', () => {
  const cell = fc.oneof(fc.string({ maxLength: 12 }), fc.integer().map(String), fc.constant('1709287200'));
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 6, maxLength: 6 }), { maxLength: 20 }), (rows) => {
      const header = ['trace_id', 'span_id', 'parent_id', 'service', 'start', 'duration'];
      const table = {
        header,
        rows: rows.map((cells, line) => ({ line, cells })),
        rejected: 0,
        truncated: false,
      };
      const decoded = decodeSpanTable(table, 's.csv', null, 1_000);
      expect((decoded?.spans.length ?? 0) + (decoded?.rejected ?? 0)).toBe(rows.length);
      for (const span of decoded?.spans ?? []) expect(span.durationMs).toBeGreaterThanOrEqual(0);
    }),
  );
});

const second = (index: number) => 1_709_287_200 + index;
const JSON_FORMS: readonly (readonly [string, unknown, object])[] = [
  [
    'Datadog',
    {
      data: [
        {
          id: 'AAA',
          type: 'spans',
          attributes: {
            service: 'cart',
            resource_name: 'GET /cart',
            trace_id: 'a',
            span_id: '1',
            parent_id: '0',
            start_timestamp: '2024-03-01T10:00:00.100Z',
            end_timestamp: '2024-03-01T10:00:00.350Z',
            error: 1,
            custom: { http: { status_code: '502' } },
          },
        },
      ],
    },
    {
      service: 'cart',
      name: 'GET /cart',
      parentId: null,
      durationMs: 250,
      failed: true,
      message: 'HTTP 502',
    },
  ],
  [
    'Elastic',
    {
      hits: {
        total: 1,
        hits: [
          {
            _index: 'traces-apm',
            _source: {
              '@timestamp': '2024-03-01T10:00:00.100Z',
              trace: { id: 'a' },
              transaction: { id: '1', duration: { us: 250_000 }, name: 'GET /cart' },
              service: { name: 'cart' },
              event: { outcome: 'failure' },
            },
          },
        ],
      },
    },
    { service: 'cart', spanId: '1', durationMs: 250, failed: true },
  ],
  [
    'Tempo search',
    {
      traces: [
        {
          traceID: 'a1',
          rootServiceName: 'shop',
          rootTraceName: 'GET /',
          startTimeUnixNano: `${second(0)}000000000`,
          durationMs: 1300,
          spanSets: [{ spans: [{ spanID: 'b', durationNanos: '1200' }] }],
        },
      ],
    },
    { service: 'shop', name: 'GET /', durationMs: 1300, startMs: second(0) * 1000 },
  ],
  [
    'Honeycomb',
    [
      {
        'trace.trace_id': 'a',
        'trace.span_id': '1',
        'trace.parent_id': '7',
        'service.name': 'cart',
        name: 'load',
        duration_ms: 12.5,
        timestamp: '2024-03-01T10:00:00Z',
      },
    ],
    { service: 'cart', parentId: '7', durationMs: 12.5 },
  ],
];

test.each(JSON_FORMS)('records of %s', (_name, document, want) => {
  const text = JSON.stringify(document);
  expect(connector.recognise(fileWithHead('spans.json', text))).toBeGreaterThan(0.9);
  const { table } = readSpanRecords(text, 100);
  expect(decodeSpanTable(table, 'spans.json', null, 100)?.spans).toMatchObject([want]);
});

test('records of logs that carry ids and durations are left to the logs', () => {
  const line =
    '{"time":"2024-03-01T10:00:00Z","level":"info","msg":"done","service":"cart","trace_id":"a","span_id":"b","duration_ms":3}';
  expect(connector.recognise(fileWithHead('cart.jsonl', `${line}\n${line}\n`))).toBe(0);
});

const HOP = {
  trace_id: '9',
  span_id: '1',
  parent_id: '0',
  name: 'http',
  service: 'storefront',
  resource: 'POST /baskets',
  error: 1,
};
const CALL = {
  ...HOP,
  span_id: '2',
  parent_id: '1',
  service: 'basket-api',
  resource: 'GET /baskets',
  error: 0,
};
const ENVELOPES = [
  {
    name: 'lists of traces, as an agent is sent them, in nanoseconds',
    document: [
      [
        { ...HOP, start: 1709287200e9, duration: 9e8 },
        { ...CALL, start: 1709287200e9, duration: 8e8 },
      ],
    ],
  },
  {
    name: 'a trace with its spans by their ids, in seconds',
    document: {
      trace: {
        root_id: '1',
        spans: {
          1: { ...HOP, start: 1709287200, duration: 0.9 },
          2: { ...CALL, start: 1709287200, duration: 0.8 },
        },
      },
    },
  },
];

test.each(ENVELOPES)('Datadog: $name', ({ document }) => {
  const text = JSON.stringify(document);
  expect(connector.recognise(fileWithHead('traces.json', text))).toBeGreaterThan(0.9);
  const decoded = decodeSpanTable(readSpanRecords(text, 100).table, 'traces.json', null, 100);
  expect(decoded?.spans.map(({ service, durationMs }) => [service, durationMs])).toEqual([
    ['storefront', 900],
    ['basket-api', 800],
  ]);
  expect(readSpanRecords(text.slice(0, -20), 100).table.rows.length).toBeLessThan(3);
});
