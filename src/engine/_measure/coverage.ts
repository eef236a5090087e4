/** When a service was observed by what it logs. */
import type { LogStream } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import { type EpochMs, epochMs, type Interval } from '../../domain/time.ts';

/** As many records show that a file was written all along. */
const MANY_RECORDS = 20;

/** When the files that speak of the service were observed at all, else when anything was: silence in a shared file is silence too. */
export function coverageOf(
  pattern: { readonly service: string | null; readonly firstSeenAt: EpochMs; readonly lastSeenAt: EpochMs },
  situation: Situation,
): Interval {
  const paths = new Set(
    situation.streams.filter((stream) => stream.service === pattern.service).map((stream) => stream.path),
  );
  const own = situation.streams.filter((stream) => paths.has(stream.path));
  // A file of a few records tells of no silence between them.
  const full = own.filter(({ records }) => records >= MANY_RECORDS);
  const some = full.length > 0 ? full : own;
  const streams: readonly LogStream[] = some.length > 0 ? some : situation.streams;
  const from = Math.min(pattern.firstSeenAt, ...streams.map((stream) => stream.interval.from));
  const to = Math.max(pattern.lastSeenAt, ...streams.map((stream) => stream.interval.to));
  return { from: epochMs(from), to: epochMs(to) };
}
