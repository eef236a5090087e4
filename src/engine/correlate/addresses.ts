/** A setting that names where others are called, and a failure that names the same place: the calls go where they were sent. */
import type { FileDiff, ValueChange } from '../../domain/code.ts';
import type { FailingPattern } from './facts.ts';
import { sampleOf } from './frame-files.ts';
import type { Match } from './match.ts';
import { escapeRegExp } from './outside.ts';
import { WEIGHT } from './weights.ts';

/** `scheme://user@host:port/path`, `host:port`. */
const ADDRESS = /^(?:[a-z][\w+.-]*:\/\/)?(?:[^@/\s]*@)?(\[[\da-f:]+\]|[\w.-]+)(?::(\d{2,5}))?(?:[/?#]\S*)?$/i;

interface Address {
  readonly host: string;
  readonly port: string | null;
}

/**
 * The address on each side of a value; of several words (`server p1 10.0.0.7:80 check inter 1s`) the one word that differs and is an
 * address. Null where it is not known which.
 */
function addressesOf(before: string, after: string): readonly [Address, Address] | null {
  const [old, fresh] = [before, after].map((side) => side.trim().split(/\s+/));
  const differing =
    old === undefined || fresh === undefined || old.length !== fresh.length
      ? []
      : old.flatMap((word, index) => {
          const other = fresh[index] ?? '';
          const pair = [addressOf(word), addressOf(other)] as const;
          return word === other || pair[0] === null || pair[1] === null ? [] : [[pair[0], pair[1]] as const];
        });
  return differing.length === 1 ? (differing[0] ?? null) : null;
}

function addressOf(raw: string): Address | null {
  const [, host, port = null] = ADDRESS.exec(raw.trim()) ?? [];
  const isPlace = raw.includes('://') || port !== null || /[a-z]\.[a-z]/i.test(host ?? '');
  return host === undefined || !isPlace ? null : { host: host.toLowerCase(), port };
}

/** A host of one plain word is one only where something says so: `shop` is in many messages. */
const PLAIN = /^[a-z]+$/;
const SAYS_HOST = '(?:\\/\\/|@|\\b(?:enotfound|eai_again|lookup|resolve|hostname|host)[\\s:="\']+)';

function namesHost(text: string, host: string): boolean {
  const whole = `${escapeRegExp(host)}(?![\\w-])`;
  return new RegExp(
    PLAIN.test(host) ? `${SAYS_HOST}${whole}|(?<![\\w.-])${host}:\\d` : `(?<![\\w.-])${whole}`,
  ).test(text);
}

/** The part that is new of an address: of a host that stays, its port. */
function isNamed(text: string, { host, port }: Address, other: Address): boolean {
  if (host !== other.host && namesHost(text, host)) return true;
  return port !== null && port !== other.port && new RegExp(`[\\w\\])]:${port}(?!\\d)`).test(text);
}

/** A failure that names the address that a setting was given, and not the one that it had. */
export function addressMatches(
  file: FileDiff,
  values: readonly ValueChange[],
  item: FailingPattern,
): readonly Match[] {
  return values.flatMap((value): Match[] => {
    const addresses = addressesOf(value.oldValue?.raw ?? '', value.newValue?.raw ?? '');
    if (addresses === null) return [];
    const [before, after] = addresses;
    if (!isNamed(item.message, after, before) || isNamed(item.message, before, after)) return [];
    return [
      {
        name: 'addressInError',
        weight: WEIGHT.addressInError,
        detail: `the failing calls go to the address that ${value.key} was given: ${value.newValue?.raw ?? ''}`,
        file: file.path,
        line: value.location.line,
        value,
        pattern: item,
        evidence: [value.evidence, ...sampleNaming(item, after, before)],
      },
    ];
  });
}

function sampleNaming(item: FailingPattern, address: Address, other: Address) {
  const sample = item.pattern.samples.find(({ message }) => isNamed(message.toLowerCase(), address, other));
  return sample === undefined ? sampleOf(item) : [sample.evidence];
}
