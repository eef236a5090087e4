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
