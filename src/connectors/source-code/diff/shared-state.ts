/** What each call had for itself and all calls now share: they read and overwrite each other's. */
import type { Fact, FactDifference } from './facts/fact.ts';
import { draft, type FeatureDraft, inScope } from './feature-draft.ts';

/** A default made once, or a variable that went out of a function which still changes it. `before`: all facts of the old side. */
export function sharedState(difference: FactDifference, before: readonly Fact[]): FeatureDraft[] {
  const seen = new Set<string>();
  return difference.added.flatMap((fact) => {
    if (fact.kind !== 'shared-state' || seen.has(fact.key)) return [];
    seen.add(fact.key);
    if (fact.key.startsWith('default ')) {
      const detail = `${fact.label}${inScope(fact)} is made once and shared by all calls`;
      return [draft('state-shared', fact, detail, false)];
    }
    const own = difference.removed.find(
      (old) => old.kind === 'own-state' && old.scope === fact.scope && old.key === fact.key,
    );
    const known = before.some((old) => old.kind === 'shared-state' && old.key === fact.key);
    if (own === undefined || known) return [];
    const detail = `${fact.key} was made for each call${inScope(fact)} and is now one for all calls`;
    return [draft('state-shared', fact, detail, false)];
  });
}
