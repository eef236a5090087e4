/**
 * What the whole number at the end of an access line counts: Apache's `%D` microseconds, Tomcat's milliseconds, or nothing known.
 * A line does not say it; the numbers of the file's first lines do.
 */

const LINE = /" \d{3} (?:\d{1,15}|-)(?: "[^"]{0,2000}" "[^"]{0,2000}")? (\d{1,12})\r?$/gm;
const MAX_LINES = 2_000;
/** As milliseconds they would be ten seconds for every second request. */
const SLOW = 10_000;
/** No daemon answers in as many microseconds, and no service in less milliseconds at its best. */
const [QUICKEST, QUICK] = [20, 100];

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Milliseconds in one of its unit; null where the numbers fit both, or are too few (under 10; under 20 for what only the smallest shows). */
export function trailingUnitMs(head: string): number | null {
  const values: number[] = [];
  for (const found of head.matchAll(LINE)) {
    values.push(Number(found[1]));
    if (values.length >= MAX_LINES) break;
  }
  if (values.length < 10) return null;
  const sorted = values.sort((a, b) => a - b);
  const [least, tenth, median, most] = [0, 0.1, 0.5, 0.9].map((share) => quantile(sorted, share));
  if (least === undefined || tenth === undefined || median === undefined || most === undefined) return null;
  if (least < QUICKEST) return median >= QUICKEST ? 1 : null;
  // a limit that everybody runs into says nothing of the unit
  if (most < tenth * 1.2) return null;
  if (median >= SLOW && least >= QUICK) return 1e-3;
  return least >= QUICK && values.length >= 20 ? 1e-3 : null;
}

/** `0/12345` and `12345 0`, `%T` beside `%D`: the one is the other's whole seconds. In milliseconds; null for any other two numbers. */
export function pairedDuration(tail: string): number | null {
  const found = /(?:^|\s)(\d{1,12})[/ ](\d{1,12})$/.exec(tail);
  if (found === null) return null;
  const [one, other] = [Number(found[1]), Number(found[2])];
  const [whole, micros] = one < other ? [one, other] : [other, one];
  return micros >= 1_000 && Math.floor(micros / 1e6) === whole ? micros / 1e3 : null;
}
