/** Comments beside a value as claims with evidence. */
import type { CommentClaim } from '../../../domain/code.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { type CommentText, numbersIn } from '../values/entry.ts';

export async function commentClaims(
  comments: readonly CommentText[],
  path: string,
  reader: RepositoryReader,
): Promise<CommentClaim[]> {
  const claims: CommentClaim[] = [];
  for (const comment of comments)
    claims.push({
      text: comment.text,
      numbers: numbersIn(comment.text),
      location: reader.location(path, comment.line),
      evidence: await reader.sourceLine(path, comment.line),
    });
  return claims;
}
