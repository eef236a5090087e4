/** Limits that stand within a query, so that the store answers with few rows; the same words behind the answer only throw rows away. */
import type { SyntaxNode } from '../../syntax/node.ts';
import { argumentsOf, calleeName, oneLine, receiverOf } from '../../syntax/shape.ts';
import type { Observation } from './control.ts';

/** Entity Framework and its like: what is asked of the store is waited for. */
const ASKS = /^(ToList|ToArray|ToDictionary|ToHashSet|First|FirstOrDefault|Single|SingleOrDefault)Async$/;
/** Spring Data: `findTop50ByPond`. */
const NAMED = /^find(Top|First)(\d+)By/;

/** `….Take(50).ToListAsync()`, other calls in between or not. */
function isAsked(node: SyntaxNode): boolean {
  let inner = node;
  for (let steps = 0; steps < 8; steps += 1) {
    const outer = inner.parent?.role === 'member' ? inner.parent.parent : inner.parent;
    if (outer === null || outer === undefined || outer.role !== 'call') return false;
    if (receiverOf(outer) !== inner) return false;
    if (ASKS.test(calleeName(outer))) return true;
    inner = outer;
  }
  return false;
}

export function queryLimits(node: SyntaxNode): Observation[] {
  const name = calleeName(node);
  const named = NAMED.exec(name);
  if (named !== null)
    return [{ kind: 'query-limit', key: 'first rows', label: `the limit in ${name}()`, symbols: [name] }];
  if (name !== 'Take' || !isAsked(node)) return [];
  const given = argumentsOf(node)[0]?.text ?? '';
  return [
    {
      kind: 'query-limit',
      key: 'first rows',
      label: `"Take(${oneLine(given, 20)})" within the query`,
      symbols: [],
    },
  ];
}
