/** Lines whose header is columns of identifiers, a stamp among them, up to a level in capitals: cluster consoles and home-made formats. */
import type { LogFormat } from '../format.ts';
import { readStamp, type Stamp } from '../time/parse-stamp.ts';
import { parsedLine, timeOf } from './parsed.ts';
import { severityOfWord } from './severity.ts';

const MAX_COLUMNS = 14;
const MAX_HEADER = 400;

interface Header {
  readonly stampAt: number;
  readonly level: string;
  /** Index behind the level. */
  readonly end: number;
}

/** A word of prose: the header is over, or it never was one. */
function isProse(column: string): boolean {
  return /^[a-z]+[.,]?$/.test(column) || (/^[A-Z]?[a-z]+$/.test(column) && !/\d/.test(column));
}

function headerOf(line: string): Header | null {
  const columns = /\S+/g;
  const head = line.slice(0, MAX_HEADER);
  let stampAt = -1;
  for (let count = 0; count < MAX_COLUMNS; count++) {
    const found = columns.exec(head);
    if (found === null) return null;
    const [column] = found;
    if (stampAt >= 0 && /^[A-Z]{4,8}$/.test(column) && severityOfWord(column) !== null)
      return { stampAt, level: column, end: found.index + column.length };
    if (isProse(column)) return null;
    if (stampAt < 0 && /^\d/.test(column) && readStamp(head, found.index, 2000) !== null)
      stampAt = found.index;
  }
  return null;
}

export const format: LogFormat = {
  id: 'columns',
  role: 'record',
  objects: 'too',
  sniff: (line) => {
    const header = headerOf(line);
    return header !== null && line.slice(0, header.stampAt).trim() !== '' ? 0.45 : 0;
  },
  parse: (line, context) => {
    const header = headerOf(line);
    if (header === null) return null;
    const stamp: Stamp | null = readStamp(line, header.stampAt, context.yearHint);
    return parsedLine({
      ...timeOf(stamp),
      severity: severityOfWord(header.level) ?? 'unknown',
      message: line.slice(header.end).trim(),
    });
  },
  samples: [
    {
      line: '- 1709367330 2024.03.02 R02-M1-N0 2024-03-02-08.15.30.250001 R02-M1-N0 RAS CARTS FATAL cart 17 lost',
      expect: { wallMs: 1709367330000, severity: 'fatal', message: 'cart 17 lost' },
    },
  ],
};
