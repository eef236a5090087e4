/** The same number in another unit, or in none; the same object for another lifetime. */
import type { Fact, FactDifference } from './facts/fact.ts';
import { BARE_UNIT, UNIT_MARK } from './facts/units.ts';
import { draft, type FeatureDraft, inScope } from './feature-draft.ts';

const SPOKEN: Readonly<Record<string, string>> = {
  ns: 'nanoseconds',
  us: 'microseconds',
  ms: 'milliseconds',
  s: 'seconds',
  min: 'minutes',
  h: 'hours',
  d: 'days',
  By: 'bytes',
  kBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  none: 'a number without a unit',
  bare: 'nanoseconds',
};

function halves(fact: Fact): readonly [string, string] {
  const at = fact.key.lastIndexOf(UNIT_MARK);
  return [fact.key.slice(0, at), fact.key.slice(at + UNIT_MARK.length)];
}

/** What was read in one unit and is the same number in another now; a number that was converted is another number. */
export function changedUnits(difference: FactDifference): FeatureDraft[] {
  const features: FeatureDraft[] = [];
  const taken = new Set<Fact>();
  for (const before of difference.removed) {
    if (before.kind !== 'unit') continue;
    const [what, unit] = halves(before);
    const after = difference.added.find(
      (fact) =>
        fact.kind === 'unit' &&
        !taken.has(fact) &&
        fact.scope === before.scope &&
        halves(fact)[0] === what &&
        halves(fact)[1] !== unit,
    );
    if (after === undefined || unit === 'none') continue;
    taken.add(after);
    const now = halves(after)[1];
    features.push(
      draft(
        'unit-changed',
        after,
        `${before.label} was in ${SPOKEN[unit] ?? unit}; ${after.label}, which stands there now, is ${now === 'none' ? '' : 'in '}${SPOKEN[now] ?? now}${inScope(after)}`,
        false,
        [...after.symbols, ...before.symbols],
      ),
    );
  }
  for (const after of difference.added)
    if (after.kind === 'unit' && halves(after)[1] === BARE_UNIT && !taken.has(after))
      features.push(
        draft(
          'unit-changed',
          after,
          `${after.label} waits so many nanoseconds: no unit is given${inScope(after)}`,
          false,
        ),
      );
  return features;
}

/** What lived for one request and is shared by all now, or the other way round. */
export function changedLifetimes(difference: FactDifference): FeatureDraft[] {
  return difference.removed.flatMap((before) => {
    if (before.kind !== 'lifetime') return [];
    const [what, was] = halves(before);
    const after = difference.added.find(
      (fact) =>
        fact.kind === 'lifetime' &&
        fact.scope === before.scope &&
        halves(fact)[0] === what &&
        halves(fact)[1] !== was,
    );
    return after === undefined
      ? []
      : [draft('lock-changed', after, `${before.label} became ${after.label}: others share it`, false)];
  });
}
