/** OpenLDAP 2.5 and later: seconds and nanoseconds of the epoch as hex digits, a thread, the text. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { parsedLine } from './parsed.ts';

const LINE = /^([56789a][0-9a-f]{7})\.([0-9a-f]{8}) 0x[0-9a-f]{6,16} /;

function parse(line: string, _context: FormatContext): ParsedLine | null {
  const found = LINE.exec(line.slice(0, 48));
  if (found === null) return null;
  const seconds = Number.parseInt(found[1] ?? '0', 16);
  const ms = Math.min(999, Math.floor(Number.parseInt(found[2] ?? '0', 16) / 1e6));
  return parsedLine({
    wallMs: seconds * 1000 + ms,
    offsetMinutes: 0,
    message: line.slice(found[0].length).trim(),
  });
}

export const format: LogFormat = {
  id: 'openldap',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 48)) ? 1 : 0),
  parse,
  samples: [
    {
      line: '65e2e022.0ee6b280 0x7f3a2b1c conn=17 op=1 RESULT tag=97 err=49',
      expect: {
        wallMs: 0x65e2e022 * 1000 + 250,
        offsetMinutes: 0,
        message: 'conn=17 op=1 RESULT tag=97 err=49',
      },
    },
  ],
};
