/** What a markdown reader takes for structure: headings, tables with their columns, fences, list items. Written from the CommonMark rules, not from the printer. */

export interface Structure {
  readonly headings: readonly string[];
  /** Columns of each table row, one list a table. */
  readonly tables: readonly (readonly number[])[];
  /** Lines that would begin something which a report never has: quotes, rules, underlined headings, HTML. */
  readonly foreign: readonly string[];
  readonly openFence: boolean;
}

export function structureOf(markdown: string): Structure {
  const headings: string[] = [];
  const tables: number[][] = [];
  const foreign: string[] = [];
  let fence: string | null = null;
  let inTable = false;
  for (const line of markdown.split('\n')) {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== null) {
      if (line.trim() === fence) fence = null;
      continue;
    }
    if (mark !== undefined) fence = mark;
    else if (/^ {0,3}#{1,6}(\s|$)/.test(line)) headings.push(/^ {0,3}(#+)/.exec(line)?.[1] ?? '');
    else if (line.startsWith('|')) {
      if (!inTable) tables.push([]);
      tables.at(-1)?.push(columnsOf(line));
    } else if (/^ {0,3}(>|<[a-z/!?]|=+\s*$|([-*_]\s*){3,}$)/i.test(line)) foreign.push(line);
    inTable = fence === null && line.startsWith('|');
  }
  return { headings, tables, foreign, openFence: fence !== null };
}

/** Pipes split cells unless a backslash stands before them; backslashes pair up from the left. */
function columnsOf(row: string): number {
  let columns = -1;
  for (let index = 0; index < row.length; index += 1) {
    if (row[index] === '\\') index += 1;
    else if (row[index] === '|') columns += 1;
  }
  return columns;
}
