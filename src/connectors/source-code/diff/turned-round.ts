/** A check that rejected at once and now lets the good case leave first: the same is refused, in another order. */
import type { Fact, FactDifference } from './facts/fact.ts';

const OPPOSITE: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};
const COMPARISON = /^([^=!<>&|]+?)\s*(===|!==|==|!=|<=|>=|<|>)\s*([^=!<>&|]+)$/;

/** The condition that holds where this one does not; null where it is made of several. */
function opposite(condition: string): string | null {
  if (/&&|\|\||\band\b|\bor\b/.test(condition)) return null;
  const parts = COMPARISON.exec(condition);
  if (parts !== null) return `${parts[1]}${OPPOSITE[parts[2] ?? ''] ?? ''}${parts[3]}`;
  if (/^!\s*\(?[\w$.()]+\)?$/.test(condition)) return condition.replace(/^!\s*/, '');
  if (/^not [\w.()]+$/.test(condition)) return condition.slice(4);
  return /^[\w$.()]+$/.test(condition) ? `!${condition}` : null;
}

function bare(condition: string): string {
  return condition.replace(/\s+/g, '').replace(/^not/, '!');
}

/** In one of the two the branch refuses, in the other it does not: with both branches alike a turned condition is another one. */
function isTurnedRound(one: Fact, other: Fact): boolean {
  if (one.scope !== other.scope || (one.kind === 'validation') === (other.kind === 'validation'))
    return false;
  const turned = opposite(one.key);
  return turned !== null && bare(turned) === bare(other.key);
}

const CONDITIONS = /^(validation|guard|condition|error-handling)$/;

/** Whatever is not let go is still refused. */
function stillRefuses(now: Fact, after: readonly Fact[]): boolean {
  return (
    now.kind === 'validation' || after.some(({ kind, scope }) => kind === 'throw' && scope === now.scope)
  );
}

/** `after` are all facts of the new side. */
export function withoutTurnedRound(
  { removed, added }: FactDifference,
  after: readonly Fact[],
): FactDifference {
  const pairs = removed
    .filter(({ kind }) => CONDITIONS.test(kind))
    .flatMap((old) => {
      const now = added.find(
        (fact) => CONDITIONS.test(fact.kind) && isTurnedRound(old, fact) && stillRefuses(fact, after),
      );
      return now === undefined ? [] : [[old, now] as const];
    });
  if (pairs.length === 0) return { removed, added };
  const gone = new Set(pairs.flat());
  const scopes = new Set(pairs.map(([{ scope }]) => scope));
  // What was thrown within the branch is thrown behind it, or the other way round.
  const isKept = (fact: Fact) => !gone.has(fact) && !(fact.kind === 'throw' && scopes.has(fact.scope));
  return { removed: removed.filter(isKept), added: added.filter(isKept) };
}
