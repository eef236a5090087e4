/** What `log show` of macOS prints: stamp, thread, type, activity, process number, TTL, then program and text. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';

const LINE =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}[+-]\d{4}) 0x[0-9a-f]{1,8} {1,12}(Default|Info|Debug|Error|Fault|Activity|State) {1,12}0x[0-9a-f]{1,16} {1,24}\d{1,10} {1,12}\d{1,6} {1,12}([^:]{1,80}): /;

/** macOS calls what it keeps by default `Default`; a fault is a bug of the program. */
const SEVERITY: Readonly<Record<string, LogSeverity>> = {
  Default: 'info',
  Activity: 'info',
  State: 'info',
  Info: 'info',
  Debug: 'debug',
  Error: 'error',
  Fault: 'fatal',
};

export const format: LogFormat = {
  id: 'macos-unified',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 240)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 240));
    if (found === null) return null;
    return parsedLine({
      ...timeOf(readStamp(found[1] ?? '', 0, context.yearHint)),
      severity: SEVERITY[found[2] ?? ''] ?? 'unknown',
      service: (found[3] ?? '').trim(),
      message: line.slice(found[0].length).trim(),
    });
  },
  samples: [
    {
      line: '2024-03-02 08:15:30.250001+0100 0x1a2b     Error       0x0                  812    0    Carts: (Store) cart 17 lost',
      expect: { offsetMinutes: 60, severity: 'error', service: 'Carts', message: '(Store) cart 17 lost' },
    },
  ],
};
