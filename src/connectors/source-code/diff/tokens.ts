/** Why a difference of two trees cannot act at run time, found by comparing their tokens. */
import type { InertReason } from '../../../domain/code.ts';
import { isLogCall } from '../syntax/log-call.ts';
import { ancestors, type SyntaxNode } from '../syntax/node.ts';
import { calleeName, calleeText } from '../syntax/shape.ts';
import { explains } from './explanations.ts';
import { isPlainLogLine } from './log-lines.ts';
import { namedLiterals } from './named-literals.ts';
import { bareSdl, isSdl } from './sdl.ts';

export interface Token {
  readonly text: string;
  readonly node: SyntaxNode;
}

/** A text that stands alone as a statement in Python: a comment in all but grammar. */
export function isDocstring(node: SyntaxNode): boolean {
  const [only, ...others] = node.namedChildren;
  return (
    node.source.languageId === 'python' &&
    node.type === 'expression_statement' &&
    only?.type === 'string' &&
    others.length === 0
  );
}

const known = new WeakMap<SyntaxNode, readonly Token[]>();

/** The tokens of a tree without comments and layout; read once, as the version of a file between two releases belongs to both differences. */
export function tokensOf(root: SyntaxNode): readonly Token[] {
  let tokens = known.get(root);
  if (tokens === undefined) {
    tokens = readTokens(root, true);
    known.set(root, tokens);
  }
  return tokens;
}

/** Quotes are no tokens, and a text of nothing else is one. */
const EMPTY_TEXT = /^(""|''|``|"{6}|'{6})$/;

function isSeparator(text: string): boolean {
  return text.trim() === '' || (text.length < 4 && /^(;|["'`]{1,3})$/.test(text));
}

/** Leaves without comments and quotes; white space between them does not count, separators that may be left out neither. Log lines are left out where `logs` is false. */
function readTokens(root: SyntaxNode, logs: boolean): Token[] {
  const tokens: Token[] = [];
  const layout = root.source.languageId === 'python';
  const visit = (node: SyntaxNode, depth: number): void => {
    if (node.role === 'comment') return;
    if (node.role === 'string' && EMPTY_TEXT.test(node.text)) {
      tokens.push({ text: layout ? `${depth}:''` : "''", node });
      return;
    }
    if (node.children.length === 0) {
      const text = node.text;
      const isText = node.named && node.parent?.role === 'string';
      if (isSeparator(text) && !isText) return;
      const closes = (text === ')' || text === ']' || text === '}') && tokens.at(-1)?.text === ',';
      if (closes) tokens.pop();
      // quotes are left out, and a text is not the name that it spells
      const isTold = isText && isSdl(text);
      const said = node.parent?.role === 'string' ? `'${isTold ? bareSdl(text) : text}` : text;
      tokens.push({ text: layout ? `${depth}:${said}` : said, node });
      return;
    }
    if (isDocstring(node) || (!logs && isPlainLogLine(node))) return;
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

/** The same token, or another sentence that only tells. */
function tellsSame(a: Token, b: Token): boolean {
  return a.text === b.text || (inLogText(a) && inLogText(b));
}

/** Whether the first token that differs stands in a log line on either side; where it does not, they differ without their log lines too. */
function differsInLogLine(left: readonly Token[], right: readonly Token[]): boolean {
  const differ = (before: Token, index: number) => {
    const after = right[index];
    return after === undefined || !tellsSame(before, after);
  };
  const found = left.findIndex(differ);
  const at = found < 0 ? left.length : found;
  return [left[at], right[at]].some((token) => {
    for (let up = token?.node ?? null; up !== null; up = up.parent) if (isPlainLogLine(up)) return true;
    return false;
  });
}

/** A call or statement that makes an error out of a text; what it says changes nothing that runs. */
function isErrorText(node: SyntaxNode): boolean {
  if (node.role === 'throw') return true;
  return (
    (node.role === 'call' || node.role === 'new') &&
    /^(raise|panic|Errorf|fail|bail|abort|anyhow|\w*(Error|Exception|Fault))!?$|^(errors\.New|status\.Errorf?)$/.test(
      calleeOfError(node),
    )
  );
}

function calleeOfError(node: SyntaxNode): string {
  const text = calleeText(node);
  return text === 'errors.New' ? text : calleeName(node);
}

/** Text of a log line, of an error or of an explanation, holes left out. */
export function inLogText(token: Token): boolean {
  let text: string | null = null;
  for (let up: SyntaxNode | null = token.node; up !== null; up = up.parent) {
    if (up.role === 'string') text = up.text;
    if (up.role === 'interpolation' || up.role === 'function') return false;
    if (isLogCall(up) || isErrorText(up)) return text !== null;
    // one word may be a key that somebody looks for
    if (text !== null && /\S\s+\S/.test(text) && explains(up)) return true;
  }
  return false;
}

type Namespace = 'fixed' | 'member' | 'variable';

/** Languages where a field and a variable are written alike. */
const ONE_NAMESPACE = new Set(['java', 'csharp', 'go', 'rust', 'kotlin']);

/** Members of other objects and keys of data are seen from outside; names of variables and own members need not be. */
function namespaceOf({ node }: Token): Namespace {
  const parent = node.parent;
  if (node.role !== 'identifier' || parent === null || /shorthand|type_identifier/.test(node.type))
    return 'fixed';
  const language = node.source.languageId;
  // Case and a leading underscore say who may see a name.
  if (language === 'go') return /^[a-z_]/.test(node.text) ? 'variable' : 'fixed';
  if (language === 'python' && node.text.startsWith('_') && !node.text.startsWith('__')) return 'variable';
  if (parent.role === 'pair') return parent.namedChildren.at(0) === node ? 'fixed' : 'variable';
  if (parent.role === 'member') {
    if (parent.namedChildren.at(-1) !== node) return 'variable';
    return /^(this|self)$/.test(parent.namedChildren.at(0)?.text ?? '') ? 'member' : 'fixed';
  }
  if (
    parent.role === 'call' &&
    parent.child('object', 'receiver') !== null &&
    parent.child('name', 'method') === node
  )
    return 'fixed';
  const isMember = parent.role === 'field' || parent.type === 'method_definition';
  return isMember && !ONE_NAMESPACE.has(language) ? 'member' : 'variable';
}

/** True for a declaration that other files cannot name. */
function isPrivateDeclaration({ node }: Token): boolean {
  const holder = node.parent?.type === 'variable_declaration' ? node.parent.parent : node.parent;
  if (holder === null) return false;
  const language = node.source.languageId;
  if (language === 'python' && node.text.startsWith('_')) return true;
  const outer = ancestors(node);
  if (holder.role === 'parameter') return !isProperty(holder, outer);
  const isFunction = holder.role === 'function';
  if (
    !isFunction &&
    holder.role !== 'declare' &&
    holder.role !== 'field' &&
    holder.type !== 'expression_list'
  )
    return false;
  if (outer.slice(isFunction ? 1 : 0).some((up) => up.role === 'function')) return true;
  if (language === 'go') return /^[a-z_]/.test(node.text);
  const owner = outer.find((up) => up.role === 'class');
  if (owner === undefined)
    return /typescript|tsx|javascript/.test(language) && !outer.some((up) => up.type === 'export_statement');
  const member = outer.find(
    (up) => up.role === 'field' || up.type === 'field_declaration' || up.role === 'function',
  );
  return (
    member !== undefined &&
    /^\s*(@\S+\s+)*(private\b|(static|readonly|final)\s+private\b|#)/.test(member.text)
  );
}

/** What a class or a record takes in its head is read by whoever has one, and written by its name where it is sent. */
function isProperty(parameter: SyntaxNode, outer: readonly SyntaxNode[]): boolean {
  const taker = outer.find((up) => up.role === 'function' || up.role === 'class');
  const words = parameter.text.slice(0, 80);
  if (/^\s*(@\S+\s+)*private\b/.test(words)) return false;
  return (
    taker?.role === 'class' || /\brecord\b/.test(taker?.type ?? '') || /^\s*(public|readonly)\b/.test(words)
  );
}

/** One consistent renaming of names that nothing outside the file can see. */
function onlyRenamed(left: readonly Token[], right: readonly Token[]): boolean {
  const forward = new Map<string, string>();
  const backward = new Map<string, string>();
  const fits = same(left, right, (a, b) => {
    const [from, to] = [namespaceOf(a), namespaceOf(b)];
    if (inLogText(a) && inLogText(b)) return true;
    if (from === 'fixed' || from !== to) return a.text === b.text;
    const [before, after] = [`${from}:${a.node.text}`, `${to}:${b.node.text}`];
    if ((forward.get(before) ?? after) !== after || (backward.get(after) ?? before) !== before) return false;
    forward.set(before, after);
    backward.set(after, before);
    return true;
  });
  if (!fits) return false;
  const renamed = [...forward].filter(([from, to]) => from !== to).map(([from]) => from);
  return (
    renamed.length > 0 &&
    renamed.every((name) =>
      left.some(
        (token) => `${namespaceOf(token)}:${token.node.text}` === name && isPrivateDeclaration(token),
      ),
    )
  );
}

/** `none` where the programs differ in what they do, or where that cannot be told. */
export function inertReason(oldRoot: SyntaxNode, newRoot: SyntaxNode): InertReason {
  const left = tokensOf(oldRoot);
  const right = tokensOf(newRoot);
  if (same(left, right, (a, b) => a.text === b.text))
    return commentTexts(oldRoot) === commentTexts(newRoot) ? 'formatting' : 'comment-only';
  if (same(left, right, tellsSame)) return 'log-text-only';
  if (
    differsInLogLine(left, right) &&
    same(readTokens(oldRoot, false), readTokens(newRoot, false), tellsSame)
  )
    return 'log-text-only';
  if (onlyRenamed(left, right)) return 'rename-only';
  const [before, after] = [spelledOut(left, oldRoot, newRoot), spelledOut(right, newRoot, oldRoot)];
  const isNamed = before.length < left.length || after.length < right.length;
  const isSame =
    isNamed &&
    (same(before, after, (a, b) => plainNumber(a.text) === plainNumber(b.text)) ||
      onlyRenamed(before, after));
  return isSame ? 'rephrased' : 'none';
}

/** With each name that only this side gives to a literal replaced by the literal, and its declaration left out. */
function spelledOut(tokens: readonly Token[], root: SyntaxNode, other: SyntaxNode): readonly Token[] {
  const named = namedLiterals(root, other);
  if (named.length === 0) return tokens;
  const isWithin = ({ node }: Token, outer: SyntaxNode) => node.start >= outer.start && node.end <= outer.end;
  return tokens
    .filter((token) => !named.some(({ statement }) => isWithin(token, statement)))
    .flatMap((token): readonly Token[] => {
      const literal = named.find(({ name }) => name === token.node.text && token.node.role === 'identifier');
      if (literal === undefined) return [token];
      const depth = /^\d+:/.exec(token.text)?.[0] ?? '';
      return tokensOf(literal.value).map(({ text, node }) => ({
        text: `${depth}${depth === '' ? text : text.replace(/^\d+:/, '')}`,
        node,
      }));
    });
}

function plainNumber(text: string): string {
  return /^(\d+:)?\d[\d_]*$/.test(text) ? text.replaceAll('_', '') : text;
}

function commentTexts(root: SyntaxNode): string {
  const texts: string[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.role === 'comment' || isDocstring(node)) texts.push(node.text.trim());
    for (const child of node.children) visit(child);
  };
  visit(root);
  return texts.join('\n');
}
