/** Whether `08/05/2024` in a file is the eighth of May or the fifth of August: told from its other dates and from when it was written. No locale is assumed. */

export interface DayOrder {
  /** `open`: nothing in the file decides, and the month is read first. */
  readonly kind: 'day-first' | 'month-first' | 'open';
  /** The first such date read both ways, as midnight UTC; null where it reads only one way. */
  readonly monthFirstMs: number | null;
  readonly dayFirstMs: number | null;
}

const SLASHED = /(?:^|[\s[(|;,"'=])(\d{1,2})\/(\d{1,2})\/(\d{4})[ ,T:;|-]{1,4}\d{1,2}:\d\d/gm;
const DAY_MS = 86_400_000;
const MAX_DATES = 4_096;

/** Null where the text has no date of two short numbers and a year between slashes. `writtenAtMs`: nothing in it is younger. */
export function dayOrderOf(head: string, writtenAtMs: number): DayOrder | null {
  let first: { readonly a: number; readonly b: number; readonly year: number } | null = null;
  let count = 0;
  for (const found of head.matchAll(SLASHED)) {
    const [a, b, year] = [Number(found[1]), Number(found[2]), Number(found[3])];
    if (a > 12 && b <= 12) return { kind: 'day-first', monthFirstMs: null, dayFirstMs: null };
    if (b > 12 && a <= 12) return { kind: 'month-first', monthFirstMs: null, dayFirstMs: null };
    first ??= { a, b, year };
    if (++count >= MAX_DATES) break;
  }
  if (first === null) return null;
  const monthFirstMs = Date.UTC(first.year, first.a - 1, first.b);
  const dayFirstMs = Date.UTC(first.year, first.b - 1, first.a);
  const isTooYoung = (ms: number) => ms > writtenAtMs + DAY_MS;
  if (isTooYoung(monthFirstMs) && !isTooYoung(dayFirstMs))
    return { kind: 'day-first', monthFirstMs, dayFirstMs };
  if (isTooYoung(dayFirstMs) && !isTooYoung(monthFirstMs))
    return { kind: 'month-first', monthFirstMs, dayFirstMs };
  return { kind: 'open', monthFirstMs, dayFirstMs };
}

/** Whether the other logs of an incident speak for the day: read so, the date lies among theirs, and read with the month first it does not. */
export function speaksForDay(order: DayOrder, fromMs: number, toMs: number): boolean {
  const isAmong = (ms: number | null) => ms !== null && ms >= fromMs - DAY_MS && ms <= toMs + DAY_MS;
  return order.kind === 'open' && isAmong(order.dayFirstMs) && !isAmong(order.monthFirstMs);
}
