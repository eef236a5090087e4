import { expect, test } from 'vitest';
import { epochMs } from '../../domain/time.ts';
import { callsOf, isServerFailure, type Span, type SpanKind, SpanStore } from './spans.ts';
import { operationOf, traceFindings } from './trace-edges.ts';

type Fields = Partial<Span> & { readonly id: string; readonly kind?: SpanKind };

function spanOf({ id, ...fields }: Fields): Span {
  return {
    traceId: 't1',
    spanId: id,
    parentId: null,
    service: 'cart',
    name: 'GET /',
    kind: 'server',
    startMs: 1_709_287_200_000,
    durationMs: 100,
    failed: false,
    message: null,
    attributes: {},
    locator: { kind: 'json-pointer', path: 'x.json', pointer: '' },
    ...fields,
  };
}

const start = 1_709_287_200_000;

function calls(...spans: readonly Fields[]) {
  const store = new SpanStore();
  for (const span of spans) store.add(spanOf(span));
  return callsOf(store).map(({ from, to, failed, selfMs, span }) => ({
    id: span.spanId,
    from,
    to,
    failed,
    selfMs,
  }));
}

test.each<{ name: string; spans: readonly Fields[]; want: readonly object[] }>([
  {
    name: 'a server span under another service is a call; inner spans are not',
    spans: [
      { id: 'a', service: 'web' },
      { id: 'b', parentId: 'a', service: 'web', kind: 'client', startMs: start + 10, durationMs: 80 },
      { id: 'c', parentId: 'b', startMs: start + 20, durationMs: 60 },
      { id: 'd', parentId: 'c', kind: 'internal', durationMs: 5 },
    ],
    want: [
      { id: 'a', from: null, to: 'web', failed: false, selfMs: 20 },
      { id: 'c', from: 'web', to: 'cart', failed: false, selfMs: 60 },
    ],
  },
  {
    name: 'a caller that gave up makes the call a failure',
    spans: [
      { id: 'b', service: 'web', kind: 'client', failed: true },
      { id: 'c', parentId: 'b' },
    ],
    want: [{ id: 'c', from: 'web', to: 'cart', failed: true, selfMs: 100 }],
  },
  {
    name: 'waits are counted once though calls overlap, through inner spans, and only inside the span',
    spans: [
      { id: 'a' },
      { id: 'b', parentId: 'a', kind: 'internal', durationMs: 90 },
      { id: 'c', parentId: 'b', kind: 'client', startMs: start + 10, durationMs: 40 },
      { id: 'd', parentId: 'b', kind: 'client', startMs: start + 30, durationMs: 40 },
      { id: 'e', parentId: 'b', kind: 'client', startMs: start + 95, durationMs: 40 },
    ],
    want: [
      { id: 'a', to: 'cart', selfMs: 35 },
      { id: 'c', from: 'cart', to: null, selfMs: 40 },
      { id: 'd', from: 'cart', to: null },
      { id: 'e', from: 'cart', to: null },
    ],
  },
  {
    name: 'both sides of a call under one id, as Zipkin has it',
    spans: [
      { id: 'a', service: 'web', kind: 'client' },
      { id: 'a', service: 'cart', kind: 'server', durationMs: 70 },
    ],
    want: [{ id: 'a', from: 'web', to: 'cart', selfMs: 70 }],
  },
  {
    name: 'a span whose parent was not collected is a call only where it is a server',
    spans: [
      { id: 'a', parentId: 'lost' },
      { id: 'b', parentId: 'lost', kind: 'internal' },
    ],
    want: [{ id: 'a', from: null, to: 'cart' }],
  },
  {
    name: 'spans that are each other’s parents end',
    spans: [
      { id: 'a', parentId: 'b', kind: 'internal' },
      { id: 'b', parentId: 'a', kind: 'internal' },
      { id: 'c', parentId: 'c' },
    ],
    want: [{ id: 'c', from: null, to: 'cart', selfMs: 100 }],
  },
  {
    name: 'a queue lies between: no consumer is called by its producer',
    spans: [
      { id: 'a', service: 'web', kind: 'producer' },
      { id: 'b', parentId: 'a', kind: 'consumer' },
    ],
    want: [
      { id: 'a', from: 'web', to: null },
      { id: 'b', from: null, to: 'cart' },
    ],
  },
])('$name', ({ spans, want }) => {
  expect(calls(...spans)).toMatchObject(want);
  expect(calls(...spans)).toHaveLength(want.length);
});

test('a span that comes twice counts once', () => {
  const store = new SpanStore();
  store.add(spanOf({ id: 'a' }));
  store.add(spanOf({ id: 'a' }));
  expect([store.spans.length, store.repeated]).toEqual([1, 1]);
});

test.each([
  [{ name: 'GET' }, { 'http.route': '/cart/:id' }, 'GET /cart/:id'],
  [
    { name: 'HTTP POST' },
    { 'http.request.method': 'POST', 'url.path': '/pay/17/items' },
    'POST /pay/{id}/items',
  ],
  [{ name: 'GET /users/1f0e9a44-53b1-4d5a-9d0d-0a4a0d4b7c11?x=1' }, {}, 'GET /users/{id}'],
  [{ name: 'SELECT carts' }, {}, 'SELECT carts'],
  [{ name: '' }, {}, '(unnamed)'],
])('operation of %j', (fields, attributes, want) => {
  expect(operationOf(spanOf({ id: 'a', ...fields, attributes: attributes as Record<string, string> }))).toBe(
    want,
  );
});

test.each([
  [{ 'http.response.status_code': '503' }, true],
  [{ 'http.response.status_code': '404' }, false],
  [{ 'rpc.grpc.status_code': '14' }, true],
  [{ 'rpc.grpc.status_code': '5' }, false],
  [{}, false],
])('%j is the callee’s failure: %s', (attributes, want) => {
  expect(isServerFailure(attributes as Record<string, string>)).toBe(want);
});

test('failing calls say whom they were for, each id once a bucket and never in clear', () => {
  const store = new SpanStore();
  const add = (n: number, user: string, failed: boolean, key = 'enduser.id') =>
    store.add(
      spanOf({
        id: `s${n}`,
        traceId: `t${n}`,
        name: 'pay',
        startMs: start + n * 1000,
        failed,
        attributes: { [key]: user, 'tenant.id': 'acme', 'user.agent.id': 'curl' },
      }),
    );
  add(0, 'ada@example.invalid', true);
  add(1, 'ada@example.invalid', true, 'app.user_id');
  add(2, 'bo@example.invalid', true);
  add(3, 'cy@example.invalid', false);
  add(4, 'anonymous', true);
  const { traces } = traceFindings(store, 'otlp');
  expect(traces[0]?.failing.map(({ kind, hashes, capped }) => [kind, new Set(hashes).size, capped])).toEqual([
    ['user', 2, false],
    ['tenant', 1, false],
  ]);
  expect(JSON.stringify(traces)).not.toMatch(/example\.invalid|acme/);
});

test('counts calls that were refused, which failed for no fault of who was called', () => {
  const store = new SpanStore();
  for (const [n, status] of ['200', '409', '422', '500'].entries())
    store.add(
      spanOf({
        id: `s${n}`,
        traceId: `t${n}`,
        name: 'apply',
        startMs: start + n,
        failed: status === '500',
        attributes: { 'http.response.status_code': status },
      }),
    );
  expect(traceFindings(store, 'otlp').traces[0]?.buckets).toMatchObject([
    { calls: 4, errors: 1, refused: 2 },
  ]);
});

test('counts a bucket, quantiles and distinct failures; names beyond the limit become one', () => {
  const store = new SpanStore();
  for (let n = 0; n < 150; n += 1) {
    const failed = n % 50 === 0;
    const message = failed ? `failure ${n % 100}` : null;
    const at = { startMs: start + n * 1000, durationMs: n + 1, failed, message };
    store.add(spanOf({ id: `s${n}`, traceId: `t${n}`, name: `op ${n}`, ...at }));
  }
  const { traces } = traceFindings(store, 'otlp');
  expect(traces).toHaveLength(101);
  const rest = traces.find(({ operation }) => operation === '(other operations)');
  expect(rest?.buckets.map(({ at, calls: count, errors }) => [(at - start) / 1000, count, errors])).toEqual([
    [100, 10, 1],
    [110, 10, 0],
    [120, 10, 0],
    [130, 10, 0],
    [140, 10, 0],
  ]);
  expect(rest?.buckets[0]).toMatchObject({ p50Ms: 105.5, p99Ms: 109.91, selfP50Ms: 105.5 });
  expect(rest?.errorSamples).toMatchObject([{ at: epochMs(start + 100_000), message: 'failure 0' }]);
});
