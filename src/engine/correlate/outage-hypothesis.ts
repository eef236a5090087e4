/** A store that was stopped, or died, as its clients began to fail: its own log says so. */
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

export function outageHypotheses(facts: Facts): readonly Draft[] {
  const { primary, onsetAt } = facts.detection;
  const killed = killsAround(facts, MINUTE).find(({ service }) => isStore(service));
  const stop = killed ?? stopsAround(facts, MINUTE).find(({ service }) => isStore(service));
  if (stop === undefined || stop.service === null || primary === null || onsetAt === null) return [];
  // Where it says itself what it was short of, that is the cause, and that it stopped is what followed.
  if (facts.detection.symptoms.some((item) => item.service === stop.service && WANTS.includes(item.class)))
    return [];
  const awayFrom = ({ symptom }: FailingPattern) => Math.abs(symptom.onsetAt - stop.at);
  const named = facts.failing
    .filter((item) => meets(item, stop.service ?? ''))
    .sort((a, b) => awayFrom(a) - awayFrom(b) || (a.pattern.id < b.pattern.id ? -1 : 1));
  if (named.length === 0) return [];
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
  if (killed !== undefined)
    return [
      draft(
        'resource',
        `resource:killed:${stop.service}`,
        stop.service,
        `${stop.service} was ended by its machine for want of memory, and its clients cannot reach it`,
        factors,
      ),
    ];
  const statement =
    back === null
      ? `${stop.service} was stopped, and its clients cannot reach it`
      : `${stop.service} was stopped and started again, and its clients could not reach it meanwhile`;
  return [draft('dependency', `dependency:outage:${stop.service}`, stop.service, statement, factors)];
}

function meets({ symptom, message }: FailingPattern, store: string): boolean {
  if (symptom.service === store) return false;
  return NOBODY_ANSWERS.includes(symptom.class) || message.includes(store);
}

/** When it was ready again, where the failure ended within a minute of that. */
function returnOf(stop: Clue, facts: Facts): Clue | null {
  const { endedAt } = facts.detection;
  if (endedAt === null) return null;
  const started = stopsAround(facts, MINUTE, 'starts').filter(
    ({ service, at }) => service === stop.service && at > stop.at && Math.abs(at - endedAt) <= MINUTE,
  );
  return started.at(-1) ?? null;
}
