/** From the wall clock of a stamp to an instant: zones that were assumed, and years that were not written. */
import { zoneMinutes } from './time/names.ts';

export interface ZoneClock {
  /** Name or offset as it is reported. */
  readonly name: string;
  /** Minutes east of UTC at that wall clock. */
  offsetMinutes(wallMs: number): number;
}

export const UTC: ZoneClock = { name: 'UTC', offsetMinutes: () => 0 };

const HOUR_MS = 3_600_000;

function fixed(name: string, minutes: number): ZoneClock {
  return { name, offsetMinutes: () => minutes };
}

function offsetAt(format: Intl.DateTimeFormat, utcMs: number): number {
  const part = Object.fromEntries(
    format.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]),
  );
  const wall = Date.UTC(
    part['year'] ?? 0,
    (part['month'] ?? 1) - 1,
    part['day'] ?? 1,
    part['hour'] ?? 0,
    part['minute'] ?? 0,
    part['second'] ?? 0,
  );
  return Math.round((wall - Math.floor(utcMs / 1000) * 1000) / 60_000);
}

/** Reads `UTC`, `+02:00`, `CET` and IANA names; null for anything else. A wall clock that occurs twice (clocks put back) is the earlier one. */
export function zoneClock(zone: string): ZoneClock | null {
  const offset = /^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?$/i.exec(zone.trim());
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
    return fixed(zone.trim(), offset[1] === '-' ? -minutes : minutes);
  }
  const named = zoneMinutes(zone.trim().toUpperCase());
  if (named !== null && !zone.includes('/')) return fixed(zone.trim(), named);
  return ianaClock(zone.trim());
}

function ianaClock(zone: string): ZoneClock | null {
  let format: Intl.DateTimeFormat;
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
    return null;
  }
  const byHour = new Map<number, number>();
  return {
    name: zone,
    offsetMinutes(wallMs) {
      const hour = Math.floor(wallMs / HOUR_MS);
      const known = byHour.get(hour);
      if (known !== undefined) return known;
      const guess = offsetAt(format, wallMs);
      const minutes = offsetAt(format, wallMs - guess * 60_000);
      if (byHour.size > 10_000) byHour.clear();
      byHour.set(hour, minutes);
      return minutes;
    },
  };
}

const DAY_MS = 24 * HOUR_MS;

/** A stamp without a year that would lie more than a day after the file was last written belongs to the year before. */
export function withYear(wallMs: number, modifiedAtMs: number): number {
  if (wallMs <= modifiedAtMs + DAY_MS) return wallMs;
  const date = new Date(wallMs);
  return date.setUTCFullYear(date.getUTCFullYear() - 1);
}

/** A stamp without a year, in the year that puts it nearest to `datedMs`. */
export function nearestYear(wallMs: number, datedMs: number): number {
  const near = new Date(datedMs).getUTCFullYear();
  const date = new Date(wallMs);
  const inYear = (year: number) => new Date(date).setUTCFullYear(year);
  const distance = (ms: number) => Math.abs(ms - datedMs);
  return [near - 1, near + 1]
    .map(inYear)
    .reduce((best, ms) => (distance(ms) < distance(best) ? ms : best), inYear(near));
}
