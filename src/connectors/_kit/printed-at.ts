/** When something was printed, as its file's name or the lines above it say, and the ages that tools print instead of times. It trusts no clock of the file system: copies change it. */
import { type EpochMs, epochMs } from '../../domain/time.ts';
import { instantOfWall } from './instants.ts';

const NAMED =
  /(?:^|[^\d])(20\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)[-_T. ]*([0-2]\d)[-_.:h]?([0-5]\d)(?:[-_.:m]?([0-5]\d))?(Z|utc)?(?![\d])/i;
/** `date`: `Fri Mar  1 10:45:02 UTC 2024`; `date -Is`; a comment or a prompt with a stamp. */
const WRITTEN =
  /(20\d\d)-([01]\d)-([0-3]\d)[T ]([0-2]\d):([0-5]\d)(?::([0-5]\d))?(?:[.,]\d+)?\s*(Z|UTC|[+-]\d\d:?\d\d)?/;
const OF_DATE =
  /^\W*(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w* ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d)(?: [AP]M)?(?: ([A-Z]{3,5}|[+-]\d\d:?\d\d))? (20\d\d)/m;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Lines above a table that may say when it was printed. */
const LINES_ABOVE = 3;

export interface PrintedAt {
  readonly at: EpochMs;
  readonly zoneless: boolean;
}

function instantOf(parts: readonly (string | undefined)[], written: string | undefined, zone: string | null) {
  const [year, month, day, hour, minute, second] = parts.map((part) => Number(part ?? 0));
  const wall = Date.UTC(year ?? 1970, (month ?? 1) - 1, day, hour, minute, second);
  if (Number.isNaN(wall)) return null;
  const offset = written === undefined || !/^[+-]/.test(written) ? null : written;
  const isUtc = written !== undefined && /^(Z|UTC|GMT)$/i.test(written);
  return { at: instantOfWall(wall, offset ?? (isUtc ? null : zone)), zoneless: offset === null && !isUtc };
}

/** Null where nothing tells. `zone` is assumed where the text names none (null: UTC). */
export function printedAt(path: string, text: string, zone: string | null): PrintedAt | null {
  const above = text.split('\n', LINES_ABOVE).join('\n');
  const date = OF_DATE.exec(above);
  if (date !== null) {
    const month = MONTHS.indexOf(date[1] ?? '') + 1;
    const parts = [date[7], String(month), date[2], date[3], date[4], date[5]];
    return month === 0 ? null : instantOf(parts, date[6], zone);
  }
  const name = path.split('/').at(-1) ?? '';
  const named = NAMED.exec(name);
  if (named !== null) return instantOf(named.slice(1, 7), named[7], zone);
  const [first = ''] = above.split('\n', 1);
  const written = /^\W*20\d\d-|^\s*[#$]/.test(first) ? WRITTEN.exec(first) : null;
  return written === null ? null : instantOf(written.slice(1, 7), written[7], zone);
}

const UNITS: Readonly<Record<string, number>> = {
  y: 365 * 86_400_000,
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
};

/** `21m`, `6d3h`, `2m11s`, `21 minutes`, `About an hour`; null for other text. */
export function ageMs(text: string): number | null {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/\s*ago$/, '')
    .replace(/^(about |less than )?an? /, '1 ');
  const spelled = /^(\d+) (second|minute|hour|day|week|year)s?$/.exec(plain);
  if (spelled !== null) return Number(spelled[1]) * (UNITS[spelled[2]?.[0] ?? 's'] ?? 0);
  if (!/^(\d+[ywdhms])+$/.test(plain)) return null;
  return [...plain.matchAll(/(\d+)([ywdhms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0),
    0,
  );
}

/** When what is `age` old began; null where either is unknown. */
export function before(printed: PrintedAt | null, age: string): EpochMs | null {
  const ms = ageMs(age);
  return printed === null || ms === null ? null : epochMs(printed.at - ms);
}
