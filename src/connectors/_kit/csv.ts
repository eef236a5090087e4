/** Rows of comma, semicolon or tab separated text (RFC 4180, lenient). It gives text only; what a column means is its reader's business. */

export interface CsvRow {
  /** 1-based line on which the row begins. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvTable {
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
  /** Rows whose number of cells is not that of the header, or that came after `maxRows`. */
  readonly rejected: number;
  readonly truncated: boolean;
}

const DELIMITERS = [',', ';', '\t'] as const;

/** The delimiter that the first line holds most of, outside quotes; null where it holds none. */
export function delimiterOf(firstLine: string): string | null {
  const outside = firstLine.replace(/"[^"]*"/g, '').replace(/\{[^{}]*\}/g, '');
  let best: string | null = null;
  let most = 0;
  for (const delimiter of DELIMITERS) {
    const count = outside.split(delimiter).length - 1;
    if (count > most) [best, most] = [delimiter, count];
  }
  return best;
}

interface Scan {
  readonly cells: string[];
  readonly next: number;
  readonly lines: number;
}

/** An unclosed quote ends with the text. Commas inside `{…}` of an unquoted cell (a label set) do not separate. */
function scanRow(text: string, start: number, delimiter: string): Scan {
  const cells: string[] = [];
  let at = start;
  let lines = 1;
  for (;;) {
    let cell = '';
    if (text[at] === '"') {
      at += 1;
      for (;;) {
        const quote = text.indexOf('"', at);
        const end = quote < 0 ? text.length : quote;
        const part = text.slice(at, end);
        cell += part;
        lines += part.split('\n').length - 1;
        at = end + 1;
        if (text[at] !== '"') break;
        cell += '"';
        at += 1;
      }
    }
    const from = at;
    let depth = 0;
    for (; at < text.length; at += 1) {
      const character = text[at];
      if (character === '\n') break;
      if (character === '{') depth += 1;
      else if (character === '}') depth -= 1;
      else if (character === delimiter && depth <= 0) break;
    }
    cell += text.slice(from, at).replace(/\r$/, '');
    cells.push(cell.trim());
    if (text[at] === delimiter) at += 1;
    else return { cells, next: at + 1, lines };
  }
}

/** Empty lines, lines that begin with `#` and what spreadsheets write before the header (`sep=,`) are skipped. Null where the first row has fewer than two cells. */
export function parseCsv(input: string, maxRows: number): CsvTable | null {
  const text = input.replace(/^\uFEFF/, '');
  const rows: CsvRow[] = [];
  let header: readonly string[] | null = null;
  let delimiter = ',';
  let [at, line, rejected, truncated] = [0, 1, 0, false];
  while (at < text.length) {
    const isHint = header === null && /^sep=.\r?$/i.test(text.slice(at, endOfLine(text, at)));
    if (text[at] === '\n' || text[at] === '\r' || text[at] === '#' || isHint) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end + 1;
      line += 1;
      continue;
    }
    if (header === null) delimiter = delimiterOf(text.slice(at, endOfLine(text, at))) ?? ',';
    const row = scanRow(text, at, delimiter);
    if (header === null) {
      if (row.cells.length < 2) return null;
      header = row.cells;
    } else if (row.cells.length !== header.length) rejected += 1;
    else if (rows.length < maxRows) rows.push({ line, cells: row.cells });
    else truncated = true;
    at = row.next;
    line += row.lines;
  }
  return header === null ? null : { header, rows, rejected, truncated };
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
