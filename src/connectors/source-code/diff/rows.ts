/** Queries that mean fewer or more rows than before, and orders that went. Compared function by function, whatever the query is written in. */
import type { Fact, FactDifference, FactKind } from './facts/fact.ts';
import { draft, type FeatureDraft, inScope } from './feature-draft.ts';

const MAX_OF_A_KIND = 4;

function inSame(facts: readonly Fact[], kind: FactKind, { scope }: Fact): readonly Fact[] {
  return facts.filter((fact) => fact.kind === kind && fact.scope === scope);
}

/** Whether the function is there on both sides: the queries of a new one narrow nothing. */
function isKnown(fact: Fact, facts: readonly Fact[]): boolean {
  return facts.some(({ scope, kind }) => scope === fact.scope && (kind === 'call' || kind === 'query'));
}

/** A condition that no other in the function stands in for: none about the column is left there, and none about it came to another function. */
function conditionsGone(before: readonly Fact[], after: readonly Fact[]): FeatureDraft[] {
  const known = new Set(before.map(({ scope }) => scope));
  return before
    .filter((fact) => {
      if (fact.kind !== 'row-filter' || !isKnown(fact, after)) return false;
      const [old, now] = [inSame(before, 'row-filter', fact), inSame(after, 'row-filter', fact)];
      const moved = after.some(
        ({ kind, key, scope }) => kind === 'row-filter' && key === fact.key && !known.has(scope),
      );
      return (
        now.length < old.length &&
        !now.some(({ key }) => key === fact.key) &&
        !moved &&
        !isStillNamed(fact, after)
      );
    })
    .slice(0, MAX_OF_A_KIND)
    .map((fact) => {
      const isBare = inSame(after, 'row-filter', fact).length === 0;
      const effect = isBare ? ', and no other says which rows are meant' : '';
      return draft('query-widened', fact, `${fact.label} is gone${inScope(fact)}${effect}`, true);
    });
}

/** Whatever the query is made with now (`findFirst({ where: { code } })`, `findByCode(code)`): the column stands in what the function does. */
function isStillNamed({ key: column, scope }: Fact, after: readonly Fact[]): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/_/g, '');
  return after.some(
    ({ kind, key, scope: other }) =>
      other === scope &&
      kind !== 'query' &&
      !/\b(select|update|delete)\b[\s\S]*\b(from|set)\b/i.test(key) &&
      plain(key).includes(plain(column)),
  );
}

function conditionsNew(
  difference: FactDifference,
  before: readonly Fact[],
  after: readonly Fact[],
): FeatureDraft[] {
  return difference.added
    .filter((fact) => {
      if (fact.kind !== 'row-filter' || !isKnown(fact, before)) return false;
      const [old, now] = [inSame(before, 'row-filter', fact), inSame(after, 'row-filter', fact)];
      return old.length > 0 && now.length > old.length && !old.some(({ key }) => key === fact.key);
    })
    .slice(0, MAX_OF_A_KIND)
    .map((fact) => draft('query-narrowed', fact, `${fact.label} is new${inScope(fact)}`, false));
}

/** `LEFT JOIN reviews` became `JOIN reviews`: what has no review is no longer found. */
function joinsTurned({ removed, added }: FactDifference): FeatureDraft[] {
  return removed
    .filter(({ kind, key }) => kind === 'outer-join' && key.startsWith('outer '))
    .flatMap((fact) => {
      const table = fact.symbols[0] ?? '';
      const now = added.find(
        ({ kind, key, scope }) => kind === 'outer-join' && key === `inner ${table}` && scope === fact.scope,
      );
      return now === undefined
        ? []
        : [
            draft(
              'query-narrowed',
              now,
              `${fact.label} are no longer found${inScope(now)}: the join leaves them out`,
              false,
            ),
          ];
    });
}

/** Nothing in the function sorts any more, or it sorts by something else; what went together with all it sorted is no loss. */
function orders(difference: FactDifference, after: readonly Fact[]): FeatureDraft[] {
  return difference.removed
    .filter((fact) => fact.kind === 'order' && isKnown(fact, after))
    .slice(0, MAX_OF_A_KIND)
    .flatMap((fact) => {
      const now = inSame(difference.added, 'order', fact)[0];
      if (now === undefined && inSame(after, 'order', fact).length > 0) return [];
      return [
        now === undefined
          ? draft('order-changed', fact, `${fact.label}${inScope(fact)} is gone`, true)
          : draft('order-changed', now, `${fact.label} became ${now.label}${inScope(now)}`, false),
      ];
    });
}

/** `before` and `after` are all facts of both sides. */
export function rowChanges(
  difference: FactDifference,
  before: readonly Fact[],
  after: readonly Fact[],
): FeatureDraft[] {
  return [
    ...conditionsGone(before, after),
    ...conditionsNew(difference, before, after),
    ...joinsTurned(difference),
    ...orders(difference, after),
  ];
}
