/** Redis and Valkey: process and role, day-first stamp, a mark for the level. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';

const LINE =
  /^(?:\[\d{1,10}\]|\d{1,10}:[XCSMN]) (\d{1,2} [A-Z][a-z]{2} (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{3})?) ([.*#-]) /;

/** What is written while a signal is handled, when no clock may be asked for a date: seconds since 1970. */
const IN_SIGNAL = /^\d{1,10}:signal-handler \((\d{9,11})\) /;

/** `.` debug, `-` verbose, `*` notice, `#` warning; what redis warns of is often an error, but it does not say so. */
const SEVERITY: Readonly<Record<string, LogSeverity>> = {
  '.': 'debug',
  '-': 'debug',
  '*': 'info',
  '#': 'warn',
};

export const format: LogFormat = {
  id: 'redis',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 80)) || IN_SIGNAL.test(line.slice(0, 60)) ? 1 : 0),
  parse: (line, context) => {
    const handled = IN_SIGNAL.exec(line.slice(0, 60));
    if (handled !== null)
      return parsedLine({
        wallMs: Number(handled[1]) * 1000,
        offsetMinutes: 0,
        severity: 'warn',
        logger: 'redis',
        message: line.slice(handled[0].length).trim(),
      });
    const found = LINE.exec(line.slice(0, 80));
    if (found === null) return null;
    return parsedLine({
      ...timeOf(readStamp(found[1] ?? '', 0, context.yearHint)),
      severity: SEVERITY[found[2] ?? ''] ?? 'unknown',
      logger: 'redis',
      message: line.slice(found[0].length).trim(),
    });
  },
  samples: [
    {
      line: '1:M 02 Mar 2024 08:15:30.250 # WARNING Memory overcommit must be enabled!',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'warn',
        logger: 'redis',
        message: 'WARNING Memory overcommit must be enabled!',
      },
    },
    {
      line: '16549:signal-handler (1795884611) Received SIGTERM scheduling shutdown...',
      expect: {
        wallMs: 1_795_884_611_000,
        offsetMinutes: 0,
        severity: 'warn',
        message: 'Received SIGTERM scheduling shutdown...',
      },
    },
    {
      line: '[31] 02 Mar 08:15:30.250 * Ready to accept connections',
      expect: { yearless: true, severity: 'info', message: 'Ready to accept connections' },
    },
  ],
};
