/** Why a difference of two trees cannot act at run time, found by comparing their tokens. */
import type { InertReason } from '../../../domain/code.ts';
import { isLogCall } from '../syntax/log-call.ts';
import { ancestors, type SyntaxNode } from '../syntax/node.ts';

interface Token {
  readonly text: string;
  readonly node: SyntaxNode;
}

/** Leaves without comments and quotes; white space between them does not count, separators that may be left out neither. */
function tokensOf(root: SyntaxNode): Token[] {
  const tokens: Token[] = [];
  const layout = root.source.languageId === 'python';
  const visit = (node: SyntaxNode, depth: number): void => {
    if (node.role === 'comment') return;
    if (node.children.length === 0) {
      const text = node.text;
      if (text.trim() === '' || /^(;|["'`]{1,3})$/.test(text)) return;
      const closes = /^[)\]}]$/.test(text) && tokens.at(-1)?.text === ',';
      if (closes) tokens.pop();
      tokens.push({ text: layout ? `${depth}:${text}` : text, node });
      return;
    }
    // A docstring is a comment in all but grammar.
    if (
      layout &&
      node.type === 'expression_statement' &&
      node.namedChildren.length === 1 &&
      node.namedChildren[0]?.type === 'string'
    )
      return;
    for (const child of node.children) visit(child, node.type === 'block' ? depth + 1 : depth);
  };
  visit(root, 0);
  return tokens;
}

function same(
  left: readonly Token[],
  right: readonly Token[],
  equal: (a: Token, b: Token) => boolean,
): boolean {
  return (
    left.length === right.length &&
    left.every((token, index) => right[index] !== undefined && equal(token, right[index]))
  );
}

function inLogText(token: Token): boolean {
  let text = false;
  for (const up of [token.node, ...ancestors(token.node)]) {
    if (up.role === 'string') text = true;
    if (up.role === 'interpolation' || up.role === 'function') return false;
    if (isLogCall(up)) return text;
  }
  return false;
}

/** A name that only this file can see: declared in a function, a parameter, or a private member. */
function isPrivateName(token: Token): boolean {
  const parent = token.node.parent;
  if (token.node.role !== 'identifier' || parent === null) return false;
  if (parent.role === 'pair')
    return parent.child('key') !== token.node && parent.namedChildren.at(0) !== token.node;
  if (parent.role === 'member') {
    const name = parent.namedChildren.at(-1);
    return name !== token.node || /^(this|self)$/.test(parent.namedChildren.at(0)?.text ?? '');
  }
  return !/shorthand/.test(token.node.type);
}

function isDeclaredPrivately(name: string, tokens: readonly Token[]): boolean {
  return tokens.some((token) => {
    if (token.node.text !== name) return false;
    const holder = token.node.parent;
    if (holder === null) return false;
    if (holder.role === 'parameter') return true;
    if (holder.role !== 'declare' && holder.role !== 'field' && holder.type !== 'expression_list')
      return false;
    const outer = [...ancestors(token.node)];
    if (outer.some((up) => up.role === 'function')) return true;
    return outer.some((up) =>
      up.role === 'field' || up.type === 'field_declaration' ? /\bprivate\b|#/.test(up.text) : false,
    );
  });
}

/** One consistent renaming of names that nothing outside the file can see. */
function onlyRenamed(left: readonly Token[], right: readonly Token[]): boolean {
  const forward = new Map<string, string>();
  const backward = new Map<string, string>();
  const fits = same(left, right, (a, b) => {
    if (a.node.role !== 'identifier' || b.node.role !== 'identifier') return a.text === b.text;
    const [from, to] = [a.node.text, b.node.text];
    if (from !== to && !(isPrivateName(a) && isPrivateName(b))) return false;
    if ((forward.get(from) ?? to) !== to || (backward.get(to) ?? from) !== from) return false;
    forward.set(from, to);
    backward.set(to, from);
    return true;
  });
  if (!fits) return false;
  const renamed = [...forward].filter(([from, to]) => from !== to);
  return renamed.length > 0 && renamed.every(([from]) => isDeclaredPrivately(from, left));
}

/** `none` where the programs differ in what they do, or where that cannot be told. */
export function inertReason(oldRoot: SyntaxNode, newRoot: SyntaxNode): InertReason {
  const left = tokensOf(oldRoot);
  const right = tokensOf(newRoot);
  if (same(left, right, (a, b) => a.text === b.text))
    return commentTexts(oldRoot) === commentTexts(newRoot) ? 'formatting' : 'comment-only';
  if (same(left, right, (a, b) => a.text === b.text || (inLogText(a) && inLogText(b))))
    return 'log-text-only';
  return onlyRenamed(left, right) ? 'rename-only' : 'none';
}

function commentTexts(root: SyntaxNode): string {
  const texts: string[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.role === 'comment') texts.push(node.text.trim());
    for (const child of node.children) visit(child);
  };
  visit(root);
  return texts.join('\n');
}
