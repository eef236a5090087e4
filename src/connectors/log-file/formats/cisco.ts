/** Cisco IOS and ASA messages, whose level stands in the mnemonic: `%SYS-5-CONFIG_I: Configured from console`. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';
import { severityOfSyslog } from './severity.ts';

const LINE =
  /^(?:<\d{1,3}>)?(?:\d{1,10}: )?(?:([\w.-]{1,120}): )?(?:[*.]?((?:\w{3} {1,2}\d{1,2}|\d{4}) [\d: .]{5,25}(?: [A-Z]{3,4})?): {1,2})?%([A-Z0-9_]{2,30})-(?:\w{1,20}-)?([0-7])-([A-Z0-9_]{2,60}): /;

export const format: LogFormat = {
  id: 'cisco',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 300)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 300));
    if (found === null) return null;
    return parsedLine({
      ...timeOf(readStamp(found[2] ?? '', 0, context.yearHint)),
      severity: severityOfSyslog(Number(found[4])),
      host: found[1] ?? null,
      logger: found[3] ?? null,
      message: line.slice(found[0].length).trim(),
      attributes: { code: found[5] ?? '' },
    });
  },
  samples: [
    {
      line: '<189>123: *Mar  2 08:15:30.250: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        yearless: true,
        severity: 'error',
        logger: 'LINK',
        message: 'Interface Gi0/1, changed state to down',
      },
    },
    {
      line: '%CART-3-710003: access denied from 10.0.0.7/1',
      expect: { wallMs: null, severity: 'error', logger: 'CART', message: 'access denied from 10.0.0.7/1' },
    },
  ],
};
