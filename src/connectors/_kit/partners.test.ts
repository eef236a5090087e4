import { expect, test } from 'vitest';
import { partnerOfHost, partnerOfSpan, productOf } from './partners.ts';

test.each([
  ['payment-service.store.svc.cluster.local', 'payment-service', 'service'],
  ['payment-service:8080', 'payment-service', 'service'],
  ['cart.internal', 'cart', 'service'],
  ['api.stripe.com', 'stripe', 'external'],
  ['api.shop.co.uk', 'shop', 'external'],
  ['sqs.eu-west-1.amazonaws.com', 'aws-sqs', 'external'],
  ['127.0.0.1:5432', null, null],
  ['[::1]:80', null, null],
  ['localhost', null, null],
  ['not a host', null, null],
])('host %s is %s', (host, name, kind) => {
  const partner = partnerOfHost(host);
  expect([partner?.name ?? null, partner?.kind ?? null]).toEqual([name, kind]);
});

test.each([
  ['postgres:15', 'postgres'],
  ['docker.io/bitnami/kafka:3.7@sha256:aa', 'kafka'],
  ['confluentinc/cp-kafka', 'kafka'],
  ['rabbitmq:3-management', 'rabbitmq'],
  ['mcr.microsoft.com/mssql/server:2022-latest', 'sqlserver'],
  ['my-postgres-exporter', null],
  ['redis', 'redis'],
  ['constructor', null],
])('product %s is %s', (image, want) => {
  expect(productOf(image)?.name ?? null).toBe(want);
});

test.each([
  [{ 'db.system': 'postgresql', 'server.address': 'orders-db' }, 'orders-db', 'datastore'],
  [{ 'db.system': 'postgresql', 'db.name': 'orders' }, 'postgres-orders', 'datastore'],
  [
    { 'db.system.name': 'redis', 'db.namespace': '0', 'server.address': '127.0.0.1' },
    'cart-redis',
    'datastore',
  ],
  [{ 'db.system': 'mysql', 'peer.service': 'LegacyDb' }, 'legacy-db', 'datastore'],
  [{ 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' }, 'kafka', 'queue'],
  [{ 'peer.service': 'billing' }, 'billing', 'service'],
  [{ 'http.url': 'https://user:x@api.stripe.com/v1/charges?x=1' }, 'stripe', 'external'],
  [{ 'rpc.service': 'store.v1.PaymentService', 'server.address': '10.0.0.7' }, 'payment-service', 'service'],
  [{ 'rpc.system': 'aws-api', 'rpc.service': 'S3' }, 'aws-s3', 'external'],
  [{ 'server.address': '10.0.0.7' }, null, null],
  [{}, null, null],
])('a call with %j goes to %s', (attributes, name, kind) => {
  const partner = partnerOfSpan(attributes as Record<string, string>, 'cart');
  expect([partner?.name ?? null, partner?.kind ?? null]).toEqual([name, kind]);
});
