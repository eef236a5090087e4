/** Instants that a person types: ISO 8601 with a zone, or a time span before now. It never guesses a zone. */
import { z } from 'zod';
import { PlatformError } from '../domain/error.ts';
import { DAY, type EpochMs, epochMs, HOUR, MINUTE, parseIso, SECOND, toIso } from '../domain/time.ts';

const UNITS: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY };

export const instantInput = z.string().trim().min(1);

/** `2024-01-15T14:41:00Z`, `2024-01-15T15:41:00+01:00`, or `90m`, `2h`, `1d` before `now`. `name` is only for the message. Throws PlatformError `usage`. */
export function readInstant(text: string, name: string, now: EpochMs): EpochMs {
  const span = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(text);
  if (span?.[1] !== undefined && span[2] !== undefined) {
    return epochMs(now - Number(span[1]) * (UNITS[span[2]] ?? 0));
  }
  const instant = parseIso(text);
  if (instant !== null) return instant;
  const isZoneLess = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$/.test(text);
  throw new PlatformError({
    code: 'usage',
    what: `${name} ${JSON.stringify(text)} is not an instant`,
    why: isZoneLess ? 'it does not say in which zone' : 'it is neither a time as in ISO 8601 nor a span',
    nextStep: isZoneLess
      ? `Add Z for UTC, or an offset: ${text.length > 10 ? text : `${text}T00:00:00`}Z`
      : `Write it like ${toIso(now)}, or like 2h for two hours before now.`,
  });
}

/** `30s`, `5m`, `2h` in milliseconds. `name` is only for the message. Throws PlatformError `usage`. */
export function readSpan(text: string, name: string): number {
  const span = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(text.trim());
  if (span?.[1] !== undefined && span[2] !== undefined) return Number(span[1]) * (UNITS[span[2]] ?? 0);
  throw new PlatformError({
    code: 'usage',
    what: `${name} ${JSON.stringify(text)} is not a span of time`,
    why: 'it is not a number followed by s, m, h or d',
    nextStep: 'Write it like 30s, 5m or 2h.',
  });
}

/** Throws PlatformError `usage` for what is neither an IANA name nor an offset. */
export function checkZone(zone: string | null): void {
  if (zone === null || /^[+-]\d{2}:?\d{2}$/.test(zone)) return;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch (cause) {
    throw new PlatformError({
      code: 'usage',
      what: `--zone ${JSON.stringify(zone)} is not a time zone`,
      why: 'it is neither an IANA name nor an offset',
      nextStep: 'Write it like Europe/Berlin, UTC or +02:00.',
      cause,
    });
  }
}
