/** PHP's error log: `[02-Mar-2024 08:15:30 UTC] PHP Warning:  message in file on line N`. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';

const LINE =
  /^(?:\[(\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d)(?: ([A-Za-z_/+-]{1,40}))?\] )?PHP ((?:Fatal|Parse|Core|Compile|Recoverable fatal) error|Warning|Notice|Deprecated|Strict Standards): {1,2}/;

function severityOf(kind: string): LogSeverity {
  if (kind.endsWith('error')) return 'error';
  return kind === 'Warning' ? 'warn' : 'info';
}

export const format: LogFormat = {
  id: 'php-error',
  role: 'record',
  blocks: true,
  sniff: (line) => (LINE.test(line.slice(0, 120)) ? 1 : 0),
  parse: (text, context) => {
    const found = LINE.exec(text.slice(0, 120));
    if (found === null) return null;
    const zone = found[2] === 'UTC' || found[2] === 'GMT' ? ' UTC' : '';
    const [head = ''] = text.slice(found[0].length).split('\n', 1);
    return parsedLine({
      ...timeOf(found[1] === undefined ? null : readStamp(`${found[1]}${zone}`, 0, context.yearHint)),
      severity: severityOf(found[3] ?? ''),
      logger: 'php',
      message: head.trim(),
      stack: text.includes('\n') ? text : null,
    });
  },
  samples: [
    {
      line: '[24-Nov-2026 01:33:57 UTC] PHP Warning:  slow in /srv/app/p.php on line 2',
      expect: {
        wallMs: Date.UTC(2026, 10, 24, 1, 33, 57),
        offsetMinutes: 0,
        severity: 'warn',
        message: 'slow in /srv/app/p.php on line 2',
      },
    },
    {
      line: '[24-Nov-2026 01:33:57 Europe/Berlin] PHP Fatal error:  Uncaught RuntimeException: cart lost in /srv/app/p.php:1\nStack trace:\n#0 /srv/app/p.php(2): save()\n#1 {main}\n  thrown in /srv/app/p.php on line 1',
      expect: { offsetMinutes: null, severity: 'error' },
    },
  ],
};
