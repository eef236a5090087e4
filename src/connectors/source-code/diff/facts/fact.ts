/** One thing that a program does and that a reviewer would miss if it went away. */

export type FactKind =
  | 'guard'
  | 'validation'
  | 'error-handling'
  | 'fallback'
  | 'await'
  | 'close'
  | 'lock'
  | 'settle'
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
  | 'return'
  | 'assumption'
  | 'bare-channel'
  | 'conversion'
  | 'lifetime'
  | 'held-call'
  | 'unit'
  | 'key-part'
  | 'slow-pattern'
  | 'open-end'
  | 'signature'
  | 'given-field'
  | 'branch-call'
  | 'omission'
  | 'own-state'
  | 'shared-state'
  | 'order'
  | 'row-filter'
  | 'outer-join'
  | 'blocking-call'
  | 'client'
  | 'unique-id'
  | 'clock-id'
  | 'costly-work'
  | 'after-commit'
  | 'off-thread'
  | 'setting'
  | 'query-limit'
  | 'thread-safe'
  | 'unreturned'
  | 'wrapped-column';

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

const counted = new WeakMap<readonly Fact[], ReadonlyMap<string, number>>();

/** How often each thing occurs; counted once for each list, which is not changed. */
export function countFacts(facts: readonly Fact[]): ReadonlyMap<string, number> {
  const known = counted.get(facts);
  if (known !== undefined) return known;
  const counts = new Map<string, number>();
  for (const fact of facts) {
    const id = idOf(fact);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  counted.set(facts, counts);
  return counts;
}

const NONE: ReadonlyMap<string, number> = new Map();

/** What is left of `facts` after one was taken away for each in `others`, of which `own` do not count. */
export function withoutCounted(
  facts: readonly Fact[],
  others: ReadonlyMap<string, number>,
  own: ReadonlyMap<string, number>,
): Fact[] {
  if (others.size === 0) return [...facts];
  const taken = new Map<string, number>();
  return facts.filter((fact) => {
    const id = idOf(fact);
    const before = taken.get(id) ?? 0;
    if (before >= (others.get(id) ?? 0) - (own.get(id) ?? 0)) return true;
    taken.set(id, before + 1);
    return false;
  });
}

/** What is left of `facts` after one was taken away for each in `others`. */
function without(facts: readonly Fact[], others: readonly Fact[]): Fact[] {
  return withoutCounted(facts, countFacts(others), NONE);
}

export function compareFacts(before: readonly Fact[], after: readonly Fact[]): FactDifference {
  return { removed: without(before, after), added: without(after, before) };
}
