import { expect, test } from 'vitest';
import { type Span, SpanStore } from './spans.ts';
import { traceFindings } from './trace-edges.ts';

let count = 0;

function span(service: string, kind: Span['kind'], attributes: Span['attributes'], parentId: string | null) {
  count += 1;
  return {
    traceId: 't1',
    spanId: `s${count}`,
    parentId,
    service,
    name: 'SELECT',
    kind,
    startMs: 1_709_287_200_000,
    durationMs: 10,
    failed: false,
    message: null,
    attributes,
    locator: { kind: 'json-pointer', path: 'x.json', pointer: '' },
  } as const;
}

const store = (service: string, address: string, port: string, system = 'postgresql') =>
  span(service, 'client', { 'db.system.name': system, 'server.address': address, 'server.port': port }, null);

/** A call from `web` to `cart` over the given address. */
function call(address: string): readonly Span[] {
  const client = span('web', 'client', { 'server.address': address, 'server.port': '8080' }, null);
  return [client, span('cart', 'server', {}, client.spanId)];
}

function edges(...spans: readonly Span[]): readonly string[] {
  const all = new SpanStore();
  for (const item of spans) all.add(item);
  return traceFindings(all, 'test')
    .edges.map(({ from, to }) => `${from} → ${to}`)
    .filter((edge) => !edge.endsWith('→ cart'));
}

test.each<{ name: string; spans: readonly Span[]; want: readonly string[] }>([
  {
    name: 'one address of one kind of store is one store',
    spans: [store('web', '10.0.0.7', '5432'), store('cart', '10.0.0.7', '5432')],
    want: ['cart → postgres', 'web → postgres'],
  },
  {
    name: 'several are told apart by their ports',
    spans: [store('web', '10.0.0.7', '5432'), store('cart', '10.0.0.7', '5433')],
    want: ['cart → postgres-5433', 'web → postgres-5432'],
  },
  {
    name: 'the loopback of two containers is not the same place',
    spans: [store('web', '127.0.0.1', '5432'), store('cart', '127.0.0.1', '5432'), ...call('cart')],
    want: ['cart → cart-postgres', 'web → web-postgres'],
  },
  {
    name: 'the loopback of services that call each other there is',
    spans: [store('web', '127.0.0.1', '19532'), store('cart', '::1', '19532'), ...call('127.0.0.1')],
    want: ['cart → postgres', 'web → postgres'],
  },
  {
    name: 'a host with a name keeps it',
    spans: [store('web', 'orders-db', '5432')],
    want: ['web → orders-db'],
  },
])('$name', ({ spans, want }) => {
  expect(edges(...spans)).toEqual(want);
});
