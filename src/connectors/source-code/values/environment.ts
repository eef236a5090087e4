/** Reads of environment variables in an expression, in the wordings of the usual languages and of helpers named after them. */
import { findRoles, type SyntaxNode } from '../syntax/node.ts';
import { argumentsOf, calleeText, stripQuotes, unwrap } from '../syntax/shape.ts';

export interface EnvironmentRead {
  readonly name: string;
  /** The expression used where the variable is not set; null where there is none. */
  readonly fallback: SyntaxNode | null;
}

const DOTTED = /\b(?:process|import\.meta|Bun)\.env(?:\.|\?\.)([A-Za-z_][A-Za-z0-9_]*)/;
const INDEXED =
  /\b(?:process\.env|import\.meta\.env|os\.environ|environ|ENV|\$_ENV|\$_SERVER)\s*\[\s*["':]?([A-Za-z_][A-Za-z0-9_]*)["']?\s*\]/;
const CALLED =
  /(?:\b(?:os\.environ\.get|os\.getenv|environ\.get|getenv|os\.Getenv|os\.LookupEnv|System\.getenv|env::var(?:_os)?|ENV\.fetch|Environment\.GetEnvironmentVariable|Deno\.env\.get|std::env::var)|\b[\w.]*[eE]nv\w*)\s*\(\s*["']([A-Z][A-Z0-9_]*)["']/;

/** Name of the first environment variable that a source text reads; null where it reads none. */
export function environmentName(text: string): string | null {
  return DOTTED.exec(text)?.[1] ?? INDEXED.exec(text)?.[1] ?? CALLED.exec(text)?.[1] ?? null;
}

function fallbackArgument(call: SyntaxNode, name: string): SyntaxNode | null {
  const list = argumentsOf(call);
  const first = list.at(0);
  const second = list.at(1);
  if (first !== undefined && stripQuotes(unwrap(first).text) === name && second !== undefined)
    return unwrap(second);
  if (/unwrap_or|orElse|getOrElse/.test(calleeText(call)) && first !== undefined) return unwrap(first);
  return null;
}

/** The first environment variable that an expression reads, with its default. */
export function environmentRead(expression: SyntaxNode): EnvironmentRead | null {
  const name = environmentName(expression.text);
  if (name === null) return null;
  for (const node of findRoles(expression, 'binary', 'ternary', 'call')) {
    if (node.role === 'call') {
      const fallback = fallbackArgument(node, name);
      if (fallback !== null) return { name, fallback };
      continue;
    }
    const left = node.child('left', 'condition', 'consequence', 'body') ?? node.namedChildren.at(0);
    const right = node.child('right', 'alternative') ?? node.namedChildren.at(-1);
    if (left?.text.includes(name) === true && right !== undefined && !right.text.includes(name))
      return { name, fallback: unwrap(right) };
  }
  return { name, fallback: null };
}
