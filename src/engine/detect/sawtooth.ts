/** Memory that climbs, falls as the process begins anew and climbs again, with a kill for want of it at a fall: each climb alone looks like a drift. */
import type { MetricSeries } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import { fitLine } from '../../domain/statistics.ts';
import type { Symptom } from '../../domain/symptom.ts';
import { type EpochMs, epochMs, HOUR, MINUTE } from '../../domain/time.ts';
import { stepOf } from '../_measure/step-of.ts';

/** What is left after a fall: half of it is handed back by a collector, too, but then no process is killed. */
const FALL = 0.6;
/** Samples, rise over the first of them, and share of the variation on a line that make a stretch a climb. */
const LEAST_SAMPLES = 8;
const LEAST_RISE = 0.3;
const LEAST_FIT = 0.8;
const LEAST_MS = 30 * MINUTE;
/** A kill makes a fall at once: what lies between them is how seldom memory is measured, two samples, and how late the platform tells of it. */
const SAMPLES_BETWEEN = 2;
const TOLD_LATE_MS = 5 * MINUTE;

interface Climb {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly last: number;
}

export function sawtoothSymptoms(situation: Situation): readonly Symptom[] {
  return situation.series.flatMap((series) => judge(series, situation) ?? []);
}

function judge(series: MetricSeries, situation: Situation): Symptom | null {
  if (series.meaning !== 'memory' || series.service === null) return null;
  const climbs = climbsOf(series);
  const [first, last] = [climbs[0], climbs.at(-1)];
  if (first === undefined || last === undefined || climbs.length < 2) return null;
  const stepMs = stepOf(series.at);
  const atFallMs = SAMPLES_BETWEEN * stepMs + TOLD_LATE_MS;
  // The fall lies somewhere between the last high sample and the first low one.
  const offFall = (at: EpochMs, to: EpochMs) => Math.max(to - at, at - (to + stepMs));
  const kills = situation.snapshot.platformFacts.filter(
    ({ kind, service, at }) =>
      kind === 'oom-killed' &&
      service !== null &&
      at !== null &&
      situation.resolve(service) === series.service &&
      climbs.some(({ to }) => offFall(at, to) <= atFallMs),
  );
  const [killed] = kills;
  if (killed === undefined) return null;
  const end = series.at.at(-1) ?? last.to;
  return {
    id: `sawtooth:${series.id}`,
    class: 'out-of-memory',
    service: series.service,
    route: null,
    peer: null,
    summary: `memory of ${series.service} climbs ${climbs.length} times since then, each time until the process began anew, and it was killed for want of it`,
    signalIds: [series.id],
    pattern: null,
    count: climbs.length + kills.length + 1,
    baseline: {
      observed: (series.at[0] ?? end) < first.from,
      from: series.at[0] ?? null,
      to: first.from,
      value: null,
    },
    firstSeenAt: first.from,
    lastSeenAt: end,
    onsetAt: first.from,
    onsetUncertaintyMs: HOUR / 2,
    shape: 'ramp',
    strength: 10,
    userVisible: true,
    ongoing: last.to >= end - atFallMs,
    level: last.last,
    evidence: [...series.evidence.slice(0, 1), ...killed.evidence.slice(0, 1)],
  };
}

/** Stretches between falls that climb steadily; of the first only what lies behind a flat beginning. */
function climbsOf(series: MetricSeries): readonly Climb[] {
  const climbs: Climb[] = [];
  let from = 0;
  for (let index = 1; index <= series.values.length; index += 1) {
    const falls = (series.values[index] ?? Number.NEGATIVE_INFINITY) < FALL * (series.values[index - 1] ?? 0);
    if (index < series.values.length && !falls) continue;
    const climb = climbOf(series, from, index);
    if (climb !== null) climbs.push(climb);
    from = index;
  }
  return climbs;
}

function climbOf(series: MetricSeries, start: number, end: number): Climb | null {
  const all = series.values.slice(start, end);
  const flat = flatUntil(all);
  const values = all.slice(flat);
  const from = series.at[start + flat];
  const to = series.at[end - 1];
  if (values.length < LEAST_SAMPLES || from === undefined || to === undefined || to - from < LEAST_MS)
    return null;
  const { rise, fit } = fitLine(values);
  const level = values[0] ?? 0;
  return level > 0 && rise >= LEAST_RISE * level && fit >= LEAST_FIT
    ? { from, to: epochMs(to), last: values.at(-1) ?? 0 }
    : null;
}

/** Where a beginning that stays within a twentieth of its first value ends. */
function flatUntil(values: readonly number[]): number {
  const first = values[0] ?? 0;
  const leaves = values.findLastIndex((value) => Math.abs(value - first) <= first / 20);
  return Math.max(0, leaves);
}
