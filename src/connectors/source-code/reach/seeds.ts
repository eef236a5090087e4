/** What a failing line works with: the statement, what gave its variables their values, the conditions that lead to it, and what a handler handles. Pure. */
import { bindingOf } from '../definitions/scope.ts';
import { ancestors, descend, isWithin, type SyntaxNode } from '../syntax/node.ts';
import { argumentsOf, calleeName, conditionOf, identifierName, receiverOf } from '../syntax/shape.ts';

/** A statement that is longer is a definition of something, and only its own line counts. */
const MAX_LINES = 15;
const MAX_BINDINGS = 12;
const STATEMENT = /^(declare|assign|return|throw|call|new|if|loop|await)$/;

/**
 * Parts of the tree that decide about the line, the statement first; empty where no code stands there. Of a line that calls `into`, and
 * did so when it failed, what that call was given: other calls on the line had nothing to do with it.
 */
export function seedsAt(root: SyntaxNode, line: number, into: string | null): readonly SyntaxNode[] {
  const statement = statementAt(root, line);
  if (statement === null) return [];
  const given = into === null ? null : givenTo(statement, into);
  const seeds = new Set<SyntaxNode>(
    given ?? [
      ...(statement.endLine - statement.line < MAX_LINES ? [statement] : onLine(statement, line)),
      ...leadingTo(statement),
    ],
  );
  const owner = functionAround(statement) ?? root;
  if (given?.length === 0) return [];
  for (const seed of seeds) {
    if (seeds.size > MAX_BINDINGS) break;
    for (const value of valuesWithin(seed, owner)) seeds.add(value);
  }
  return [...seeds];
}

/** Arguments of the calls into a function, and what it is called on; empty where none of that name stands there. */
function givenTo(statement: SyntaxNode, into: string): readonly SyntaxNode[] {
  const name = /\[as (\w+)\]/.exec(into)?.[1] ?? into.split(/[.:#\s]/).at(-1) ?? into;
  const calls = descend(statement).filter(
    (node) => (node.role === 'call' || node.role === 'new') && calleeName(node) === name,
  );
  return calls.flatMap((call) => [
    ...argumentsOf(call),
    ...[receiverOf(call)].filter((node) => node !== null),
  ]);
}

/** The outermost node that begins on the line, else the innermost statement that holds it. */
function statementAt(root: SyntaxNode, line: number): SyntaxNode | null {
  let holding: SyntaxNode | null = null;
  for (const node of descend(root)) {
    if (!node.named || node.role === 'comment') continue;
    if (node.line === line && node.role !== 'block') return node;
    if (node.line < line && node.endLine >= line && STATEMENT.test(node.role)) holding = node;
  }
  return holding;
}

function onLine(statement: SyntaxNode, line: number): readonly SyntaxNode[] {
  const nodes = descend(statement).filter(
    (node) => node !== statement && node.named && node.line === line && node.endLine - line < MAX_LINES,
  );
  return nodes.filter((node) => !nodes.includes(node.parent ?? node) || node.parent === node);
}

function functionAround(node: SyntaxNode): SyntaxNode | null {
  return ancestors(node).find((up) => up.role === 'function') ?? null;
}

/** Conditions around the statement within its function, and what was tried where it stands in a handler. */
function leadingTo(statement: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (const up of ancestors(statement)) {
    if (up.role === 'function') break;
    const condition = up.role === 'if' || up.role === 'ternary' ? conditionOf(up) : null;
    if (condition !== null) found.push(condition);
    if (up.role === 'catch') {
      const tried = up.parent?.role === 'try' ? up.parent.child('body') : null;
      if (tried !== null && tried !== undefined) found.push(tried);
    }
  }
  return found;
}

/** What the variables of a part were given in the function that holds it. */
function valuesWithin(part: SyntaxNode, owner: SyntaxNode): readonly SyntaxNode[] {
  const names = new Map<string, SyntaxNode>();
  for (const node of descend(part))
    if (node.role === 'identifier' && !names.has(identifierName(node))) names.set(identifierName(node), node);
  return [...names].flatMap(([name, node]) => {
    const binding = bindingOf(node, name);
    return binding?.value != null && isWithin(binding.node, owner) ? [binding.value] : [];
  });
}
