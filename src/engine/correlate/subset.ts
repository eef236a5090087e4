/** Failures that keep to one record while the rest is served: told from the variable parts of messages. */
import type { Factor } from '../../domain/hypothesis.ts';
import { MINUTE } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { WEIGHT } from './weights.ts';

const MIN_EVENTS = 8;

/** A name or id that stands in every sample of the failure where the message has a variable part, though failures are many. */
export function oneRecord(items: readonly FailingPattern[]): Factor | null {
  for (const item of items) {
    const samples = [...new Map(item.pattern.samples.map((sample) => [sample.evidence, sample])).values()];
    if (item.pattern.count < MIN_EVENTS || samples.length < 3) continue;
    const values = samples.map((sample) => variableParts(item.pattern.template, sample.message));
    const width = values[0]?.length ?? 0;
    for (let index = 0; index < width; index += 1) {
      const distinct = new Set(values.map((parts) => parts[index]));
      if (isCode(item.pattern.template, index)) continue;
      const [value] = distinct;
      if (value !== undefined && isMessageNumber(item.pattern.template, index, value)) continue;
      if (distinct.size === 1 && value !== undefined && namesRecord(value)) {
        return factor(
          'one-record',
          WEIGHT.oneRecord,
          `all samples of ${item.pattern.count} failures name the same ${value}`,
          samples.slice(0, 3).map((sample) => sample.evidence),
        );
      }
    }
  }
  return null;
}

/** What is asked is no party that asks. */
const METHOD = /^(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS)$/;
/** Words in which two sentences about different parties may differ. */
const MAX_OTHER_WORDS = 3;
const MIN_COMMON_WORDS = 3;

/**
 * A party that the constant words of a failure name, whose requests were served like those of others until they began to fail, while
 * those of others still are. Null where nobody else is served in the same words.
 */
export function oneParty(items: readonly FailingPattern[], facts: Facts): Factor | null {
  for (const { pattern, symptom } of items) {
    if (pattern.count < MIN_EVENTS) continue;
    const served = facts.situation.patterns.filter(
      (other) =>
        other.service === pattern.service &&
        (other.severity === 'info' || other.severity === 'unknown') &&
        other.firstSeenAt < symptom.onsetAt,
    );
    const ended = served.filter(({ lastSeenAt }) => lastSeenAt <= symptom.onsetAt + MINUTE);
    const goOn = served.filter(({ lastSeenAt }) => lastSeenAt > symptom.onsetAt + 2 * MINUTE);
    const failing = new Set(wordsOf(pattern.template));
    for (const own of ended) {
      const others = goOn.flatMap((other) => {
        const party = otherWords(own.template, other.template);
        return party === null || party.every((word) => METHOD.test(word)) ? [] : [{ other, party }];
      });
      const [first] = others;
      if (first === undefined || !first.party.every((word) => failing.has(word))) continue;
      const text = `all of ${pattern.count} failures are of ${first.party.join(' ')}, served until then; ${others.length === 1 ? 'another is' : `${others.length} others are`} still served`;
      const refs = [pattern, own, first.other].flatMap(({ samples }) => samples.slice(0, 1));
      return factor(
        'one-party',
        WEIGHT.oneRecord,
        text,
        refs.map(({ evidence }) => evidence),
      );
    }
  }
  return null;
}

function wordsOf(template: string): readonly string[] {
  return template.split(/[\s,;:()"']+/).filter((word) => word !== '');
}

/** Words of `own` that `other`, in the same words elsewhere, has others for; null where they are different sentences. */
function otherWords(own: string, other: string): readonly string[] | null {
  const [mine, theirs] = [wordsOf(own), wordsOf(other)];
  const common = new Set(theirs);
  const differing = mine.filter((word) => !common.has(word));
  const replaced = theirs.filter((word) => !mine.includes(word));
  const alike = mine.length - differing.length;
  if (differing.length === 0 || replaced.length === 0 || alike < MIN_COMMON_WORDS) return null;
  return differing.length <= MAX_OTHER_WORDS && replaced.length <= MAX_OTHER_WORDS ? differing : null;
}

function variableParts(template: string, message: string): readonly string[] {
  const source = template
    .split('<*>')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('(\\S{1,80}?)');
  return new RegExp(`^${source}(?=\\s|$)`).exec(`${message} `)?.slice(1) ?? [];
}

/** Names of encodings, digests and protocols have digits and name no record. */
const OF_FORMAT =
  /^(utf-?\d+(le|be)?|ucs-?\d|iso-?8859-?\d+|windows-?\d+|cp-?\d+|latin-?\d|ascii-?8bit|koi8-?\w|shift_?jis|gb\d+|big5|sha-?\d+|md5|base64|hs\d+|rs\d+|es\d+|ipv[46]|http\d|tlsv?\d\S*|u?int\d+|float\d+|\d+(?:x\d+)+|x86\S*|amd64|arm64|s3|ec2|log4j)$/i;

/** `mat2`, `arg1`: the sentence counts its own parts. */
const OPERAND = /^[a-z]+\d$/i;

/** An identifier: letters and digits, or a long number; no measure, address or stack place. */
function namesRecord(value: string): boolean {
  const bare = value.replace(/^["'([]+|["')\],.;:]+$/g, '');
  if (/^[\d.]+(ms|s|m|h|kb|mb|gb|b|%|us|ns)?$/i.test(bare)) return /^\d{5,}$/.test(bare);
  // what stands between two signs of a query is not one value
  if (OF_FORMAT.test(bare) || OPERAND.test(bare) || /[&=]/.test(bare)) return false;
  return bare.length >= 4 && /\d/.test(bare) && /[a-z]/i.test(bare) && !/[/:@]|\.\d|\.[a-z]{2,}$/i.test(bare);
}

/** A number that leads its message (`AH01114: …`, `[MY-010914] …`) is that of the sentence in the program's catalog: what is told varies behind it. */
function isMessageNumber(template: string, index: number, value: string): boolean {
  return (
    index === 0 && /^\[?<\*>[\]:]/.test(template) && /^\[?[A-Z]{1,8}[-_]?\d{2,8}[A-Z]?\]?:?$/.test(value)
  );
}

/** A number of the error itself (`SQLSTATE[…]`, `ORA-…`, `errno …`, `status …`): the same in every failure of that kind, whatever the record; a key's id names the key. */
function isCode(template: string, index: number): boolean {
  const before = template
    .split('<*>')
    .slice(0, index + 1)
    .join(' ');
  return /(sqlstate|ora-|errno|error|code|status|state|http|exit|signal|version|port|key(?:[ _-]?id)?|kid|fingerprint|serial)["']?\s*[[(=:#]*\s*$/i.test(
    before,
  );
}
