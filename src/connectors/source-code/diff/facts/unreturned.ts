/** What is lent (a connection of a pool, a permit) and not given back on every way through the function: the pool runs dry. */
import { ancestors, descend, type SyntaxNode } from '../../syntax/node.ts';
import { calleeName, calleeText, givenValue, nameOf, oneLine, receiverOf } from '../../syntax/shape.ts';
import type { Observation } from './control.ts';

/** Calls that lend, where what they are called on says that it lends. */
const LENDING =
  /^(connect|acquire|Acquire|get_?conn(ection)?|GetConn|Conn|checkout|lease|Lease|borrow(Object)?|rent|Rent|reserve)$/i;
const LENDER = /pool|data_?source|semaphore|limiter|\bdb\b|conn(ection)?s\b/i;
const GIVING_BACK = /release|close|dispose|return|put|end$|free|give_?back/i;
/** Where the language gives back by itself. */
const SCOPED =
  /^(try_with_resources_statement|using_statement|with_statement|with_item|resource|local_declaration_statement|as_pattern)$/;

function homeOf(node: SyntaxNode): SyntaxNode | null {
  return ancestors(node).find(({ role }) => role === 'function') ?? null;
}

/** It runs whatever the function does: not under a condition, or in what is done at the end. */
function isAlways(call: SyntaxNode, home: SyntaxNode): boolean {
  for (const up of ancestors(call)) {
    if (up === home) return true;
    if (up.role === 'finally' || up.role === 'defer') return true;
    if (/^(if|ternary|switch|case|catch|loop|function)$/.test(up.role)) return false;
  }
  return false;
}

function names(node: SyntaxNode, name: string): boolean {
  return descend(node).some(
    ({ role, children, text }) => role === 'identifier' && children.length === 0 && text === name,
  );
}

/** Given to somebody else, who may give it back. */
function isHandedOn(home: SyntaxNode, name: string, uses: readonly SyntaxNode[]): boolean {
  return descend(home).some((node) => {
    if (node.role === 'return') return node.namedChildren.some((child) => child.text === name);
    if (node.role === 'assign') return givenValue(node)?.text === name;
    if (node.role !== 'call' && node.role !== 'new') return false;
    const list = node.children.find(({ role }) => role === 'arguments');
    return (
      list !== undefined && !uses.includes(node) && list.namedChildren.some((child) => child.text === name)
    );
  });
}

/** A name that is given what was lent, in a function that may keep it; empty for every other node. */
export function unreturned(node: SyntaxNode): Observation[] {
  const value = givenValue(node);
  if (value?.role !== 'call' || !LENDING.test(calleeName(value))) return [];
  const lender = receiverOf(value)?.text ?? '';
  if (!LENDER.test(lender) || ancestors(node).some(({ type, role }) => role === 'with' || SCOPED.test(type)))
    return [];
  const name = /^[\w$]+/.exec(nameOf(node) ?? '')?.[0] ?? '';
  const home = homeOf(node);
  if (name === '' || home === null || SCOPED.test(node.type)) return [];
  const calls = descend(home).filter(
    (each) => each.role === 'call' && GIVING_BACK.test(calleeName(each)) && names(each, name),
  );
  if (calls.some((call) => isAlways(call, home)) || isHandedOn(home, name, calls)) return [];
  const how = calls.length === 0 ? 'and never given back' : 'and given back on some ways only';
  return [
    {
      kind: 'unreturned',
      key: `${name} ${calleeText(value)}`,
      label: `"${oneLine(node.text, 60)}" is lent ${how}`,
      symbols: [name, calleeName(value)],
    },
  ];
}
