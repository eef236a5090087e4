/** All facts of a tree, in source order. */
import { ancestors, descend, type SyntaxNode } from '../../syntax/node.ts';
import { enclosingFunction, qualifiedFunctionName } from '../../syntax/shape.ts';
import { controlFacts } from './control.ts';
import type { Fact } from './fact.ts';
import { faultFacts } from './faults.ts';
import { operationFacts } from './operations.ts';
import { shapeFacts } from './shape-facts.ts';

export function factsOf(root: SyntaxNode): Fact[] {
  const facts: Fact[] = [];
  for (const node of descend(root)) {
    const observations = [
      ...controlFacts(node),
      ...operationFacts(node),
      ...shapeFacts(node),
      ...faultFacts(node),
    ];
    if (observations.length === 0) continue;
    const owner = enclosingFunction(node);
    const scope = owner === null ? '' : (qualifiedFunctionName(owner) ?? '');
    for (const observation of observations) facts.push({ ...observation, scope, line: node.line });
  }
  return facts;
}

/** The names that the body of each function mentions, parameters themselves left out, by its qualified name; `''` is the top level. Tells whether a thing is still in use. */
export function namesByScope(root: SyntaxNode): Map<string, Set<string>> {
  const scopes = new Map<string, Set<string>>([['', new Set()]]);
  for (const node of descend(root)) {
    if (node.role === 'function')
      scopes.set(
        qualifiedFunctionName(node) ?? '',
        scopes.get(qualifiedFunctionName(node) ?? '') ?? new Set(),
      );
    if (node.role !== 'identifier' || node.children.length > 0 || isParameterName(node)) continue;
    const owner = enclosingFunction(node);
    const scope = owner === null ? '' : (qualifiedFunctionName(owner) ?? '');
    const names = scopes.get(scope) ?? new Set<string>();
    names.add(node.text);
    scopes.set(scope, names);
  }
  return scopes;
}

function isParameterName(node: SyntaxNode): boolean {
  for (const up of [node, ...ancestors(node)]) {
    if (up.field === 'parameters' || up.field === 'parameter') return true;
    if (up.role === 'function' || up.role === 'block') return false;
  }
  return false;
}
