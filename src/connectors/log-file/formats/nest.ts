/** NestJS's console logger: `[Nest] 31  - 03/02/2024, 8:15:30 AM   ERROR [CartService] message`. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, parsedLine, timeOf } from './parsed.ts';
import { severityOfField } from './severity.ts';

const LINE =
  /^\[([\w-]{1,60})\] (\d{1,10}) {1,4}- (\d{1,2}[/.]\d{1,2}[/.]\d{4},? {1,2}\d{1,2}:\d\d:\d\d(?:[\s\u202f][AP]M)?) {1,8}(LOG|ERROR|WARN|DEBUG|VERBOSE|FATAL) (?:\[([^\]]{1,120})\] )?/;

export const format: LogFormat = {
  id: 'nest',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 300)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 300));
    if (found === null) return null;
    return parsedLine({
      ...timeOf(readStamp((found[3] ?? '').replace('\u202f', ' '), 0, context.yearHint)),
      severity: knownSeverity(severityOfField(found[4] ?? '')),
      service: found[1] === 'Nest' ? null : (found[1] ?? null),
      logger: found[5] ?? null,
      message: line
        .slice(found[0].length)
        .replace(/ \+\d{1,9}ms$/, '')
        .trim(),
    });
  },
  samples: [
    {
      line: '[Nest] 2060  - 11/24/2026, 1:33:34 AM   ERROR [CartService] save failed',
      expect: {
        wallMs: Date.UTC(2026, 10, 24, 1, 33, 34),
        severity: 'error',
        service: null,
        logger: 'CartService',
        message: 'save failed',
      },
    },
    {
      line: '[Nest] 2060  - 11/24/2026, 1:33:34 PM     LOG [CartService] ready +2ms',
      expect: { severity: 'info', message: 'ready' },
    },
  ],
};
