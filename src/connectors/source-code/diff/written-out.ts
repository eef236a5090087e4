/** The same thing in other words: a value that was written out where its name stood, or was given a name. */
import { descend, type SyntaxNode } from '../syntax/node.ts';
import { compact, enclosingFunction, qualifiedFunctionName, unwrap } from '../syntax/shape.ts';
import { symbolsIn } from './facts/control.ts';
import type { Fact, FactDifference, FactKind } from './facts/fact.ts';
import { IMPLICIT, type OwnNames, withoutOwnNames } from './own-names.ts';

export interface Definition {
  readonly name: string;
  /** Source text of the value without layout. */
  readonly text: string;
  /** Names that the value is made of. */
  readonly parts: readonly string[];
  /** A name, a call or an access: it needs no parentheses wherever it stands. */
  readonly isTerm: boolean;
}

/** By function (empty at the top level), in the order of the source. */
export type Definitions = ReadonlyMap<string, readonly Definition[]>;

export function definitionsIn(root: SyntaxNode): Definitions {
  const found = new Map<string, Definition[]>();
  for (const node of descend(root)) {
    if (node.role !== 'declare' && node.role !== 'assign') continue;
    const target = node.child('left', 'name', 'pattern');
    const value = node.child('right', 'value');
    if (target === null || value === null) continue;
    const parts = symbolsIn(value);
    const name = unwrap(target).text;
    if (parts.length === 0 || !/^[\w$]+$/.test(name)) continue;
    const owner = enclosingFunction(node);
    const scope = owner === null ? '' : (qualifiedFunctionName(owner) ?? '');
    const isTerm = /^(identifier|call|member|index)$/.test(value.role);
    const list = found.get(scope) ?? [];
    list.push({ name, text: compact(value.text), parts, isTerm });
    found.set(scope, list);
  }
  return found;
}

/** Kinds whose key is an expression that means the same wherever its values come from. */
const EXPRESSIONS = new Set<FactKind>([
  'guard',
  'fallback',
  'validation',
  'condition',
  'arithmetic',
  'arguments',
  'return',
  'call',
  'member',
  'conversion',
  'assumption',
  'loop',
  'loop-call',
  'limit',
  'batch',
  'given-field',
]);

/** One side of a difference: what its names stand for, and which of them are its own. */
export interface Side {
  readonly made: Definitions;
  readonly own: OwnNames;
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** Forms in which a thing is the same as another: as it stands, written out, and each without the names of its own values. */
function formsOf(fact: Fact, side: Side, other: Side): ReadonlySet<string> {
  const out = writtenOut(fact, side.made);
  const own = side.own.get(fact.scope) ?? NO_NAMES;
  const others = other.own.get(fact.scope) ?? NO_NAMES;
  const forms = [out, withoutOwnNames(fact.key, own, others), withoutOwnNames(out, own, others)];
  // What is called on a value of its own is told by its name; on anything that outlives the function, also by whose it is.
  const root = /^[\w$]+(?=[.({])/.exec(fact.key)?.[0];
  if (fact.kind === 'call' && root !== undefined && (own.has(root) || root === IMPLICIT))
    forms.push(`§.${fact.symbols[0] ?? ''}`);
  return new Set(forms);
}

function meet(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return [...left].some((form) => right.has(form));
}

/** `key(id)` and `Rules.key(id)`: a function moved into another class, or back. Of two classes each may have its own. */
function isMovedApart(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  const bare = (forms: ReadonlySet<string>) =>
    new Set([...forms].map((form) => form.replace(/(?<![\w$.])[A-Z]\w*\.(?=[a-z]\w*\()/g, '')));
  return meet(bare(left), right) || meet(left, bare(right));
}

/** Without the pairs that differ only in a value having a name on one side, another name or none on the other. */
export function withoutWrittenOut(difference: FactDifference, before: Side, after: Side): FactDifference {
  // A call or a loop may have moved into another function of the file.
  const placeOf = (fact: Fact) =>
    /^(call|loop)$/.test(fact.kind) ? fact.kind : `${fact.kind}\u0000${fact.scope}`;
  const come = new Map<string, { readonly fact: Fact; readonly forms: ReadonlySet<string> }[]>();
  for (const fact of difference.added) {
    if (!EXPRESSIONS.has(fact.kind)) continue;
    const list = come.get(placeOf(fact)) ?? [];
    list.push({ fact, forms: formsOf(fact, after, before) });
    come.set(placeOf(fact), list);
  }
  const same = new Set<Fact>();
  for (const gone of difference.removed) {
    const candidates = come.get(placeOf(gone));
    if (candidates === undefined) continue;
    const forms = formsOf(gone, before, after);
    const other = candidates.find(
      ({ fact, forms: theirs }) =>
        !same.has(fact) &&
        (forms.has(fact.key) || theirs.has(gone.key) || meet(forms, theirs) || isMovedApart(forms, theirs)),
    );
    if (other === undefined) continue;
    same.add(gone);
    same.add(other.fact);
  }
  if (same.size === 0) return difference;
  return {
    removed: difference.removed.filter((fact) => !same.has(fact)),
    added: difference.added.filter((fact) => !same.has(fact)),
  };
}

/** The key of a fact with each name that has one value in its function replaced by that value. */
function writtenOut(fact: Fact, definitions: Definitions): string {
  const own = definitions.get(fact.scope) ?? [];
  let key = fact.key;
  // The last first: the value of a later name can use an earlier one.
  for (const definition of [...own].reverse()) {
    if (!fact.key.includes(definition.name) && key === fact.key) continue;
    if (own.filter(({ name }) => name === definition.name).length === 1) key = replaced(key, definition);
  }
  return key;
}

function replaced(key: string, { name, text, isTerm }: Definition): string {
  if (key.length > 2000 || !key.includes(name)) return key;
  const word = name.replace(/\$/g, '\\$');
  // Neither the member of something else nor a word in a literal.
  const alone = new RegExp(`(?<![\\w$.'"\`])${word}(?![\\w$'"\`])`, 'g');
  return key.replace(alone, (_, at: number) => {
    const isWhole = /[(,]/.test(key[at - 1] ?? '') && /[),]/.test(key[at + name.length] ?? '');
    return isTerm || isWhole ? text : `(${text})`;
  });
}
