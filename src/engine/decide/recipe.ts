/** How one platform takes a release back. */
import type { Release } from '../../domain/situation.ts';
import type { Workload } from './workload.ts';

export interface CommandInput {
  readonly workload: Workload;
  readonly release: Release;
  /** The platform's own revision of the target, where known. */
  readonly revision: string | null;
  readonly target: { readonly version: string | null; readonly commit: string | null };
}

export interface Recipe {
  /** Looks first, the telling one in front; none of them changes anything. */
  readonly previews: readonly string[];
  readonly mitigate: string;
  readonly undo: string | null;
  readonly assumes: readonly string[];
}

export type Renderer = (input: CommandInput) => Recipe;

/** Said where a capital word in a command stands for what the evidence does not tell. */
export function placeholder(word: string, meaning: string): string {
  return `${word} stands for ${meaning}: look it up with the command above`;
}
