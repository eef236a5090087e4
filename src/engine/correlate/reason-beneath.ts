/** Why callers wait or fail, where somebody says it: nobody listens there, a store waits for a lock. What they then meet (timeouts, an empty pool) tells nothing more. */
import type { ServiceName } from '../../domain/service.ts';
import { dependenciesOf } from '../../domain/situation.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { MINUTE } from '../../domain/time.ts';
import { isStore } from '../_signals/stores.ts';
import type { Facts, FailingPattern } from './facts.ts';

/** What no caller brings about by waiting. */
const REASONS: readonly SymptomClass[] = ['connection-refused', 'dns', 'certificate', 'lock', 'disk-full'];
/** What a store says of itself, and its callers repeat. */
const STORES_REASONS: readonly SymptomClass[] = [...REASONS, 'pool-exhausted', 'out-of-memory'];
/** What is met where something else is the reason; an error of no family is, where no code of the house stands in its stack. */
const CONSEQUENCES: readonly SymptomClass[] = ['timeout', 'pool-exhausted', 'connection-reset'];
const VAGUE: readonly SymptomClass[] = ['server-error', 'error-ratio', 'unclassified'];
/** A reason comes before what it leads to, or with it; logs of two machines may differ by this. */
const TOGETHER_MS = MINUTE / 2;
const LONGEST_BEFORE_MS = 10 * MINUTE;
/** What is said once or twice may be said in passing. */
const FEWEST = 3;
const QUIET_MS = MINUTE;

/**
 * The failure as one of the family of its reason, which its own log or that of a store beneath it states as something new;
 * as it is where no reason is stated.
 */
export function withReason(item: FailingPattern, facts: Facts): FailingPattern {
  const known = told.get(facts) ?? new Map<FailingPattern, FailingPattern>();
  told.set(facts, known);
  let found = known.get(item);
  if (found === undefined) {
    const reason = reasonOf(item, facts.failing, facts);
    found =
      reason === undefined ? item : { ...item, symptom: { ...item.symptom, class: reason.symptom.class } };
    known.set(item, found);
  }
  return found;
}

/** Each file of each release asks. */
const told = new WeakMap<Facts, Map<FailingPattern, FailingPattern>>();

/** What fails for one of these reasons. */
export function consequencesOf(reasons: readonly FailingPattern[], facts: Facts): readonly FailingPattern[] {
  return facts.failing.filter((item) => reasonOf(item, reasons, facts) !== undefined);
}

function reasonOf(
  item: FailingPattern,
  reasons: readonly FailingPattern[],
  facts: Facts,
): FailingPattern | undefined {
  const { symptom, pattern } = item;
  const isVague = VAGUE.includes(symptom.class) && !pattern.frames.some(({ inApp }) => inApp === true);
  if (!isVague && !CONSEQUENCES.includes(symptom.class)) return undefined;
  return reasons.find(
    (other) =>
      (isStore(other.pattern.service) ? STORES_REASONS : REASONS).includes(other.symptom.class) &&
      isBeneath(other, pattern.service, facts) &&
      leadsTo(other, item, facts),
  );
}

function isBeneath({ pattern, symptom }: FailingPattern, service: ServiceName | null, facts: Facts): boolean {
  if (pattern.service === null || service === null) return false;
  if (pattern.service === service) return true;
  if (!isStore(pattern.service)) return false;
  if (dependenciesOf(facts.situation.edges, service).has(pattern.service)) return true;
  // A lock is held by one client and missed by another: that both use the store is all that it takes.
  return (
    serves(pattern.service, service, facts) ||
    (symptom.class === 'lock' && isNamedAfter(pattern.service, service))
  );
}

/** `postgresql-orders` is the store of `orders`, whoever wrote that down: a product and the name of whom it is for. */
function isNamedAfter(store: ServiceName, service: ServiceName): boolean {
  return store.endsWith(`-${service}`) || store.startsWith(`${service}-`);
}

/** The store's own log names who connects: `user=orders database=orders application_name=orders`. */
const NAMES_CLIENT = ['db.namespace', 'db.user', 'application.name'];
const CLIENT = /\b(?:user|database|db|application_name|app|client)=["']?([\w.-]+)/g;

/** The same at the head of a line of PostgreSQL (`%u@%d`, as Debian sets it): `[1051] orders@orders LOG:`. */
const CLIENT_AT_HEAD =
  /\s([\w.-]+)@([\w.-]+)\s+(?:DEBUG\d?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|STATEMENT):/g;

/** Whether the log of a store speaks of `service` as a client, or of a database that is called after it. */
export function serves(store: ServiceName, service: ServiceName, facts: Facts): boolean {
  const isIts = (name: string) => facts.situation.resolve(name.replaceAll('_', '-')) === service;
  return facts.situation.patterns.some(
    (pattern) =>
      pattern.service === store &&
      (NAMES_CLIENT.some((key) => isIts(pattern.attributes[key] ?? '')) ||
        pattern.samples.some(({ message, evidence }) => {
          const line = facts.situation.snapshot.evidence[evidence]?.excerpt ?? '';
          const clients = [...message.matchAll(CLIENT), ...line.matchAll(CLIENT_AT_HEAD)];
          return clients.flatMap(([, ...names]) => names).some(isIts);
        })),
  );
}

/**
 * A store that nothing but its own log names, after its product, is known by whose it is: the one service that its log speaks of.
 * Null for one that several use, and for one that others call by that name.
 */
export function onlyClientOf(store: ServiceName | null, facts: Facts): ServiceName | null {
  if (store === null || !isStore(store) || store.includes('-')) return null;
  const { services, edges } = facts.situation;
  if (edges.some(({ to }) => to === store)) return null;
  const clients = [...services.keys()].filter(
    (name) => name !== store && !isStore(name) && serves(store, name, facts),
  );
  const [only = null, ...others] = clients;
  return others.length === 0 ? only : null;
}

/** What the log of its store tells of a service whose own is not at hand. */
export function toldByStore(service: ServiceName, facts: Facts): readonly FailingPattern[] {
  return facts.failing.filter(
    ({ pattern, symptom }) =>
      symptom.strength >= 1 &&
      pattern.service !== null &&
      isStore(pattern.service) &&
      serves(pattern.service, service, facts),
  );
}

function leadsTo(
  { symptom: reason }: FailingPattern,
  { symptom }: FailingPattern,
  { situation: { covered } }: Facts,
): boolean {
  const before = symptom.onsetAt - reason.onsetAt;
  // A store that is well says nothing: its log begins with the trouble, while others tell of the time before.
  const beginsWithIt =
    isStore(reason.service) && covered !== null && covered.from <= reason.firstSeenAt - QUIET_MS;
  const isNew = reason.baseline.observed ? reason.baseline.value === 0 : beginsWithIt;
  return isNew && reason.count >= FEWEST && before >= -TOGETHER_MS && before <= LONGEST_BEFORE_MS;
}
