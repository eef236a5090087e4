/** What the key of a cache or a store is made of: a part that goes makes one entry of what were several. */
import { ancestors, descend, type SyntaxNode } from '../../syntax/node.ts';
import { argumentsOf, calleeName, calleeText, compact, nameOf, oneLine, unwrap } from '../../syntax/shape.ts';
import type { Observation } from './control.ts';

const CACHE = /cache|memo|lru|redis|kv\b|store/i;
const KEYED =
  /^(get|set|put|has|fetch|read|write|remember|rememberForever|getOrSet|getOrCreate|GetOrCreate|GetOrCreateAsync|getIfPresent|setex|get_or_set|computeIfAbsent|find|forget|add|Get|Set|TryGetValue|wrap)$/;
const KEY_NAME = /(^|_)(cache_?)?key$|(Cache|Lookup|Idempotency|Lock)?Key$|^cacheKey$|^key$/;
/** An expression that puts a key together. */
const MADE_OF_PARTS = /string|concat|binary|array|call|object/;

/** Names that make up the key: `agency->id`, `plot.id`, `currency`; those of the functions that join them are none. */
function partsOf(node: SyntaxNode): SyntaxNode[] {
  const parts: SyntaxNode[] = [];
  for (const each of descend(node)) {
    if (each.role !== 'identifier' && each.role !== 'member') continue;
    const isInner = ancestors(each).some(
      (up) => up.start >= node.start && up.end <= node.end && up.role === 'member' && up !== each,
    );
    if (isInner || isCallee(each) || /^(this|self|sprintf|fmt|String)$/.test(each.text)) continue;
    if (/[a-z_]/i.test(each.text)) parts.push(each);
  }
  return parts;
}

function isCallee(node: SyntaxNode): boolean {
  const call = node.parent;
  if (call === null || call.role !== 'call') return node.parent?.role === 'call';
  return node.field === 'function' || node.field === 'method' || node.field === 'name';
}

function keyExpression(node: SyntaxNode): SyntaxNode | null {
  if (node.role === 'call') {
    const receiver = calleeText(node).slice(0, -calleeName(node).length);
    const [first, ...more] = argumentsOf(node);
    // What makes the entry where there is none stands beside its key.
    const makes = more.some((each) => unwrap(each).role === 'function');
    if (!(makes || CACHE.test(receiver)) || !KEYED.test(calleeName(node))) return null;
    return first === undefined ? null : unwrap(first);
  }
  if (node.role === 'return') return answeredKey(node);
  if (node.role !== 'declare' && node.role !== 'assign') return null;
  const name = nameOf(node);
  const value = node.child('right', 'value') ?? node.namedChildren.at(-1) ?? null;
  return name === null || value === null || !KEY_NAME.test(name) ? null : unwrap(value);
}

/** `func rateKey(currency string) string { return currency }`: what a function that is called after a key answers. */
function answeredKey(node: SyntaxNode): SyntaxNode | null {
  const fn = ancestors(node).find(({ role }) => role === 'function');
  const name = fn?.child('name')?.text ?? '';
  const value = node.namedChildren.at(0) ?? null;
  if (value === null || !KEY_FUNCTION.test(name)) return null;
  const [only] = value.namedChildren;
  return value.role === 'identifier' ||
    value.namedChildren.length !== 1 ||
    only === undefined ||
    value.role === 'call'
    ? unwrap(value)
    : unwrap(only);
}

const KEY_FUNCTION = /(?:_|^)(?:cache_?)?key(?:_for)?$|[a-z]Key(?:For)?$/;

/** One for each name in a key that is put together from several; empty for most nodes. */
export function lookupKeyFacts(node: SyntaxNode): Observation[] {
  const key = keyExpression(node);
  if (
    key === null ||
    !(
      MADE_OF_PARTS.test(key.role) ||
      (node.role !== 'declare' && node.role !== 'assign' && key.role === 'identifier')
    )
  )
    return [];
  return partsOf(key).map((part) => ({
    kind: 'key-part',
    key: compact(part.text),
    label: `"${oneLine(part.text, 40)}"`,
    symbols: part.text.match(/[A-Za-z_]\w*/g) ?? [],
  }));
}
