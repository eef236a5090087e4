/** DB2's diagnostic log: a head with time, minutes east of UTC and level, then lines of `NAME : value`. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, parsedLine, timeOf } from './parsed.ts';
import { severityOfField } from './severity.ts';

const HEAD =
  /^(\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d\.\d{6})([+-]\d{1,3}) \S{4,40} {1,20}LEVEL: ([A-Z][a-z]{2,12})/;

export const format: LogFormat = {
  id: 'db2diag',
  role: 'record',
  blocks: true,
  sniff: (line) => (HEAD.test(line.slice(0, 140)) ? 1 : 0),
  parse: (text, context) => {
    const head = HEAD.exec(text.slice(0, 140));
    if (head === null) return null;
    const body = text.slice(0, 16_384);
    const value = (name: string) =>
      new RegExp(`(?:^|\\s)${name} {0,8}: {0,4}(\\S.{0,2000})$`, 'm').exec(body)?.[1]?.trim();
    const program = /(?:^|\s)PROC {0,8}: {0,4}([\w.@-]{1,60})/.exec(body)?.[1];
    const stamp = readStamp(head[1] ?? '', 0, context.yearHint);
    const severity = severityOfField(head[3] ?? '') ?? (head[3] === 'Event' ? 'info' : null);
    return parsedLine({
      ...timeOf(stamp === null ? null : { ...stamp, offsetMinutes: Number(head[2]) }),
      severity: knownSeverity(severity),
      service: program ?? null,
      message: value('MESSAGE') ?? value('FUNCTION') ?? '',
    });
  },
  samples: [
    {
      line: '2024-03-02-08.15.30.250001+060 I1234E456             LEVEL: Error\nPID     : 812                 TID : 7     PROC : cartsys 0\nFUNCTION: Shop, carts, save, probe:10\nMESSAGE : ZRC=0x86020001 "cart is bad"',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        offsetMinutes: 60,
        severity: 'error',
        service: 'cartsys',
        message: 'ZRC=0x86020001 "cart is bad"',
      },
    },
  ],
};
