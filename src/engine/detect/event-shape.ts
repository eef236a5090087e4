/** How failures come: all at once, from one moment on, more and more, or at regular distances. */
import type { BucketCounts } from '../../domain/signal.ts';
import type { Shape } from '../../domain/symptom.ts';
import { type Interval, MINUTE } from '../../domain/time.ts';

/** Fewer events have no shape. */
const MIN_EVENTS = 8;
/** Spells of failure that make a rhythm, and how far their distances may vary (deviation over mean; chance alone gives about 1). */
const MIN_SPELLS = 4;
const REGULAR = 0.15;
/** Fewer events than this, or a rise of less than this factor from the first to the last third, are no ramp. */
const MIN_RAMP_EVENTS = 24;
const RAMP_FACTOR = 3;

export function shapeOfEvents(buckets: BucketCounts, during: Interval, count: number): Shape {
  if (count < MIN_EVENTS) return 'sparse';
  const inside = buckets.at.flatMap((at, index) =>
    at + buckets.widthMs > during.from && at <= during.to ? [{ at, count: buckets.count[index] ?? 0 }] : [],
  );
  if (isPeriodic(inside, buckets.widthMs)) return 'periodic';
  if (during.to - during.from < MINUTE) return 'burst';
  return isRamp(inside, during) ? 'ramp' : 'step';
}

interface Events {
  readonly at: number;
  readonly count: number;
}

/** Spells are told apart by pauses of at least half a minute that are five times as long as a bucket. */
function isPeriodic(inside: readonly Events[], widthMs: number): boolean {
  const pause = Math.max(MINUTE / 2, 5 * widthMs);
  const starts = inside.flatMap(({ at }, index) => {
    const before = inside[index - 1];
    return before === undefined || at - before.at >= pause ? [at] : [];
  });
  if (starts.length < MIN_SPELLS) return false;
  const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? at));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
  return deviation <= REGULAR * mean;
}

function isRamp(inside: readonly Events[], { from, to }: Interval): boolean {
  const thirds = [0, 0, 0];
  for (const { at, count } of inside) {
    const third = Math.min(2, Math.max(0, Math.floor(((at - from) * 3) / Math.max(1, to - from))));
    thirds[third] = (thirds[third] ?? 0) + count;
  }
  const [first = 0, middle = 0, last = 0] = thirds;
  return (
    first + middle + last >= MIN_RAMP_EVENTS && middle > first && last >= RAMP_FACTOR * Math.max(1, first)
  );
}
