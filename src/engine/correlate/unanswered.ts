/** An address that takes connections, or did, and answers none of them in time: a process that hangs, by the word of its clients alone. */
import { append } from '../../domain/append.ts';
import type { ServiceName } from '../../domain/service.ts';
import { dependenciesOf } from '../../domain/situation.ts';
import { MINUTE, toIso } from '../../domain/time.ts';
import { isStore } from '../_signals/stores.ts';
import { factor } from './circumstance.ts';
import { coverage, type Draft, draft, sampleRefs } from './draft.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** What network libraries write where a connection stands and the other side is silent: the address is that of the other side. */
const SILENT_AT =
  /\b(?:read|write) (?:tcp|udp)\d? (?:\S+?->)?(\S+?:\d{2,5}): (?:i\/o timeout|connection timed out|operation timed out)/g;
/** And where not even that comes about: so it ends where nobody takes connections from the queue. By itself it tells of the way there. */
const UNREACHED_AT =
  /\bdial (?:tcp|udp)\d? (\S+?:\d{2,5}): (?:connect: )?(?:i\/o timeout|connection timed out|operation timed out)|\betimedout (\S+:\d{2,5})\b/g;
const LISTENS = /\blisten(?:s|ing)?\b.{0,60}?:(\d{2,5})\b|\blisten(?:s|ing)? on .{0,40}?\bport (\d{2,5})\b/gi;
const FEWEST = 5;
const LASTS_MS = MINUTE / 2;
/** Of the failing lines. */
const MOST = 0.8;

/** One for each address; none of an address at which a service of ours says that it listens. */
export function unansweredHypotheses(facts: Facts): readonly Draft[] {
  const met = new Map<string, FailingPattern[]>();
  for (const item of facts.failing) {
    const address = addressIn(item, SILENT_AT);
    if (address !== null) append(met, address, item);
  }
  for (const item of facts.failing) {
    const items = met.get(addressIn(item, UNREACHED_AT) ?? '');
    if (items !== undefined && !items.includes(item)) items.push(item);
  }
  const ours = portsOfOurs(facts);
  return [...met.entries()]
    .filter(([address]) => !ours.has(address.replace(/^.*:/, '')))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([address, items]) => about(address, items, facts) ?? []);
}

/** The one that it names; null for none or several. */
function addressIn({ message }: FailingPattern, wording: RegExp): string | null {
  const named = new Set([...message.matchAll(wording)].map((found) => found[1] ?? found[2] ?? ''));
  const [only] = named;
  return only === undefined || named.size > 1 ? null : only;
}

/** Ports at which services that are no stores say that they listen. */
function portsOfOurs({ situation }: Facts): ReadonlySet<string> {
  const said = situation.patterns
    .filter(({ service }) => service !== null && !isStore(service))
    .flatMap(({ samples }) => samples.flatMap(({ message }) => [...message.matchAll(LISTENS)]));
  return new Set(said.flatMap((found) => found[1] ?? found[2] ?? []));
}

function about(address: string, items: readonly FailingPattern[], facts: Facts): Draft | null {
  const count = items.reduce((sum, { pattern }) => sum + pattern.count, 0);
  const from = Math.min(...items.map(({ symptom }) => symptom.firstSeenAt));
  const to = Math.max(...items.map(({ symptom }) => symptom.lastSeenAt));
  const [first] = items;
  const isNew = items.every(({ symptom: { baseline } }) => baseline.observed && (baseline.value ?? 0) === 0);
  if (first === undefined || !isNew || count < FEWEST || to - from < LASTS_MS) return null;
  const store = storeOf(items, facts);
  const who = store ?? address;
  const factors = [
    factor(
      'address-silent',
      WEIGHT.addressSilent,
      `since ${toIso(first.symptom.onsetAt)} nobody answers in time at ${address}, where all was answered until then: ${first.symptom.summary}`,
      sampleRefs(items),
    ),
    ...(store === null
      ? []
      : [
          factor(
            'only-store',
            WEIGHT.onlyStore,
            `${store} is the one store that ${first.pattern.service ?? 'the service'} calls, and no service of ours says that it listens there`,
          ),
        ]),
    ...coverage(items, facts),
    ...(facts.explainedShare(items) >= MOST
      ? [factor('most-name-it', WEIGHT.manyNameIt, `nearly all failing lines name it`)]
      : []),
  ];
  return draft('dependency', `dependency:silent:${who}`, store, `${who} no longer answers in time`, factors);
}

/** The one store that all who meet it call. */
function storeOf(items: readonly FailingPattern[], { situation }: Facts): ServiceName | null {
  const stores = items.map(({ pattern: { service } }) =>
    service === null
      ? []
      : [...dependenciesOf(situation.edges, service).entries()].flatMap(([name, hops]) =>
          hops === 1 && isStore(name) ? [name] : [],
        ),
  );
  const all = new Set(stores.flat());
  const [only] = all;
  return only !== undefined && all.size === 1 && stores.every((own) => own.length === 1) ? only : null;
}
