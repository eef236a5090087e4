/** Types that a function now asks for: in PHP a value of another type ends in an error where it was taken before. */
import { descend, type SyntaxNode } from '../syntax/node.ts';
import { compact, qualifiedFunctionName } from '../syntax/shape.ts';
import type { FeatureDraft } from './feature-draft.ts';

interface Declared {
  readonly line: number;
  readonly text: string;
}

function headsIn(root: SyntaxNode): ReadonlyMap<string, Declared> {
  const found = new Map<string, Declared>();
  for (const node of descend(root)) {
    const name = node.role === 'function' ? qualifiedFunctionName(node) : null;
    if (name === null) continue;
    const parameters = node.child('parameters')?.namedChildren ?? [];
    const types = [...parameters, node].map((each) => compact(each.child('type', 'return_type')?.text ?? ''));
    found.set(name, { line: node.line, text: types.join(', ') });
  }
  return found;
}

/** One feature for each function of both sides whose declared types differ. */
export function declaredTypes(before: SyntaxNode, after: SyntaxNode): readonly FeatureDraft[] {
  if (after.source.languageId !== 'php') return [];
  const old = headsIn(before);
  return [...headsIn(after)].flatMap(([name, { line, text }]): FeatureDraft[] => {
    const was = old.get(name);
    return was === undefined || was.text === text
      ? []
      : [
          {
            kind: 'type-declared',
            detail: `${name} declares other types: whatever is of another type is now an error`,
            symbols: [name.split('.').at(-1) ?? name],
            line,
            old: false,
          },
        ];
  });
}
