/** WebLogic's server log: fields between pointed brackets, the epoch among them. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { knownSeverity, MAX_SCANNED, parsedLine, timeOf } from './parsed.ts';
import { severityOfWord } from './severity.ts';

const HEAD = /^####<([^>]{10,60})> ?<(\w{2,12})> ?<([^>]{0,80})> ?<([^>]{0,120})> ?<([^>]{0,120})> /;

export const format: LogFormat = {
  id: 'weblogic',
  role: 'record',
  sniff: (line) => (HEAD.test(line.slice(0, 500)) ? 1 : 0),
  parse: (line, context) => {
    const found = HEAD.exec(line.slice(0, 500));
    if (found === null) return null;
    const rest = line.slice(found[0].length, found[0].length + MAX_SCANNED);
    const epoch = /<(\d{13})> /.exec(rest)?.[1];
    const stamp = readStamp(epoch ?? found[1] ?? '', 0, context.yearHint);
    const message =
      /<(?:\d{13}|BEA-\d{4,8})> <(?!BEA-)(?:[\w-]{1,30}> <)?(.*?)>?\s*$/s.exec(rest)?.[1] ?? rest;
    return parsedLine({
      ...timeOf(stamp),
      severity: knownSeverity(severityOfWord(found[2] ?? '')),
      logger: found[3] ?? null,
      host: found[4] || null,
      service: found[5] || null,
      message: message.trim(),
    });
  },
  samples: [
    {
      line: "####<Mar 2, 2024 8:15:30,250 AM UTC> <Error> <HTTP> <host1> <carts1> <[ACTIVE] ExecuteThread: '4'> <<anonymous>> <> <> <1709367330250> <BEA-101020> <Servlet failed with an exception.>",
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        offsetMinutes: 0,
        severity: 'error',
        service: 'carts1',
        logger: 'HTTP',
        message: 'Servlet failed with an exception.',
      },
    },
  ],
};
