/** Names of systems outside the code base in the words of an error: hosts of URLs, and nodes that the graph knows as external. */
import { canonicalServiceName, type ServiceName } from '../../domain/service.ts';
import type { ServiceNode } from '../../domain/situation.ts';
import { isHostProgram } from '../_signals/host-programs.ts';
import { isStore } from '../_signals/stores.ts';
import type { Facts } from './facts.ts';

/** Parts of a host name that do not name the provider. */
const GENERIC =
  /^(api|www|svc|cluster|local|internal|com|net|org|io|dev|co|app|cloud|eu|us|de|uk|prod|production|staging|gateway|edge|rest|v\d+)$/;

/** A bare host name is believed only under a public top-level domain: file names and class names have dots too. */
const HOST_WORD =
  /(?:^|[\s"'(=[])((?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|co|app|cloud|ai|eu|uk|de|us|fr|jp|example|test))(?=[\s:/"',)\]]|$)/g;

/** Where the machines of the large clouds ask who they are and what they may do: no name of a host says so. */
const METADATA =
  /(?<![\d.])(?:169\.254\.169\.254|169\.254\.170\.(?:2|23)|100\.100\.100\.200)(?![\d.])|\bfd00:ec2::254\b|\bmetadata\.google\.internal\b|\bec2 ?imds\b/;
const METADATA_SERVICE = canonicalServiceName('metadata-service');

/** What a web server says of the request it serves: its own virtual host, what the client asked for and where it came from. */
const OF_THE_REQUEST = /\b(?:server|host|referrer|vhost|authority): ?"?[^\s,"]+"?(?=,|"|\s|$)/g;

/** What is asked for is no name of whoever is asked: `/search?ids[]=a122&ids[]=a125 answered 502`. */
const QUERY = /(?<=[\w/])\?[^\s"'<>]*=[^\s"'<>]*/g;

/** `tax authority answered 503`, `mailer answered 429`: whoever stands before the verb said so itself. */
const ANSWERED =
  /(?<![\w./-])((?:[a-z][\w-]{1,40} )?[a-z][\w-]{2,40}) (?:answered|responded|replied|returned)(?: us)?(?: with)?(?: a)?(?: http)?(?: status(?: code)?| code)? (?:5\d\d|429)\b/g;
/** `fx provider gave no answer within 1500 ms`: a role that only somebody else has. A request, a query or a lock times out, too, and is nobody. */
const SILENT =
  /(?<![\w./-])([a-z][\w-]{1,40} (?:provider|vendor|partner)) (?:gave no (?:answer|response|reply)|timed out|did not (?:answer|respond|reply)|(?:does not|doesn't|is not) (?:answer|respond)(?:ing)?|is (?:down|unavailable|unreachable|not reachable))\b/g;
const ROLE_OUTSIDE = / (?:provider|vendor|partner)$/;
/** Sources of values within a program are called providers, too. */
const WITHIN = /^(?:credentials?|token|config|configuration|settings|context|value|type|data|identity)$/;
/** Words for whatever answers, and words of a sentence. */
const NOBODY =
  /^(?:an|as|at|by|if|in|is|my|no|of|on|or|so|to|up|it|its|we|he|she|they|that|this|which|what|and|but|for|not|call|calls|request|requests|response|responses|server|servers|service|services|upstream|upstreams|backend|backends|endpoint|api|apis|gateway|proxy|host|remote|peer|client|caller|handler|route|url|page|get|post|put|patch|delete|http|https|error|errors|failed|failure|code|status|origin|provider|dependency|downstream|other|side|has|have|had|was|been|the|our|from|because|when|since|while|after|then|with|without|one|all|also|still|again|just|only|never|always|now)$/;

/**
 * The name of two words or one that is said to have answered with a server error; empty where only a word for anybody is, and where the
 * word before the verb is a service of ours: what stands before that ends another sentence.
 */
function answering(text: string, facts: Facts): readonly ServiceName[] {
  return [...text.matchAll(ANSWERED), ...text.matchAll(SILENT)].flatMap(([, said = '']) => {
    const words = said.split(' ').filter((word) => !NOBODY.test(word));
    const names = [canonicalServiceName(words.join('-')), canonicalServiceName(words.at(-1) ?? '')];
    if (words.length === 0 || (ROLE_OUTSIDE.test(said) && WITHIN.test(words[0] ?? ''))) return [];
    if (!names.some((name) => isOwn(name, facts))) return names.slice(0, 1);
    const inFull = canonicalServiceName(said.replace(/ /g, '-'));
    return ROLE_OUTSIDE.test(said) && !isOwn(inFull, facts) ? [inFull] : [];
  });
}

export function outsideNames(said: string, facts: Facts): readonly ServiceName[] {
  const names = new Set<ServiceName>();
  const text = (/\bclient: /.test(said) ? said.replace(OF_THE_REQUEST, '') : said).replace(QUERY, ' ');
  for (const node of facts.situation.services.values()) {
    if (
      isOutside(node, facts) &&
      new RegExp(`(^|[^a-z0-9])${escapeRegExp(node.name).replace(/-/g, '[-_. ]?')}([^a-z0-9]|$)`).test(text)
    )
      names.add(node.name);
  }
  for (const match of text.matchAll(HOST_WORD)) {
    const name = namedByHost(match[1] ?? '', facts);
    if (name !== null && !isOwn(name, facts)) names.add(name);
  }
  for (const match of text.matchAll(
    /(?:https?:\/\/|host[=: ]+|getaddrinfo \w+ |connect to |to )([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?=[:/\s"',)]|$)/g,
  )) {
    const name = namedByHost(match[1] ?? '', facts);
    if (name !== null && !isOwn(name, facts)) names.add(name);
  }
  if (METADATA.test(text)) names.add(METADATA_SERVICE);
  // A host says more than a word for it.
  if (names.size === 0) for (const name of answering(text, facts)) if (name !== '') names.add(name);
  return [...names].sort();
}

/** As the code base calls whoever has the host, else as the host suggests. */
export function namedByHost(host: string, facts: Facts): ServiceName | null {
  const name = providerOf(host);
  const known = facts.situation.resolve(host);
  return name !== null && facts.situation.services.get(known)?.kind === 'external' ? known : name;
}

/** `api.stripe.com` → `stripe`; null for addresses, files and cluster-internal names. */
export function providerOf(host: string): ServiceName | null {
  const parts = host.toLowerCase().split('.');
  if (
    parts.length < 2 ||
    parts.every((part) => /^\d+$/.test(part)) ||
    /\.(local|internal|svc|js|ts|py|go|java|rb|php|rs|cs|json|ya?ml|sql|html?)$/.test(host)
  )
    return null;
  const named = parts.slice(0, -1).filter((part) => !GENERIC.test(part));
  const name = named.at(-1);
  return name === undefined ? null : canonicalServiceName(name);
}

function isOwn(name: ServiceName, facts: Facts): boolean {
  const node = facts.situation.services.get(facts.situation.resolve(name));
  return node !== undefined && !isOutside(node, facts);
}

/** Somebody else's, by the word of a source; or by what is seen: others call it, and of it nothing is here, neither code nor a log nor a release. */
function isOutside({ name, kind, paths, evidence }: ServiceNode, { situation }: Facts): boolean {
  if (kind !== 'service') return kind === 'external';
  const { snapshot, folders, releases, streams, edges } = situation;
  return (
    paths.length === 0 &&
    evidence.length === 0 &&
    snapshot.repositories.length > 0 &&
    !isStore(name) &&
    !isHostProgram(name) &&
    (folders.get(name) ?? []).length === 0 &&
    edges.some(({ to, source }) => to === name && source === 'catalog') &&
    !edges.some(({ from }) => from === name) &&
    !releases.some(({ service }) => service === name) &&
    !streams.some(({ service }) => service === name)
  );
}

export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
