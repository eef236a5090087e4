/** Where time is lost, by traces: a service that waits for one that became slow in itself did not become slow by its own release. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { TraceEdgeStats } from '../../domain/signal.ts';
import type { Release } from '../../domain/situation.ts';
import { median } from '../../domain/statistics.ts';
import type { Symptom } from '../../domain/symptom.ts';
import type { EpochMs } from '../../domain/time.ts';
import { factor } from './circumstance.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** From this factor on a time has grown; below the second it has stayed. */
export const GREW = 1.5;
export const STAYED = 1.3;
/** Less than this beside the time that was lost is nothing. */
const NEXT_TO_NOTHING = 0.1;
const MIN_BUCKETS = 3;

/** Null without traces of both, or where the release's own work grew, or calls per request multiplied: then it may have made the other slow. */
export function timeLostBeneath(release: Release, facts: Facts): Factor | null {
  const onset = facts.detection.onsetAt;
  if (onset === null) return null;
  const { traces } = facts.situation.snapshot;
  const named = (name: string) => facts.situation.resolve(name);
  const own = traces
    .filter(({ to }) => named(to) === release.service)
    .flatMap((edge) => grown(edge, onset) ?? []);
  const calls = traces.filter(
    ({ from, to }) => from !== null && named(from) === release.service && named(to) !== release.service,
  );
  for (const edge of calls) {
    const callee = grown(edge, onset);
    if (callee === null || callee.self < GREW || callee.total < GREW) continue;
    const lost = callee.after - callee.before;
    const stayed = own.length > 0 && own.every(({ selfRise }) => selfRise <= lost * NEXT_TO_NOTHING);
    const asked = own.reduce((sum, { calls: times }) => sum + times, 0) / Math.max(1, own.length);
    if (!stayed || callee.calls > STAYED * Math.max(1, asked)) continue;
    return factor(
      'time-lost-beneath',
      WEIGHT.timeLostBeneath,
      `${named(edge.to)} itself became slow (${Math.round(callee.before)} → ${Math.round(callee.after)} ms of its own), and the own work of ${release.service} takes as long as before`,
      edge.evidence.slice(0, 1),
    );
  }
  return null;
}

interface Grown {
  readonly total: number;
  readonly self: number;
  readonly before: number;
  readonly after: number;
  readonly selfRise: number;
  readonly calls: number;
}

export function grown(edge: TraceEdgeStats, onset: EpochMs): Grown | null {
  const early = edge.buckets.filter(({ at }) => at < onset - 60_000);
  const late = edge.buckets.filter(({ at }) => at >= onset + 60_000);
  if (early.length < MIN_BUCKETS || late.length < MIN_BUCKETS) return null;
  const of = (list: typeof early, pick: (bucket: (typeof early)[number]) => number) => median(list.map(pick));
  const [selfBefore, selfAfter] = [
    of(early, ({ selfP50Ms }) => selfP50Ms),
    of(late, ({ selfP50Ms }) => selfP50Ms),
  ];
  const ratio = (after: number, before: number) => after / Math.max(before, 1e-6);
  return {
    total: ratio(
      of(late, ({ p50Ms }) => p50Ms),
      of(early, ({ p50Ms }) => p50Ms),
    ),
    self: ratio(selfAfter, selfBefore),
    before: selfBefore,
    after: selfAfter,
    selfRise: selfAfter - selfBefore,
    calls: ratio(
      of(late, ({ calls }) => calls),
      of(early, ({ calls }) => calls),
    ),
  };
}

/** What begins within this of each other began together, where times are told by the ten seconds. */
const TOGETHER_MS = 30_000;
/** From this share on, what it takes longer is what the one beneath it takes longer. */
const MOST_OF_IT = 0.5;

/**
 * The same by what services measure of their own requests: one that it calls takes longer since the same moment, on all that it is asked
 * and by as much, though it is asked no more. Null where calls to it multiply, or where traces tell.
 */
export function slowBeneath(release: Release, facts: Facts): Factor | null {
  if (facts.situation.snapshot.traces.length > 0) return null;
  if (facts.amplified.some(({ service }) => service === release.service)) return null;
  const own = mediansOf(release.service, facts);
  const beneath = facts.situation.edges
    .filter(({ from, to }) => from === release.service && to !== release.service)
    .map(({ to }) => to);
  for (const callee of [...new Set(beneath)].sort()) {
    const slow = mediansOf(callee, facts);
    const [first] = slow;
    const isAskedMore = facts.detection.symptoms.some(
      (symptom) => symptom.class === 'traffic-surge' && symptom.service === callee,
    );
    if (first === undefined || isAskedMore) continue;
    const least = Math.min(...slow.map(riseOf));
    const explained = own.filter(
      (symptom) =>
        Math.abs(symptom.onsetAt - first.onsetAt) <= TOGETHER_MS && least >= MOST_OF_IT * riseOf(symptom),
    );
    const [one] = explained;
    if (one === undefined) continue;
    return factor(
      'slow-beneath',
      WEIGHT.slowBeneath,
      `${callee}, which it calls, became slow at the same moment and by as much: ${first.summary}`,
      [...first.evidence.slice(0, 1), ...one.evidence.slice(0, 1)],
    );
  }
  return null;
}

/** Medians of a service's own requests that rose: most of them take longer, whatever is asked. */
function mediansOf(service: string, facts: Facts): readonly Symptom[] {
  const medians = new Set(
    facts.situation.series.filter(({ quantile }) => quantile === 0.5).map(({ id }) => id),
  );
  return facts.detection.symptoms.filter(
    (symptom) =>
      symptom.class === 'latency' &&
      symptom.service === service &&
      symptom.signalIds.some((id) => medians.has(id)) &&
      riseOf(symptom) > 0,
  );
}

function riseOf({ level, baseline }: Symptom): number {
  return (level ?? 0) - (baseline.value ?? 0);
}
