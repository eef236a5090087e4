/** Names of what a service talks to, from a host name, a product name or the attributes of a span. Pure; it looks nothing up. */
import { canonicalServiceName, type ServiceKind, type ServiceName } from '../../domain/service.ts';

export interface Partner {
  readonly name: ServiceName;
  readonly kind: ServiceKind;
  /** Public host name behind the name; null where it has none. */
  readonly host: string | null;
}

type Product = readonly [name: string, kind: 'datastore' | 'queue'];

const PRODUCTS: Readonly<Record<string, Product>> = {
  postgres: ['postgres', 'datastore'],
  postgresql: ['postgres', 'datastore'],
  postgis: ['postgres', 'datastore'],
  timescaledb: ['postgres', 'datastore'],
  pgvector: ['postgres', 'datastore'],
  mysql: ['mysql', 'datastore'],
  mariadb: ['mysql', 'datastore'],
  percona: ['mysql', 'datastore'],
  mssql: ['sqlserver', 'datastore'],
  sqlserver: ['sqlserver', 'datastore'],
  oracle: ['oracle', 'datastore'],
  mongo: ['mongodb', 'datastore'],
  mongodb: ['mongodb', 'datastore'],
  redis: ['redis', 'datastore'],
  valkey: ['redis', 'datastore'],
  keydb: ['redis', 'datastore'],
  memcached: ['memcached', 'datastore'],
  cassandra: ['cassandra', 'datastore'],
  scylla: ['cassandra', 'datastore'],
  elasticsearch: ['elasticsearch', 'datastore'],
  opensearch: ['elasticsearch', 'datastore'],
  dynamodb: ['dynamodb', 'datastore'],
  clickhouse: ['clickhouse', 'datastore'],
  cockroachdb: ['cockroachdb', 'datastore'],
  cockroach: ['cockroachdb', 'datastore'],
  neo4j: ['neo4j', 'datastore'],
  influxdb: ['influxdb', 'datastore'],
  couchdb: ['couchdb', 'datastore'],
  couchbase: ['couchbase', 'datastore'],
  minio: ['minio', 'datastore'],
  etcd: ['etcd', 'datastore'],
  rabbitmq: ['rabbitmq', 'queue'],
  kafka: ['kafka', 'queue'],
  redpanda: ['kafka', 'queue'],
  nats: ['nats', 'queue'],
  activemq: ['activemq', 'queue'],
  artemis: ['activemq', 'queue'],
  pulsar: ['pulsar', 'queue'],
  rocketmq: ['rocketmq', 'queue'],
  sqs: ['sqs', 'queue'],
  elasticmq: ['sqs', 'queue'],
};

/** Words that stand beside a product's name without changing what it is: `cp-kafka`, `mongodb-community-server`. */
const EDITION =
  /^(server|community|enterprise|alpine|bitnami|ha|cluster|official|cp|ce|ee|stack|microsoft|aws|db|single|node)$/;

/** The data store or queue that an image or a system name stands for: `bitnami/kafka:3.7` → kafka; null for other software. */
export function productOf(
  name: string,
): { readonly name: string; readonly kind: 'datastore' | 'queue' } | null {
  const image = (name.toLowerCase().split('@')[0] ?? '').replace(/:[\w.-]+$/, '');
  const segments = image.split('/');
  const last = segments.at(-1) ?? '';
  const words = (EDITION.test(last) ? segments.slice(-2).join('-') : last).split(/[-_.]/);
  const found = words.flatMap((word) => (Object.hasOwn(PRODUCTS, word) ? [PRODUCTS[word]] : []))[0];
  if (found === undefined) return null;
  const others = words.filter(
    (word) => !Object.hasOwn(PRODUCTS, word) && !EDITION.test(word) && !/^v?\d*$/.test(word),
  );
  return others.length === 0 ? { name: found[0], kind: found[1] } : null;
}

const NO_HOST =
  /^(localhost|.*\.localhost|host\.docker\.internal|\d+\.\d+\.\d+\.\d+|\[?[0-9a-f]*:[0-9a-f:.]*\]?|.*\.(invalid|test))$/i;

/** `maps.googleapis.com` → `google-maps`, `sqs.eu-west-1.amazonaws.com` → `aws-sqs`, `api.stripe.com` → `stripe`. */
function providerName(host: string): string {
  const labels = host.split('.');
  const first = labels[0] ?? host;
  if (/\.googleapis\.com$/.test(host)) return `google-${first}`;
  if (/\.amazonaws\.com$/.test(host)) return `aws-${first}`;
  if (/\.(windows|azure)\.(net|com)$/.test(host)) return `azure-${first}`;
  const known = labels.length >= 3 && /^(co|com|org|net|gov|ac)$/.test(labels.at(-2) ?? '') ? 3 : 2;
  return labels.at(-known) ?? host;
}

/** A host inside a network is a service; a public one its provider; null for this machine and for addresses. */
export function partnerOfHost(written: string): Partner | null {
  const host = written.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
  if (host === '' || host.length > 253 || NO_HOST.test(host) || !/^[a-z0-9_][a-z0-9._-]*$/.test(host))
    return null;
  const inner =
    /^([a-z0-9-]+)\.(?:[a-z0-9-]+\.)?svc(?:\.[a-z0-9.-]+)?$/.exec(host) ??
    /^([a-z0-9-]+)\.(?:[a-z0-9.-]+\.)?(?:internal|local|consul|cluster)$/.exec(host);
  const name = inner?.[1] ?? (host.includes('.') ? null : host);
  if (name !== null) return named(name, 'service', null);
  return named(providerName(host), 'external', host);
}

function named(name: string, kind: ServiceKind, host: string | null): Partner | null {
  const canonical = canonicalServiceName(name);
  return canonical === '' ? null : { name: canonical, kind, host };
}

type Attributes = Readonly<Record<string, string>>;

function first(attributes: Attributes, ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = attributes[key];
    if (value !== undefined && value !== '') return value;
  }
  return null;
}

function hostOf(attributes: Attributes): string | null {
  const host = first(
    attributes,
    'server.address',
    'net.peer.name',
    'network.peer.address',
    'peer.hostname',
    'http.host',
  );
  if (host !== null) return host;
  const url = first(attributes, 'url.full', 'http.url');
  return url === null ? null : (/^[a-z]+:\/\/(?:[^@/]*@)?([^/:?#]+)/i.exec(url)?.[1] ?? null);
}

/** Numbers of Redis and the databases that every installation has: they tell nothing apart. */
export const COMMON_DATABASE =
  /^(\d+|postgres|postgresql|mysql|master|main|default|defaultdb|admin|test|public|local)$/i;

/**
 * A data store is named by its host in the network, else by product and database (`postgres-orders`). Without either it is
 * the service's own: one node for all would make neighbours of services that share nothing.
 */
function storeOf(system: string, attributes: Attributes, caller: ServiceName): Partner | null {
  const host = hostOf(attributes);
  const inside = host === null ? null : partnerOfHost(host);
  if (inside?.kind === 'service') return { ...inside, kind: 'datastore' };
  const product = productOf(system)?.name ?? system;
  const database = first(attributes, 'db.namespace', 'db.name', 'db.instance');
  const isNamed = database !== null && !COMMON_DATABASE.test(database) && database !== product;
  return named(
    isNamed ? `${product} ${database}` : `${caller} ${product}`,
    'datastore',
    inside?.host ?? null,
  );
}

function calledName(attributes: Attributes): Partner | null {
  const rpc = first(attributes, 'rpc.service');
  if (rpc !== null && /^aws/.test(attributes['rpc.system'] ?? attributes['rpc.system.name'] ?? ''))
    return named(`aws ${rpc}`, 'external', null);
  const invoked = first(attributes, 'faas.invoked_name');
  if (invoked !== null) return named(invoked, 'service', null);
  return rpc === null ? null : named(rpc.split('.').at(-1) ?? '', 'service', null);
}

/** Whom a client or producer span of `caller` calls; null where its attributes do not say. */
export function partnerOfSpan(attributes: Attributes, caller: ServiceName): Partner | null {
  const peer = first(attributes, 'peer.service', 'service.peer.name');
  const store = first(attributes, 'db.system.name', 'db.system');
  if (store !== null)
    return peer === null ? storeOf(store, attributes, caller) : named(peer, 'datastore', null);
  const broker = first(attributes, 'messaging.system');
  if (broker !== null) return named(peer ?? productOf(broker)?.name ?? broker, 'queue', null);
  if (peer !== null) return named(peer, 'service', null);
  const called = calledName(attributes);
  if (called?.kind === 'external') return called;
  const host = hostOf(attributes);
  return (host === null ? null : partnerOfHost(host)) ?? called;
}
