/** The table that `helm history` and `helm list` print, as the records that `-o json` gives. */
import { headerOf, readPrintedTable } from '../_kit/printed-table.ts';
import type { JsonRecords } from '../_kit/records.ts';

const HEADER = /^(NAME\s+NAMESPACE\s+)?REVISION\s+UPDATED\s+STATUS\s+CHART\s+APP VERSION/;

export function isHelmTable(head: string): boolean {
  return HEADER.test(headerOf(head));
}

export function readHelmTable(text: string, max: number): JsonRecords {
  const { rows, truncated } = readPrintedTable(text, max);
  const records = rows.map(({ cells, line, byteOffset, text: whole }) => ({
    value: Object.fromEntries(
      Object.entries(cells).map(([name, cell]) => [name.toLowerCase().replace(' ', '_'), cell] as const),
    ),
    place: { kind: 'line', line, byteOffset } as const,
    text: whole,
  }));
  return { records, rejected: 0, truncated };
}
