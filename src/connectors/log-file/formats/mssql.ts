/** SQL Server's error log: stamp, the source in a column of its own, the message; an error's severity stands in it. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';

const LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d\d {1,4}(spid\d{1,6}s?|Logon|Server|Backup) {2,20}/;

export const format: LogFormat = {
  id: 'mssql',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 80)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 80));
    if (found === null) return null;
    const message = line.slice(found[0].length).trim();
    // from 11 on the statement failed; below, it is information
    const severity = /^Error: \d+, Severity: (\d+)/.exec(message)?.[1];
    return parsedLine({
      ...timeOf(readStamp(line, 0, context.yearHint)),
      severity: severity === undefined || Number(severity) < 11 ? 'info' : 'error',
      logger: found[1] ?? null,
      message,
    });
  },
  samples: [
    {
      line: '2024-03-02 08:15:30.25 spid51      Error: 1205, Severity: 13, State: 51.',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'error',
        message: 'Error: 1205, Severity: 13, State: 51.',
      },
    },
    {
      line: '2024-03-02 08:15:30.25 Server      SQL Server is now ready for client connections.',
      expect: { severity: 'info' },
    },
  ],
};
