/** Places of values in the tokens of a line. */
import { byteAt } from './bytes';
import { BEFORE, FROM_END, FROM_START, SKIP, TOKENS } from './layout';
import { stop, tokenCount } from './state';

/** Where the value of a place stands in the last line, -1 where the ways to it disagree. */
// @ts-ignore: decorator
@inline
export function locate(place: usize): i32 {
  const fromStart = load<i32>(place, FROM_START);
  const fromEnd = load<i32>(place, FROM_END);
  let index = fromStart;
  if (fromStart < 0) index = tokenCount - fromEnd;
  else if (fromEnd > 0 && tokenCount - fromEnd != fromStart) return -1;
  if (index < 0 || index >= tokenCount) return -1;
  const at = load<i32>(TOKENS + (<usize>index << 2)) + load<i32>(place, SKIP);
  // a line may be shorter than those that the place was learned from
  if (at >= stop) return -1;
  const before = load<i32>(place, BEFORE);
  return before != 0 && byteAt(at - 1) != before ? -1 : at;
}
