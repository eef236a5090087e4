/** glog, klog and CockroachDB: a level letter glued to `MMDD`, `YYMMDD` or `YYYYMMDD`, thread, file and line. */
import type { LogFormat, ParsedLine } from '../format.ts';
import { digitRun, digitsAt, skipSpaces } from '../time/cursor.ts';
import { readClock } from '../time/parse-clock.ts';
import { readPairs } from './logfmt.ts';
import { knownSeverity, parsedLine } from './parsed.ts';
import { reasonOfFields } from './reason.ts';
import { severityOfLetter } from './severity.ts';

const LINE =
  /^([IWEFD])(\d{4}|\d{6}|\d{8}) (\d\d:\d\d:\d\d(?:\.\d{1,9})?)\s{1,12}(?:([\w.-]{1,20})\s)?\s{0,12}([\w./+@$-]{1,200}):(\d{1,7})(?:\]| ⋮| ) ?/;

/** Day of the line as year (null without one), month, day. */
function dayOf(digits: string): { year: number | null; month: number; day: number } {
  const count = digitRun(digits, 0);
  const month = digitsAt(digits, count - 4, 2);
  const day = digitsAt(digits, count - 2, 2);
  if (count === 4) return { year: null, month, day };
  return { year: digitsAt(digits, 0, count - 4) + (count === 6 ? 2000 : 0), month, day };
}

/** klog quotes the message and puts pairs behind it. */
function saidOf(rest: string): Pick<ParsedLine, 'message' | 'reason'> {
  const text = rest.slice(0, 8192);
  const quoted = /^"((?:[^"\\]|\\.){0,4000})"(?: |$)/.exec(text);
  if (quoted === null) return { message: rest.trim(), reason: null };
  const message = (quoted[1] ?? '').replaceAll('\\"', '"');
  const pairs = readPairs(text.slice(quoted[0].length), 1);
  return { message, reason: pairs === null ? null : reasonOfFields(pairs, message) };
}

export const format: LogFormat = {
  id: 'glog',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 400)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 400));
    const clock = found === null ? null : readClock(found[3] ?? '', 0);
    if (found === null || clock === null) return null;
    const { year, month, day } = dayOf(found[2] ?? '');
    if (month < 1 || month > 12 || day < 1 || day > 31) return null;
    const file = (found[5] ?? '').replace(/^.*\//, '');
    return parsedLine({
      wallMs: Date.UTC(year ?? context.yearHint, month - 1, day) + clock.dayMs,
      yearless: year === null,
      severity: knownSeverity(severityOfLetter(found[1] ?? '')),
      logger: file,
      ...saidOf(line.slice(skipSpaces(line, found[0].length))),
      attributes: { 'code.file.path': found[5] ?? '', 'code.line.number': found[6] ?? '' },
    });
  },
  samples: [
    {
      line: 'E0302 08:15:30.250001       1 carts.go:31] "Cart lost" cart="17" err="gone"',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        yearless: true,
        severity: 'error',
        logger: 'carts.go',
        message: 'Cart lost',
        reason: 'gone',
      },
    },
    {
      line: 'W20240302 08:15:30.250001 31 main.cc:7] slow',
      expect: { yearless: false, severity: 'warn', message: 'slow' },
    },
  ],
};
