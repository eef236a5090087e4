/** Ceph's daemons: stamp, thread, priority (below 0 an error, above 0 ever more detail), text. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';

const LINE =
  /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d{3,6}(?:[+-]\d{4})?) {1,2}([0-9a-f]{8,16}) {1,2}(-1|\d{1,2}) (?:([a-z]{2,12}\.[\w.-]{1,40}) )?/;

function severityOf(priority: number): LogSeverity {
  if (priority < 0) return 'error';
  return priority < 2 ? 'info' : 'debug';
}

export const format: LogFormat = {
  id: 'ceph',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 140)) ? 0.95 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 140));
    if (found === null) return null;
    return parsedLine({
      ...timeOf(readStamp(found[1] ?? '', 0, context.yearHint)),
      severity: severityOf(Number(found[3])),
      service: found[4] ?? null,
      message: line.slice(found[0].length).trim(),
      attributes: { 'thread.id': found[2] ?? '' },
    });
  },
  samples: [
    {
      line: '2024-03-02T08:15:30.250+0000 7f1234567700 -1 osd.3 17 heartbeat_check: nobody answers',
      expect: { severity: 'error', service: 'osd.3', message: '17 heartbeat_check: nobody answers' },
    },
    {
      line: '2024-03-02T08:15:30.250+0000 7f1234567700 20 scrubbed 4 places',
      expect: { severity: 'debug', service: null, message: 'scrubbed 4 places' },
    },
  ],
};
