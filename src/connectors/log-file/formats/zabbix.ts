/** Zabbix's server, proxy and agent: process number, compact date and clock, parted by colons. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';

const LINE = /^ {0,8}(\d{1,8}):(\d{8}):(\d{6}\.\d{3}) /;

export const format: LogFormat = {
  id: 'zabbix',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 40)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 40));
    if (found === null) return null;
    return parsedLine({
      ...timeOf(readStamp(`${found[2]} ${found[3]}`, 0, context.yearHint)),
      message: line.slice(found[0].length).trim(),
    });
  },
  samples: [
    {
      line: '   812:20240302:081530.250 cannot connect to [[10.0.0.1]:10051]: timed out',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'unknown',
        message: 'cannot connect to [[10.0.0.1]:10051]: timed out',
      },
    },
  ],
};
