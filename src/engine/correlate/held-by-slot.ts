/** What a full disk of a database is full of, where it is measured: the log that a replication slot holds back because nobody reads it. */
import type { Factor } from '../../domain/hypothesis.ts';
import type { Symptom } from '../../domain/symptom.ts';
import { factor } from './circumstance.ts';
import type { Facts } from './facts.ts';
import { WEIGHT } from './weights.ts';

const OF_SLOTS = /slot/i;
/** A reader that is behind by less than this is at work. */
const MUCH_BYTES = 5e9;
const GB = 1e9;

export function heldBySlot(symptom: Symptom, facts: Facts): readonly Factor[] {
  if (symptom.class !== 'disk-full') return [];
  const held = facts.situation.series.flatMap((series) => {
    const slot = series.attributes['slot_name'] ?? series.attributes['slot'] ?? null;
    const until = series.values.filter((_, index) => (series.at[index] ?? 0) <= symptom.onsetAt);
    const [first, last] = [until[0], until.at(-1)];
    const isHeld =
      slot !== null &&
      OF_SLOTS.test(`${series.name} ${Object.keys(series.attributes).join(' ')}`) &&
      first !== undefined &&
      last !== undefined &&
      last >= MUCH_BYTES &&
      last > first &&
      last === Math.max(...until);
    return isHeld ? [{ slot, last, evidence: series.evidence.slice(0, 1) }] : [];
  });
  const [most] = held.sort((a, b) => b.last - a.last || (a.slot < b.slot ? -1 : 1));
  return most === undefined
    ? []
    : [
        factor(
          'held-by-slot',
          WEIGHT.heldBySlot,
          `the replication slot ${most.slot} holds back ${Math.round(most.last / GB)} GB of log, more with every sample: nobody reads it`,
          most.evidence,
        ),
      ];
}
