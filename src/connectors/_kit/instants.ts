/** Instants as vendors write them: ISO 8601 with or without a zone, and epochs of four magnitudes. Time stamps inside log lines are read elsewhere. */
import { type EpochMs, epochMs } from '../../domain/time.ts';

export interface ReadInstant {
  readonly at: EpochMs;
  /** True when the text carried no zone and `zone` was assumed. */
  readonly zoneless: boolean;
}

const FIRST_MS = Date.UTC(1980, 0, 1);
const LAST_MS = Date.UTC(2100, 0, 1);

const STAMP =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}(?= |$)|[+-]\d{2}(?= |$))?(?: [A-Z]{2,5})?$/i;

/** Epoch seconds, milliseconds, microseconds or nanoseconds, told apart by magnitude; null outside 1980–2100. */
export function instantOfNumber(value: number): EpochMs | null {
  if (!Number.isFinite(value) || value <= 0) return null;
  for (const perSecond of [1, 1e3, 1e6, 1e9]) {
    const ms = (value / perSecond) * 1000;
    if (ms >= FIRST_MS && ms < LAST_MS) return epochMs(ms);
  }
  return null;
}

function offsetOfText(zone: string): number | null {
  if (/^(Z|UTC|GMT)$/i.test(zone)) return 0;
  const match = /^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?$/i.exec(zone);
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === '-' ? -minutes : minutes;
}

const formats = new Map<string, Intl.DateTimeFormat | null>();

function formatFor(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  let format: Intl.DateTimeFormat | null;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    format = null;
  }
  formats.set(zone, format);
  return format;
}

function wallIn(format: Intl.DateTimeFormat, at: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * The instant at which clocks in `zone` (IANA name or offset; null means UTC) show the wall time `wallMs` (digits as if UTC).
 * In the hour that a clock change repeats it is the earlier one; an unknown zone counts as UTC.
 */
export function instantOfWall(wallMs: number, zone: string | null): EpochMs {
  if (zone === null) return epochMs(wallMs);
  const minutes = offsetOfText(zone);
  if (minutes !== null) return epochMs(wallMs - minutes * 60_000);
  const format = formatFor(zone);
  if (format === null) return epochMs(wallMs);
  const whole = Math.floor(wallMs / 1000) * 1000;
  const offsets = [wallMs - 86_400_000, wallMs + 86_400_000].map((near) => {
    const second = Math.floor(near / 1000) * 1000;
    return wallIn(format, second) - second;
  });
  const fits = offsets.map((offset) => whole - offset).find((at) => wallIn(format, at) === whole);
  return epochMs((fits ?? whole - (offsets[0] ?? 0)) + (wallMs - whole));
}

function ofText(text: string, zone: string | null): ReadInstant | null {
  const match = STAMP.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', written] = match;
  const fields = [Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)] as const;
  if (fields[0] > 11 || fields[1] > 31 || fields[2] > 24 || fields[3] > 59 || fields[4] > 60) return null;
  const wall = Date.UTC(Number(year), ...fields) + Number(`0.${fraction}`) * 1000;
  if (!(wall >= FIRST_MS && wall < LAST_MS)) return null;
  return { at: instantOfWall(wall, written ?? zone), zoneless: written === undefined };
}

/**
 * Reads text or a number; null for anything else. `zone` is assumed for text without one (null: UTC).
 * A bare number in text counts as an epoch only with at least nine digits, so that `2024` is none.
 */
export function readInstant(value: unknown, zone: string | null): ReadInstant | null {
  if (typeof value === 'number') {
    const at = value >= 1e8 ? instantOfNumber(value) : null;
    return at === null ? null : { at, zoneless: false };
  }
  if (typeof value !== 'string' || value.length > 64) return null;
  const text = value.trim();
  if (/^\d{9,19}(\.\d+)?$/.test(text)) {
    const at = instantOfNumber(Number(text));
    return at === null ? null : { at, zoneless: false };
  }
  return ofText(text, zone);
}
