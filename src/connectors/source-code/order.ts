/** Total orders for sorting. By UTF-16 code unit, never by the machine's language. */

export function byText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
