/** A system outside our code answers late, by the measured times of the calls to it: what its callers lose is what it takes longer. */
import type { ServiceName } from '../../domain/service.ts';
import type { TraceEdgeStats } from '../../domain/signal.ts';
import type { EpochMs } from '../../domain/time.ts';
import { GREW, grown } from './beneath.ts';
import { factor } from './circumstance.ts';
import { type Draft, draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** Times that doubled are no noise of the network. */
export const DOUBLED = 2;
/** Less than this (ms) is not felt by whoever waits (Nielsen, Usability Engineering, 1993). */
export const FELT_MS = 100;
/** From this share on, what the callers lose is what the callee takes longer. */
export const MOST = 0.5;

export function slowCalleeHypotheses(facts: Facts): readonly Draft[] {
  const onset = facts.detection.onsetAt;
  if (onset === null) return [];
  return facts.situation.snapshot.traces.flatMap((edge) => {
    const callee = facts.situation.resolve(edge.to);
    const caller = edge.from === null ? null : facts.situation.resolve(edge.from);
    const isOutside = facts.situation.services.get(callee)?.kind === 'external';
    return caller === null || !isOutside || !isConcerned(caller, facts)
      ? []
      : (about(edge, { caller, callee, onset }, facts) ?? []);
  });
}

/** Whether it fails itself or is called by what does. */
function isConcerned(caller: ServiceName, facts: Facts): boolean {
  return (
    facts.failingServices.includes(caller) ||
    facts.situation.edges.some(({ from, to }) => to === caller && facts.failingServices.includes(from))
  );
}

interface Ends {
  readonly caller: ServiceName;
  readonly callee: ServiceName;
  readonly onset: EpochMs;
}

function about(edge: TraceEdgeStats, { caller, callee, onset }: Ends, facts: Facts): Draft | null {
  const time = grown(edge, onset);
  const lost = time === null ? 0 : time.after - time.before;
  if (time === null || time.total < DOUBLED || lost < FELT_MS) return null;
  const evidence = edge.evidence.slice(0, 1);
  const factors = [
    factor(
      'callee-slow',
      WEIGHT.calleeSlow,
      `calls of ${caller} to ${callee} take ${Math.round(time.after)} ms instead of ${Math.round(time.before)} ms`,
      evidence,
    ),
  ];
  const rise = riseOfCallers(caller, facts);
  if (rise !== null && lost >= rise * MOST)
    factors.push(
      factor(
        'explains-the-time',
        WEIGHT.mostNameIt,
        `that is ${Math.min(100, Math.round((lost / rise) * 100))} % of what requests take longer`,
        evidence,
      ),
    );
  const others = facts.situation.snapshot.traces.filter(
    (other) => other !== edge && other.from !== null && facts.situation.resolve(other.from) === caller,
  );
  const measured = others.flatMap((other) => grown(other, onset) ?? []);
  const [first] = others;
  if (first !== undefined && measured.length > 0 && measured.every(({ total }) => total < GREW))
    factors.push(
      factor(
        'other-calls-as-before',
        WEIGHT.otherCallsStayed,
        `other calls of ${caller} take as long as before`,
        first.evidence.slice(0, 1),
      ),
    );
  return draft(
    'dependency',
    `dependency:${callee}`,
    callee,
    `${callee}, outside this code base, answers late`,
    factors,
  );
}

/** How many milliseconds the median request of the service, or of what calls it, takes longer; the least of those measured. */
export function riseOfCallers(service: ServiceName, facts: Facts): number | null {
  const concerned = new Set([
    service,
    ...facts.situation.edges.flatMap(({ from, to }) => (to === service ? [from] : [])),
  ]);
  const ofCalls = new Set(
    facts.situation.series.filter(({ attributes }) => attributes['peer'] !== undefined).map(({ id }) => id),
  );
  const rises = facts.detection.symptoms.flatMap((symptom) => {
    const { class: family, level, baseline, signalIds } = symptom;
    const isServed = !signalIds.some((id) => ofCalls.has(id));
    const before = baseline.value;
    return family === 'latency' &&
      symptom.service !== null &&
      concerned.has(symptom.service) &&
      isServed &&
      level !== null &&
      before !== null
      ? [level - before]
      : [];
  });
  return rises.length === 0 ? null : Math.min(...rises);
}
