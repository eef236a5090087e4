/** Symptoms from series: failures, latency, traffic, silence, restarts and saturation, each against the series' own past. */
import { append } from '../../domain/append.ts';
import { segment } from '../../domain/change-point.ts';
import type { EvidenceRef } from '../../domain/evidence.ts';
import { type MetricSeries, routeOf } from '../../domain/signal.ts';
import type { Situation } from '../../domain/situation.ts';
import { median } from '../../domain/statistics.ts';
import type { Shape, Symptom, SymptomClass } from '../../domain/symptom.ts';
import { type EpochMs, epochMs, MINUTE } from '../../domain/time.ts';
import { requestsOf } from '../_measure/requests-of.ts';
import { showValue } from '../_measure/show-value.ts';
import { stepOf } from '../_measure/step-of.ts';
import { countsOfShare, type ErrorBurst, findErrorBurst } from './error-series.ts';
import { newcomerShifts } from './newcomers.ts';
import { refineOnset, thin } from './sampling.ts';
import { type Effect, findShift } from './shift.ts';
import { chainsOf, type Succession, succeeded, successions } from './successors.ts';

const MIN_POINTS = 8;
/** Memory of a young process grows for a while before it levels off: in points, and in time where they are seconds apart. */
const MIN_MEMORY_POINTS = 60;
const MIN_MEMORY_SPAN = 20 * MINUTE;

/** Counts with this median have a level; below it they are events. */
const DENSE_COUNT = 3;

interface Judged {
  readonly class: SymptomClass;
  readonly baseline: number | null;
  readonly level: number;
  readonly strength: number;
  readonly shape: Shape;
  readonly count: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly uncertaintyMs: number;
  readonly stepMs: number;
  /** Where failures were counted: whether what was seen after the last makes more of them impossible. */
  readonly isOver?: boolean;
}

export function seriesSymptoms(situation: Situation): readonly Symptom[] {
  const own = situation.series.flatMap((series) => judgeSeries(series, situation) ?? []);
  const judged = new Set(own.flatMap((symptom) => symptom.signalIds));
  const newcomers = newcomerShifts(
    situation.series.filter((series) => !judged.has(series.id)),
    effectOf,
  ).map(({ series, shift }) =>
    toSymptom(series, {
      ...shift,
      class: effectOf(series)?.class ?? 'unclassified',
      shape: 'step',
      count: series.values.length,
      uncertaintyMs: shift.stepMs,
    }),
  );
  const chains = chainsOf(situation.series);
  const since = successions(chains).flatMap((succession) =>
    judged.has(succession.series.id) ? [] : (sinceSuccession(succession) ?? []),
  );
  const all = withoutTwins([...own, ...newcomers, ...since]);
  return onePerShift(overWhereSucceeded(all, chains), situation);
}

/** What was so to the last sample of a version is over where the next version has been measured for a while and is well. */
function overWhereSucceeded(
  symptoms: readonly Symptom[],
  chains: ReturnType<typeof chainsOf>,
): readonly Symptom[] {
  const ended = succeeded(chains, MINUTE / 2);
  const unwell = new Set(symptoms.flatMap(({ signalIds }) => signalIds));
  const followers = new Map(chains.flatMap((chain) => chain.map(({ id }) => [id, chain] as const)));
  const isOver = (id: string) => {
    const chain = followers.get(id) ?? [];
    const later = chain.slice(chain.findIndex((series) => series.id === id) + 1);
    return ended.has(id) && later.every((series) => !unwell.has(series.id));
  };
  return symptoms.map((symptom) =>
    symptom.ongoing && symptom.signalIds.length > 0 && symptom.signalIds.every(isOver)
      ? { ...symptom, ongoing: false }
      : symptom,
  );
}

/** A process is busy while it starts: less than this many samples say nothing of it. */
const STARTED_SAMPLES = 10;

/** What came with the last of several versions and lasts. */
function sinceSuccession({ series, since }: Succession): Symptom | null {
  const last = series.at.at(-1);
  const symptom = levelShift(series);
  if (symptom === null || last === undefined || !symptom.ongoing) return null;
  const own = series.at.slice(since);
  const isWhole = symptom.onsetAt >= (series.at[since - 1] ?? last);
  const samples = own.filter((at) => at >= symptom.onsetAt).length;
  return isWhole && samples >= STARTED_SAMPLES ? symptom : null;
}

/** One thing measured twice, by two sources or under two names, is one symptom: the same words, numbers and beginning. */
function withoutTwins(symptoms: readonly Symptom[]): readonly Symptom[] {
  const kept = new Map<string, Symptom>();
  for (const symptom of symptoms) {
    const key = `${symptom.summary}\n${symptom.onsetAt}`;
    const twin = kept.get(key);
    const merged =
      twin === undefined
        ? symptom
        : {
            ...twin,
            signalIds: [...twin.signalIds, ...symptom.signalIds],
            evidence: [...new Set([...twin.evidence, ...symptom.evidence])].slice(0, 3),
          };
    kept.set(key, merged);
  }
  return [...kept.values()];
}

/** Quantiles from which slowness is told; the median is another statement: most calls are slow. */
const TAIL = 0.9;

/** Quantiles of one latency that shift at the same time tell of one thing: the highest stands for all. */
function onePerShift(symptoms: readonly Symptom[], situation: Situation): readonly Symptom[] {
  const series = new Map(situation.series.map((item) => [item.id, item]));
  const groups = new Map<string, { readonly symptom: Symptom; readonly quantile: number }[]>();
  for (const symptom of symptoms) {
    const own = series.get(symptom.signalIds[0] ?? '');
    const quantile = own?.quantile ?? null;
    const isTail = symptom.class === 'latency' && own !== undefined && quantile !== null && quantile >= TAIL;
    const key = isTail
      ? [
          own.source,
          own.name.replace(/\bp?\d{2,3}\b/g, ''),
          own.service,
          symptom.onsetAt,
          JSON.stringify(own.attributes),
        ].join('|')
      : symptom.id;
    append(groups, key, { symptom, quantile: quantile ?? 0 });
  }
  return [...groups.values()].map((group) => {
    const [first, ...others] = [...group].sort((a, b) => b.quantile - a.quantile) as [
      (typeof group)[number],
      ...typeof group,
    ];
    if (others.length === 0) return first.symptom;
    const all = [first, ...others].map(({ symptom }) => symptom);
    const words = others.map(({ quantile }) => `p${Math.round(quantile * 100)}`).join(', ');
    return {
      ...first.symptom,
      summary: `${first.symptom.summary} (${words} likewise)`,
      signalIds: [...new Set(all.flatMap(({ signalIds }) => signalIds))],
      evidence: [...new Set(all.flatMap(({ evidence }) => evidence))].slice(0, 3),
      strength: Math.max(...all.map(({ strength }) => strength)),
    };
  });
}

function judgeSeries(series: MetricSeries, situation: Situation): Symptom | null {
  if (series.meaning === 'errors') {
    const requests = requestsOf(series, situation.series);
    const dense = requests === null && median(series.values) >= DENSE_COUNT;
    if (dense) return levelShift(series);
    const burst = findErrorBurst(series, requests);
    return burst === null ? null : ofBurst(series, burst, burst.perRequest ? 'error-ratio' : 'server-error');
  }
  if (series.meaning === 'restarts') {
    const burst = findErrorBurst(series, null);
    return burst === null ? levelShift(series) : ofBurst(series, burst, 'restart');
  }
  if (series.meaning === 'error-ratio') {
    const requests = requestsOf(series, situation.series);
    if (requests === null) return levelShift(series);
    const burst = findErrorBurst(countsOfShare(series, requests), requests);
    return burst === null ? null : ofBurst(series, burst, 'error-ratio');
  }
  return series.meaning === 'refused-ratio' ? refusals(series, situation) : levelShift(series);
}

function refusals(series: MetricSeries, situation: Situation): Symptom | null {
  const requests = requestsOf(series, situation.series);
  if (requests === null) return levelShift(series);
  const burst = findErrorBurst(countsOfShare(series, requests), requests);
  const before = burst?.baseline ?? 0;
  return burst === null || burst.level < before + REFUSED_RISE || burst.level < 2 * before
    ? null
    : ofBurst(series, burst, 'client-error');
}

function ofBurst(series: MetricSeries, burst: ErrorBurst, family: SymptomClass): Symptom {
  const from = burst.at[burst.from] ?? epochMs(0);
  const stepMs = stepOf(burst.at);
  return toSymptom(series, {
    class: family,
    baseline: burst.baseline,
    level: burst.level,
    strength: burst.strength,
    shape: burst.count < 8 ? 'sparse' : 'step',
    count: burst.count,
    from,
    to: burst.at[burst.to] ?? from,
    uncertaintyMs: stepMs,
    stepMs,
    isOver: burst.isOver,
  });
}

const STEADY = { down: 0, unlessFactor: Number.POSITIVE_INFINITY, blips: false, abrupt: false };

/** A tenth of all requests more than before: single clients that ask for nonsense do not reach that. */
const REFUSED_RISE = 0.1;

/** What a shift of each meaning must reach to matter; a meaning that is not listed is not judged. */
const EFFECT: Readonly<Record<string, Effect & { readonly class: SymptomClass }>> = {
  errors: { ...STEADY, class: 'server-error', up: 2, least: 3 },
  'error-ratio': { ...STEADY, class: 'error-ratio', up: 2, least: 0.01, unlessFactor: 5 },
  'refused-ratio': { ...STEADY, class: 'client-error', up: 2, least: REFUSED_RISE },
  latency: { ...STEADY, class: 'latency', up: 1.25, least: 5, blips: true },
  requests: { ...STEADY, class: 'traffic-surge', up: 1.6, down: 0.4, least: 0, blips: true, abrupt: true },
  cpu: { ...STEADY, class: 'saturation', up: 1.5, least: 0.1 },
  memory: { ...STEADY, class: 'saturation', up: 1.3, least: 0 },
  pool: { ...STEADY, class: 'saturation', up: 1.5, least: 2 },
  queue: { ...STEADY, class: 'queue-backlog', up: 2, least: 10 },
  disk: { ...STEADY, class: 'saturation', up: 1.2, least: 0 },
  restarts: { ...STEADY, class: 'restart', up: 1.0001, least: 0.5 },
  saturation: { ...STEADY, class: 'saturation', up: 1.3, least: 0.05 },
};

/** What is counted as it is done, by a rate or a name that says so; what is counted when it fails, is saved or is left over is not work. */
const DONE_PER_TIME = /(^|[_.])(per_?(s|sec|second|m|min|minute|h|hour)|total|count|rate)$/i;
const NO_WORK =
  /err|fail|reject|refus|retr|drop|evict|miss|hit|cache|gc|collect|timeout|throttl|byte|cpu|mem|disk|wait|block|pause|restart|abort|cancel|limit|conn|thread|socket|packet|lost|expir|scrape|up$/i;
/** Fewer a sample come and go by chance. */
const MANY_PER_SAMPLE = 3;
/** A fifth of the usual pace, for as long as no pause lasts. */
const HARDLY_ANY = 0.2;
const LASTING_MS = 10 * MINUTE;

/** Work that is counted (orders placed, mails sent) and is hardly done any more, to the end of what was measured. Counts scatter by chance as levels do not: what came is compared with what used to come. */
export function silentWork(situation: Situation): readonly Symptom[] {
  return situation.series.flatMap((series) => {
    const isWork =
      series.meaning === 'other' && DONE_PER_TIME.test(series.name) && !NO_WORK.test(series.name);
    return isWork ? (silenceOf(series) ?? []) : [];
  });
}

function silenceOf(series: MetricSeries): Symptom | null {
  const { at, values } = thin(series);
  const stepMs = stepOf(at);
  const parts = segment(values);
  const last = parts.at(-1);
  const before = parts.slice(0, -1);
  const [base] = [...before].sort((a, b) => b.to - b.from - (a.to - a.from));
  if (last === undefined || base === undefined || base.mean < MANY_PER_SAMPLE) return null;
  const lasted = (last.to - last.from + 1) * stepMs;
  // Where it was as rare before, it comes and goes.
  if (lasted < LASTING_MS || before.some((part) => part.mean <= base.mean * HARDLY_ANY)) return null;
  if (last.mean > base.mean * HARDLY_ANY || (base.to - base.from + 1) * stepMs < lasted / 2) return null;
  const from = at[last.from] ?? epochMs(0);
  return toSymptom(series, {
    class: 'silence',
    baseline: base.mean,
    level: last.mean,
    strength: 9,
    shape: 'step',
    count: values.length,
    from,
    to: at[last.to] ?? from,
    uncertaintyMs: stepMs,
    stepMs,
  });
}

/** A loop of events that comes late by less than this (ms) delays no request that anybody would notice. */
const LATE_LOOP_MS = 100;
/** What is left, not what is used: more of it is no load. */
const WHAT_IS_LEFT = /(^|[_.])(free|avail|available|idle|remaining)([_.]|$)/i;
/** Descriptors, sockets and handles that a process holds rise with every request that waits; the smallest usual limit is 1024. */
const HANDLES = /(^|[_.])(fds?|handles|sockets)([_.]|$)|open_?files|file_?descriptors/i;
const MANY_HANDLES = 512;

function effectOf(series: MetricSeries): (Effect & { readonly class: SymptomClass }) | null {
  const { name, meaning, unit } = series;
  if (meaning === 'latency' && (series.quantile ?? 0.99) < 0.5) return null;
  if ((meaning === 'memory' || meaning === 'pool') && WHAT_IS_LEFT.test(name)) return null;
  const effect = EFFECT[meaning];
  if (effect === undefined) return null;
  return meaning === 'saturation' && unit === 'ms' ? { ...effect, least: LATE_LOOP_MS } : effect;
}

/** Whether a level says nothing by itself: handles are many only beside what a process may hold. */
function isFewHandles(series: MetricSeries, level: number): boolean {
  return series.meaning === 'pool' && HANDLES.test(series.name) && level < MANY_HANDLES;
}

function levelShift(series: MetricSeries): Symptom | null {
  const effect = effectOf(series);
  if (effect === null) return null;
  const samples = thin(series);
  const { at, values } = samples;
  if (values.length < MIN_POINTS || (series.meaning === 'memory' && isYoung(at))) return null;
  const shift = findShift(values, at, effect);
  if (shift === null || isFewHandles(series, shift.level)) return null;
  const fell = shift.level < shift.baseline && effect.class === 'traffic-surge';
  const stepMs = stepOf(at);
  const from =
    shift.shape === 'ramp' ? (at[shift.from] ?? epochMs(0)) : refineOnset(series, samples, shift.from);
  if (fell && shift.baseline < DENSE_COUNT && !isKnownPace(series, from)) return null;
  return toSymptom(series, {
    class: fell ? 'silence' : effect.class,
    baseline: shift.baseline,
    level: shift.level,
    strength: shift.strength,
    shape: shift.shape,
    count: values.length,
    from,
    to: at[shift.to] ?? from,
    uncertaintyMs: Math.max(stepMs, shift.slack * stepMs),
    stepMs,
  });
}

/** Single calls come in clusters: fewer, or within a shorter time, show no pace that somebody could fall behind. */
const PACE_EVENTS = 10;
const PACE_MS = 10 * MINUTE;

/** Whether what was counted before shows how often something usually comes. Of a rate that was measured nobody knows the events. */
function isKnownPace({ at, values, unit }: MetricSeries, until: EpochMs): boolean {
  if (unit !== '1/bucket') return true;
  const past = values.filter((_, index) => (at[index] ?? until) < until);
  const events = past.reduce((sum, value) => sum + value, 0);
  return events >= PACE_EVENTS && until - (at[0] ?? until) >= PACE_MS;
}

function isYoung(at: readonly EpochMs[]): boolean {
  return at.length < MIN_MEMORY_POINTS || (at.at(-1) ?? 0) - (at[0] ?? 0) < MIN_MEMORY_SPAN;
}

const SEEN_BY_USERS: ReadonlySet<SymptomClass> = new Set([
  'error-ratio',
  'server-error',
  'latency',
  'silence',
  'client-error',
]);

function toSymptom(series: MetricSeries, judged: Judged): Symptom {
  const { from, to, stepMs, baseline } = judged;
  const last = series.at.at(-1) ?? to;
  const first = series.at[0] ?? from;
  const observed = baseline !== null;
  return {
    id: `series:${series.id}`,
    class: judged.class,
    service: series.service,
    route: routeOf(series),
    peer: null,
    summary: describe(series, judged),
    signalIds: [series.id],
    pattern: null,
    count: judged.count,
    baseline: {
      observed,
      from: observed ? epochMs(Math.min(first, from)) : null,
      to: observed ? from : null,
      value: baseline,
    },
    firstSeenAt: from,
    lastSeenAt: to,
    onsetAt: from,
    onsetUncertaintyMs: Math.round(Math.max(judged.uncertaintyMs, 1000)),
    shape: judged.shape,
    strength: judged.strength,
    userVisible: SEEN_BY_USERS.has(judged.class) && !isBeneathNotice(judged),
    ongoing: judged.isOver === true ? false : last - to <= recoveryMs(stepMs),
    level: judged.class === 'server-error' ? null : judged.level,
    evidence: series.evidence.slice(0, 2) as readonly EvidenceRef[],
  };
}

/** What answers within this (ms) seems immediate to whoever asks (Nielsen, Usability Engineering, 1993), however much slower it became. */
const IMMEDIATE_MS = 100;

function isBeneathNotice({ class: family, level }: Judged): boolean {
  return family === 'latency' && level < IMMEDIATE_MS;
}

/** Time back at the usual level that means recovery: two minutes, or half a minute where that is ten samples and more. */
function recoveryMs(stepMs: number): number {
  return Math.max(3 * stepMs, Math.min(2 * MINUTE, Math.max(MINUTE / 2, 10 * stepMs)));
}

/** Parts of a service that a series may be about, beside the route. */
const PARTS = ['version', 'pod', 'zone', 'region', 'instance'] as const;

const SHARES: Partial<Record<SymptomClass, string>> = {
  'error-ratio': 'failing share of requests',
  'client-error': 'refused share of requests',
};

function describe(series: MetricSeries, judged: Judged): string {
  const part = PARTS.flatMap((name) => {
    const value = series.attributes[name];
    return value === undefined ? [] : [`${name} ${value}`];
  })[0];
  const whose = [series.service, routeOf(series)].filter((word) => word !== null);
  const unnamed = series.source === 'log-file' ? 'in the logs' : `of ${series.name}`;
  const peer = series.attributes['peer'];
  const called = peer === undefined ? '' : ` in calls to ${peer}`;
  const where = `${whose.length === 0 ? unnamed : `of ${whose.join(' ')}`}${called}${part === undefined ? '' : ` (${part})`}`;
  const name =
    SHARES[judged.class] ??
    `${series.meaning === 'other' ? series.name : series.meaning}${series.quantile === null ? '' : ` p${Math.round(series.quantile * 100)}`}`;
  const unit = SHARES[judged.class] === undefined ? series.unit : 'ratio';
  const show = (value: number) => showValue(value, unit);
  const before = judged.baseline === null ? 'what was not observed' : show(judged.baseline);
  return `${name} ${where} went from ${before} to ${show(judged.level)}`;
}
