/** Which of the things that went or came still mean something: a check on a value that nobody uses any more is no loss. */
import { descend, type SyntaxNode } from '../syntax/node.ts';
import { enclosingFunction, qualifiedFunctionName, unwrap } from '../syntax/shape.ts';
import { symbolsIn } from './facts/control.ts';
import { namesByScope } from './facts/extract.ts';
import type { Fact, FactDifference, FactKind } from './facts/fact.ts';

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

function stillUsed(fact: Fact, names: ReadonlySet<string>, made: Definitions): boolean {
  if (fact.symbols.length === 0) return true;
  const isThere = (symbol: string) =>
    names.has(symbol) ||
    (made.get(`${fact.scope}\u0000${symbol}`) ?? []).some((parts) => parts.every((part) => names.has(part)));
  return fact.symbols.filter(isThere).length / fact.symbols.length >= STILL_USED;
}

/** By function and variable, the names that each of its values was made of: what was written out in its place still uses them. */
type Definitions = ReadonlyMap<string, readonly (readonly string[])[]>;

function definitionsIn(root: SyntaxNode): Definitions {
  const found = new Map<string, (readonly string[])[]>();
  for (const node of descend(root)) {
    if (node.role !== 'declare' && node.role !== 'assign') continue;
    const target = node.child('left', 'name', 'pattern');
    const value = node.child('right', 'value');
    if (target === null || value === null) continue;
    const parts = symbolsIn(value);
    const name = unwrap(target).text;
    if (parts.length === 0 || !/^[\w$]+$/.test(name)) continue;
    const owner = enclosingFunction(node);
    const key = `${owner === null ? '' : (qualifiedFunctionName(owner) ?? '')}\u0000${name}`;
    found.set(key, [...(found.get(key) ?? []), parts]);
  }
  return found;
}

function matters(
  fact: Fact,
  scopes: ReadonlyMap<string, ReadonlySet<string>>,
  after: readonly Fact[],
  made: Definitions,
): boolean {
  if (!PROTECTIONS.has(fact.kind)) return true;
  const names = scopes.get(fact.scope);
  if (names === undefined) return false;
  if (fact.kind === 'await')
    return after.some(
      (other) => other.kind === 'call' && other.key === fact.key && other.scope === fact.scope,
    );
  return fact.kind !== 'guard' && fact.kind !== 'fallback' ? true : stillUsed(fact, names, made);
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
  return {
    removed: difference.removed.filter((fact) => matters(fact, now, after, made)),
    added: difference.added.filter(
      (fact) =>
        before.has(fact.scope) ||
        !OWN_BUSINESS.has(fact.kind) ||
        (fact.kind === 'validation' && CHECKING.test(fact.scope)),
    ),
  };
}
