/** The Linux audit log: `type=SYSCALL msg=audit(epoch:serial): key=value …`. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';

const LINE = /^(?:node=(\S{1,120}) )?type=([A-Z_0-9]{2,40}) msg=audit\((\d{10}\.\d{3}):\d{1,12}\): ?/;

export const format: LogFormat = {
  id: 'auditd',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 240)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 240));
    if (found === null) return null;
    return parsedLine({
      ...timeOf(readStamp(found[3] ?? '', 0, context.yearHint)),
      host: found[1] ?? null,
      logger: found[2] ?? null,
      message: line.slice(found[0].length).trim(),
    });
  },
  samples: [
    {
      line: 'type=SYSCALL msg=audit(1709367330.250:24287): arch=c000003e syscall=2 success=no exit=-13',
      expect: {
        wallMs: 1709367330250,
        logger: 'SYSCALL',
        message: 'arch=c000003e syscall=2 success=no exit=-13',
      },
    },
  ],
};
