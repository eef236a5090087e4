/** One thing that a program does and that a reviewer would miss if it went away. */

export type FactKind =
  | 'guard'
  | 'validation'
  | 'error-handling'
  | 'fallback'
  | 'await'
  | 'close'
  | 'lock'
  | 'transaction'
  | 'batch'
  | 'loop-call'
  | 'cache'
  | 'limit'
  | 'growth'
  | 'keyed-growth'
  | 'registration'
  | 'call'
  | 'query'
  | 'field'
  | 'route'
  | 'topic'
  | 'env'
  | 'condition'
  | 'arithmetic'
  | 'type'
  | 'delay'
  | 'loop'
  | 'throw'
  | 'swallow'
  | 'jitter'
  | 'retry'
  | 'arguments'
  | 'member'
  | 'return';

export interface Fact {
  readonly kind: FactKind;
  /** Same key, same thing: source text without layout. */
  readonly key: string;
  /** Enclosing function; empty at the top level. */
  readonly scope: string;
  /** What to call it in a sentence, e.g. `the check "customer != nil"`. */
  readonly label: string;
  readonly symbols: readonly string[];
  /** 1-based. */
  readonly line: number;
}

/** Facts that one side has and the other has not, as multisets by kind and key. */
export interface FactDifference {
  readonly removed: readonly Fact[];
  readonly added: readonly Fact[];
}

function idOf(fact: Fact): string {
  return `${fact.kind}\u0000${fact.key}`;
}

/** What is left of `facts` after one was taken away for each in `others`. */
export function without(facts: readonly Fact[], others: readonly Fact[]): Fact[] {
  const counts = new Map<string, number>();
  for (const fact of others) counts.set(idOf(fact), (counts.get(idOf(fact)) ?? 0) + 1);
  return facts.filter((fact) => {
    const count = counts.get(idOf(fact)) ?? 0;
    if (count === 0) return true;
    counts.set(idOf(fact), count - 1);
    return false;
  });
}

export function compareFacts(before: readonly Fact[], after: readonly Fact[]): FactDifference {
  return { removed: without(before, after), added: without(after, before) };
}
