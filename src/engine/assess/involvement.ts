/** What a service's own telemetry says of an incident: it fails more than before, it does not, or it cannot be told. A mere neighbour is no victim. */
import type { Quantity } from '../../domain/quantity.ts';
import type { ServiceName } from '../../domain/service.ts';
import { dependenciesOf, dependentsOf, type Situation } from '../../domain/situation.ts';
import { judgeErrorRate } from '../../domain/statistics.ts';
import type { Detection, Symptom, SymptomClass } from '../../domain/symptom.ts';
import { type Interval, MINUTE } from '../../domain/time.ts';
import { baselineRate, failureRate } from '../_measure/rates.ts';

export interface Involvement {
  /** `calm`: measured, and no worse than before. `quiet`: it logs, and no more errors than before. `unseen`: no telemetry of its own. */
  readonly verdict: 'raised' | 'calm' | 'quiet' | 'unseen';
  readonly failureRate: Quantity;
  readonly baselineRate: Quantity;
}

/** Fewer requests in the incident cannot show that a service is well. */
const MIN_TRIALS = 20;
/** Less than a point more is no damage that people notice, unless the test is sure of a multiple. */
const LEAST_RISE = 0.01;
/** Fewer records than these in the incident are no log of a service at work: a line of a rollout, a start. */
const MIN_RECORDS = 10;

export function involvementOf(
  service: ServiceName,
  window: Interval,
  before: Interval,
  situation: Situation,
): Involvement {
  const now = failureRate(service, window, situation).quantity;
  const past = baselineRate(service, before, situation);
  const rates = { failureRate: now, baselineRate: past };
  if (now.counts !== undefined && now.counts.trials >= MIN_TRIALS)
    return { ...rates, verdict: judge(now, past) };
  if (now.value !== null)
    return { ...rates, verdict: now.value >= (past.value ?? 0) + LEAST_RISE ? 'raised' : 'calm' };
  return { ...rates, verdict: logsAtWork(service, window, situation) ? 'quiet' : 'unseen' };
}

function judge(now: Quantity, past: Quantity): 'raised' | 'calm' {
  const counted = ({ counts }: Quantity) => ({ k: counts?.events ?? 0, n: counts?.trials ?? 0 });
  const judged = judgeErrorRate(counted(past), counted(now));
  const rise = (now.value ?? 0) - (past.value ?? 0);
  return judged === 'ROLLBACK' || (judged === 'WATCH' && rise >= LEAST_RISE) ? 'raised' : 'calm';
}

function logsAtWork(service: ServiceName, window: Interval, situation: Situation): boolean {
  const records = situation.patterns
    .filter((pattern) => pattern.service === service)
    .reduce(
      (sum, { buckets }) =>
        sum +
        buckets.count.reduce((inner, count, index) => {
          const at = buckets.at[index] ?? 0;
          return at + buckets.widthMs > window.from && at <= window.to ? inner + count : inner;
        }, 0),
      0,
    );
  return records >= MIN_RECORDS;
}

/** Signs that a service suffers though its requests are answered. */
const SUFFERING: ReadonlySet<SymptomClass> = new Set([
  'latency',
  'silence',
  'restart',
  'out-of-memory',
  'crash',
  'unschedulable',
  'breaker-open',
  'queue-backlog',
  'saturation',
  'pool-exhausted',
]);
/** As much as a leader of an incident must stand out (nats). */
const STRONG = 8;

/** Symptoms of the service that can be effects of the incident: not over before it, not begun before it, and no mere rise of traffic. */
export function effectsOn(service: ServiceName, window: Interval, detection: Detection): readonly Symptom[] {
  const slack = Math.max(2 * MINUTE, detection.onsetUncertaintyMs);
  return detection.symptoms.filter(
    (symptom) =>
      symptom.service === service &&
      symptom.class !== 'traffic-surge' &&
      symptom.lastSeenAt >= window.from &&
      symptom.onsetAt + Math.max(symptom.onsetUncertaintyMs, slack) >= window.from,
  );
}

/** Whether the effects make the service a victim, given what its own requests say. `failing`: the services where the failure is. */
export function isHit(
  service: ServiceName,
  effects: readonly Symptom[],
  involvement: Involvement,
  failing: ReadonlySet<ServiceName>,
  situation: Situation,
): boolean {
  if (involvement.verdict === 'raised') return true;
  if (effects.length === 0) return false;
  const names = effects.some((symptom) => symptom.peer !== null && failing.has(symptom.peer));
  const suffers = effects.some((symptom) => SUFFERING.has(symptom.class) && symptom.pattern === null);
  const related = names || isNear(service, failing, situation);
  const novel = effects.some((symptom) => symptom.baseline.value === 0);
  // busier, and its requests fail no more than before: that is load, not harm
  const harmed = suffers && effects.some(({ class: kind }) => SUFFERING.has(kind) && kind !== 'saturation');
  // A probe from outside sees what its own log cannot: requests that never came to be one.
  const unreached = effects.some(
    ({ class: kind, pattern, strength }) => kind === 'error-ratio' && pattern === null && strength >= STRONG,
  );
  // It turns away many whom it took before, as whom it calls does: for them that is a failure, whatever the class of the status.
  const turnsAway = effects.some(
    ({ class: kind, pattern, strength }) => kind === 'client-error' && pattern === null && strength >= STRONG,
  );
  if (involvement.verdict === 'calm' && (unreached || (turnsAway && callsOneOf(service, failing, situation))))
    return true;
  if (involvement.verdict === 'calm') return related && (harmed || (names && novel));
  const strong = effects.some((symptom) => symptom.userVisible && symptom.strength >= STRONG);
  return strong || suffers || (related && novel);
}

function callsOneOf(service: ServiceName, failing: ReadonlySet<ServiceName>, situation: Situation): boolean {
  return [...dependenciesOf(situation.edges, service).keys()].some((name) => failing.has(name));
}

function isNear(service: ServiceName, failing: ReadonlySet<ServiceName>, situation: Situation): boolean {
  const reached = [
    ...dependenciesOf(situation.edges, service).keys(),
    ...dependentsOf(situation.edges, service).keys(),
  ];
  return reached.some((name) => failing.has(name));
}
