/** A cache that holds nothing any more: what it answered is asked of whoever stands behind it, all at once. Told by its share of hits, or by its own stop and start. */
import type { MetricSeries } from '../../domain/signal.ts';
import { median } from '../../domain/statistics.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { type EpochMs, epochMs, MINUTE } from '../../domain/time.ts';
import { isCache } from '../_signals/stores.ts';
import { factor } from './circumstance.ts';
import { clueText } from './clues.ts';
import { type Draft, draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

const HITS = /(^|[^a-z])hits?[_. -]?(ratio|rate|share|percent|pct)|cache.{0,20}hit/i;
/** From there down it answers so much less that whoever stands behind is asked a multiple. */
const FALLS_TO = 0.6;
/** How those behind it fail then: for want of what a multiple of requests takes. */
const STARVED: readonly SymptomClass[] = [
  'pool-exhausted',
  'saturation',
  'timeout',
  'latency',
  'out-of-memory',
  'server-error',
  'error-ratio',
];
const BEFORE_MS = 5 * MINUTE;
const AFTER_MS = 2 * MINUTE;
const CAME_BACK =
  /\b(start(?:ed|ing)|stopp(?:ed|ing)|restart\w*|terminat\w*|flush(?:ed|all|db)?|purg(?:ed|ing)|clear(?:ed|ing)|evict\w*|emptied)\b/i;

export function coldCaches(facts: Facts): readonly Draft[] {
  const onset = facts.detection.onsetAt;
  if (onset === null || !facts.detection.symptoms.some((symptom) => STARVED.includes(symptom.class)))
    return [];
  const fell = facts.situation.series.flatMap((series) => {
    const fall = fallOf(series, onset);
    return fall === null ? [] : [{ series, ...fall }];
  })[0];
  if (fell === undefined) return [];
  const emptied = emptiedAt(onset, facts);
  const cache = fell.series.service ?? emptied?.service ?? 'cache';
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const factors = [
    factor(
      'hits-fell',
      WEIGHT.hitsFell,
      `its share of hits fell from ${percent(fell.before)} to ${percent(fell.after)} as the failure began: who stands behind it is asked ${Math.round((1 - fell.after) / Math.max(0.01, 1 - fell.before))} times as often`,
      fell.series.evidence.slice(0, 1),
    ),
    ...(emptied === null
      ? []
      : [factor('cache-emptied', WEIGHT.cacheEmptied, clueText(emptied, onset), emptied.evidence)]),
  ];
  const statement =
    emptied === null
      ? `${cache} holds next to nothing any more, and all is asked of what stands behind it`
      : `${cache} was emptied by a stop and start, and all is asked of what stands behind it`;
  return [draft('resource', `resource:cold-cache:${cache}`, cache, statement, factors)];
}

/** Where a cache was emptied, that something behind it is used up is what followed from it. */
export function behindCaches(drafts: readonly Draft[]): readonly Draft[] {
  const cold = drafts.find(({ factors }) => factors.some(({ name }) => name === 'cache-emptied'));
  if (cold === undefined) return drafts;
  return drafts.map((item) => {
    const isUsedUp = item.factors.some(({ name }) => /^says-(pool-exhausted|saturation)$/.test(name));
    if (item === cold || item.kind !== 'resource' || !isUsedUp) return item;
    const behind = factor(
      'behind-cold-cache',
      WEIGHT.behindColdCache,
      `${cold.service ?? 'a cache'} was emptied then: that this is used up is what followed`,
      cold.factors.flatMap(({ evidence }) => evidence).slice(0, 1),
    );
    return { ...item, factors: [...item.factors, behind], score: item.score + behind.weight };
  });
}

/** Shares before and after; null where it is no share of hits, or did not fall then. */
function fallOf(series: MetricSeries, onset: EpochMs) {
  if (series.unit !== 'ratio' || !HITS.test(series.name)) return null;
  const of = (isIn: (at: number) => boolean) =>
    series.values.filter((_, index) => isIn(series.at[index] ?? 0));
  const early = of((at) => at < onset - BEFORE_MS);
  const late = of((at) => at >= onset && at <= onset + 10 * MINUTE);
  if (early.length < 3 || late.length < 2) return null;
  const [before, after] = [median(early), median(late)];
  return before > 0 && after <= FALLS_TO * before ? { before, after } : null;
}

/** The line of a cache, or of the machine about it, that tells of its end or its start in the minutes before. */
function emptiedAt(onset: EpochMs, facts: Facts) {
  const said = facts.situation.patterns.flatMap((pattern) =>
    pattern.samples.flatMap(({ at, message, evidence }) => {
      const isNear = at !== null && at >= onset - BEFORE_MS && at <= onset + AFTER_MS;
      const isOfCache =
        isCache(pattern.service) || message.split(/[^a-z0-9]+/i).some((word) => isCache(word.toLowerCase()));
      return isNear && isOfCache && CAME_BACK.test(message)
        ? [{ at: epochMs(at), text: `"${message}"`, service: pattern.service, evidence: [evidence] }]
        : [];
    }),
  );
  return said.sort((a, b) => b.at - a.at || (a.text < b.text ? -1 : 1))[0] ?? null;
}
