/** ESXi's logs since version 8: stamp, two letters for the level with the number of syslog's priority, program, text. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';
import { severityOfSyslog } from './severity.ts';

const LINE =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z) (?:Em|Al|Cr|Er|Wa|No|In|Db)\((\d{1,3})\)(?:\[\+\])? ([A-Za-z][\w.-]{0,60})(?:\[\d{1,12}\])?(?:: | )/;

export const format: LogFormat = {
  id: 'esxi-syslog',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 140)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 140));
    if (found === null) return null;
    return parsedLine({
      ...timeOf(readStamp(found[1] ?? '', 0, context.yearHint)),
      severity: severityOfSyslog(Number(found[2]) % 8),
      service: found[3] ?? null,
      message: line.slice(found[0].length).trim(),
    });
  },
  samples: [
    {
      line: '2024-03-02T08:15:30.250Z Er(163) hostd[1001392583]: no disk',
      expect: { severity: 'error', service: 'hostd', message: 'no disk' },
    },
    {
      line: '2024-03-02T08:15:30Z Db(14)[+] hostprofile[7]: off',
      expect: { severity: 'info', service: 'hostprofile', message: 'off' },
    },
  ],
};
