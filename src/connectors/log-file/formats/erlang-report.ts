/** Reports of Erlang's and OTP's older error logger: a line of equal signs with kind and time, the text below it. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';

const HEAD =
  /^=([A-Z]{4,12}) REPORT={2,8} (\d{1,2}-[A-Z][a-z]{2}-\d{4})::(\d\d:\d\d:\d\d(?:\.\d{1,6})?)(?: UTC)? ===/;

const SEVERITY: Readonly<Record<string, LogSeverity>> = {
  ERROR: 'error',
  CRASH: 'error',
  SUPERVISOR: 'error',
  WARNING: 'warn',
  INFO: 'info',
  PROGRESS: 'info',
};

export const format: LogFormat = {
  id: 'erlang-report',
  role: 'record',
  blocks: true,
  sniff: (line) => (line.startsWith('=') && HEAD.test(line.slice(0, 90)) ? 1 : 0),
  parse: (text, context) => {
    const found = HEAD.exec(text.slice(0, 90));
    if (found === null) return null;
    const below = text
      .slice(found[0].length, 8192)
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line !== '');
    return parsedLine({
      ...timeOf(readStamp(`${found[2]} ${found[3]}`, 0, context.yearHint)),
      severity: SEVERITY[found[1] ?? ''] ?? 'unknown',
      message: below ?? '',
    });
  },
  samples: [
    {
      line: '=ERROR REPORT==== 2-Mar-2024::08:15:30.250001 ===\n** Generic server carts terminating\n** Last message in was stop',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'error',
        message: '** Generic server carts terminating',
      },
    },
  ],
};
