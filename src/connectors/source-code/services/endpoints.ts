/** Hosts, databases and queues that a line of code or configuration names. Pure; it looks nothing up. */
import { canonicalServiceName, type ServiceKind } from '../../../domain/service.ts';
import { COMMON_DATABASE, partnerOfHost, productOf } from '../../_kit/partners.ts';

export interface Endpoint {
  readonly name: string;
  readonly kind: ServiceKind;
  readonly host: string;
}

/** Schemes that are called otherwise than the product behind them. */
const SCHEMES: Readonly<Record<string, string>> = { rediss: 'redis', amqp: 'rabbitmq', amqps: 'rabbitmq' };

const ENGINE_URL = /\b(?:jdbc:)?([a-z]+)(?:\+[a-z0-9]+)?:\/\/([^\s"'`<>)]+)/gi;
const HTTP_URL = /\b(?:https?|grpcs?|wss?):\/\/([A-Za-z0-9][A-Za-z0-9.-]*)(?::\d+)?/g;
/** Addresses of no one: this machine, documentation, schema names, package registries, code hosts. */
const NO_PARTNER =
  /^(localhost|127\.|0\.0\.0\.0|10\.|192\.168\.|host\.docker\.internal|\d+\.\d+\.\d+\.\d+$)|(^|\.)(example\.(com|org|net)|invalid|test|w3\.org|schema\.org|json-schema\.org|apache\.org|springframework\.org|xmlsoap\.org|opengis\.net|npmjs\.(org|com)|yarnpkg\.com|pypi\.org|github\.com|gitlab\.com|bitbucket\.org|githubusercontent\.com|golang\.org|maven\.org|docker\.(io|com)|mozilla\.org|stackoverflow\.com|wikipedia\.org|creativecommons\.org|opensource\.org|gnu\.org|ietf\.org|readthedocs\.io|nodejs\.org|python\.org|swagger\.io|openapis\.org|kubernetes\.io|schemastore\.org)$/i;

/** Partners that a text names, each once, in order. */
export function endpointsIn(text: string): Endpoint[] {
  const found = new Map<string, Endpoint>();
  const put = (endpoint: Endpoint) => {
    if (endpoint.name !== '' && !found.has(endpoint.name)) found.set(endpoint.name, endpoint);
  };
  for (const match of text.matchAll(ENGINE_URL)) {
    const scheme = (match[1] ?? '').toLowerCase();
    const engine = productOf(SCHEMES[scheme] ?? scheme);
    if (engine === null) continue;
    const rest = (match[2] ?? '').replace(/^[^@/]*@/, '');
    const host = rest.split(/[/:?,;]/)[0] ?? '';
    const named = /\/([A-Za-z_][\w-]*)/.exec(rest)?.[1];
    const database = named === undefined || COMMON_DATABASE.test(named) ? undefined : named;
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
    const partner = partnerOfHost(host);
    if (partner !== null) put({ name: partner.name, kind: partner.kind, host });
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
