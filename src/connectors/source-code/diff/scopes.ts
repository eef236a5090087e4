/** Names of the functions and blocks that a range of lines lies in. */
import { isLogCall } from '../syntax/log-call.ts';
import { findRoles, type SyntaxNode } from '../syntax/node.ts';
import { functionName, qualifiedFunctionName } from '../syntax/shape.ts';

const known = new WeakMap<SyntaxNode, readonly SyntaxNode[]>();

/** Functions and classes of a tree in source order, sought once: each hunk asks for them. */
function blocksOf(root: SyntaxNode): readonly SyntaxNode[] {
  let blocks = known.get(root);
  if (blocks === undefined) {
    blocks = findRoles(root, 'function', 'class');
    known.set(root, blocks);
  }
  return blocks;
}

/** Functions that the lines touch, in source order; classes where no function does. At most 8. */
export function scopesAt(root: SyntaxNode | null, line: number, endLine: number): string[] {
  if (root === null) return [];
  const functions: string[] = [];
  const classes: string[] = [];
  for (const node of blocksOf(root)) {
    if (node.endLine < line || node.line > endLine) continue;
    const name =
      node.role === 'function' ? qualifiedFunctionName(node) : (node.child('name', 'type')?.text ?? null);
    if (name !== null) (node.role === 'function' ? functions : classes).push(name);
  }
  return [...new Set(functions.length > 0 ? functions : classes)].slice(0, 8);
}

/** First and last lines of the functions that hold all of the lines, innermost first. */
export function functionsAround(
  root: SyntaxNode | null,
  line: number,
  endLine: number,
): (readonly [number, number])[] {
  if (root === null) return [];
  return blocksOf(root)
    .filter((node) => node.role === 'function' && node.line <= line && node.endLine >= endLine)
    .map((node): readonly [number, number] => [node.line, node.endLine])
    .reverse();
}

/**
 * First line of the statement that holds the line, among those that stand directly in the body of the innermost function around it: each
 * of them runs once those before it are done. Null at the top level, and in a body that is an expression.
 */
export function statementAt(root: SyntaxNode | null, line: number): number | null {
  if (root === null) return null;
  const owner = blocksOf(root)
    .filter((node) => node.role === 'function' && node.line <= line && node.endLine >= line)
    .at(-1);
  const body = owner?.child('body') ?? null;
  if (body === null || body.line === body.endLine) return null;
  const [only, ...others] = body.namedChildren;
  // Some grammars put a list between the braces and the statements.
  const isList = others.length === 0 && only !== undefined && /(^|_)(list|statements|body)$/.test(only.type);
  const statements = isList ? only.namedChildren : body.namedChildren;
  const statement = statements.find((child) => child.line <= line && child.endLine >= line);
  return statement === undefined || statements.length < 2 ? null : statement.line;
}

/** True where there are lines, and each that says something belongs to a call that writes a log line and to nothing else. */
export function writesLogAlone(root: SyntaxNode | null, line: number, lines: readonly string[]): boolean {
  if (root === null || !lines.some((text) => text.trim() !== '')) return false;
  const calls = logCallsOf(root);
  return lines.every((text, index) => {
    if (text.trim() === '') return true;
    const at = line + index;
    return calls.some((call) => call.line <= at && call.endLine >= at && isAlone(call, at, text));
  });
}

const logCalls = new WeakMap<SyntaxNode, readonly SyntaxNode[]>();

function logCallsOf(root: SyntaxNode): readonly SyntaxNode[] {
  let calls = logCalls.get(root);
  if (calls === undefined) {
    calls = findRoles(root, 'call').filter(isLogCall);
    logCalls.set(root, calls);
  }
  return calls;
}

/** Nothing but the call stands on its first and its last line. */
function isAlone(call: SyntaxNode, at: number, text: string): boolean {
  const [first = '', last = ''] = [call.text.split('\n', 1)[0], call.text.split('\n').at(-1)];
  const begins = at !== call.line || text.trim().startsWith(first.trim());
  const rest = at === call.endLine ? text.slice(text.lastIndexOf(last.trim()) + last.trim().length) : '';
  return begins && /^[\s;)]*$/.test(rest);
}

/** True where each line that says something lies in a function of one of the names, or in one within it. */
export function liesIn(
  root: SyntaxNode | null,
  line: number,
  lines: readonly string[],
  names: ReadonlySet<string>,
): boolean {
  if (root === null) return lines.length === 0;
  const functions = blocksOf(root).filter((node) => node.role === 'function' && functionName(node) !== null);
  return lines.every((text, index) => {
    if (text.trim() === '') return true;
    const at = line + index;
    const innermost = functions.filter((node) => node.line <= at && node.endLine >= at).at(-1);
    return names.has(innermost === undefined ? '' : (qualifiedFunctionName(innermost) ?? ''));
  });
}
