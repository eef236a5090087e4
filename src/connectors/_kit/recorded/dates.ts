/** Dates as `git log` prints them in its styles. What tells only a day, or counts from an unknown now, is no instant. */
import type { EpochMs } from '../../../domain/time.ts';
import { instantOfWall, readInstant } from '../instants.ts';

export interface ReadDate {
  /** Null for a day, and for `3 hours ago`. */
  readonly at: EpochMs | null;
  readonly zoneless: boolean;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** `Mon Jan 15 13:50:00 2024 +0000`, without the zone where it is the reader's own. */
const DEFAULT = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\d{4})(?: ([+-]\d{4}))?$/;
/** `Mon, 15 Jan 2024 13:50:00 +0000` */
const MAIL =
  /^(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2})(?::(\d{2}))? ?([+-]\d{4}|GMT|UTC|Z)?$/;

/** Anything that looks like a date in a line of text. */
const ANY =
  /\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:[+-]\d{2}:?\d{2}|Z|UTC)(?![\w:]))?)?|[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d{2}:\d{2}:\d{2} \d{4}(?: [+-]\d{4})?|(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(?::\d{2})? ?(?:[+-]\d{4}|GMT|UTC)?|\b1[4-9]\d{8}\b|\b(?:\d{1,3}|an?) (?:second|minute|hour|day|week|month|year)s?(?:, \d{1,2} months?)? ago\b/;

const NONE: ReadDate = { at: null, zoneless: false };

/** Null for what is no date at all. */
export function readDate(text: string, zone: string | null): ReadDate | null {
  const trimmed = text.trim();
  if (/ ago$/.test(trimmed) || /^\d{4}-\d{2}-\d{2}$/.test(trimmed)) return NONE;
  const own = DEFAULT.exec(trimmed);
  if (own !== null) return fromParts([own[6], own[1], own[2], own[3], own[4], own[5]], own[7], zone);
  const mail = MAIL.exec(trimmed);
  if (mail !== null) return fromParts([mail[3], mail[2], mail[1], mail[4], mail[5], mail[6]], mail[7], zone);
  return readInstant(trimmed.replace(/^(\d{9,11}) [+-]\d{4}$/, '$1'), zone);
}

function fromParts(
  parts: readonly (string | undefined)[],
  written: string | undefined,
  zone: string | null,
): ReadDate | null {
  const [year, name = '', day, hour, minute, second = '0'] = parts;
  const month = MONTHS.indexOf(name.toLowerCase());
  const wall = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  if (month < 0 || !Number.isFinite(wall)) return null;
  return { at: instantOfWall(wall, written ?? zone), zoneless: written === undefined };
}

export interface FoundDate extends ReadDate {
  readonly from: number;
  readonly to: number;
}

/** The first date that stands anywhere in the text. */
export function findDate(text: string, zone: string | null): FoundDate | null {
  const match = ANY.exec(text);
  const date = match === null ? null : readDate(match[0], zone);
  return match === null || date === null
    ? null
    : { ...date, from: match.index, to: match.index + match[0].length };
}
