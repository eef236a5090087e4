/** Keys of caches and stores that are made of fewer parts than before. */
import type { Fact, FactDifference } from './facts/fact.ts';
import { draft, type FeatureDraft, inScope } from './feature-draft.ts';

/** A part that went without another in its place, while a key is still made there. */
export function narrowedKeys(difference: FactDifference, after: readonly Fact[]): FeatureDraft[] {
  const features: FeatureDraft[] = [];
  const scopes = new Set(
    difference.removed.filter((fact) => fact.kind === 'key-part').map((fact) => fact.scope),
  );
  for (const scope of scopes) {
    const here = (facts: readonly Fact[]) =>
      facts.filter((fact) => fact.kind === 'key-part' && fact.scope === scope);
    const removed = here(difference.removed);
    const added = here(difference.added);
    const left = here(after);
    const [first] = removed;
    if (first === undefined || left.length === 0 || added.length >= removed.length) continue;
    const parts = [...new Set(removed.map((fact) => fact.label))].join(', ');
    features.push({
      ...draft(
        'key-narrowed',
        first,
        `the key no longer holds ${parts}${inScope(first)}`,
        false,
        removed.flatMap((fact) => fact.symbols),
      ),
      line: left[0]?.line ?? first.line,
    });
  }
  return features;
}

/** A part that came to a key without another going: what was found before is asked for again, once for each value of the new part. */
export function widenedKeys(difference: FactDifference, before: readonly Fact[]): FeatureDraft[] {
  const isPart = (fact: Fact) => fact.kind === 'key-part';
  const removed = difference.removed.filter(isPart);
  return [...new Set(difference.added.filter(isPart).map(({ scope }) => scope))].flatMap((scope) => {
    const added = difference.added.filter((fact) => isPart(fact) && fact.scope === scope);
    const [first] = added;
    const wasKey = before.some((fact) => isPart(fact) && fact.scope === scope);
    if (first === undefined || !wasKey || removed.some((fact) => fact.scope === scope)) return [];
    const parts = [...new Set(added.map((fact) => fact.label))].join(', ');
    return [
      draft(
        'cache-removed',
        first,
        `the key now holds ${parts}, too${inScope(first)}: what is kept is found for fewer calls`,
        false,
        added.flatMap((fact) => fact.symbols),
      ),
    ];
  });
}
