/** Lines of tools that say when they began or ended in the sentence itself: `carts-export started at Tue Mar  5 17:38:59 2024`. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';

/** Only what has happened: a certificate that ends at a time, or a job that is planned for one, tells no time of its own. */
const LINE =
  /^[^[\d].{0,160}?\b(?:run|start|started|began|begun|completed|finished|ended)\b[\w ]{0,60} at ((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d (?:[A-Z]{3,4} )?\d{4})\b/i;

export const format: LogFormat = {
  id: 'dated-event',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 300)) ? 0.6 : 0),
  parse: (line, context) => {
    const found = LINE.exec(line.slice(0, 300));
    const stamp = found === null ? null : readStamp(found[1] ?? '', 0, context.yearHint);
    return stamp === null || stamp.wallMs === null
      ? null
      : parsedLine({ ...timeOf(stamp), message: line.trim() });
  },
  samples: [
    {
      line: 'carts-export: fsck_carts started at Tue Mar  5 17:38:59 2024',
      expect: {
        wallMs: Date.UTC(2024, 2, 5, 17, 38, 59),
        message: 'carts-export: fsck_carts started at Tue Mar  5 17:38:59 2024',
      },
    },
    {
      line: '========== Start of ram size dump at Tue Mar 5 17:38:59 UTC 2024 ==========',
      expect: { wallMs: Date.UTC(2024, 2, 5, 17, 38, 59), offsetMinutes: 0 },
    },
  ],
};
