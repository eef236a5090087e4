import type { EpochMs } from '../domain/time.ts';

/** The time of day; `elapsedMs` is monotonic and only for durations. */
export interface Clock {
  now(): EpochMs;
  elapsedMs(): number;
}
