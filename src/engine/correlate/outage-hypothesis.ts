/** A store that was stopped, or died, as its clients began to fail: its own log says so. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { Release } from '../../domain/situation.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import { MINUTE, toIso } from '../../domain/time.ts';
import { isStore } from '../_signals/stores.ts';
import { factor } from './circumstance.ts';
import { type Clue, clueText, killsAround, stopsAround } from './clues.ts';
import { type Draft, draft, sampleRefs } from './draft.ts';
import type { Facts, FailingPattern } from './facts.ts';
import { WEIGHT } from './weights.ts';

/** What clients meet where nobody answers. */
const NOBODY_ANSWERS: readonly SymptomClass[] = ['connection-refused', 'connection-reset', 'timeout'];

const WANTS: readonly SymptomClass[] = ['disk-full', 'out-of-memory', 'data-integrity', 'missing-config'];

interface Outage {
  readonly stop: Clue;
  readonly store: ServiceName;
  /** Ended by its machine for want of memory. */
  readonly isKilled: boolean;
  /** What its clients meet, those that begin nearest to the stop first; at least one. */
  readonly named: readonly FailingPattern[];
}

function outageOf(facts: Facts): Outage | null {
  const killed = killsAround(facts, MINUTE).find(({ service }) => isStore(service));
  const stop = killed ?? stopsAround(facts, MINUTE).find(({ service }) => isStore(service));
  const store = stop?.service ?? null;
  if (stop === undefined || store === null || facts.detection.primary === null) return null;
  // Where it says itself what it was short of, that is the cause, and that it stopped is what followed.
  if (facts.detection.symptoms.some((item) => item.service === store && WANTS.includes(item.class)))
    return null;
  const awayFrom = ({ symptom }: FailingPattern) => Math.abs(symptom.onsetAt - stop.at);
  const named = facts.failing
    .filter((item) => meets(item, store))
    .sort((a, b) => awayFrom(a) - awayFrom(b) || (a.pattern.id < b.pattern.id ? -1 : 1));
  return named.length === 0 ? null : { stop, store, isKilled: killed !== undefined, named };
}

/** Whether a store says that it ended as its clients began to meet nobody: that they do is no explanation of its own then. */
export function storeIsOut(facts: Facts): boolean {
  return outageOf(facts)?.named.some(({ symptom }) => symptom.class === 'connection-refused') === true;
}

/** Against a release of a client: nobody answers where a store says itself that it was stopped, and code of its clients does not stop it. */
export function stoppedStore(release: Release, facts: Facts): Factor | null {
  const outage = outageOf(facts);
  const { onsetAt } = facts.detection;
  if (outage === null || onsetAt === null || outage.isKilled) return null;
  const isItsOwn = release.service === outage.store || release.target?.platform === 'git';
  const refused = outage.named.some(({ symptom }) => symptom.class === 'connection-refused');
  return isItsOwn || !refused
    ? null
    : factor(
        'store-stopped-first',
        WEIGHT.storeStoppedFirst,
        `${outage.store} was stopped ${clueText(outage.stop, onsetAt)}`,
        outage.stop.evidence,
      );
}

export function outageHypotheses(facts: Facts): readonly Draft[] {
  const { onsetAt } = facts.detection;
  const outage = outageOf(facts);
  if (outage === null || onsetAt === null) return [];
  const { stop, store, named } = outage;
  const back = returnOf(stop, facts);
  const factors = [
    factor('store-stopped', WEIGHT.storeStopped, clueText(stop, onsetAt), stop.evidence),
    factor(
      'clients-cut-off',
      WEIGHT.clientsCutOff,
      `its clients say that nobody answers: ${named[0]?.symptom.summary ?? ''}`,
      sampleRefs(named),
    ),
    ...(back === null
      ? []
      : [
          factor(
            'store-returned',
            WEIGHT.storeReturned,
            `it was there again at ${toIso(back.at)}, and the failure ended`,
            back.evidence,
          ),
        ]),
  ];
  if (outage.isKilled)
    return [
      draft(
        'resource',
        `resource:killed:${store}`,
        store,
        `${store} was ended by its machine for want of memory, and its clients cannot reach it`,
        factors,
      ),
    ];
  const since =
    startsAfter(stop, facts).length > 0
      ? 'was stopped and started again, and clients have not come back to it since'
      : 'was stopped, and its clients cannot reach it';
  const course =
    back === null ? since : 'was stopped and started again, and its clients could not reach it meanwhile';
  return [draft('dependency', `dependency:outage:${store}`, store, `${store} ${course}`, factors)];
}

function meets({ symptom, message }: FailingPattern, store: string): boolean {
  if (symptom.service === store) return false;
  return NOBODY_ANSWERS.includes(symptom.class) || message.includes(store);
}

function startsAfter(stop: Clue, facts: Facts): readonly Clue[] {
  return stopsAround(facts, MINUTE, 'starts').filter(
    ({ service, at }) => service === stop.service && at > stop.at,
  );
}

/** When it was ready again, where the failure ended within a minute of that. */
function returnOf(stop: Clue, facts: Facts): Clue | null {
  const { endedAt } = facts.detection;
  if (endedAt === null) return null;
  return startsAfter(stop, facts).findLast(({ at }) => Math.abs(at - endedAt) <= MINUTE) ?? null;
}
