/** The same thing in other words: a value that was written out where its name stood, or was given a name. */
import { descend, type SyntaxNode } from '../syntax/node.ts';
import { compact, enclosingFunction, qualifiedFunctionName, unwrap } from '../syntax/shape.ts';
import { symbolsIn } from './facts/control.ts';
import type { Fact, FactDifference, FactKind } from './facts/fact.ts';

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
const EXPRESSIONS = new Set<FactKind>(['guard', 'fallback', 'validation', 'condition']);

/** Without the pairs that differ only in a value having a name on one side and being written out on the other. */
export function withoutWrittenOut(
  difference: FactDifference,
  before: Definitions,
  after: Definitions,
): FactDifference {
  const same = new Set<Fact>();
  for (const gone of difference.removed) {
    if (!EXPRESSIONS.has(gone.kind)) continue;
    const other = difference.added.find(
      (come) =>
        !same.has(come) &&
        come.kind === gone.kind &&
        come.scope === gone.scope &&
        (writtenOut(gone, before) === come.key || writtenOut(come, after) === gone.key),
    );
    if (other === undefined) continue;
    same.add(gone);
    same.add(other);
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
