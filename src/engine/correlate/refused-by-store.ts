/** A store that takes no connections any more, by the word of its clients alone: a process that was killed writes no last line. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { ServiceName } from '../../domain/service.ts';
import { MINUTE, toIso } from '../../domain/time.ts';
import { isStore } from '../_signals/stores.ts';
import { factor } from './circumstance.ts';
import { sampleRefs } from './draft.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** Whoever starts again refuses for seconds: less than this is a restart. */
const LASTS_MS = MINUTE / 2;
const FEWEST = 5;

export interface Refusal {
  /** Null where the refusals name an address alone. */
  readonly store: ServiceName | null;
  /** Store or address. */
  readonly who: string;
  readonly factors: readonly Factor[];
}

/** Null unless all of the refusals are of one store, which took connections before, and they last. */
export function refusedByStore(texts: readonly FailingPattern[], facts: Facts): Refusal | null {
  const refused = texts.filter(({ symptom }) => symptom.class === 'connection-refused');
  const stores = new Set(refused.map(({ symptom }) => symptom.peer));
  const [store = null] = stores;
  const isOfAStore = store !== null && stores.size === 1 && isStore(store);
  const address = isOfAStore ? null : addressOf(refused, facts);
  if (!isOfAStore && address === null) return null;
  const count = refused.reduce((sum, { symptom }) => sum + symptom.count, 0);
  const from = Math.min(...refused.map(({ symptom }) => symptom.firstSeenAt));
  const to = Math.max(...refused.map(({ symptom }) => symptom.lastSeenAt));
  const isNew = refused.every(
    ({ symptom: { baseline } }) => baseline.observed && (baseline.value ?? 0) === 0,
  );
  if (!isNew || count < FEWEST || to - from < LASTS_MS) return null;
  // Who asks at another address than before meets nobody either.
  const [first] = refused;
  if (first === undefined || addressChanged(refused, facts)) return null;
  return {
    store: isOfAStore ? store : null,
    who: isOfAStore ? store : (address ?? ''),
    factors: [
      factor(
        isOfAStore ? 'store-refuses' : 'address-refuses',
        isOfAStore ? WEIGHT.storeRefuses : WEIGHT.addressRefuses,
        `since ${toIso(first.symptom.onsetAt)} nobody takes connections where ${isOfAStore ? store : address} answered until then: ${first.symptom.summary}`,
        sampleRefs(refused),
      ),
    ],
  };
}

/** Who was asked, in the words of the clients' languages: Node, Go and Java, Ruby, curl, MySQL's library. */
const REFUSED_AT: readonly RegExp[] = [
  /econnrefused (?<at>\S+:\d{2,5})\b/g,
  /(?:connect(?:ion)? (?:to )?|dial tcp )(?<at>\S+:\d{2,5}):? (?:connect: )?(?:connection )?refused/g,
  /refused - connect\(2\) for "?(?<host>[\w.-]+)"? port (?<port>\d{2,5})\b/g,
  /failed to connect to (?<host>[\w.-]+) port (?<port>\d{2,5})\b[^\n]{0,60}(?:refused|couldn't connect)/g,
  /can't connect to (?:mysql |mariadb )?server on '(?<host>[\w.-]+)(?::(?<port>\d{2,5}))?' \((?:111|61)\b/g,
];

function addressesIn(message: string): readonly string[] {
  return REFUSED_AT.flatMap((form) =>
    [...message.matchAll(form)].map(({ groups }) => {
      const { at, host = '', port } = groups ?? {};
      return at ?? (port === undefined ? host : `${host}:${port}`);
    }),
  );
}
/** What listens there may have been released too. */
const RELEASED_MS = 30 * MINUTE;

/** The one address that all refusals name, where no service of ours can stand behind it: none was released but those who ask, and those who ask them. */
function addressOf(refused: readonly FailingPattern[], facts: Facts): string | null {
  const addresses = new Set(refused.flatMap(({ message }) => addressesIn(message)));
  const [address] = addresses;
  if (address === undefined || addresses.size > 1) return null;
  if (refused.some(({ symptom: { peer } }) => peer !== null && isOurs(peer, facts))) return null;
  const asking = new Set(refused.map(({ pattern }) => pattern.service));
  for (const { from, to } of facts.situation.edges) if (asking.has(to)) asking.add(from);
  const from = Math.min(...refused.map(({ symptom }) => symptom.firstSeenAt));
  const isOther = facts.situation.releases.some(
    ({ service, startedAt }) => !asking.has(service) && startedAt <= from && startedAt >= from - RELEASED_MS,
  );
  return isOther ? null : address;
}

function isOurs(peer: ServiceName, facts: Facts): boolean {
  return (facts.situation.services.get(peer)?.kind ?? 'external') === 'service';
}

/** A release of a client altered a value in which the address stands that nobody answers at. */
function addressChanged(refused: readonly FailingPattern[], facts: Facts): boolean {
  const addresses = refused.flatMap(({ message }) => message.match(/[\w.-]+:\d{2,5}\b/g) ?? []);
  const ports = new Set(addresses.map((address) => address.replace(/^.*:/, '')));
  const parts = [...addresses, ...[...ports].map((port) => `:${port}`)];
  return facts.situation.releases
    .flatMap((release) => facts.diffOf(release)?.files ?? [])
    .flatMap(({ values }) => values)
    .some(
      ({ newValue, direction }) =>
        direction !== 'removed' &&
        (ports.has(newValue?.raw ?? '') || parts.some((part) => newValue?.raw.toLowerCase().includes(part))),
    );
}
