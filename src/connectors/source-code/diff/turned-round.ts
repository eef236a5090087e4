/** A check that rejected at once and now lets the good case leave first, or two checks that became one: the same is refused, in another order. */
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
  if (pairs.length === 0) return withoutJoined({ removed, added }, after);
  const gone = new Set(pairs.flat());
  const scopes = new Set(pairs.map(([{ scope }]) => scope));
  // What was thrown within the branch is thrown behind it, or the other way round.
  const isKept = (fact: Fact) => !gone.has(fact) && !(fact.kind === 'throw' && scopes.has(fact.scope));
  return withoutJoined({ removed: removed.filter(isKept), added: added.filter(isKept) }, after);
}

/** What one comparison says that two others say together. */
const JOINED: Readonly<Record<string, readonly string[]>> = {
  '<=': ['<', '=='],
  '>=': ['>', '=='],
};

/** The comparisons that say together what `whole` says; empty where they do not. */
function partsOf(whole: Fact, facts: readonly Fact[]): readonly Fact[] {
  const [, left, operator = '', right] = COMPARISON.exec(whole.key) ?? [];
  const parts = (JOINED[operator] ?? []).map((each) =>
    facts.find((fact) => {
      const [, a, own = '', b] = COMPARISON.exec(fact.key) ?? [];
      return (
        fact.kind === whole.kind &&
        fact.scope === whole.scope &&
        own.slice(0, 2) === each &&
        a === left &&
        b === right
      );
    }),
  );
  return parts.length > 0 && parts.every((part) => part !== undefined) ? parts : [];
}

/** `a < 0` and `a == 0` with the same consequence are `a <= 0`, and the other way round. */
function withoutJoined({ removed, added }: FactDifference, after: readonly Fact[]): FactDifference {
  const known = new Set(after.map(({ kind, key, scope }) => `${kind} ${key} ${scope}`));
  const ends = [...removed].filter(({ kind }) => kind === 'throw' || kind === 'return');
  const isSame = (whole: Fact) =>
    !ends.some(({ kind, key, scope }) => scope === whole.scope && !known.has(`${kind} ${key} ${scope}`));
  const joined = (one: readonly Fact[], two: readonly Fact[]) =>
    one
      .filter((fact) => CONDITIONS.test(fact.kind) && isSame(fact))
      .flatMap((fact) => {
        const parts = partsOf(fact, two);
        return parts.length === 0 ? [] : [fact, ...parts];
      });
  const gone = new Set([...joined(added, removed), ...joined(removed, added)]);
  return gone.size === 0
    ? { removed, added }
    : { removed: removed.filter((fact) => !gone.has(fact)), added: added.filter((fact) => !gone.has(fact)) };
}
