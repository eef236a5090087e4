/** WebSphere's and Liberty's basic layout: `[M/D/YY H:MM:SS:mmm ZONE] thread logger letter message`. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { LogFormat } from '../format.ts';
import { zoneMinutes } from '../time/names.ts';
import { parsedLine } from './parsed.ts';

const LINE =
  /^\[(\d{1,2})\/(\d{1,2})\/(\d{2}),? (\d{1,2}):(\d\d):(\d\d):(\d{3}) ([A-Z]{2,5})\] ([0-9a-f]{8}) (\S{1,60})\s{1,30}([A-Z]) /;

/** Fatal, error, warning, audit, info, configuration, detail, printed by the program, printed as an error. */
const SEVERITY: Readonly<Record<string, LogSeverity>> = {
  F: 'fatal',
  E: 'error',
  R: 'error',
  W: 'warn',
  A: 'info',
  I: 'info',
  O: 'info',
  C: 'debug',
  D: 'debug',
};

export const format: LogFormat = {
  id: 'websphere',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 200)) ? 1 : 0),
  parse: (line) => {
    const found = LINE.exec(line.slice(0, 200));
    if (found === null) return null;
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0, ms = 0] = found
      .slice(1, 8)
      .map(Number);
    if (month > 12 || day > 31 || hour > 24) return null;
    return parsedLine({
      wallMs: Date.UTC(2000 + year, month - 1, day, hour, minute, second, ms),
      offsetMinutes: zoneMinutes(found[8] ?? ''),
      severity: SEVERITY[found[11] ?? ''] ?? 'unknown',
      logger: found[10] ?? null,
      message: line.slice(found[0].length).trim(),
      attributes: { 'thread.name': found[9] ?? '' },
    });
  },
  samples: [
    {
      line: '[3/2/24 8:15:30:250 UTC] 0000007b SystemErr     R java.lang.IllegalStateException: cart is gone',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        offsetMinutes: 0,
        severity: 'error',
        logger: 'SystemErr',
        message: 'java.lang.IllegalStateException: cart is gone',
      },
    },
  ],
};
