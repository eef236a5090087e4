/** What looks at one node of a tree and says facts of it. */
import type { Role, SyntaxNode } from '../../syntax/node.ts';
import type { Observation } from './control.ts';

export interface Observer {
  /** The roles of nodes that it says anything of; null: it looks at every node. */
  readonly roles: readonly Role[] | null;
  /** Types of nodes that it looks at besides, whatever their role. */
  readonly types?: RegExp;
  observe(node: SyntaxNode): readonly Observation[];
}
