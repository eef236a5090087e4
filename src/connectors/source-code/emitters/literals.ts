/** String literals, template literals and concatenations of a tree with their constant words. */
import { descend, type SyntaxNode } from '../syntax/node.ts';
import { stripQuotes, unwrap } from '../syntax/shape.ts';
import { wordsOf } from './words.ts';

export interface TextLiteral {
  /** The string, or the whole concatenation it is part of. */
  readonly node: SyntaxNode;
  /** Constant words in order, lower case. */
  readonly words: readonly string[];
  /** Constant texts between the places where values go, in order, without those that hold no letter. */
  readonly segments: readonly string[];
  /** Expressions put into the text by interpolation or concatenation. */
  readonly holes: readonly SyntaxNode[];
}

/** `%s`, `%-5.2f`, `%(name)s`, `{}`, `{0}`, `{name:>5}`, `#{…}`: places where a format puts a value. */
const FORMAT_HOLE = /%[-+ #0]*(?:\(\w+\))?\d*(?:\.\d+)?[a-zA-Z]|\{[\w.:!<>^$-]*\}|\$\{[^}]*\}|\\[nrt"'\\]/g;

/** Stands for a value in a text; no source holds it. */
const HOLE = '\u0001';

/** The constant parts of a text in which formats or `HOLE` stand for values. */
export function segmentsOf(text: string): string[] {
  return text
    .replace(FORMAT_HOLE, HOLE)
    .split(HOLE)
    .map((segment) => segment.trim())
    .filter((segment) => /\p{L}/u.test(segment));
}

function isPlus(node: SyntaxNode): boolean {
  return (
    node.role === 'binary' &&
    node.children.some(
      (child) => !child.named && (child.type === '+' || child.type === '.' || child.type === '<>'),
    )
  );
}

function holdsString(node: SyntaxNode): boolean {
  const bare = unwrap(node);
  if (bare.role === 'string' || bare.role === 'concat') return true;
  return isPlus(bare) && bare.namedChildren.some(holdsString);
}

interface Pieces {
  readonly texts: string[];
  readonly holes: SyntaxNode[];
}

function addString(node: SyntaxNode, pieces: Pieces): void {
  const inner = node.children.filter(
    (child) =>
      child.role === 'interpolation' || (node.source.languageId === 'php' && child.role === 'identifier'),
  );
  // Kotlin's `$name` is text to its grammar.
  const plain = (text: string) =>
    stripQuotes(node.source.languageId === 'kotlin' ? text.replace(/\$\w+/g, HOLE) : text).replace(
      FORMAT_HOLE,
      HOLE,
    );
  if (inner.length === 0) {
    pieces.texts.push(plain(node.text));
    return;
  }
  let at = node.start;
  let text = '';
  for (const child of inner) {
    text += node.source.text.slice(at, child.start);
    at = child.end;
    pieces.holes.push(child);
    text += HOLE;
  }
  pieces.texts.push(plain(text + node.source.text.slice(at, node.end)));
}

function collect(node: SyntaxNode, pieces: Pieces): void {
  const bare = unwrap(node);
  if (bare.role === 'string') addString(bare, pieces);
  else if (bare.role === 'concat' || isPlus(bare))
    for (const part of bare.namedChildren) collect(part, pieces);
  else {
    pieces.texts.push(HOLE);
    pieces.holes.push(bare);
  }
}

/** The outermost literal texts of a tree, in source order. Import paths and keys come too: they match no message. */
export function textLiterals(root: SyntaxNode): TextLiteral[] {
  const literals: TextLiteral[] = [];
  let skipUntil = -1;
  for (const node of descend(root)) {
    if (node.start < skipUntil) continue;
    if (node.role !== 'string' && node.role !== 'concat' && !(isPlus(node) && holdsString(node))) continue;
    const pieces: Pieces = { texts: [], holes: [] };
    collect(node, pieces);
    const text = pieces.texts.join('');
    literals.push({ node, words: wordsOf(text), segments: segmentsOf(text), holes: pieces.holes });
    skipUntil = node.end;
  }
  return literals;
}
