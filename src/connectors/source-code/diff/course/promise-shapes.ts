/** What is a chain of promises, and which functions answer with one though nothing at their head says so. */
import { descend, type SyntaxNode } from '../../syntax/node.ts';
import { calleeName, receiverOf, unwrap } from '../../syntax/shape.ts';

export const LANGUAGES = /^(typescript|tsx|javascript)$/;
export const CHAINS = /^(then|catch)$/;

export function isChain(node: SyntaxNode): boolean {
  return node.role === 'call' && CHAINS.test(calleeName(node)) && receiverOf(node) !== null;
}

/** A chain at the end of a function that tells nobody when it ends, and whose errors are met: as if waited for. */
export function isMetChain(node: SyntaxNode): boolean {
  return LANGUAGES.test(node.source.languageId) && isChain(node) && calleeName(node) === 'catch';
}

/** True where whoever calls the function is given a promise, though nothing at its head says so. */
export function answersPromise(fn: SyntaxNode): boolean {
  if (!LANGUAGES.test(fn.source.languageId)) return false;
  const body = fn.child('body');
  if (body === null) return false;
  if (body.role === 'call') return isChain(body);
  const own = descend(body).filter((node) => node.role === 'return' && functionAround(node) === fn);
  const answers = own.map((node) => unwrap(node.namedChildren.at(0) ?? node));
  const last = body.namedChildren.at(-1);
  const inner = last?.type === 'expression_statement' ? last.namedChildren.at(0) : last;
  if (answers.length === 0) return inner !== undefined && isMetChain(inner);
  return answers.some(isChain) && answers.every((node) => isChain(node) || isKept(node));
}

function functionAround(node: SyntaxNode): SyntaxNode | null {
  for (let up = node.parent; up !== null; up = up.parent) if (up.role === 'function') return up;
  return null;
}

/** `Promise.resolve(x)` */
export function isKept(node: SyntaxNode): boolean {
  return (
    node.role === 'call' && calleeName(node) === 'resolve' && /^Promise\b/.test(receiverOf(node)?.text ?? '')
  );
}
