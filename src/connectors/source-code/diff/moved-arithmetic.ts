/** A calculation that moved to another function or file and is not the same there: `(page - 1) * SIZE` that became `page * size` in a helper. */
import type { Fact } from './facts/fact.ts';
import { draft, type FeatureDraft, inScope } from './feature-draft.ts';

export interface Calculations {
  /** Facts that are no longer in the file. */
  readonly removed: readonly Fact[];
  /** Facts that are new in it; of a new file all. */
  readonly added: readonly Fact[];
}

const MAX_PAIRS = 4;

/** `self.per_page` and `PER_PAGE` are one name; numbers and operators stay. */
function tokensOf(text: string): readonly string[] {
  return (text.replace(/\b(self|this)\.|\$/g, '').match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|[-+*/%]/g) ?? []).map(
    (token) => token.replace(/_/g, '').toLowerCase(),
  );
}

function namesOf(tokens: readonly string[]): string {
  return [...new Set(tokens.filter((token) => /^[a-z]/.test(token)))].sort().join(' ');
}

/** For each file the features that it gets; a calculation over two names or more that is made of the same names elsewhere, with other numbers or operators. */
export function movedArithmetic(files: readonly Calculations[]): readonly (readonly FeatureDraft[])[] {
  const isSum = ({ kind }: Fact) => kind === 'arithmetic';
  const gone = files.flatMap(({ removed }) => removed.filter(isSum));
  const taken = new Set<Fact>();
  return files.map(({ added }) =>
    added
      .filter(isSum)
      .flatMap((now) => {
        const tokens = tokensOf(now.key);
        const names = namesOf(tokens);
        if (!names.includes(' ')) return [];
        const sorted = (list: readonly string[]) => [...list].sort().join(' ');
        const old = gone.find(
          (fact) => !taken.has(fact) && fact.scope !== now.scope && namesOf(tokensOf(fact.key)) === names,
        );
        if (old === undefined || sorted(tokensOf(old.key)) === sorted(tokens)) return [];
        taken.add(old);
        const detail = `${old.label}${inScope(old)} is calculated as ${now.label}${inScope(now)}`;
        return [draft('arithmetic-changed', now, detail, false, [...now.symbols, ...old.symbols])];
      })
      .slice(0, MAX_PAIRS),
  );
}
