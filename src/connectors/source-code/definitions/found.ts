/** A definition as it was found, before it has a location with a revision, claims and evidence. */
import type { Definition } from '../../../domain/code.ts';
import type { CommentText } from '../values/entry.ts';

export interface FoundDefinition extends Omit<Definition, 'location' | 'claims' | 'evidence'> {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  readonly comments: readonly CommentText[];
}
