/** All facts of a tree, in source order. */
import { descend, type SyntaxNode } from '../../syntax/node.ts';
import { enclosingFunction, qualifiedFunctionName } from '../../syntax/shape.ts';
import { controlFacts } from './control.ts';
import type { Fact } from './fact.ts';
import { operationFacts } from './operations.ts';
import { shapeFacts } from './shape-facts.ts';

export function factsOf(root: SyntaxNode): Fact[] {
  const facts: Fact[] = [];
  for (const node of descend(root)) {
    const observations = [...controlFacts(node), ...operationFacts(node), ...shapeFacts(node)];
    if (observations.length === 0) continue;
    const owner = enclosingFunction(node);
    const scope = owner === null ? '' : (qualifiedFunctionName(owner) ?? '');
    for (const observation of observations) facts.push({ ...observation, scope, line: node.line });
  }
  return facts;
}
