/** Failures that keep to one record while the rest is served: told from the variable parts of messages. */
import type { Factor } from '../../domain/hypothesis.ts';
import { factor } from './circumstance.ts';
import type { FailingPattern } from './facts.ts';
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

function variableParts(template: string, message: string): readonly string[] {
  const source = template
    .split('<*>')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('(\\S{1,80}?)');
  return new RegExp(`^${source}(?=\\s|$)`).exec(`${message} `)?.slice(1) ?? [];
}

/** Names of encodings, digests and protocols have digits and name no record. */
const OF_FORMAT =
  /^(utf-?\d+(le|be)?|ucs-?\d|iso-?8859-?\d+|windows-?\d+|cp-?\d+|latin-?\d|ascii-?8bit|koi8-?\w|shift_?jis|gb\d+|big5|sha-?\d+|md5|base64|hs\d+|rs\d+|es\d+|ipv[46]|http\d|tlsv?\d\S*|u?int\d+|float\d+|x86\S*|amd64|arm64|s3|ec2|log4j)$/i;

/** An identifier: letters and digits, or a long number; no measure, address or stack place. */
function namesRecord(value: string): boolean {
  const bare = value.replace(/^["'([]+|["')\],.;:]+$/g, '');
  if (/^[\d.]+(ms|s|m|h|kb|mb|gb|b|%|us|ns)?$/i.test(bare)) return /^\d{5,}$/.test(bare);
  if (OF_FORMAT.test(bare)) return false;
  return bare.length >= 4 && /\d/.test(bare) && /[a-z]/i.test(bare) && !/[/:@]|\.\d|\.[a-z]{2,}$/i.test(bare);
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
