/** Calls that multiply inside a service: whoever it calls is asked far more often, though it is itself asked as before. A cache that is lost, a loop, retries. */
import type { EvidenceRef } from '../../domain/evidence.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { MetricSeries } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import { median } from '../../domain/statistics.ts';
import type { Detection, Symptom } from '../../domain/symptom.ts';
import { type EpochMs, epochMs, HOUR } from '../../domain/time.ts';

export interface Amplification {
  readonly service: ServiceName;
  /** Whoever is asked more often, where it is known. */
  readonly called: ServiceName | null;
  readonly detail: string;
  readonly onsetAt: EpochMs;
  readonly evidence: readonly EvidenceRef[];
}

/** A caller whose own requests rose by less than this did not bring the load. */
const CALLER_FLAT = 1.3;
/** From this factor on the calls of one request have multiplied. */
const MULTIPLIED = 1.6;
/** A hit ratio that falls to less than this share of what it was. */
const HITS_LOST = 0.7;

export function amplifications(situation: Situation, detection: Detection): readonly Amplification[] {
  const onset = detection.onsetAt;
  if (onset === null) return [];
  const requests = situation.series.filter((series) => series.meaning === 'requests');
  const surges = detection.symptoms.filter((symptom) => symptom.class === 'traffic-surge');
  const found = surges.flatMap((surge) => multiplied(surge, requests, situation, onset) ?? []);
  const misses = situation.series.flatMap((series) => lostHits(series, onset) ?? []);
  const asked = situation.series.flatMap((series) => asksMore(series, requests, onset) ?? []);
  const unique = new Map(
    [...found, ...misses, ...asked].map((item) => [`${item.service}|${item.detail}`, item]),
  );
  return [...unique.values()].sort(
    (a, b) => (a.service < b.service ? -1 : 1) || (a.detail < b.detail ? -1 : 1),
  );
}

/** Null where a caller's requests rose too, or no caller is measured: then it may be traffic. */
function multiplied(
  surge: Symptom,
  requests: readonly MetricSeries[],
  situation: Situation,
  onset: EpochMs,
): Amplification | null {
  const called = surge.service;
  if (called === null) return null;
  const callers = [
    ...new Set(situation.edges.filter((edge) => edge.to === called).map((edge) => edge.from)),
  ].sort();
  const grown = growthOf(
    requests.filter((series) => series.service === called),
    onset,
  );
  const measured = callers.flatMap((caller) => {
    const own = growthOf(
      requests.filter((series) => series.service === caller),
      onset,
    );
    return own === null ? [] : [{ caller, growth: own }];
  });
  if (grown === null || measured.length === 0 || measured.some(({ growth }) => growth >= CALLER_FLAT))
    return null;
  const [caller] = measured;
  if (caller === undefined || grown < MULTIPLIED * Math.max(1, caller.growth)) return null;
  return {
    service: caller.caller,
    called,
    detail: `${surge.summary}, while ${caller.caller} is itself asked as often as before: its calls multiply`,
    onsetAt: surge.onsetAt,
    evidence: surge.evidence,
  };
}

/** Sum of the medians after the onset over that before, of the means where it was seldom asked; null without enough points on both sides. */
function growthOf(series: readonly MetricSeries[], onset: EpochMs): number | null {
  let before = 0;
  let after = 0;
  for (const item of series) {
    const [early, late] = halves(item, onset);
    if (early.length < 4 || late.length < 3) continue;
    const middle = median(early) > 0 ? median : mean;
    before += middle(early);
    after += middle(late);
  }
  return before <= 0 ? null : after / before;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What a service counts of its own calls to others: `db_queries_total`, `http_client_requests`. */
const ASKED_OF_OTHERS =
  /(db|sql|database|jdbc|orm|activerecord|hibernate)[\W_]?(queries|query|statements?|calls|requests)|client[\W_]?requests|(outgoing|outbound)[\W_]?(requests?|calls|queries)/i;

/** Null where the service is asked more often too, or nobody measured how often it is asked. */
function asksMore(
  series: MetricSeries,
  requests: readonly MetricSeries[],
  onset: EpochMs,
): Amplification | null {
  if (series.service === null || series.meaning !== 'other' || !ASKED_OF_OTHERS.test(series.name))
    return null;
  const grown = growthOf([series], onset);
  const own = growthOf(
    requests.filter((other) => other.service === series.service),
    onset,
  );
  if (grown === null || own === null || own >= CALLER_FLAT || grown < MULTIPLIED * Math.max(1, own))
    return null;
  return {
    service: series.service,
    called: null,
    detail: `${series.name} of ${series.service} rose to ${Math.round(grown * 10) / 10} times what it was, while ${series.service} is itself asked as often as before: its calls multiply`,
    onsetAt: onset,
    evidence: series.evidence.slice(0, 2),
  };
}

function halves(series: MetricSeries, onset: EpochMs): readonly [readonly number[], readonly number[]] {
  const from = epochMs(onset - 3 * HOUR);
  const at = (index: number) => series.at[index] ?? 0;
  return [
    series.values.filter((_, index) => at(index) >= from && at(index) < onset),
    series.values.filter((_, index) => at(index) >= onset),
  ];
}

function lostHits(series: MetricSeries, onset: EpochMs): Amplification | null {
  const isHits = /hit/i.test(series.name) && /ratio|rate|percent|share/i.test(series.name);
  if (!isHits || series.service === null) return null;
  const [early, late] = halves(series, onset);
  if (early.length < 4 || late.length < 3 || median(late) > median(early) * HITS_LOST) return null;
  return {
    service: series.service,
    called: null,
    detail: `the share of hits of the cache of ${series.service} fell from ${show(median(early))} to ${show(median(late))}`,
    onsetAt: onset,
    evidence: series.evidence.slice(0, 2),
  };
}

function show(value: number): string {
  return value <= 1 ? `${Math.round(value * 100)} %` : `${Math.round(value)} %`;
}
