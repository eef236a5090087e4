/** Nagios and its descendants: an epoch in brackets, what kind of entry it is, and its fields parted by semicolons. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { LogFormat } from '../format.ts';
import { parsedLine } from './parsed.ts';

const LINE = /^\[(\d{10})\] ((?:[A-Z]{2,20} ){0,5}[A-Z]{2,20}): (?=[^;]{1,200};)/;
const STATE = /;(OK|UP|WARNING|CRITICAL|DOWN|UNREACHABLE|UNKNOWN)(?:;|$)/;

const SEVERITIES: Readonly<Record<string, LogSeverity>> = {
  OK: 'info',
  UP: 'info',
  WARNING: 'warn',
  UNKNOWN: 'warn',
};

export const format: LogFormat = {
  id: 'nagios',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 320)) ? 1 : 0),
  parse: (line) => {
    const found = LINE.exec(line.slice(0, 320));
    if (found === null) return null;
    const state = STATE.exec(line.slice(0, 2000))?.[1];
    return parsedLine({
      wallMs: Number(found[1]) * 1000,
      offsetMinutes: 0,
      severity: state === undefined ? 'info' : (SEVERITIES[state] ?? 'error'),
      message: line.slice(13).trim(),
    });
  },
  samples: [
    {
      line: '[1709367330] SERVICE ALERT: web-04;carts disk;CRITICAL;HARD;4;DISK CRITICAL - 2 % free',
      expect: {
        wallMs: 1709367330000,
        severity: 'error',
        message: 'SERVICE ALERT: web-04;carts disk;CRITICAL;HARD;4;DISK CRITICAL - 2 % free',
      },
    },
    {
      line: '[1709367330] CURRENT HOST STATE: web-04;UP;HARD;1;PING OK',
      expect: { severity: 'info' },
    },
    {
      line: '[1709367330] EXTERNAL COMMAND: SCHEDULE_DOWNTIME;web-04;carts',
      expect: { severity: 'info', message: 'EXTERNAL COMMAND: SCHEDULE_DOWNTIME;web-04;carts' },
    },
  ],
};
