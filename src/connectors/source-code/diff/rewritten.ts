/** Things that are still there in other words: arguments, members, results. Paired by what stayed the same about them. */
import type { Fact, FactDifference } from './facts/fact.ts';
import { draft, type FeatureDraft, inScope } from './feature-draft.ts';

const MAX_OF_A_KIND = 6;

/** Same callee in the same function with other arguments, same object with another member, one result that became another. */
export function rewritten(difference: FactDifference): FeatureDraft[] {
  return [
    ...paired(difference, 'arguments', (before, after) => {
      const swapped = sameWords(before.key, after.key);
      return draft(
        'arguments-changed',
        after,
        `${before.label} became ${after.label}${swapped ? ': the same arguments in another order' : ''}${inScope(after)}`,
        false,
        after.symbols.slice(1),
      );
    }),
    ...paired(difference, 'member', (before, after) =>
      draft('field-renamed', after, `${before.label} became ${after.label}${inScope(after)}`, false, [
        after.symbols[1] ?? '',
        before.symbols[1] ?? '',
      ]),
    ),
    ...results(difference),
  ];
}

function paired(
  difference: FactDifference,
  kind: Fact['kind'],
  make: (before: Fact, after: Fact) => FeatureDraft,
): FeatureDraft[] {
  const taken = new Set<Fact>();
  const features: FeatureDraft[] = [];
  for (const before of difference.removed) {
    if (before.kind !== kind || features.length >= MAX_OF_A_KIND) continue;
    const after = difference.added.find(
      (fact) =>
        fact.kind === kind &&
        fact.scope === before.scope &&
        !taken.has(fact) &&
        fact.symbols[0] === before.symbols[0],
    );
    if (after === undefined) continue;
    taken.add(after);
    features.push(make(before, after));
  }
  return features;
}

function sameWords(left: string, right: string): boolean {
  const words = (text: string) => (text.match(/[\w.$]+/g) ?? []).sort().join(' ');
  return left !== right && words(left) === words(right);
}

/** Only where a function has one result that went and one that came: with more, it is another function. */
function results(difference: FactDifference): FeatureDraft[] {
  const scopes = new Set(
    difference.removed.filter((fact) => fact.kind === 'return').map((fact) => fact.scope),
  );
  return [...scopes].flatMap((scope) => {
    const went = difference.removed.filter((fact) => fact.kind === 'return' && fact.scope === scope);
    const came = difference.added.filter((fact) => fact.kind === 'return' && fact.scope === scope);
    const [before] = went;
    const [after] = came;
    if (before === undefined || after === undefined || went.length > 1 || came.length > 1) return [];
    const detail = `${before.label} became ${after.label}${inScope(after)}`;
    return [draft('return-changed', after, detail, false, [...after.symbols, ...before.symbols])];
  });
}
