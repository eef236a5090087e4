/** Names of the functions and blocks that a range of lines lies in. */
import { findRoles, type SyntaxNode } from '../syntax/node.ts';
import { qualifiedFunctionName } from '../syntax/shape.ts';

const known = new WeakMap<SyntaxNode, readonly SyntaxNode[]>();

/** Functions and classes of a tree in source order, sought once: each hunk asks for them. */
function blocksOf(root: SyntaxNode): readonly SyntaxNode[] {
  let blocks = known.get(root);
  if (blocks === undefined) {
    blocks = findRoles(root, 'function', 'class');
    known.set(root, blocks);
  }
  return blocks;
}

/** Functions that the lines touch, in source order; classes where no function does. At most 8. */
export function scopesAt(root: SyntaxNode | null, line: number, endLine: number): string[] {
  if (root === null) return [];
  const functions: string[] = [];
  const classes: string[] = [];
  for (const node of blocksOf(root)) {
    if (node.endLine < line || node.line > endLine) continue;
    const name =
      node.role === 'function' ? qualifiedFunctionName(node) : (node.child('name', 'type')?.text ?? null);
    if (name !== null) (node.role === 'function' ? functions : classes).push(name);
  }
  return [...new Set(functions.length > 0 ? functions : classes)].slice(0, 8);
}
