/** What tells one family of endpoints from another. */
import type { NarratorRequest } from '../ports/narrator.ts';

export interface Shape {
  /** Appended to the address, below `v1/`, where it does not end in it already. */
  readonly path: string;
  request(
    model: string,
    request: NarratorRequest,
    key: string | null,
  ): { readonly headers: Readonly<Record<string, string>>; readonly body: object };
  /** Null where the answer is not of this shape. */
  textOf(answer: object): string | null;
}
