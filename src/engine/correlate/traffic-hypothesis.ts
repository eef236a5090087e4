/** Requests rose before errors did: more than there is capacity for. What multiplies inside a service of ours is no traffic. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { Release } from '../../domain/situation.ts';
import type { Symptom } from '../../domain/symptom.ts';
import { MINUTE } from '../../domain/time.ts';
import { isStore } from '../_signals/stores.ts';
import { factor, lengthText } from './circumstance.ts';
import { roseAt } from './dose.ts';
import { type Draft, draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { servedBefore } from './served-before.ts';
import { usesUpNumbers } from './used-up.ts';
import { WEIGHT } from './weights.ts';

const STARVED = ['pool-exhausted', 'saturation', 'rate-limit', 'queue-backlog', 'timeout', 'out-of-memory'];

/** Requests to a service from outside of it rose by this factor at once: nothing in the service itself makes others ask. */
const DEMAND = 2.5;
/** Those who wait and ask again make a few times as many; room for growth is less than that. */
const MANIFOLD = 5;

/**
 * Against a release of a service whose demand multiplied first: no difference in it makes others ask more often. Null where the calls
 * multiply inside of ours, or where the failure came before.
 */
export function demandRose(release: Release, facts: Facts): Factor | null {
  const multiplied = new Set(facts.amplified.flatMap(({ evidence }) => evidence));
  const onset = facts.detection.onsetAt;
  const surge = facts.detection.symptoms.find(
    (symptom) =>
      symptom.class === 'traffic-surge' &&
      symptom.service === release.service &&
      !symptom.evidence.some((ref) => multiplied.has(ref)),
  );
  if (surge === undefined || onset === null || surge.onsetAt > onset) return null;
  if (multipleOf(surge) < DEMAND || surge.onsetAt - release.startedAt < 30 * MINUTE) return null;
  const served = servedBefore(release.service, facts);
  if (served !== null && served.at < release.startedAt) return null;
  return factor(
    'demand-rose',
    WEIGHT.demandRose,
    `${surge.summary}: no change of ${release.service} makes others ask`,
    surge.evidence.slice(0, 1),
  );
}

/** Earliest first, without what multiplies inside a service of ours. */
function surgesOf(facts: Facts): readonly Symptom[] {
  const multiplied = new Set(facts.amplified.flatMap(({ evidence }) => evidence));
  return facts.detection.symptoms
    .filter(
      (symptom) =>
        symptom.class === 'traffic-surge' &&
        !symptom.evidence.some((ref) => multiplied.has(ref)) &&
        // What a store is asked is what services ask of it (and its hits are what it holds): no demand from outside.
        (!isStore(symptom.service) || facts.failingServices.every(isStore)),
    )
    .sort((a, b) => a.onsetAt - b.onsetAt);
}

/** What is used up once a multiple is asked is used up by that: null where it was before, or where whoever asks more may be one of ours. */
export function followsSurge(used: Symptom, facts: Facts): Factor | null {
  const [surge] = surgesOf(facts);
  const onset = facts.detection.onsetAt;
  if (surge === undefined || onset === null || surge.onsetAt > onset + MINUTE) return null;
  if (
    multipleOf(surge) < DEMAND ||
    used.onsetAt < surge.onsetAt - MINUTE ||
    ownDoing(surge, facts).length > 0
  )
    return null;
  return factor(
    'follows-surge',
    WEIGHT.followsSurge,
    `${surge.summary}: what is used up since then is used up by them`,
    surge.evidence.slice(0, 1),
  );
}

export function trafficHypotheses(facts: Facts): readonly Draft[] {
  const surges = surgesOf(facts);
  const [first] = surges;
  const onset = facts.detection.onsetAt;
  if (first === undefined || onset === null) return [];
  const lead = onset - first.onsetAt;
  if (lead < -3 * MINUTE) return [];
  const when = lead >= 0 ? `${lengthText(lead)} before` : 'as';
  const factors = [
    factor(
      'requests-rose-first',
      isAskedAgain(first, lead) ? WEIGHT.requestsRoseFirst / 2 : WEIGHT.requestsRoseFirst,
      `requests rose ${when} errors did: ${first.summary}`,
      first.evidence,
    ),
  ];
  if (surges.length > 1)
    factors.push(
      factor('rose-in-several', WEIGHT.roseInSeveral, `they rose in ${surges.length} series at once`),
    );
  factors.push(...ownDoing(first, facts));
  const served = servedBefore(first.service, facts);
  if (served !== null)
    factors.push(factor('served-before', WEIGHT.servedBefore, served.detail, served.evidence));
  const spent = new Set(facts.failing.filter(usesUpNumbers).map(({ symptom }) => symptom.id));
  const starved = facts.detection.symptoms.find(
    (symptom) => STARVED.includes(symptom.class) && !spent.has(symptom.id),
  );
  if (starved !== undefined)
    factors.push(
      factor(
        'starved',
        WEIGHT.starved,
        `what fails is a matter of capacity: ${starved.summary}`,
        starved.evidence,
      ),
    );
  const named = surges.find(({ service }) => service !== null);
  // Whoever runs short of something is who cannot serve them; what else is only slower may be so for other reasons.
  const short = facts.origins.find((origin) => origin === starved?.service);
  const target = short ?? facts.origins[0] ?? first.service ?? named?.service ?? null;
  if (starved !== undefined && first.service === target) factors.push(...manifold(first, lead));
  const statement = `more requests than ${target ?? 'the system'} can serve`;
  return [draft('traffic', 'traffic', target, statement, factors)];
}

/** Of who runs short; what is asked of something beneath it may be the doing of whoever asks. */
function manifold(surge: Symptom, lead: number): readonly Factor[] {
  const multiple = multipleOf(surge);
  return multiple < MANIFOLD || isAskedAgain(surge, lead)
    ? []
    : [
        factor(
          'asked-manifold',
          WEIGHT.askedManifold,
          `that is ${Math.round(multiple)} times as many: nothing is built for that`,
          surge.evidence,
        ),
      ];
}

/** Who is not answered asks again: a rise a minute after the first failure may be that, and one in the same minute that did not even double and a half. */
function isAskedAgain(surge: Symptom, leadMs: number): boolean {
  const multiple = multipleOf(surge);
  return leadMs <= -MINUTE || (leadMs < MINUTE && multiple > 0 && multiple < DEMAND);
}

/** 0 where nothing was asked before. */
function multipleOf({ baseline, level }: Symptom): number {
  const before = baseline.value ?? 0;
  return before > 0 ? (level ?? 0) / before : 0;
}

/** Who is asked more by others in the same minutes passes it on: what came with its release is not where it began. */
function isAskedMore(service: string, surge: Symptom, facts: Facts): boolean {
  return facts.detection.symptoms.some(
    (symptom) =>
      symptom.class === 'traffic-surge' &&
      symptom.service === service &&
      symptom.onsetAt <= surge.onsetAt + 2 * MINUTE &&
      symptom.id !== surge.id,
  );
}

/** A flag that is switched, or a release of a caller, in the minutes in which requests rose: whoever asks more may be one of ours. */
function ownDoing(surge: Symptom, facts: Facts): readonly Factor[] {
  const { flags, edges, releases } = facts.situation;
  const callers = new Set(edges.filter(({ to }) => to === surge.service).map(({ from }) => from));
  const flag = flags.find(({ at }) => at !== null && roseAt(surge, at));
  const release = releases.find(
    ({ service, startedAt, finishedAt }) =>
      callers.has(service) &&
      !isAskedMore(service, surge, facts) &&
      (roseAt(surge, startedAt) || (finishedAt !== null && roseAt(surge, finishedAt))),
  );
  if (flag === undefined && release === undefined) return [];
  const what =
    flag === undefined ? `${release?.service ?? 'a caller'} was released` : `flag ${flag.flag} was switched`;
  return [
    factor(
      'rose-with-change',
      WEIGHT.roseWithChange,
      `they rose as ${what}: who asks may be one of ours`,
      (flag ?? release)?.evidence.slice(0, 1) ?? [],
    ),
  ];
}
