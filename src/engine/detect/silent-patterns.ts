/** Work that is no longer done: a line that a service wrote steadily stops, while the service goes on writing others. */

import { segment } from '../../domain/change-point.ts';
import type { LogPattern } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Symptom } from '../../domain/symptom.ts';
import { type EpochMs, epochMs, MINUTE } from '../../domain/time.ts';
import { coverageOf } from '../_measure/coverage.ts';
import { silenceOf } from './silence.ts';

/** Fewer lines than this show no pace. */
const MIN_COUNT = 60;
/** A tenth of the pace: what falls less has become rarer, and many reasons make a line rarer. */
const STOPPED_RATIO = 0.1;
/** Of a quarter it is said where all else is written as often as ever: then there was no less to do. */
const RARER_RATIO = 0.25;
const AS_EVER_RATIO = 0.8;
const MIN_SILENCE_MS = 10 * MINUTE;
const MIN_BASELINE_MINUTES = 30;
/** Other lines of the service must go on at half their pace at least; else the service itself fell silent or lost its traffic. */
const GOES_ON_RATIO = 0.5;
/** A line that begins when another one stops, at a like pace, is the same line in other words, where it goes on through half of the silence. */
const REWORDED_MS = 3 * MINUTE;
const REWORDED_LASTS_RATIO = 0.5;

interface Pace {
  readonly from: EpochMs;
  readonly counts: readonly number[];
}

export function silentPatterns(situation: Situation): readonly Symptom[] {
  const quiet = situation.patterns.filter(
    (pattern) => pattern.severity === 'info' || pattern.severity === 'unknown',
  );
  return quiet
    .filter((pattern) => pattern.count >= MIN_COUNT)
    .flatMap((pattern) => judge(pattern, situation.patterns, situation) ?? []);
}

/** `all`: whatever its level, a line that goes on shows that the service is at work. */
function judge(pattern: LogPattern, all: readonly LogPattern[], situation: Situation): Symptom | null {
  const covered = coverageOf(pattern, situation);
  const pace = paceOf(pattern, covered.from, covered.to);
  const parts = segment(pace.counts);
  const last = parts.at(-1);
  const base = parts.slice(0, -1).sort((a, b) => b.to - b.from - (a.to - a.from))[0];
  if (last === undefined || base === undefined || base.mean < 1 || last.mean > base.mean * RARER_RATIO)
    return null;
  const least = last.mean > base.mean * STOPPED_RATIO ? AS_EVER_RATIO : GOES_ON_RATIO;
  const silentMs = (last.to - last.from + 1) * MINUTE;
  if (
    silentMs < MIN_SILENCE_MS ||
    base.to - base.from + 1 < MIN_BASELINE_MINUTES ||
    base.from > last.from / 3
  )
    return null;
  const onsetAt = last.mean === 0 ? pattern.lastSeenAt : epochMs(pace.from + last.from * MINUTE);
  const others = all.filter((other) => other.id !== pattern.id && other.service === pattern.service);
  if (!goesOn(others, pace, base, last, covered.to, least)) return null;
  if (isReworded(pattern, others, { onsetAt, to: covered.to, mean: base.mean })) return null;
  return silenceOf(pattern, {
    told: `came ${base.mean.toFixed(1)} times a minute and ${last.mean === 0 ? 'has stopped' : `now comes ${last.mean.toFixed(1)} times`}, while other lines go on`,
    onsetAt,
    uncertaintyMs: MINUTE,
    covered,
    level: last.mean,
  });
}

function paceOf(pattern: LogPattern, from: EpochMs, to: EpochMs): Pace {
  const minutes = Math.min(24 * 60, Math.max(1, Math.ceil((to - from + 1) / MINUTE)));
  const counts = new Array<number>(minutes).fill(0);
  for (const [index, at] of pattern.buckets.at.entries()) {
    const minute = Math.min(minutes - 1, Math.max(0, Math.floor((at - from) / MINUTE)));
    counts[minute] = (counts[minute] ?? 0) + (pattern.buckets.count[index] ?? 0);
  }
  return { from, counts };
}

interface Part {
  readonly from: number;
  readonly to: number;
  readonly mean: number;
}

/** `least`: share of their pace that other lines must keep. */
function goesOn(
  others: readonly LogPattern[],
  pace: Pace,
  base: Part,
  last: Part,
  to: EpochMs,
  least: number,
): boolean {
  const total = pace.counts.map(() => 0);
  for (const other of others)
    for (const [index, count] of paceOf(other, pace.from, to).counts.entries())
      total[index] = (total[index] ?? 0) + count;
  const mean = (part: Part) =>
    total.slice(part.from, part.to + 1).reduce((sum, count) => sum + count, 0) / (part.to - part.from + 1);
  // What is written as often as the line was shows as well that the service is at work.
  return (
    (mean(base) >= 1 && mean(last) >= mean(base) * least) ||
    (least === GOES_ON_RATIO && mean(last) >= base.mean * GOES_ON_RATIO)
  );
}

/** A line that says no is not what a line that said yes is called now. */
export const SAYS_NO =
  /\b(not|no|never|nothing|none|denied|refused|rejected|invalid|unauthori[sz]ed|forbidden|missing|expired|empty|skipp(ed|ing)|ignor(ed|ing)|unknown|dropp(ed|ing)|fail(ed|ure)|too (early|late|many|large|old))\b/i;

function isReworded(
  pattern: LogPattern,
  others: readonly LogPattern[],
  { onsetAt, to, mean }: { readonly onsetAt: EpochMs; readonly to: EpochMs; readonly mean: number },
): boolean {
  return others.some((other) => {
    if (SAYS_NO.test(other.template)) return false;
    const minutes = Math.max(1, (other.lastSeenAt - other.firstSeenAt) / MINUTE);
    return (
      Math.abs(other.firstSeenAt - onsetAt) <= REWORDED_MS &&
      // What processes write as they start comes as fast, and is over at once.
      other.lastSeenAt - onsetAt >= (to - onsetAt) * REWORDED_LASTS_RATIO &&
      other.count / minutes >= mean * GOES_ON_RATIO &&
      !others.some((gone) => standsFor(other, gone, pattern, onsetAt))
    );
  });
}

/** Another line stopped as well, and the new one is rather that one in other words: a heartbeat that names another topic. */
function standsFor(begun: LogPattern, gone: LogPattern, pattern: LogPattern, onsetAt: EpochMs): boolean {
  return (
    gone.id !== begun.id &&
    Math.abs(gone.lastSeenAt - onsetAt) <= REWORDED_MS &&
    gone.firstSeenAt < onsetAt &&
    alike(begun, gone) > alike(begun, pattern)
  );
}

/** The share of words that two lines have in common. */
function alike(a: LogPattern, b: LogPattern): number {
  const wordsOf = ({ template }: LogPattern) => new Set(template.toLowerCase().match(/[a-z]{3,}/g) ?? []);
  const [x, y] = [wordsOf(a), wordsOf(b)];
  const shared = [...x].filter((word) => y.has(word)).length;
  return shared / Math.max(1, x.size + y.size - shared);
}
