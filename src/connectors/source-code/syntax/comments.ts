/** Comments that belong to a line of code: on the same line, or alone on the lines above. */
import { type CommentText, cleanComment } from '../values/entry.ts';
import { findRoles, type SyntaxNode } from './node.ts';

const cache = new WeakMap<SyntaxNode, readonly SyntaxNode[]>();

/** All comments of a tree, in source order. */
export function commentsOf(root: SyntaxNode): readonly SyntaxNode[] {
  let comments = cache.get(root);
  if (comments === undefined) {
    comments = findRoles(root, 'comment');
    cache.set(root, comments);
  }
  return comments;
}

function standsAlone(comment: SyntaxNode): boolean {
  const lineStart = comment.source.lineStarts[comment.line - 1] ?? 0;
  return comment.source.text.slice(lineStart, comment.start).trim() === '';
}

/** The comment after code on the last line of the range, then one that stands alone right above it. */
export function commentsBeside(root: SyntaxNode, line: number, endLine: number): CommentText[] {
  const beside = commentsOf(root).filter(
    (comment) =>
      (comment.line === endLine && !standsAlone(comment)) ||
      (comment.endLine === line - 1 && standsAlone(comment)),
  );
  return beside
    .map((comment) => ({ text: cleanComment(comment.text), line: comment.line }))
    .filter((comment) => comment.text !== '')
    .sort((a, b) => b.line - a.line);
}
