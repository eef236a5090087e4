/** Instants and durations. One instant type inside; text and vendor stamps are converted at the edge. */

/** Milliseconds since 1970-01-01T00:00:00Z, an integer. */
export type EpochMs = number & { readonly __unit: 'epoch-ms' };

/** A length of time in milliseconds; may be negative only where a docstring says so. */
export type DurationMs = number & { readonly __unit: 'duration-ms' };

/** `[from, to]`, both ends inclusive, from ≤ to. */
export interface Interval {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export const SECOND = 1_000 as DurationMs;
export const MINUTE = 60_000 as DurationMs;
export const HOUR = 3_600_000 as DurationMs;
export const DAY = 86_400_000 as DurationMs;

/** Rounds to whole milliseconds. */
export function epochMs(value: number): EpochMs {
  return Math.round(value) as EpochMs;
}

/** The instant that lies `delta` (may be negative) after `at`. */
export function shift(at: EpochMs, delta: number): EpochMs {
  return epochMs(at + delta);
}

/** `later − earlier`; negative when the arguments are the other way round. */
export function elapsed(earlier: EpochMs, later: EpochMs): DurationMs {
  return (later - earlier) as DurationMs;
}

/** ISO 8601 in UTC; whole seconds are printed without a fraction: `2024-01-15T14:23:15Z`. */
export function toIso(at: EpochMs): string {
  const iso = new Date(at).toISOString();
  return at % 1000 === 0 ? `${iso.slice(0, 19)}Z` : iso;
}

/**
 * Reads an ISO 8601 instant that carries a zone (`Z` or an offset).
 * Returns null for anything else: a zone-less stamp is not an instant.
 */
export function parseIso(text: string): EpochMs | null {
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})$/i.test(text))
    return null;
  const normal = text
    .trim()
    .replace(',', '.')
    .replace(/^(\S{10}) /, '$1T')
    .replace(/\s+/, '')
    .replace(/([+-]\d{2})(\d{2})$/, '$1:$2');
  const value = Date.parse(normal);
  return Number.isNaN(value) ? null : epochMs(value);
}
