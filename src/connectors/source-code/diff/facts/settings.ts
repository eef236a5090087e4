/** Limits and times that code gives to an object of a library: taken away, the library's own apply. */
import type { SyntaxNode } from '../../syntax/node.ts';
import { chainOf, compact, memberName, oneLine, unwrap } from '../../syntax/shape.ts';
import type { Observation } from './control.ts';

const BOUND =
  /time_?out|keep_?alive|deadline|idle|max_?\w|limit|pool_?size|backlog|ttl|retries|retry|attempts|concurren|prefetch|life_?time|interval|buffer/i;

/** `server.keepAliveTimeout = 75_000` */
export function settingFacts(node: SyntaxNode): Observation[] {
  const [left, right] = [node.child('left'), node.child('right')];
  if (left === null || right === null) return [];
  const target = unwrap(left);
  const value = unwrap(right);
  if (target.role !== 'member' || !/^(number|boolean|member|call|binary|identifier)$/.test(value.role))
    return [];
  const name = memberName(target);
  const [owner] = chainOf(target) ?? [];
  if (!BOUND.test(name) || owner === undefined || /^(this|self)$/.test(owner)) return [];
  return [
    {
      kind: 'setting',
      key: name,
      label: `"${oneLine(compact(node.text), 70)}"`,
      symbols: [owner],
    },
  ];
}
