/** Traces of SAP HANA: `[thread]{connection}[transaction] stamp e component  file.cpp(01234) : text`. */
import type { FormatContext, LogFormat, ParsedLine } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';
import { severityOfLetter } from './severity.ts';

const LINE =
  /^\[\d{1,10}\]\{-?\d{1,10}\}\[[-\d/]{1,40}\] (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3,6}) ([diwef]) (\S{1,60})\s{1,40}(\S{1,120}\(\d{1,6}\)) : /;

function parse(line: string, context: FormatContext): ParsedLine | null {
  const found = LINE.exec(line.slice(0, 400));
  if (found === null) return null;
  return parsedLine({
    ...timeOf(readStamp(found[1] ?? '', 0, context.yearHint)),
    severity: severityOfLetter((found[2] ?? '').toUpperCase()) ?? 'unknown',
    logger: found[3] ?? null,
    message: line.slice(found[0].length).trim(),
    attributes: { 'code.file.path': found[4] ?? '' },
  });
}

export const format: LogFormat = {
  id: 'sap-hana',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 400)) ? 1 : 0),
  parse,
  samples: [
    {
      line: '[31]{-1}[-1/-1] 2024-03-02 08:15:30.250001 e Carts            CartStore.cpp(00812) : cart 17 lost',
      expect: {
        wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
        severity: 'error',
        logger: 'Carts',
        message: 'cart 17 lost',
      },
    },
  ],
};
