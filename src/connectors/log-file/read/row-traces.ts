/** Rows of a table that are lines of one record: collectors that take a line for a record put each line of a stack into a row of its own. Pure. */

export interface Row {
  readonly service: string | null;
  readonly time: string;
  readonly message: string;
}

/** What no program begins a record with; a table may have lost the spaces before it. */
export const GOES_ON =
  /^\s+(?:at\s|\^)|^\s*(?:at (?:async |new )?[\w$./<>[\]`,:-]+\s?\(|at (?:async )?\S+:\d+:\d+$|\.{3} \d+ (?:more|common)|File "[^"]+", line \d)|^\t|^ {2,}\S|^Caused by: |^Suppressed: |^\s*---> |^Traceback \(most recent call last\)|^goroutine \d+ \[/;
const TYPED = /^(?:[A-Za-z][\w$]*\.)+[A-Z][\w$.]*(?:Exception|Error|Throwable|Fault)\b/;
/** What a program writes before the exception itself; behind any other line that one begins a record. */
const COMPLAINS = /error|exception|fail|fatal|warn|crit|panic|threw|unhandled|uncaught/i;
/** Python tells the exception behind its frames. */
const TOLD_LAST = /^[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning)(?::|$)/;
/** Python shows the line of code below each place, and marks under it. */
const PLACE = /^\s*File "[^"]+", line \d+/;
const MARKS = /^[\s~^]+$/;
/** Go names functions in lines of their own once it began to list what ran. */
const GO_LIST = /^goroutine \d+ \[/;
const GO_CALL = /^[\w./*()$-]+\(.*\)$|^created by \S|^\S+\.go:\d+/;
/** Lines of one record are written within moments. */
const MAX_LINES = 200;

interface Open {
  readonly at: number;
  readonly lines: number;
  readonly last: string;
  readonly isGo: boolean;
}

function goesOn(message: string, known: Open, head: string): boolean {
  if (GOES_ON.test(message)) return true;
  if (TYPED.test(message)) return COMPLAINS.test(head);
  if (message.trim() === '' || MARKS.test(message) || PLACE.test(known.last)) return true;
  if (known.isGo && GO_CALL.test(message)) return true;
  return (GOES_ON.test(known.last) || known.lines > 2) && TOLD_LAST.test(message);
}

/** Index of the row that each row belongs to: its own, or that of the record of the same program which it goes on with. */
export function recordsOf(rows: readonly Row[]): readonly number[] {
  const open = new Map<string, Open>();
  return rows.map(({ service, time, message }, index) => {
    const key = service ?? '';
    const known = open.get(key);
    const head = known === undefined ? undefined : rows[known.at];
    const isNear = head !== undefined && isSameMoment(head.time, time);
    const isGo = GO_LIST.test(message);
    if (known !== undefined && isNear && known.lines < MAX_LINES && goesOn(message, known, head.message)) {
      open.set(key, { at: known.at, lines: known.lines + 1, last: message, isGo: known.isGo || isGo });
      return known.at;
    }
    open.set(key, { at: index, lines: 1, last: message, isGo });
    return index;
  });
}

/** Within two seconds where the time is a number of them or of a part of them, else within the minute. */
function isSameMoment(one: string, other: string): boolean {
  if (!/^\d{10,19}$/.test(one)) return one.slice(0, 16) === other.slice(0, 16);
  return Math.abs(Number(one.slice(0, 10)) - Number(other.slice(0, 10))) <= 2;
}
