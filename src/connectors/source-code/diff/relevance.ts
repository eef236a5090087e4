/** Which of the things that went or came still mean something: a check on a value that nobody uses any more is no loss. */
import type { SyntaxNode } from '../syntax/node.ts';
import { namesByScope } from './facts/extract.ts';
import type { Fact, FactDifference, FactKind } from './facts/fact.ts';
import { ownNamesIn } from './own-names.ts';
import { withoutTurnedRound } from './turned-round.ts';
import { type Definitions, definitionsIn, withoutWrittenOut } from './written-out.ts';

/** Protections that matter only while what they protected is still there. */
const PROTECTIONS = new Set<FactKind>([
  'guard',
  'validation',
  'fallback',
  'error-handling',
  'limit',
  'close',
  'lock',
  'transaction',
  'batch',
  'cache',
  'await',
  'condition',
  'conversion',
  'after-commit',
  'off-thread',
  'setting',
  'query-limit',
]);
/** What a new function brings for itself, not for those who were there before. */
const OWN_BUSINESS = new Set<FactKind>([
  'guard',
  'error-handling',
  'condition',
  'validation',
  'lock',
  'transaction',
]);
const CHECKING = /valid|check|verify|assert|ensure|guard|require|authori[sz]e|enforce|limit/i;
/** Share of the names of a protection that must still stand in the function; below it the value itself has gone. */
const STILL_USED = 0.6;

/** What was written out in the place of a name still uses the names that its value was made of. */
function stillUsed(fact: Fact, names: ReadonlySet<string>, made: Definitions): boolean {
  if (fact.symbols.length === 0) return true;
  const isThere = (symbol: string) =>
    names.has(symbol) ||
    (made.get(fact.scope) ?? []).some(
      ({ name, parts }) => name === symbol && parts.every((part) => names.has(part)),
    );
  return fact.symbols.filter(isThere).length / fact.symbols.length >= STILL_USED;
}

/** Share of the names of a function that went, from which on another that came is the same under another name. */
const SAME_FUNCTION = 0.5;

/** The function that stands in the place of one that went; null where none is like it. */
function successorOf(
  scope: string,
  before: ReadonlyMap<string, ReadonlySet<string>>,
  now: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlySet<string> | null {
  const old = before.get(scope);
  if (old === undefined || old.size < 3) return null;
  let best: { names: ReadonlySet<string>; share: number } | null = null;
  for (const [name, names] of now) {
    if (before.has(name)) continue;
    const share = [...old].filter((word) => names.has(word)).length / old.size;
    if (share >= SAME_FUNCTION && share > (best?.share ?? 0)) best = { names, share };
  }
  return best?.names ?? null;
}

function matters(
  fact: Fact,
  before: ReadonlyMap<string, ReadonlySet<string>>,
  scopes: ReadonlyMap<string, ReadonlySet<string>>,
  after: readonly Fact[],
  made: Definitions,
): boolean {
  if (!PROTECTIONS.has(fact.kind)) return true;
  const names = scopes.get(fact.scope) ?? successorOf(fact.scope, before, scopes);
  if (names === null) return false;
  if (fact.kind === 'await')
    return after.some(
      (other) => other.kind === 'call' && other.key === fact.key && other.scope === fact.scope,
    );
  return /^(guard|fallback|conversion|setting)$/.test(fact.kind) ? stillUsed(fact, names, made) : true;
}

export function stillMeant(
  difference: FactDifference,
  oldTree: SyntaxNode,
  newTree: SyntaxNode,
  after: readonly Fact[],
): FactDifference {
  const now = namesByScope(newTree);
  const before = namesByScope(oldTree);
  const made = definitionsIn(oldTree);
  const { removed, added } = withoutWrittenOut(
    withoutTurnedRound(difference, after),
    { made, own: ownNamesIn(oldTree) },
    { made: definitionsIn(newTree), own: ownNamesIn(newTree) },
  );
  return {
    removed: removed.filter((fact) => matters(fact, before, now, after, made)),
    added: added.filter(
      (fact) =>
        before.has(fact.scope) ||
        !OWN_BUSINESS.has(fact.kind) ||
        (fact.kind === 'validation' && CHECKING.test(fact.scope)),
    ),
  };
}
