/** Instants and durations in words, always UTC. A stamp that is no ISO instant is printed as it is. */
import { formatNumber, plural } from './numbers.ts';

const ISO = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/;

/** `2024-01-15 14:23:15 UTC`. */
export function instant(iso: string): string {
  const parts = ISO.exec(iso);
  return parts === null ? iso : `${parts[1]} ${parts[2]} UTC`;
}

/** `14:23:15` on `day`, with its date on any other day or when `day` is null. */
export function clockTime(iso: string, day: string | null): string {
  const parts = ISO.exec(iso);
  if (parts === null) return iso;
  return parts[1] === day ? String(parts[2]) : `${parts[1]} ${parts[2]}`;
}

/** The day that all instants share, null when they do not or there is none. */
export function commonDay(instants: readonly (string | null)[]): string | null {
  const days = new Set(instants.filter((iso) => iso !== null).map((iso) => ISO.exec(iso)?.[1] ?? null));
  const [only = null] = days;
  return days.size === 1 ? only : null;
}

/** Rounded to what one would say: `45 seconds`, `18 minutes`, `2 hours 5 minutes`, `3 days 4 hours`. */
export function roughDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return plural(whole, 'second');
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return plural(minutes, 'minute');
  if (minutes < 24 * 60) return pair(minutes, 60, 'hour', 'minute');
  return pair(Math.round(minutes / 60), 24, 'day', 'hour');
}

/** To the second: `17 m 45 s`, `2 h 4 m 50 s`. */
export function exactDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    [whole % 60, 's'],
  ];
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${formatNumber(count)} ${unit}`);
  return shown.length === 0 ? '0 s' : shown.join(' ');
}

/** `18 minutes (17 m 45 s, ongoing)`; the part in brackets is left out where it adds nothing. */
export function durationPhrase(seconds: number | null, ongoing: boolean): string {
  if (seconds === null) return ongoing ? 'unknown (ongoing)' : 'unknown';
  const notes = [
    seconds >= 60 && Math.round(seconds) % 60 !== 0 ? exactDuration(seconds) : null,
    ongoing ? 'ongoing' : null,
  ].filter((note) => note !== null);
  return notes.length === 0 ? roughDuration(seconds) : `${roughDuration(seconds)} (${notes.join(', ')})`;
}

function pair(count: number, size: number, large: string, small: string): string {
  const rest = count % size;
  const head = plural(Math.floor(count / size), large);
  return rest === 0 ? head : `${head} ${plural(rest, small)}`;
}
