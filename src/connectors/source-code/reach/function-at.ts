import type { SyntaxNode } from '../syntax/node.ts';

/** A function, or a class, with the path of its file. */
export interface FunctionAt {
  readonly path: string;
  readonly node: SyntaxNode;
}
