/** What the analysis must know of a language: the roles of its node types and how it reads its environment. */
import type { Role } from '../syntax/node.ts';

export interface LanguageProfile {
  readonly id: string;
  /** File name of the grammar without `tree-sitter-` and `.wasm`. */
  readonly grammar: string;
  /** Roles by node type; a type that is not named is `other`. */
  readonly roles: Readonly<Record<string, Role>>;
  /** Indentation carries meaning, so that equal tokens are not yet equal programs. */
  readonly layoutMatters: boolean;
}

/** Node types to one role, as a table for `roles`. */
export function roleTable(entries: Partial<Record<Role, string>>): Record<string, Role> {
  const table: Record<string, Role> = {};
  for (const [role, types] of Object.entries(entries))
    for (const type of types.split(/\s+/)) if (type !== '') table[type] = role as Role;
  return table;
}
