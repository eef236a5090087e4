/** One identity for a service under all its names. Merges only on evidence: an alias that somebody declared, or a suffix that says nothing. */
import { append } from '../../domain/append.ts';
import { canonicalServiceName, type ServiceFact, type ServiceName } from '../../domain/service.ts';

/** Source of names that no catalog, code or deployment vouches for. */
const SEEN_IN_LOGS = 'log-file';

/** Words that name the form of a deployable, not what it does. */
const FORM_SUFFIX = /-(service|svc|api|server|app|web|worker|backend)$/;

/** What people shorten in names, whole words only. */
const SHORT: Readonly<Record<string, string>> = {
  gw: 'gateway',
  svc: 'service',
  srv: 'server',
  mgr: 'manager',
  proc: 'processor',
  sched: 'scheduler',
};

function inFull(name: ServiceName): ServiceName {
  return canonicalServiceName(
    name
      .split('-')
      .map((word) => SHORT[word] ?? word)
      .join('-'),
  );
}

/**
 * Maps any spelling to the canonical name. `declared` are names that a catalog, code or deployment vouches for;
 * `pods` are names of pods: one that begins with a declared name and a dash is of that service, the longest such name.
 * A shortened name (`cart-gw`) joins the same in full, where that is declared. A mere mention (`payment`) joins a declared name (`payment-service`) when exactly one differs from it by a form suffix.
 */
export function buildResolver(
  facts: readonly ServiceFact[],
  declared: ReadonlySet<ServiceName>,
  pods: readonly string[] = [],
): (raw: string) => ServiceName {
  const owners = ownersOfPods(pods, declared);
  const alias = new Map<string, ServiceName>();
  const seenAs = new Map<string, ServiceName>();
  for (const fact of facts) {
    const name = canonicalServiceName(fact.name);
    for (const other of fact.aliases) {
      const key = canonicalServiceName(other);
      if (key !== name && !declared.has(key)) alias.set(key, name);
      // What a log alone calls so is what others roll out under its other name.
      if (key !== name && declared.has(key) && fact.source === SEEN_IN_LOGS) seenAs.set(name, key);
    }
  }
  const stems = new Map<string, ServiceName[]>();
  for (const name of [...declared].sort()) {
    const stem = name.replace(FORM_SUFFIX, '');
    if (stem !== name) append(stems, stem, name);
  }
  return (raw) => {
    const name = canonicalServiceName(raw);
    const owner = owners.get(name);
    if (owner !== undefined) return owner;
    const rolledOutAs = seenAs.get(name);
    if (rolledOutAs !== undefined) return rolledOutAs;
    const full = inFull(name);
    if (full !== name && declared.has(full)) return full;
    if (declared.has(name)) return name;
    const known = alias.get(name);
    if (known !== undefined) return known;
    const byStem = stems.get(name) ?? stems.get(name.replace(FORM_SUFFIX, ''));
    return byStem?.length === 1 &&
      byStem[0] !== undefined &&
      (name === name.replace(FORM_SUFFIX, '') || !declared.has(name))
      ? byStem[0]
      : name;
  };
}

/** A log is called after its service, often without the word for its form (`courier-access.log` of `courier-app`): no service of its own where only the longer name is vouched for. */
export function isShortened(name: ServiceName, vouched: ReadonlySet<ServiceName>): boolean {
  if (vouched.has(name)) return false;
  return (
    [...vouched].filter((other) => other !== name && other.replace(FORM_SUFFIX, '') === name).length === 1
  );
}

/** A pod is named after its workload. That a pod is nobody's service is known only where the platform says that it is a pod. */
function ownersOfPods(
  pods: readonly string[],
  declared: ReadonlySet<ServiceName>,
): ReadonlyMap<string, ServiceName> {
  const names = new Set(pods.map(canonicalServiceName));
  const services = [...declared].filter((name) => !names.has(name)).sort((a, b) => b.length - a.length);
  const owners = new Map<string, ServiceName>();
  for (const pod of names) {
    const owner = services.find((service) => pod.startsWith(`${service}-`));
    if (owner !== undefined) owners.set(pod, owner);
  }
  return owners;
}
