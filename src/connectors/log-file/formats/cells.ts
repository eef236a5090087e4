/** Lines of formats that nobody described, whose columns stand between marks: which column is the time, the level, a name, the text. */
import type { LogSeverity } from '../../../domain/signal.ts';
import type { FormatContext, ParsedLine } from '../format.ts';
import { readStamp, type Stamp, stampOfValue } from '../time/parse-stamp.ts';
import { csvFields } from './csv.ts';
import { LEVEL_NAMES, SERVICE_NAMES, TIME_NAMES } from './field-names.ts';
import { recordOfFields } from './field-record.ts';
import { normalName } from './fields.ts';
import { parsedLine, timeOf } from './parsed.ts';
import { severityOfField, severityOfWord } from './severity.ts';

/** Marks between columns, those first that prose has least. */
const MARKS = ['\t', '|', '~', '^', '###', '>>', '»', '¦', ';', '!'] as const;
const MAX_CELLS = 24;
/** Columns among which time and level are looked for. */
const MAX_HEADER = 10;
const MAX_LINE = 16_384;

interface Columns {
  readonly cells: readonly string[];
  readonly mark: string;
}

/** Cells without the quotes or brackets around them. */
function bare(cell: string): string {
  return cell
    .trim()
    .replace(/^"(.*)"$|^\[(.*)\]$|^\((.*)\)$/s, '$1$2$3')
    .trim();
}

function splitBy(line: string, mark: string): Columns | null {
  const cells = line.split(mark);
  if (cells.length < 3) return null;
  const kept =
    cells.length > MAX_CELLS
      ? [...cells.slice(0, MAX_CELLS - 1), cells.slice(MAX_CELLS - 1).join(mark)]
      : cells;
  return { cells: kept.filter((cell, index) => index > 0 || cell.trim() !== ''), mark };
}

/** A JSON array on one line: what is text or number in it. */
function ofArray(line: string): Columns | null {
  if (!/^\[\s*["\d]/.test(line) || !line.trimEnd().endsWith(']')) return null;
  try {
    const value: unknown = JSON.parse(line);
    if (!Array.isArray(value) || value.length < 3) return null;
    const cells = value
      .slice(0, MAX_CELLS)
      .map((item) => (typeof item === 'object' && item !== null ? JSON.stringify(item) : String(item)));
    return { cells, mark: ' ' };
  } catch {
    return null;
  }
}

/** Comma separated values without a header: quoted, or with a stamp that ends at a comma. */
function ofCommas(line: string, context: FormatContext): Columns | null {
  if (line.startsWith('"') && line.includes('","')) return { cells: csvFields(line), mark: ',' };
  const stamp = readStamp(line, 0, context.yearHint);
  if (stamp === null || line[stamp.end] !== ',') return null;
  return { cells: [line.slice(0, stamp.end), ...csvFields(line.slice(stamp.end + 1))], mark: ',' };
}

interface Found<Value> {
  readonly value: Value;
  /** Indexes of the cells that it takes. */
  readonly at: readonly number[];
}

/** A cell that is a stamp and nothing else, or a date and a clock in two cells. */
function findStamp(cells: readonly string[], context: FormatContext): Found<Stamp> | null {
  for (let index = 0; index < Math.min(cells.length, MAX_HEADER); index++) {
    const cell = cells[index] ?? '';
    if (!/\d/.test(cell) || cell.length > 48) continue;
    const stamp =
      readStamp(cell, 0, context.yearHint) ??
      (/^\d{13}$|^\d{16}$|^\d{19}$/.test(cell) ? stampOfValue(cell, context.yearHint) : null);
    if (stamp !== null && stamp.wallMs !== null && (stamp.end === 0 || stamp.end >= cell.length))
      return { value: stamp, at: [index] };
    const next = cells[index + 1] ?? '';
    if (!/^\d{1,2}[:.]?\d\d/.test(next) || next.length > 24) continue;
    const both = `${cell} ${next}`;
    const joined = readStamp(both, 0, context.yearHint);
    if (joined !== null && joined.wallMs !== null && joined.end >= both.length)
      return { value: joined, at: [index, index + 1] };
  }
  return null;
}

function isClock(cell: string): boolean {
  return /^\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?$/.test(cell);
}

function levelOf(cell: string, hasStamp: boolean): LogSeverity | null {
  if (cell.length === 1) return hasStamp && /[A-Z]/.test(cell) ? severityOfField(cell) : null;
  return severityOfWord(cell) ?? (hasStamp ? severityOfColumn(cell) : null);
}

/** A whole cell that names a level; a letter does so only beside a stamp. */
function findLevel(cells: readonly string[], hasStamp: boolean): Found<LogSeverity> | null {
  for (let index = 0; index < Math.min(cells.length, MAX_HEADER); index++) {
    const cell = cells[index] ?? '';
    const severity = levelOf(cell, hasStamp);
    if (severity !== null) return { value: severity, at: [index] };
  }
  return null;
}

/** Words that are a level as a column of their own and prose elsewhere. */
function severityOfColumn(cell: string): LogSeverity | null {
  return /^(?:major|minor|fail|failure|alert|exception)$/i.test(cell) ? severityOfField(cell) : null;
}

const PAIR = /^([A-Za-z_@][\w.@-]{0,40})\s?([=:])\s?"?(.*?)"?$/s;
/** What may stand before a colon: before an equals sign any name may. */
const LABELS: ReadonlySet<string> = new Set([
  ...TIME_NAMES,
  ...LEVEL_NAMES,
  ...SERVICE_NAMES,
  'msg',
  'message',
  'logger',
]);

/** Cells of the kind `svc=orders` or `level: ERROR`, by name; empty where fewer than `least` are. */
function pairsOf(cells: readonly string[]): {
  fields: Map<string, unknown>;
  names: Map<string, string>;
  at: number[];
} {
  const fields = new Map<string, unknown>();
  const names = new Map<string, string>();
  const at: number[] = [];
  for (const [index, cell] of cells.entries()) {
    const found = cell.length > 4096 ? null : PAIR.exec(cell);
    const name = found?.[1] ?? '';
    const normal = normalName(name);
    if (found === null || (found[2] !== '=' && !LABELS.has(normal))) continue;
    if (!fields.has(normal)) fields.set(normal, found[3] ?? '');
    names.set(normal, name);
    at.push(index);
  }
  return { fields, names, at };
}

const NAME = /^(?=[\w.:/@-]*[A-Za-z]{2})(?!\w+:\/\/)[A-Za-z_][\w.:/@-]{1,80}$/;
const ID = /^(?:0x)?[\da-f-]{1,40}$|^[\w-]{0,12}\d[\w-]{0,40}$|^-?$/i;

interface Named {
  readonly service: string | null;
  readonly logger: string | null;
}

/** Dots and capitals inside make a class or module, everything else a program. */
function asName(word: string | undefined): Named {
  if (word === undefined) return { service: null, logger: null };
  const isLogger = /\.\w+\.|[a-z][A-Z]|::|\.(?:py|go|rb|java|[jt]s|c|cpp|cc|rs|php)\b/.test(word);
  return isLogger ? { service: null, logger: word } : { service: word, logger: null };
}

/** The text: behind the level where words stand there, else what is left; the names and ids before it. */
function readRest(
  columns: readonly string[],
  used: ReadonlySet<number>,
  levelAt: number,
): { name: string | undefined; texts: string[] } {
  const free = columns
    .map((cell, index) => ({ cell, index }))
    .filter(({ cell, index }) => !used.has(index) && cell !== '');
  const behind = free.filter(({ index }) => index > levelAt);
  const before = free.filter(({ index }) => index < levelAt).map(({ cell }) => cell);
  const isProse = behind.some(({ cell }) => /\S\s+\S/.test(cell)) || behind.length > 1;
  const rest = (isProse || before.length === 0 ? behind : free).map(({ cell }) => cell);
  let name = isProse ? before.findLast((cell) => NAME.test(cell) && !ID.test(cell)) : undefined;
  const skipIds = () => {
    while (rest.length > 1 && ID.test(rest[0] ?? '') && !/\s/.test(rest[0] ?? '')) rest.shift();
  };
  skipIds();
  if (rest.length > 1 && NAME.test(rest[0] ?? '')) {
    const found = rest.shift();
    name ??= found;
    skipIds();
  }
  return { name, texts: rest };
}

function joint(mark: string): string {
  if (mark === '\t') return ' ';
  return mark.length > 1 ? ` ${mark} ` : mark;
}

function recordOf({ cells: written, mark }: Columns, context: FormatContext): ParsedLine | null {
  const cells = written.map(bare);
  const stamp = findStamp(cells, context);
  const level = findLevel(cells, stamp !== null);
  const pairs = pairsOf(cells);
  const named =
    pairs.at.length === 0 ? null : recordOfFields({ values: pairs.fields, names: pairs.names }, context);
  const severity = level?.value ?? named?.severity ?? 'unknown';
  const hasClock = cells.slice(0, 3).some(isClock);
  const isTimed = stamp !== null || (named !== null && named.wallMs !== null);
  if (!isTimed && !(severity !== 'unknown' && (hasClock || (cells.length > 3 && (level?.at[0] ?? 9) < 2))))
    return null;
  if (severity === 'unknown' && cells.length < 4 && pairs.at.length === 0) return null;
  const used = new Set([...(stamp?.at ?? []), ...(level?.at ?? []), ...pairs.at]);
  for (const [index, cell] of cells.entries()) if (index < 3 && isClock(cell)) used.add(index);
  const { name, texts } = readRest(cells, used, level?.at[0] ?? -1);
  const message = texts.join(joint(mark)).trim();
  const own = asName(name);
  return parsedLine({
    ...(named ?? {}),
    ...(stamp === null ? {} : timeOf(stamp.value)),
    severity,
    service: named?.service ?? own.service,
    logger: named?.logger ?? own.logger,
    message: message === '' ? (named?.message ?? '') : message,
  });
}

/** Null where no mark makes columns of which one is a time or a level. Bounded by the line's first 16 KB. */
export function recordOfCells(line: string, context: FormatContext): ParsedLine | null {
  if (line.length > MAX_LINE) return null;
  const array = ofArray(line);
  if (array !== null) return recordOf(array, context);
  const commas = ofCommas(line, context);
  const byCommas = commas === null || commas.cells.length < 3 ? null : recordOf(commas, context);
  if (byCommas !== null) return byCommas;
  for (const mark of MARKS) {
    if (!line.includes(mark)) continue;
    const columns = splitBy(line, mark);
    const record = columns === null ? null : recordOf(columns, context);
    if (record !== null) return record;
  }
  return null;
}
