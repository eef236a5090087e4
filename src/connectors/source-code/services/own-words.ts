/** What a code base calls a system outside of it: the name of the setting that holds its address. Its errors say that word, hosts are often named otherwise. */
import { canonicalServiceName } from '../../../domain/service.ts';

/** `HereRoutingUrl: "https://…`, `here_routing_url: str = "https://…`, `here-routing-url: https://…` */
const SETTING =
  /(?:^|[\s{,("'.])([A-Za-z][A-Za-z0-9_-]{1,50}?)[_-]?(?:[Bb]ase|[Rr]oot|BASE|ROOT)?[_-]?(?:[Uu]r[il]|UR[IL]|[Hh]ost|HOST|[Ee]ndpoint|ENDPOINT)["']?\s*(?::\s*[\w.?]+\s*)?[:=]+\s*["'`]?https?:\/\//;

/** Words for whatever is asked, and for what a setting is for. */
const NOBODY =
  /^(?:a|an|the|my|our|default|api|app|base|root|service|server|backend|upstream|downstream|remote|external|public|internal|private|provider|partner|gateway|proxy|client|target|origin|site|web|website|home|docs?|help|callback|webhook|hook|redirect|return|login|logout|auth|oauth|issuer|token|jwks|health|image|avatar|logo|cdn|asset|static|repo|repository|source|test|stub|mock|fallback|primary|secondary|prod|production|staging|sandbox|live|env|config|http|https)$/;

/**
 * The word, where it has nothing in common with `hostName`, the name that the host suggests, and no service of ours is called like it
 * (`names`: spellings of theirs); null elsewhere.
 */
export function ownWordFor(
  text: string,
  hostName: string,
  names: ReadonlyMap<string, string>,
): string | null {
  const written = SETTING.exec(text)?.[1];
  if (written === undefined) return null;
  const parts = written
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[_-]+/)
    .filter((part) => part !== '');
  if (parts.every((part) => NOBODY.test(part))) return null;
  const word = canonicalServiceName(parts.join('-'));
  const plain = word.replaceAll('-', '');
  const host = hostName.replaceAll('-', '');
  const isAlike = parts.some((part) => part.length >= 3 && host.includes(part)) || plain.includes(host);
  if (word.length < 2 || isAlike) return null;
  const isOurs = [word, `${word}-service`, `${word}-api`].some((name) => names.has(name));
  return isOurs ? null : word;
}
