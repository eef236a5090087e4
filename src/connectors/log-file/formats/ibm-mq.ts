/** IBM MQ's error logs: a line with time, process, user and program, indented notes, the code and its text, an explanation. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';

const HEAD =
  /^(\d\d\/\d\d\/\d{2,4} {1,2}\d\d:\d\d:\d\d(?: [AP]M)?) - Process\((\d[\d.]{0,20})\) User\([^)]{0,60}\) Program\(([^)]{1,80})\)/;
const CODE = /^(AMQ\d{4,5}([IWEST])?): (.{0,2000})$/m;

/** The letter behind the number; codes of older versions have none. */
const SEVERITY: Readonly<Record<string, LogSeverity>> = {
  I: 'info',
  W: 'warn',
  E: 'error',
  S: 'error',
  T: 'fatal',
};

export const format: LogFormat = {
  id: 'ibm-mq',
  role: 'record',
  blocks: true,
  sniff: (line) => (HEAD.test(line.slice(0, 240)) ? 1 : 0),
  parse: (text, context) => {
    const head = HEAD.exec(text.slice(0, 240));
    if (head === null) return null;
    const code = CODE.exec(text.slice(0, 8192));
    const host = /\bHost\(([^)]{1,120})\)/.exec(text.slice(0, 1024));
    return parsedLine({
      ...timeOf(readStamp(head[1] ?? '', 0, context.yearHint)),
      severity: SEVERITY[code?.[2] ?? ''] ?? 'unknown',
      service: head[3] ?? null,
      host: host?.[1] ?? null,
      message: code === null ? text.slice(0, 2000).split('\n', 1).join('') : code[0].trim(),
      attributes: code === null ? {} : { code: code[1] ?? '' },
    });
  },
  samples: [
    {
      line: '03/02/2024 08:15:30 AM - Process(812.1) User(mqm) Program(cartmq)\n                    Host(web-04) Installation(Installation1)\n                    \nAMQ9213E: No way to the carts.\n\nEXPLANATION:\nNobody knows.',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30),
        severity: 'error',
        service: 'cartmq',
        host: 'web-04',
        message: 'AMQ9213E: No way to the carts.',
        attributes: { code: 'AMQ9213E' },
      },
    },
  ],
};
