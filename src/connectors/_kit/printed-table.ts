/** Tables as command-line tools print them for people: cells begin where their headers begin. It knows no tool. */

export interface PrintedRow {
  /** Cells by header, trimmed. */
  readonly cells: Readonly<Record<string, string>>;
  /** 1-based. */
  readonly line: number;
  readonly byteOffset: number;
  readonly text: string;
}

/** Headers are apart by two spaces or a tab. */
function columnsOf(header: string) {
  const starts = [...header.matchAll(/[^\s]+(?: [^\s]+)*/g)].map((match) => ({
    name: match[0],
    from: match.index,
  }));
  return starts.map((column, index) => ({
    ...column,
    to: starts[index + 1]?.from ?? Number.MAX_SAFE_INTEGER,
  }));
}

function cellsOf(header: string, line: string): Readonly<Record<string, string>> {
  if (header.includes('\t')) {
    const cells = line.split('\t');
    return Object.fromEntries(
      header.split('\t').map((name, index) => [name.trim(), (cells[index] ?? '').trim()]),
    );
  }
  return Object.fromEntries(
    columnsOf(header).map(({ name, from, to }) => [name, line.slice(from, to).trim()]),
  );
}

/** What was typed to get the table and when, as people paste it with; and the repository above a history of Argo CD. */
const PROMPT =
  /^\s*(?:[\w@~:./-]*[$#>%❯]\s|$)|^\W*(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w* [A-Z][a-z]{2} +\d{1,2} \d\d:\d\d|^\W*20\d\d-\d\d-\d\d[T ][\d:.,]+ ?(?:Z|UTC|[+-][\d:]+)?\W*$|^SOURCE\s+\S+\s*$/;

function headerIndex(lines: readonly string[]): number {
  const index = lines.findIndex((line) => !PROMPT.test(line));
  return Math.max(index, 0);
}

/** First line of a text, without what may stand before it. */
export function headerOf(text: string): string {
  const lines = text
    .slice(0, 4_000)
    .replace(/^\uFEFF/, '')
    .split('\n');
  return (lines[headerIndex(lines)] ?? '').trimEnd();
}

/** Rows below the header that are not empty, at most `max`. */
export function readPrintedTable(
  text: string,
  max: number,
): { readonly rows: readonly PrintedRow[]; readonly truncated: boolean } {
  const header = headerOf(text);
  const lines = text.split('\n');
  const above = headerIndex(lines);
  const rows: PrintedRow[] = [];
  let byteOffset = 0;
  for (const [index, line] of lines.entries()) {
    if (index > above && line.trim() !== '') {
      if (rows.length >= max) return { rows, truncated: true };
      rows.push({ cells: cellsOf(header, line), line: index + 1, byteOffset, text: line.trim() });
    }
    byteOffset += Buffer.byteLength(line) + 1;
  }
  return { rows, truncated: false };
}
