/** Literals that were given a name: the declaration is new, and nothing else of that name was there. */
import { ancestors, descend, type SyntaxNode } from '../syntax/node.ts';
import { unwrap } from '../syntax/shape.ts';

export interface NamedLiteral {
  readonly name: string;
  readonly value: SyntaxNode;
  /** The whole declaration, which holds nothing else. */
  readonly statement: SyntaxNode;
}

const IS_LITERAL = /^(string|number|boolean)$/;
/** What gives a name another value later: then it is no name of one literal. */
const REASSIGNS = /update|augmented|increment|decrement|postfix|prefix|operator_assignment|compound_assign/;

/** Names that `root` declares once, with a literal and for good, and that stand nowhere in `other`. */
export function namedLiterals(root: SyntaxNode, other: SyntaxNode): readonly NamedLiteral[] {
  const known = new Set(identifiersOf(other).map((node) => node.text));
  const found = descend(root).flatMap((node): NamedLiteral[] => {
    if (node.role !== 'declare' && node.role !== 'field') return [];
    const name = descend(node).find((part) => part.role === 'identifier' && part.children.length === 0)?.text;
    const last = node.namedChildren.at(-1);
    const value = last === undefined ? undefined : unwrap(last);
    if (name === undefined || value === undefined || known.has(name)) return [];
    if (!IS_LITERAL.test(value.role) || descend(value).some((part) => part.role === 'interpolation'))
      return [];
    return [{ name, value, statement: statementOf(node) }];
  });
  const names = identifiersOf(root);
  return found.filter(
    ({ name, statement }) =>
      found.filter((each) => each.name === name || each.statement === statement).length === 1 &&
      names
        .filter((node) => node.text === name && (node.start < statement.start || node.end > statement.end))
        .every((node) => !isTarget(node)),
  );
}

function identifiersOf(root: SyntaxNode): SyntaxNode[] {
  return descend(root).filter((node) => node.role === 'identifier' && node.children.length === 0);
}

/** `private const int B = 5;` around `B = 5`. */
function statementOf(declaration: SyntaxNode): SyntaxNode {
  let statement = declaration;
  for (const up of ancestors(declaration)) {
    if (up.parent === null || !/^(other|declare|field)$/.test(up.role)) break;
    statement = up;
  }
  return statement;
}

function isTarget(node: SyntaxNode): boolean {
  return ancestors(node)
    .slice(0, 2)
    .some(
      (up) =>
        REASSIGNS.test(up.type) ||
        // A parameter or a variable of the same name elsewhere.
        up.role === 'parameter' ||
        (/^(assign|declare|field)$/.test(up.role) && up.start === node.start),
    );
}
