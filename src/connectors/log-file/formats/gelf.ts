/** GELF: `short_message`, `host`, and syslog's numbers for levels. */
import type { LogFormat } from '../format.ts';
import { parseJsonLine } from './json-lines.ts';
import { severityOfSyslog } from './severity.ts';

export const format: LogFormat = {
  id: 'gelf',
  role: 'record',
  objects: 'only',
  sniff: (line) => (line.startsWith('{') && line.slice(0, 65_536).includes('"short_message"') ? 0.95 : 0),
  parse: (line, context) =>
    parseJsonLine(line, context, {
      nameIs: 'logger',
      scale: (level) => (level >= 0 && level <= 7 ? severityOfSyslog(level) : null),
      messageNames: ['shortmessage', 'message'],
    }),
  samples: [
    {
      line: '{"version":"1.1","host":"web-04","short_message":"cart lost","full_message":"cart lost\\nat Carts.save","timestamp":1709367330.25,"level":3,"_app":"cart"}',
      expect: {
        wallMs: 1709367330250,
        severity: 'error',
        service: 'cart',
        host: 'web-04',
        message: 'cart lost',
      },
    },
  ],
};
