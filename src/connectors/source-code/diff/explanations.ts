/** Texts that explain a thing to people: the help of a metric or an option, the description of a route. No program reads them. */
import type { SyntaxNode } from '../syntax/node.ts';
import { argumentsOf, calleeName, nameOf } from '../syntax/shape.ts';

const EXPLAINING =
  /^(?:(?:with|set)_?)?(?:help|help_?text|description|desc|summary|documentation|doc|docs|usage|remarks?|tooltip|comment)$/i;

/** `help: '…'`, `description="…"`, `.description("…")`: whether a node gives such a text to something. */
export function explains(node: SyntaxNode): boolean {
  if (node.role === 'pair') return EXPLAINING.test(nameOf(node) ?? '');
  return node.role === 'call' && EXPLAINING.test(calleeName(node)) && argumentsOf(node).length === 1;
}
