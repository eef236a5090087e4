/** What a command printed, as its reader gives it: facts, series and instances, each with the line that tells it. No logic beyond lines and rows. */
import type { PlatformFact } from '../../domain/signal.ts';
import type { EpochMs } from '../../domain/time.ts';
import { parseCsv } from '../_kit/csv.ts';
import type { RawSeries } from '../_kit/metric-series.ts';

export interface Line {
  readonly text: string;
  /** 1-based. */
  readonly number: number;
  readonly byteOffset: number;
}

export interface PrintedFact extends Omit<PlatformFact, 'id' | 'evidence'> {
  readonly line: Line;
}

/** What a line says of the platform, of no service, pod or node unless `more` names one. */
export function printedFact(
  summary: string,
  line: Line,
  at: PrintContext['printedAt'],
  more: Partial<PrintedFact> = {},
): PrintedFact {
  return {
    kind: 'other',
    service: null,
    pod: null,
    node: null,
    at,
    count: 1,
    summary,
    attributes: {},
    line,
    ...more,
  };
}

export interface PrintedInstance {
  readonly pod: string;
  readonly service: string;
  readonly startedAt: EpochMs | null;
  readonly line: Line;
}

export interface Printed {
  readonly facts: readonly PrintedFact[];
  readonly series: readonly RawSeries[];
  readonly instances: readonly PrintedInstance[];
  /** Rows or blocks that were understood, whether they tell of anything wrong or not. */
  readonly items: number;
  readonly rejected: number;
  /** Services that it is about. */
  readonly services: readonly string[];
  readonly zoneless: boolean;
}

export interface PrintContext {
  readonly path: string;
  /** When it was printed; null where nothing tells. */
  readonly printedAt: EpochMs | null;
  /** Assumed for times without one; null: UTC. */
  readonly zone: string | null;
}

export interface PrintedKind {
  /** The command, for `doctor`: `systemctl status`. */
  readonly command: string;
  /** What an item is, in the plural. */
  readonly unit: string;
  /** By the first lines; never by the file's name alone. */
  is(head: string): boolean;
  read(lines: readonly Line[], context: PrintContext): Printed;
}

export const NOTHING: Printed = {
  facts: [],
  series: [],
  instances: [],
  items: 0,
  rejected: 0,
  services: [],
  zoneless: false,
};

export function linesOf(text: string): readonly Line[] {
  let byteOffset = 0;
  return text.split('\n').map((raw, index) => {
    const line = { text: raw.replace(/\r$/, ''), number: index + 1, byteOffset };
    byteOffset += Buffer.byteLength(raw) + 1;
    return line;
  });
}

export interface Row {
  readonly cells: Readonly<Record<string, string>>;
  readonly line: Line;
}

/** Rows of words below a header of words; the last column takes the rest of the line. Ends at an empty line. */
export function wordRows(lines: readonly Line[], header: RegExp): readonly Row[] {
  const start = lines.findIndex(({ text }) => header.test(text));
  const names = (lines[start]?.text ?? '').trim().split(/\s+/);
  if (start < 0) return [];
  const body = lines.slice(start + 1);
  const end = body.findIndex(({ text }) => text.trim() === '');
  return (end < 0 ? body : body.slice(0, end)).flatMap((line): readonly Row[] => {
    const words = line.text.trim().split(/\s+/);
    if (words.length < names.length) return [];
    const last = words.slice(names.length - 1).join(' ');
    const cells = Object.fromEntries(names.map((name, index) => [name, words[index] ?? '']));
    return [{ cells: { ...cells, [names.at(-1) ?? '']: last }, line }];
  });
}

/** Comma separated values with a header, as `\\copy … csv header` writes them; names as `barRows` has them. */
export function csvRows(lines: readonly Line[]): readonly Row[] {
  const table = parseCsv(lines.map(({ text }) => text).join('\n'), 5_000);
  if (table === null) return [];
  const names = table.header.map((name) => name.toLowerCase().replace(/[^a-z]/g, ''));
  return table.rows.flatMap(({ cells, line }): readonly Row[] => {
    const own = lines[line - 1];
    const pairs = names.map((name, index) => [name, cells[index] ?? ''] as const);
    return own === undefined ? [] : [{ cells: Object.fromEntries(pairs), line: own }];
  });
}

/** Cells between bars, as `psql` and `mysql` print them: a header, a rule of dashes, rows. */
export function barRows(lines: readonly Line[]): readonly Row[] {
  const isRule = (text: string) => /^\s*[+|]?-[-+|]*[-+|]\s*$/.test(text);
  const cellsOf = (text: string) =>
    text
      .replace(/^\s*\|/, '')
      .replace(/\|\s*$/, '')
      .split('|')
      .map((cell) => cell.trim());
  const rule = lines.findIndex(
    ({ text }, index) => isRule(text) && (lines[index - 1]?.text ?? '').includes('|'),
  );
  if (rule < 1) return [];
  const names = cellsOf(lines[rule - 1]?.text ?? '').map((name) => name.toLowerCase().replace(/[^a-z]/g, ''));
  return lines.slice(rule + 1).flatMap((line): readonly Row[] => {
    if (!line.text.includes('|') || isRule(line.text)) return [];
    const cells = cellsOf(line.text);
    if (cells.length < names.length) return [];
    // A statement may hold bars itself; it is the last column.
    const last = cells.slice(names.length - 1).join(' | ');
    const named = names.slice(0, -1).map((name, index) => [name, cells[index] ?? ''] as const);
    return [{ cells: Object.fromEntries([...named, [names.at(-1) ?? '', last]]), line }];
  });
}
