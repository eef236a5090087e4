/** A run that did many times what earlier runs of the same job did: that those did no harm says nothing then. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { LogSample } from '../../domain/signal.ts';
import { MINUTE } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import type { Clue } from './clues.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** Ten times as much is another matter than a busy day, and a few dozen of anything are little work. */
const TIMES = 10;
const LEAST = 100;
/** One earlier run does not show what is usual. */
const HABIT = 2;
/** It says how much when it knows: as it ends, or soon after it began. */
const TOLD_WITHIN_MS = 30 * MINUTE;
const AFTER_ONSET_MS = 5 * MINUTE;

/** How much a record tells of: its largest whole number, that stands alone. How long it took is no amount: what it waited for may be slow. */
function amountOf({ message }: LogSample): number {
  const found = message.matchAll(
    /(?<![\w.:/#-])\d{1,12}(?![\w:/-]|\.\d|\s?(?:[µun]?s|ms|m|h|sec(?:ond)?s?|min(?:ute)?s?|hours?)\b|\s?%)/g,
  );
  return Math.max(0, ...[...found].map(([number]) => Number(number)));
}

export function didMore(job: Clue, facts: Facts): readonly Factor[] {
  const onset = facts.detection.onsetAt ?? job.at;
  const told = facts.situation.patterns.flatMap(({ service, samples }) => {
    if (job.service === null || service !== job.service) return [];
    const earlier = samples.filter(({ at }) => at !== null && at < job.at);
    const most = Math.max(0, ...earlier.map(amountOf));
    const now = samples.find(
      (sample) =>
        sample.at !== null &&
        sample.at >= job.at &&
        sample.at <= Math.min(job.at + TOLD_WITHIN_MS, onset + AFTER_ONSET_MS) &&
        amountOf(sample) >= Math.max(LEAST, TIMES * most),
    );
    return now === undefined || earlier.length < HABIT ? [] : [{ now, most }];
  });
  const [first] = told;
  return first === undefined
    ? []
    : [
        factor(
          'did-more',
          WEIGHT.didMore,
          `it did many times what it did before (${first.most} at most): "${first.now.message}"`,
          [first.now.evidence],
        ),
      ];
}
