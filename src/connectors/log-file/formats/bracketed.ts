/** Lines whose every part stands in brackets, the message too: `[stamp] [LEVEL] [file:line] ["message"] [key=value]` of TiDB and its relatives. */
import type { LogFormat } from '../format.ts';
import { readStamp } from '../time/parse-stamp.ts';
import { MAX_SCANNED, parsedLine, timeOf } from './parsed.ts';
import { severityOfField } from './severity.ts';

const LINE =
  /^\[(\d{4}[/-]\d\d[/-]\d\d[T ][\d:.]{8,15} ?(?:[+-]\d\d:\d\d|Z)?)\] \[([A-Z]{4,8})\] \[([\w./-]{1,120}:\d{1,7})\] \[(?:"((?:[^"\\]|\\.){0,8000})"|([^\]"]{1,2000}))\]/;
const PAIR = /\[([\w.-]{1,60})=(?:"((?:[^"\\]|\\.){0,400})"|([^\]"]{0,400}))\]/g;

export const format: LogFormat = {
  id: 'bracketed',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, MAX_SCANNED)) ? 1 : 0),
  parse: (line, context) => {
    const text = line.slice(0, MAX_SCANNED);
    const found = LINE.exec(text);
    if (found === null) return null;
    const pairs = [...text.slice(found[0].length).matchAll(PAIR)].slice(0, 16);
    return parsedLine({
      ...timeOf(readStamp(found[1] ?? '', 0, context.yearHint)),
      severity: severityOfField(found[2] ?? '') ?? 'unknown',
      logger: (found[3] ?? '').replace(/^.*\//, '').split(':', 1)[0] ?? null,
      message: (found[4] ?? found[5] ?? '').replaceAll('\\"', '"'),
      attributes: {
        ...Object.fromEntries(pairs.map((pair) => [pair[1] ?? '', pair[2] ?? pair[3] ?? ''])),
        'code.file.path': found[3] ?? '',
      },
    });
  },
  samples: [
    {
      line: '[2024/03/02 08:15:30.250 +01:00] [ERROR] [carts.go:31] ["cart \\"17\\" lost"] [region=eu-1] [error="disk full"]',
      expect: {
        offsetMinutes: 60,
        severity: 'error',
        message: 'cart "17" lost',
        attributes: { region: 'eu-1', error: 'disk full' },
      },
    },
  ],
};
