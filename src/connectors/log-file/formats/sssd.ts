/** SSSD's debug logs: stamp in round brackets, process, function, and a level as a bit. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';

const LINE = /^\((.{19,40}?)\):? \[([\w[\].-]{1,80}?)\] \[(\w{1,80})\] \((0x[0-9a-f]{4,5})\): /;

/** sssd(8): 0x0010 fatal, 0x0020 critical, 0x0040 serious, 0x0080 minor failures; above, configuration and traces. */
function severityOfBit(bit: number): LogSeverity {
  if (bit <= 0x20) return 'fatal';
  if (bit <= 0x40) return 'error';
  if (bit <= 0x80) return 'warn';
  return bit <= 0x200 ? 'info' : 'debug';
}

export const format: LogFormat = {
  id: 'sssd',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 300)) ? 1 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 300));
    if (found === null) return null;
    return parsedLine({
      ...timeOf(readStamp(found[1] ?? '', 0, context.yearHint)),
      severity: severityOfBit(Number(found[4])),
      service: found[2] ?? null,
      logger: found[3] ?? null,
      message: line.slice(found[0].length).trim(),
    });
  },
  samples: [
    {
      line: '(2024-03-02  8:15:30): [be[shop.test]] [sdap_connect] (0x0040): Cannot reach the server',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30),
        severity: 'error',
        service: 'be[shop.test]',
        message: 'Cannot reach the server',
      },
    },
  ],
};
