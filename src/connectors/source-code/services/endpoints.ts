/** Hosts, databases and queues that a line of code or configuration names. Pure; it looks nothing up. */
import { canonicalServiceName, type ServiceKind } from '../../../domain/service.ts';

export interface Endpoint {
  readonly name: string;
  readonly kind: ServiceKind;
  readonly host: string;
}

const ENGINES: Readonly<Record<string, { readonly name: string; readonly kind: ServiceKind }>> = {
  postgres: { name: 'postgres', kind: 'datastore' },
  postgresql: { name: 'postgres', kind: 'datastore' },
  mysql: { name: 'mysql', kind: 'datastore' },
  mariadb: { name: 'mysql', kind: 'datastore' },
  sqlserver: { name: 'sqlserver', kind: 'datastore' },
  oracle: { name: 'oracle', kind: 'datastore' },
  mongodb: { name: 'mongodb', kind: 'datastore' },
  redis: { name: 'redis', kind: 'datastore' },
  rediss: { name: 'redis', kind: 'datastore' },
  memcached: { name: 'memcached', kind: 'datastore' },
  cassandra: { name: 'cassandra', kind: 'datastore' },
  elasticsearch: { name: 'elasticsearch', kind: 'datastore' },
  amqp: { name: 'rabbitmq', kind: 'queue' },
  amqps: { name: 'rabbitmq', kind: 'queue' },
  kafka: { name: 'kafka', kind: 'queue' },
  nats: { name: 'nats', kind: 'queue' },
  sqs: { name: 'sqs', kind: 'queue' },
};

const ENGINE_URL = /\b(?:jdbc:)?([a-z]+)(?:\+[a-z0-9]+)?:\/\/([^\s"'`<>)]+)/gi;
const HTTP_URL = /\b(?:https?|grpcs?|wss?):\/\/([A-Za-z0-9][A-Za-z0-9.-]*)(?::\d+)?/g;
/** Addresses of no one: this machine, documentation, schema names, package registries, code hosts. */
const NO_PARTNER =
  /^(localhost|127\.|0\.0\.0\.0|10\.|192\.168\.|host\.docker\.internal|\d+\.\d+\.\d+\.\d+$)|(^|\.)(example\.(com|org|net)|invalid|test|w3\.org|schema\.org|json-schema\.org|apache\.org|springframework\.org|xmlsoap\.org|opengis\.net|npmjs\.(org|com)|yarnpkg\.com|pypi\.org|github\.com|gitlab\.com|bitbucket\.org|githubusercontent\.com|golang\.org|maven\.org|docker\.(io|com)|mozilla\.org|stackoverflow\.com|wikipedia\.org|creativecommons\.org|opensource\.org|gnu\.org|ietf\.org|readthedocs\.io|nodejs\.org|python\.org|swagger\.io|openapis\.org|kubernetes\.io|schemastore\.org)$/i;

/** `maps.googleapis.com` → `google-maps`, `sqs.eu-west-1.amazonaws.com` → `aws-sqs`, `api.stripe.com` → `stripe`. */
function providerName(host: string): string {
  const labels = host.toLowerCase().split('.');
  const first = labels[0] ?? host;
  if (/\.googleapis\.com$/.test(host)) return `google-${first}`;
  if (/\.amazonaws\.com$/.test(host)) return `aws-${first}`;
  if (/\.(windows|azure)\.(net|com)$/.test(host)) return `azure-${first}`;
  const known = labels.length >= 3 && /^(co|com|org|net|gov|ac)$/.test(labels.at(-2) ?? '') ? 3 : 2;
  return labels.at(-known) ?? host;
}

/** Name of a host inside a cluster: `menu-api.delivery.svc.cluster.local`, or a bare `payment-service`; null for public hosts. */
function clusterName(host: string): string | null {
  const inner =
    /^([a-z0-9-]+)\.(?:[a-z0-9-]+\.)?svc(?:\.[a-z.]+)?$/i.exec(host) ??
    /^([a-z0-9-]+)\.(?:[a-z0-9.-]+\.)?(?:internal|local|consul|cluster)$/i.exec(host);
  if (inner?.[1] !== undefined) return inner[1];
  return /^[a-z][a-z0-9-]*$/i.test(host) ? host : null;
}

/** Partners that a text names, each once, in order. */
export function endpointsIn(text: string): Endpoint[] {
  const found = new Map<string, Endpoint>();
  const put = (endpoint: Endpoint) => {
    if (endpoint.name !== '' && !found.has(endpoint.name)) found.set(endpoint.name, endpoint);
  };
  for (const match of text.matchAll(ENGINE_URL)) {
    const engine = ENGINES[(match[1] ?? '').toLowerCase()];
    if (engine === undefined) continue;
    const rest = (match[2] ?? '').replace(/^[^@/]*@/, '');
    const host = rest.split(/[/:?,;]/)[0] ?? '';
    const database = /\/([A-Za-z_][\w-]*)/.exec(rest)?.[1];
    const label = database ?? (NO_PARTNER.test(host) ? '' : host);
    put({
      name: canonicalServiceName(label === '' ? engine.name : `${engine.name} ${label}`),
      kind: engine.kind,
      host,
    });
  }
  for (const match of text.matchAll(HTTP_URL)) {
    const host = match[1] ?? '';
    if (NO_PARTNER.test(host)) continue;
    const inside = clusterName(host);
    if (inside !== null) put({ name: canonicalServiceName(inside), kind: 'service', host });
    else if (host.includes('.'))
      put({ name: canonicalServiceName(providerName(host)), kind: 'external', host });
  }
  return [...found.values()];
}

/** `PAYMENT_SERVICE_URL` → `payment-service`; null for variables that name no partner. */
export function partnerOfVariable(name: string): string | null {
  const match =
    /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*?)_(?:BASE_)?(?:URL|URI|HOST|HOSTNAME|ADDR|ADDRESS|ENDPOINT|SERVICE_HOST|GRPC_ADDR)$/.exec(
      name,
    );
  return match?.[1] === undefined ? null : canonicalServiceName(match[1]);
}
