/** Android's logcat in its thread-time and time layouts. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, parsedLine, timeOf } from './parsed.ts';
import { severityOfLetter } from './severity.ts';

const LINE =
  /^(?:\d{4}-)?\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}(?: {1,8}(?:\w{1,20} {1,8})?\d{1,7} {1,8}\d{1,7})? ([VDIWEFS])[ /]([^:(]{1,120}?) {0,40}(?:\( {0,6}\d{1,7}\))?: /;

export const format: LogFormat = {
  id: 'android-logcat',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 250)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 250));
    if (found === null) return null;
    return parsedLine({
      ...timeOf(readStamp(line, 0, context.yearHint)),
      severity: knownSeverity(severityOfLetter(found[1] ?? '')),
      logger: found[2] ?? null,
      message: line.slice(found[0].length).trim(),
    });
  },
  samples: [
    {
      line: '03-02 08:15:30.250  1047  1116 E CartSync: cart lost',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        yearless: true,
        severity: 'error',
        logger: 'CartSync',
        message: 'cart lost',
      },
    },
    {
      line: '03-02 08:15:30.250 W/CartSync( 1047): slow',
      expect: { severity: 'warn', logger: 'CartSync', message: 'slow' },
    },
  ],
};
