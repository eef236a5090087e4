/** How far apart the samples of a series lie. */
import { type EpochMs, MINUTE } from '../../domain/time.ts';

/** Usual distance of samples in ms; a minute where there is none. */
export function stepOf(at: readonly EpochMs[]): number {
  const gaps = at
    .slice(1)
    .map((time, index) => time - (at[index] ?? time))
    .sort((a, b) => a - b);
  return gaps[Math.floor(gaps.length / 2)] ?? MINUTE;
}
