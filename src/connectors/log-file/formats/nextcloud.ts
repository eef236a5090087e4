/** Nextcloud's and ownCloud's JSON log, with a level scale of its own: 0 debug … 4 fatal. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { LogFormat } from '../format.ts';
import { parseJsonLine } from './json-lines.ts';

const SCALE: readonly LogSeverity[] = ['debug', 'info', 'warn', 'error', 'fatal'];

export const format: LogFormat = {
  id: 'nextcloud',
  role: 'record',
  objects: 'only',
  sniff: (line) => (line.startsWith('{"reqId"') && /"level":\d,/.test(line.slice(0, 200)) ? 1 : 0),
  parse: (line, context) => parseJsonLine(line, context, { scale: (level) => SCALE[level] ?? null }),
  samples: [
    {
      line: '{"reqId":"0f1e2d3c4b5a","level":3,"time":"2024-03-02T08:15:30+00:00","remoteAddr":"203.0.113.9","user":"ada","app":"files","method":"PUT","url":"/dav/a.txt","message":"No space left","version":"29.0.1.1"}',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30),
        severity: 'error',
        service: 'files',
        message: 'No space left',
      },
    },
  ],
};
